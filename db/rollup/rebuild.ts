/** Making all rollups again from the facts, and the hash that proves that they came out the same. */
import { createHash } from "node:crypto";
import type { Handle } from "../open.ts";
import { NEVER } from "./marks.ts";
import { Roller, reopenDays } from "./roller.ts";
import { DAY_MS, dayOf } from "./timeline.ts";

/** How long one transaction may take, where nobody else waits to write. */
const SLICE_MS = 200;

export interface Rebuilt {
  /** Of the ordered rows, before and after. */
  before: string;
  after: string;
  /** Rows after. */
  rows: number;
}

/**
 * Makes all rollups but the sealed ones again. To be called by whoever holds the data folder's lock. Broken off, it is
 * taken up again by whoever rolls up next. `onProgress`: days of accounts done, and in all.
 */
export function rebuildRollups(
  db: Handle,
  nowMs: number,
  onProgress: (done: number, total: number) => void = () => undefined,
): Rebuilt {
  // What is not rolled up yet would look like a difference.
  rollAll(db, nowMs, () => undefined);
  const before = hashOfRollups(db).hash;
  db.transaction(() => {
    for (const accountId of db.prepare("SELECT id FROM account").pluck().all() as number[])
      reopenDays(db, accountId, NEVER * DAY_MS);
  }).immediate();
  const total = daysToDo(db, nowMs);
  rollAll(db, nowMs, () => onProgress(total - daysToDo(db, nowMs), total));
  const { hash: after, rows } = hashOfRollups(db);
  return { before, after, rows };
}

/** SHA-256 of all rows that are read, in the order of their keys, as hexadecimal digits; and how many they are. */
export function hashOfRollups(db: Handle): { hash: string; rows: number } {
  const hash = createHash("sha256");
  let rows = 0;
  for (const sql of ROWS) {
    for (const row of db.prepare(sql).raw().iterate() as Iterable<(number | Uint8Array)[]>) {
      rows++;
      for (const cell of row) {
        const bytes = typeof cell === "number" ? Buffer.from(`${cell};`) : cell;
        hash.update(`${bytes.length}:`).update(bytes);
      }
    }
    hash.update("\n");
  }
  return { hash: hash.digest("hex"), rows };
}

/** Rows of contacts beyond their account's mark are leftovers, which nobody reads. */
const ROWS = [
  `SELECT d.contact_id, d.day, d.sealed, d.timeline FROM contact c
   JOIN rollup_mark m ON m.account_id = c.account_id
   JOIN contact_day d ON d.contact_id = c.id AND d.day < m.to_day ORDER BY d.contact_id, d.day`,
  "SELECT account_id, day, quarters FROM account_day ORDER BY account_id, day",
  "SELECT day, quarters FROM everyone_day ORDER BY day",
  "SELECT account_id, to_day FROM rollup_mark ORDER BY account_id",
  "SELECT account_id, to_ms, quarters, coalesce(coverage_id, 0), standing FROM day_so_far ORDER BY account_id",
] as const;

function rollAll(db: Handle, nowMs: number, onSlice: () => void): void {
  const roller = new Roller(db);
  while (roller.roll(nowMs, SLICE_MS)) onSlice();
}

/** Days of accounts between their mark, or their first coverage, and the last one. */
function daysToDo(db: Handle, nowMs: number): number {
  const accounts = db
    .prepare(`
      SELECT coalesce(m.to_day, ${NEVER}) AS mark, min(c.from_ms) AS fromMs, max(c.to_ms) AS toMs
      FROM coverage c LEFT JOIN rollup_mark m ON m.account_id = c.account_id GROUP BY c.account_id`)
    .all() as { mark: number; fromMs: number; toMs: number }[];
  const days = accounts.map(({ mark, fromMs, toMs }) => dayOf(Math.min(toMs, nowMs)) - Math.max(mark, dayOf(fromMs)));
  return days.reduce((sum, each) => sum + Math.max(0, each), 0);
}
