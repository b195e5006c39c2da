/** How far the rollups reach. */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** The mark of an account that has none yet: before all days. */
export const NEVER = -1_000_000;

/** The first day for which the account's rollups are not to be read. */
export function markOf(db: Handle, accountId: number): number {
  const toDay = prepared(db, "SELECT to_day FROM rollup_mark WHERE account_id = ?").pluck().get(accountId);
  return (toDay as number | undefined) ?? NEVER;
}

/**
 * The first day that is not summed up for everyone; undefined when none is. Everyone's days have no holes, so the last
 * one tells.
 */
export function everyoneMark(db: Handle): number | undefined {
  const last = prepared(db, "SELECT max(day) FROM everyone_day").pluck().get() as number | null;
  return last === null ? undefined : last + 1;
}

/** The past was opened again where events are gone: then the days beyond the mark are not all in the facts. */
export function isSealedFrom(db: Handle, accountId: number, day: number): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM contact_day WHERE day >= ? AND sealed = 1
    AND contact_id IN (SELECT id FROM contact WHERE account_id = ?))`;
  return prepared(db, sql).pluck().get(day, accountId) === 1;
}
