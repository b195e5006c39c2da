/** Whether a copy of the history can be relied on. */
import type { Handle } from "../open.ts";

/** A copy that is not what it should be; the message is for the person who wanted it. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
}

/** How much there is of what is only ever appended, up to a row each: what comes later is no business of a copy. */
export type Stock = Record<string, { rows: number; lastRow: number }>;

const APPENDED = { source: "id", run: "id", coverage: "id", event: "seq", profile: "seq" } as const;

/** Counts all rows, or those up to the last ones of an earlier count. */
export function stockOf(db: Handle, earlier?: Stock): Stock {
  const stock: Stock = {};
  for (const [table, key] of Object.entries(APPENDED)) {
    const lastRow =
      earlier?.[table]?.lastRow ??
      (db.prepare(`SELECT coalesce(max(${key}), 0) FROM ${table}`).pluck().get() as number);
    const rows = db.prepare(`SELECT count(*) FROM ${table} WHERE ${key} <= ?`).pluck().get(lastRow) as number;
    stock[table] = { rows, lastRow };
  }
  return stock;
}

/**
 * Throws BackupRefused when the copy does not hold what its original held: `before` it was made, and `after`, of the same
 * rows, for some may have been purged meanwhile.
 */
export function compareStock(copy: Stock, before: Stock, after: Stock): void {
  for (const table of Object.keys(APPENDED)) {
    const [most, least, found] = [before, after, copy].map((stock) => stock[table]?.rows ?? 0) as [
      number,
      number,
      number,
    ];
    if (found < least || found > most) {
      throw new BackupRefused(`the copy has ${found} rows in "${table}", and the history ${most}: the copy is no good`);
    }
  }
}

/** Reads every page and every reference. Throws BackupRefused with what is wrong first. */
export function requireSound(db: Handle, path: string): void {
  const [first, ...others] = db.prepare("PRAGMA integrity_check(10)").pluck().all() as string[];
  if (first !== "ok") {
    throw new BackupRefused(`${path} is damaged: ${first}${others.length > 0 ? ` (and ${others.length} more)` : ""}`);
  }
  const dangling = db.prepare("PRAGMA foreign_key_check").all() as { table: string; parent: string }[];
  if (dangling[0]) {
    const { table, parent } = dangling[0];
    throw new BackupRefused(`${path} is damaged: rows of "${table}" refer to a "${parent}" that is not there`);
  }
}
