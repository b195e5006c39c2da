import { expect, test } from "vitest";
import { md5Answer } from "../../../../collector/network/messenger/auth/md5.ts";

test("the sign-in answer is the published one (protocol reference A.5)", () => {
  expect(md5Answer("1013928519.693957190", "password")).toBe("7f919fab309532df353c901430df36fa");
});

test("a password beyond ASCII is digested as UTF-8", () => {
  expect(md5Answer("1", "pässwörd")).toBe(md5Answer("1p", "ässwörd"));
  expect(md5Answer("", "ä")).toBe("8419b71c87a225a2c70b50486fbee545");
});

test("a password of more than 16 characters counts whole", () => {
  expect(md5Answer("1", "0123456789abcdefg")).not.toBe(md5Answer("1", "0123456789abcdef"));
});
