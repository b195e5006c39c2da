import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { type Status, statusFromCode } from "../status.ts";

/** What is said of somebody, as it is committed. */
export interface NewEvent {
  /** Goes up with every event of this history, and is never used again. */
  seq: number;
  contactId: number;
  atMs: number;
  status: Status;
  raw: string;
  /** `change`: it became so. `baseline`: it was so already when looking began. */
  origin: "baseline" | "change";
}

/** The newest event's number; 0 when there is none. */
export function newestSeq(db: Handle): number {
  return (prepared(db, "SELECT max(seq) FROM event").pluck().get() as number | null) ?? 0;
}

/** What was recorded behind this number, in the order of recording, at most `limit`. Facts merged from elsewhere are in it, too. */
export function eventsAfter(db: Handle, seq: number, limit: number): NewEvent[] {
  const rows = prepared(
    db,
    `SELECT seq, contact_id AS contactId, at_ms AS atMs, status, raw, origin FROM event
     WHERE seq > ? ORDER BY seq LIMIT ?`,
  ).all(seq, limit) as (Omit<NewEvent, "status" | "origin"> & { status: number; origin: number })[];
  return rows.map(({ status, origin, ...row }) => ({
    ...row,
    status: statusFromCode(status),
    origin: origin === 1 ? "change" : "baseline",
  }));
}
