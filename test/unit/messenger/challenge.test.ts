import { expect, test } from "vitest";
import { challengeAnswer, md5Answer } from "../../../collector/network/messenger/auth/md5.ts";

test("the sign-in answer is the published one (protocol reference A.5)", () => {
  expect(md5Answer("1013928519.693957190", "password")).toBe("7f919fab309532df353c901430df36fa");
});

test("a password beyond ASCII is digested as UTF-8", () => {
  expect(md5Answer("1", "pässwörd")).toBe(md5Answer("1p", "ässwörd"));
  expect(md5Answer("", "ä")).toBe("8419b71c87a225a2c70b50486fbee545");
});

test.each([
  ["12345678901234567890", "8ba1bb9d6dbf624fee31a2053af5fdd0"],
  ["15570131571988941333", "8f2f5a91b72102cd28355e9fc9000d6e"],
  ["11111111111111111111", "3b6666b60157322b6fc6e41a115968f5"],
])("the answer to challenge %s is the published one (protocol reference A.1)", (challenge, answer) => {
  const { productId, payload } = challengeAnswer(challenge);
  expect(productId).toBe("msmsgs@msnmsgr.com");
  expect(Buffer.from(payload).toString("latin1")).toBe(answer);
});
