/** Runs, coverages and watches: what is claimed, and that no claim contradicts another. */
import type { Handle } from "../open.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { at, type Check, type Finding, RESTORE } from "./finding.ts";

interface Row {
  id: number;
  whose: number;
  fromMs: number;
  toMs: number;
}

export const runs: Check = {
  name: "runs",
  *run(db) {
    const rows = db.prepare("SELECT id FROM run WHERE heartbeat_ms < started_ms OR ended_ms < started_ms").pluck();
    for (const id of rows.all()) yield { what: `run ${id} ends before it begins`, advice: RESTORE };
    const open = db.prepare("SELECT count(*) FROM run WHERE ended_ms IS NULL").pluck().get() as number;
    if (open > 1) yield { what: `${open} runs of the collector are open at once`, advice: RESTORE };
  },
};

export const coverages: Check = {
  name: "coverages",
  *run(db, { nowMs }) {
    yield* backwards(db, "coverage");
    const open = db
      .prepare(
        "SELECT account_id, count(*) FROM coverage WHERE end_reason IS NULL GROUP BY account_id, source_id HAVING count(*) > 1",
      )
      .raw()
      .all() as [number, number][];
    for (const [account, count] of open) {
      yield { what: `account ${account} has ${count} open coverages of one source`, advice: RESTORE };
    }
    const overlapping = overlaps(db, "coverage", "account_id", "account_id, source_id");
    for (const { id, whose, fromMs } of overlapping) {
      const what = `coverage ${id} of account ${whose} begins at ${at(fromMs)}, within another of the same source`;
      yield { what, advice: RESTORE };
    }
    const ahead = db.prepare("SELECT id, to_ms AS toMs FROM coverage WHERE to_ms > ?").all(nowMs + 60_000) as Row[];
    for (const { id, toMs } of ahead) {
      const what = `coverage ${id} claims the time until ${at(toMs)}, which is yet to come`;
      yield { what, advice: "set this machine's clock, or wait: nothing is recorded before that instant" };
    }
  },
};

export const watches: Check = {
  name: "watches",
  *run(db) {
    yield* backwards(db, "watch");
    const source = `coalesce(source_id, ${OWN_SOURCE})`;
    for (const { id, whose, fromMs } of overlaps(db, "watch", "contact_id", `contact_id, ${source}`)) {
      const what = `watch ${id} of contact ${whose} begins at ${at(fromMs)}, within another of the same source`;
      yield { what, advice: RESTORE };
    }
  },
};

function* backwards(db: Handle, table: "coverage" | "watch"): Generator<Finding> {
  for (const id of db.prepare(`SELECT id FROM ${table} WHERE to_ms < from_ms`).pluck().all()) {
    yield { what: `${table} ${id} ends before it begins`, advice: RESTORE };
  }
}

/** Rows that begin before an earlier one of the same kind has ended; an open one has not ended. */
function overlaps(db: Handle, table: "coverage" | "watch", whose: string, partition: string): Row[] {
  return db
    .prepare(
      `SELECT id, whose, fromMs, toMs FROM (
         SELECT id, ${whose} AS whose, from_ms AS fromMs, coalesce(to_ms, 9e15) AS toMs, max(coalesce(to_ms, 9e15)) OVER (
           PARTITION BY ${partition} ORDER BY from_ms, coalesce(to_ms, 9e15), id
           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reachedMs
         FROM ${table})
       WHERE fromMs < reachedMs`,
    )
    .all() as Row[];
}
