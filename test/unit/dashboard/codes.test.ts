import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { TOTP } from "otpauth";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Access } from "../../../db/access/access.ts";

let folder: string;
let access: Access;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-codes-"));
  access = new Access(folder);
});
afterEach(() => {
  access.close();
  rmSync(folder, { recursive: true });
});

const STEP_MS = 30_000;
const START_MS = 1_000_000 * STEP_MS;

function codeAt(secret: string, nowMs: number): string {
  return new TOTP({ secret }).generate({ timestamp: nowMs });
}

/** Codes that are asked for, their secret, confirmed at START_MS. */
function setUp(): string {
  access.beginCodes();
  const secret = access.pendingCodes()?.secret ?? "";
  expect(access.confirmCodes(codeAt(secret, START_MS), START_MS)).toBe(true);
  return secret;
}

test("nothing is asked for until the app has shown that it knows the secret", () => {
  access.beginCodes();
  const pending = access.pendingCodes();
  expect(pending?.uri).toContain(`otpauth://totp/Rollcall:dashboard?issuer=Rollcall&secret=${pending?.secret}`);
  expect(access.confirmCodes("000000x", START_MS)).toBe(false);
  expect(access.asksForCodes()).toBe(false);
  const spaced = codeAt(pending?.secret ?? "", START_MS).replace(/^(...)/, "$1 ");
  expect(access.confirmCodes(spaced, START_MS)).toBe(true);
  expect(access.asksForCodes()).toBe(true);
  expect(access.pendingCodes()).toBeUndefined();
  // Beginning again would change the secret behind the owner's back.
  access.beginCodes();
  expect(access.asksForCodes()).toBe(true);
});

test("the codes are those of RFC 6238", () => {
  const db = new Database(join(folder, "access.db"));
  // The RFC's own secret, "12345678901234567890"; of its eight digits the last six.
  db.exec("INSERT INTO code VALUES (1, 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 1, 0)");
  db.close();
  for (const [seconds, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [20_000_000_000, "353130"],
  ] as const)
    expect(access.takeCode(code, seconds * 1_000)).toBe(true);
});

test("a code works once, and one before it no more", () => {
  const secret = setUp();
  const nextMs = START_MS + STEP_MS;
  expect(access.takeCode(codeAt(secret, START_MS), START_MS + 1)).toBe(false);
  expect(access.takeCode(codeAt(secret, nextMs), nextMs)).toBe(true);
  expect(access.takeCode(codeAt(secret, nextMs), nextMs + 1)).toBe(false);
  expect(access.takeCode(codeAt(secret, START_MS), nextMs)).toBe(false);
});

test("a clock may be half a minute off, and not more", () => {
  const secret = setUp();
  const nowMs = START_MS + 10 * STEP_MS;
  for (const steps of [-3, -2, 2, 3])
    expect(access.takeCode(codeAt(secret, nowMs + steps * STEP_MS), nowMs)).toBe(false);
  for (const steps of [-1, 0, 1]) expect(access.takeCode(codeAt(secret, nowMs + steps * STEP_MS), nowMs)).toBe(true);
});

test("they go with the password, and by themselves", async () => {
  setUp();
  expect(access.removeCodes()).toBe(true);
  expect(access.asksForCodes()).toBe(false);
  await access.setPassword("correct horse", 0);
  setUp();
  access.removePassword();
  expect(access.asksForCodes()).toBe(false);
});
