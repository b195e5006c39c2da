import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Access } from "../../../db/access/access.ts";
import { AccessRefused } from "../../../db/access/access-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-access-"));
  path = join(folder, "access.db");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What opening the file, and then asking for a key, is refused with. */
function refusal(): AccessRefused | undefined {
  let access: Access | undefined;
  try {
    access = new Access(folder);
    access.makeKey(0);
    return undefined;
  } catch (error) {
    if (error instanceof AccessRefused) return error;
    throw error;
  } finally {
    access?.close();
  }
}

test("garbage is refused with what to do about it, and left as it is", () => {
  writeFileSync(path, "garbage, ".repeat(2_000));
  expect(refusal()).toMatchObject({
    code: "not-ours",
    message: `${path} is damaged, or is not one of Rollcall's: move it away and start again; a new one is made, and everyone signs in anew`,
  });
  expect(readFileSync(path, "utf8")).toMatch(/^garbage, garbage/);
});

test("a file that breaks off in the middle is refused", () => {
  const access = new Access(folder);
  access.makeKey(0);
  access.close();
  const whole = readFileSync(path);
  writeFileSync(path, Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 0xff)]));
  expect(refusal()).toMatchObject({ code: "not-ours" });
});

test("something that cannot be written to is refused", () => {
  mkdirSync(path);
  expect(refusal()?.message).toBe(
    `cannot write to ${path} (SQLITE_CANTOPEN): check that it is a file of yours, or move it away and start again; a new one is made, and everyone signs in anew`,
  );
});

test("a database of somebody else's is refused", () => {
  const other = new Database(path);
  other.exec("CREATE TABLE one_time_key (colour TEXT)");
  other.close();
  expect(refusal()).toMatchObject({ code: "unusable" });
  expect(refusal()?.message).toMatch(/access\.db cannot be used \(.*\bhash\b.*\): move it away/);
});

test("an empty file is a new one", () => {
  writeFileSync(path, "");
  expect(refusal()).toBeUndefined();
});

test("what breaks after opening is refused by the same name", () => {
  const access = new Access(folder);
  const other = new Database(path);
  other.exec("DROP TABLE session");
  other.close();
  expect(() => access.findSession("token", 0)).toThrow(AccessRefused);
  expect(() => access.redeemKey(access.makeKey(0), 0)).toThrow(/no such table: session/);
  access.close();
});

test("a file of an earlier Rollcall goes on, its sessions too", () => {
  const older = new Database(path);
  older.exec(`
    CREATE TABLE one_time_key (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE session (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT;
  `);
  const token = createHash("sha256").update("a token").digest();
  older.prepare("INSERT INTO session VALUES (?, 5, 6)").run(token);
  older.close();
  const access = new Access(folder);
  expect(access.findSession("a token", 7)).toMatchObject({ madeMs: 5, seenMs: 6, browser: "" });
  expect(access.hasPassword()).toBe(false);
  access.close();
});

test("setting the password ends every session but one's own, and the key that was printed", async () => {
  const access = new Access(folder);
  const [mine, other] = [access.startSession(1, "Firefox on Linux"), access.startSession(2)];
  const key = access.makeKey(3);
  const id = access.findSession(mine, 4)?.id ?? "";
  expect(access.listSessions(4).map(({ browser }) => browser)).toEqual(["", "Firefox on Linux"]);
  await access.setPassword("correct horse", 5, id);
  expect(access.findSession(mine, 6)?.id).toBe(id);
  expect(access.findSession(other, 6)).toBeUndefined();
  expect(access.redeemKey(key, 6)).toBeUndefined();
  expect(await access.isPassword("correct horse")).toBe(true);
  expect(await access.isPassword("correct  horse")).toBe(false);
  await access.setPassword("battery staple", 7);
  expect(access.listSessions(8)).toEqual([]);
  expect(await access.isPassword("correct horse")).toBe(false);
  expect(access.removePassword()).toBe(true);
  expect(await access.isPassword("battery staple")).toBe(false);
  expect(access.removePassword()).toBe(false);
  access.close();
});

test("a session ends when it is told to, and by itself after 90 days without a visit", () => {
  const access = new Access(folder);
  const [one, two] = [access.startSession(0), access.startSession(0)];
  const dayMs = 86_400_000;
  expect(access.findSession(one, 89 * dayMs)).toBeDefined();
  expect(access.findSession(one, 178 * dayMs)).toMatchObject({ seenMs: 89 * dayMs });
  expect(access.findSession(two, 91 * dayMs)).toBeUndefined();
  const id = access.findSession(one, 178 * dayMs)?.id ?? "";
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  expect(access.endSession(id)).toBe(true);
  expect(access.endSession(id)).toBe(false);
  expect(access.findSession(one, 178 * dayMs)).toBeUndefined();
  access.close();
});

test("neither a password nor a token stands in the file", async () => {
  const access = new Access(folder);
  await access.setPassword("correct horse battery", 0);
  const token = access.startSession(0);
  access.close();
  const bytes = readFileSync(path);
  expect(bytes.includes("correct horse")).toBe(false);
  expect(bytes.includes(token)).toBe(false);
  expect(bytes.includes("$argon2id$v=19$m=19456,t=2,p=1$")).toBe(true);
});

test("a token is known by its hash until it is revoked; that it was used is noted once a minute", () => {
  const access = new Access(folder);
  const token = access.addToken(" home automation ", "read", 1_000);
  expect(access.listTokens()).toMatchObject([{ name: "home automation", scope: "read", madeMs: 1_000, usedMs: null }]);
  expect(access.findToken(token, 2_000)?.name).toBe("home automation");
  access.findToken(token, 61_000);
  expect(access.listTokens()).toMatchObject([{ usedMs: 2_000 }]);
  access.findToken(token, 62_001);
  expect(access.listTokens()).toMatchObject([{ usedMs: 62_001 }]);
  expect(access.findToken(`${token}x`, 3_000)).toBeUndefined();
  expect(() => access.addToken("home automation", "write", 0)).toThrow(/already/);
  expect(() => access.addToken("  ", "write", 0)).toThrow(/needs a name/);
  expect(access.revokeToken("home automation")).toBe(true);
  expect(access.findToken(token, 4_000)).toBeUndefined();
  access.close();
});
