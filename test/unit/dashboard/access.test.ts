import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Access, AccessRefused } from "../../../db/access/access.ts";

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
  expect(() => access.sessionOf("token", 0)).toThrow(AccessRefused);
  expect(() => access.redeemKey(access.makeKey(0), 0)).toThrow(/no such table: session/);
  access.close();
});

test("a new password signs out every browser but the one that set it, and stops keys that were printed", () => {
  const access = new Access(folder);
  const [mine, other] = [access.openSession(1_000), access.openSession(2_000)];
  const key = access.makeKey(3_000);
  const session = access.sessionOf(mine, 4_000);
  access.putPassword("$argon2id$…", 5_000, session);
  expect(access.password).toBe("$argon2id$…");
  expect(access.sessionOf(mine, 6_000)).toBe(session);
  expect(access.sessionOf(other, 6_000)).toBeUndefined();
  expect(access.redeemKey(key, 6_000)).toBeUndefined();
  access.putPassword(undefined, 7_000);
  expect(access.password).toBeUndefined();
  expect(access.sessions(8_000)).toEqual([]);
  access.close();
});

test("sessions are listed by when they were used, without what opens them, and end one by one", () => {
  const access = new Access(folder);
  const HOUR_MS = 3_600_000;
  const [early, late] = [access.openSession(1_000), access.openSession(2_000)];
  access.sessionOf(early, 3 * HOUR_MS);
  expect(access.sessions(3 * HOUR_MS).map(({ madeMs, seenMs }) => [madeMs, seenMs])).toEqual([
    [1_000, 3 * HOUR_MS],
    [2_000, 2_000],
  ]);
  expect(JSON.stringify(access.sessions(3 * HOUR_MS))).not.toContain(early);
  access.endSession(access.sessions(3 * HOUR_MS)[0]?.id ?? "");
  expect(access.sessionOf(early, 3 * HOUR_MS)).toBeUndefined();
  expect(access.sessionOf(late, 3 * HOUR_MS)).toBeDefined();
  expect(access.sessions(100 * 24 * HOUR_MS)).toEqual([]);
  access.close();
});

test("a file of a Rollcall that knew no passwords goes on being used", () => {
  const old = new Database(path);
  old.exec(`CREATE TABLE one_time_key (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE session (hash BLOB PRIMARY KEY, made_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL) STRICT`);
  old.close();
  const access = new Access(folder);
  expect(access.password).toBeUndefined();
  access.putPassword("hash", 1);
  expect(access.password).toBe("hash");
  access.close();
});
