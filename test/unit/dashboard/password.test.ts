import { argon2Sync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { browserName } from "../../../dashboard/gate/browser-name.ts";
import { argon2Turn, TooBusy } from "../../../db/access/argon2-turn.ts";
import { checkNewPassword, hashPassword, isPassword } from "../../../db/access/password.ts";

describe("a password", () => {
  test("is recognised by its PHC string, which any argon2id can check", async () => {
    const phc = await hashPassword("correct horse battery");
    const [, , , cost, salt = "", hash] = phc.split("$");
    expect(cost).toBe("m=19456,t=2,p=1");
    const again = argon2Sync("argon2id", {
      message: "correct horse battery",
      nonce: Buffer.from(salt, "base64"),
      memory: 19_456,
      passes: 2,
      parallelism: 1,
      tagLength: 32,
    });
    expect(again.toString("base64").replace(/=+$/, "")).toBe(hash);
    expect(await isPassword("correct horse battery", phc)).toBe(true);
    expect(await isPassword("correct horse batterY", phc)).toBe(false);
    expect(await isPassword("", phc)).toBe(false);
  });

  test("is never twice the same", async () => {
    expect(await hashPassword("correct horse")).not.toBe(await hashPassword("correct horse"));
  });

  test("is the same from every keyboard", async () => {
    const phc = await hashPassword("Stra\u00dfencaf\u00e9");
    expect(await isPassword("Stra\u00dfencafe\u0301", phc)).toBe(true);
  });

  test("needs eight characters and has room for a thousand, and may be anything else", async () => {
    expect(() => checkNewPassword("1234567")).toThrow("a password needs 8 characters or more");
    expect(() => checkNewPassword("\u{1F600}".repeat(7))).toThrow(/8 characters/);
    checkNewPassword("        ");
    checkNewPassword("x".repeat(1_024));
    expect(() => checkNewPassword("x".repeat(1_025))).toThrow("a password may be 1024 bytes long at most");
    await expect(hashPassword("short")).rejects.toThrow(/8 characters/);
  });

  test("with other numbers, from another version, is still recognised", async () => {
    const nonce = Buffer.from("0123456789abcdef");
    const cost = { memory: 64, passes: 3, parallelism: 1 };
    const hash = argon2Sync("argon2id", { message: "older password", nonce, tagLength: 16, ...cost });
    const phc = `$argon2id$v=19$m=64,t=3,p=1$${nonce.toString("base64")}$${hash.toString("base64")}`.replaceAll(
      "=",
      "",
    );
    const written = phc.replace("v19", "v=19").replace("m64,t3,p1", "m=64,t=3,p=1");
    expect(await isPassword("older password", written)).toBe(true);
    await expect(isPassword("x", "garbage")).rejects.toThrow(/set it again with `rollcall password`/);
  });
});

test("however many passwords are checked at once, two have their turn, eight wait, and the others are told at once", async () => {
  let running = 0;
  let most = 0;
  const work = () =>
    argon2Turn(async () => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, work));
  expect(most).toBe(2);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  for (const outcome of outcomes) if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TooBusy);
  // One that fails makes room like any other.
  await expect(argon2Turn(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await argon2Turn(async () => "fine")).toBe("fine");
});

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36 Edg/150.0",
    "Edge on Windows",
  ],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
    "Safari on iPhone",
  ],
  ["curl/8.5.0", ""],
  [undefined, ""],
])("%s is %s", (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});
