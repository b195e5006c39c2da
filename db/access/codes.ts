/**
 * Codes at sign-in, besides the password: RFC 6238 with what every app assumes (SHA-1, 6 digits, 30 s). Both sides need
 * the secret itself, so it stands in `access.db` as it is; it is worth nothing without the password.
 */
import type Database from "better-sqlite3";
import { Secret, TOTP } from "otpauth";

const PERIOD_S = 30;
/** So many codes before and after the present one are taken: clocks differ, and people type slowly. */
const WINDOW = 1;
const SECRET_BYTES = 20;

/** A secret that was made, for an app to take over. */
export interface PendingCodes {
  /** In base32, to type in. */
  secret: string;
  /** The same as `otpauth://…`, to open. */
  uri: string;
}

interface Row {
  secret: string;
  confirmedMs: number | null;
  lastCounter: number;
}

/** Makes a secret in the place of any that nobody confirmed. Nothing is asked for at sign-in until `confirmCodes`. */
export function beginCodes(db: Database.Database): void {
  if (rowOf(db)?.confirmedMs != null) return;
  db.prepare("INSERT OR REPLACE INTO code (only, secret, confirmed_ms, last_counter) VALUES (1, ?, NULL, 0)").run(
    new Secret({ size: SECRET_BYTES }).base32,
  );
}

/** The secret that waits for its first code; undefined when none does. */
export function pendingCodes(db: Database.Database): PendingCodes | undefined {
  const row = rowOf(db);
  if (!row || row.confirmedMs !== null) return undefined;
  return { secret: row.secret, uri: totp(row.secret).toString() };
}

/** With a code of the pending secret: from now on sign-in asks for them. Whether it was one. */
export function confirmCodes(db: Database.Database, code: string, nowMs: number): boolean {
  if (rowOf(db)?.confirmedMs !== null || !takeCode(db, code, nowMs)) return false;
  db.prepare("UPDATE code SET confirmed_ms = ?").run(nowMs);
  return true;
}

export function asksForCodes(db: Database.Database): boolean {
  return rowOf(db)?.confirmedMs != null;
}

/** Whether it is a code of now that was not used before, nor one after it; it is used up by that. */
export function takeCode(db: Database.Database, code: string, nowMs: number): boolean {
  const row = rowOf(db);
  const token = code.replace(/\s/g, "");
  if (!row || !/^\d{6}$/.test(token)) return false;
  const delta = totp(row.secret).validate({ token, timestamp: nowMs, window: WINDOW });
  if (delta === null) return false;
  const counter = Math.floor(nowMs / 1_000 / PERIOD_S) + delta;
  return db.prepare("UPDATE code SET last_counter = ? WHERE last_counter < ?").run(counter, counter).changes > 0;
}

/** Whether there were any. */
export function removeCodes(db: Database.Database): boolean {
  return db.prepare("DELETE FROM code").run().changes > 0;
}

function rowOf(db: Database.Database): Row | undefined {
  const sql = "SELECT secret, confirmed_ms AS confirmedMs, last_counter AS lastCounter FROM code";
  return db.prepare(sql).get() as Row | undefined;
}

function totp(secret: string): TOTP {
  return new TOTP({ issuer: "Rollcall", label: "dashboard", secret, period: PERIOD_S });
}
