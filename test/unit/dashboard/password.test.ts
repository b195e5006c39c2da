import { expect, test } from "vitest";
import { hashPassword, isPassword, PasswordRefused } from "../../../db/access/password.ts";

test("a password is kept as argon2id with a salt of its own, and known again", async () => {
  const [one, other] = [await hashPassword("correct horse"), await hashPassword("correct horse")];
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  expect(one).not.toBe(other);
  expect(await isPassword("correct horse", one)).toBe(true);
  expect(await isPassword("correct horsf", one)).toBe(false);
  expect(await isPassword("", one)).toBe(false);
});

test("what was made at another cost is known, too", async () => {
  const { argon2Sync } = await import("node:crypto");
  const salt = Buffer.from("0123456789abcdef");
  const cost = { nonce: salt, memory: 64, passes: 3, parallelism: 2, tagLength: 16 };
  const hash = argon2Sync("argon2id", { message: "password", ...cost });
  const stored = `$argon2id$v=19$m=64,t=3,p=2$${salt.toString("base64").replace(/=+$/, "")}$${hash.toString("base64").replace(/=+$/, "")}`;
  expect(await isPassword("password", stored)).toBe(true);
  await expect(isPassword("password", "plain")).rejects.toThrow("what is stored is no argon2id password");
});

test("the same letters open however they are composed", async () => {
  const stored = await hashPassword("caf\u00e9 au lait");
  expect(await isPassword("cafe\u0301 au lait", stored)).toBe(true);
});

test("one that is too short or too long is refused in words", async () => {
  await expect(hashPassword("1234567")).rejects.toThrow(
    new PasswordRefused("a password should have at least 8 letters; several words are easy to keep"),
  );
  await expect(hashPassword("x".repeat(1_025))).rejects.toThrow("a password should have at most 1024 bytes");
  expect(await isPassword("x".repeat(100_000), await hashPassword("x".repeat(1_024)))).toBe(false);
});
