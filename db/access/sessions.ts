/** Browsers that are signed in. */
import type Database from "better-sqlite3";
import { hashOf, newToken } from "./token-text.ts";

/** A browser that has not come back for this long signs in afresh. */
const SESSION_IDLE_MS = 90 * 86_400_000;
/** That it was used is noted this often at most. */
const NOTE_EVERY_MS = 3_600_000;

export interface Session {
  /** Names it in forms and headers; the token cannot be told from it. */
  id: string;
  madeMs: number;
  /** To the hour. */
  seenMs: number;
  /** What it calls itself, such as "Firefox on Linux"; empty where that is not known. */
  browser: string;
}

const COLUMNS = "lower(hex(substr(hash, 1, 8))) AS id, made_ms AS madeMs, seen_ms AS seenMs, browser";

/** Returns the token of a new session. */
export function startSession(db: Database.Database, browser: string, nowMs: number): string {
  const token = newToken();
  db.prepare("DELETE FROM session WHERE seen_ms < ?").run(nowMs - SESSION_IDLE_MS);
  db.prepare("INSERT INTO session (hash, made_ms, seen_ms, browser) VALUES (?, ?, ?, ?)").run(
    hashOf(token),
    nowMs,
    nowMs,
    browser,
  );
  return token;
}

/** The session that the token opens. Notes at most once an hour that it was used. */
export function findSession(db: Database.Database, token: string, nowMs: number): Session | undefined {
  const hash = hashOf(token);
  const found = db.prepare(`SELECT ${COLUMNS} FROM session WHERE hash = ?`).get(hash) as Session | undefined;
  if (!found || found.seenMs < nowMs - SESSION_IDLE_MS) return undefined;
  if (found.seenMs < nowMs - NOTE_EVERY_MS)
    db.prepare("UPDATE session SET seen_ms = ? WHERE hash = ?").run(nowMs, hash);
  return found;
}

/** Those that still open, the last seen first. */
export function listSessions(db: Database.Database, nowMs: number): Session[] {
  return db
    .prepare(`SELECT ${COLUMNS} FROM session WHERE seen_ms >= ? ORDER BY seen_ms DESC, made_ms DESC`)
    .all(nowMs - SESSION_IDLE_MS) as Session[];
}

/** Whether there was one. */
export function endSession(db: Database.Database, id: string): boolean {
  return db.prepare("DELETE FROM session WHERE lower(hex(substr(hash, 1, 8))) = ?").run(id).changes > 0;
}

/** `exceptId`: one's own, which stays. */
export function endAllSessions(db: Database.Database, exceptId?: string): void {
  db.prepare("DELETE FROM session WHERE lower(hex(substr(hash, 1, 8))) IS NOT ?").run(exceptId ?? null);
}
