import type { Handle } from "../open.ts";
import type { CoverageEnd } from "../record/facts.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { AHEAD_MS, PROOF_IS_FRESH_MS } from "./accounts.ts";

export interface Coverage {
  id: number;
  accountId: number;
  source: string;
  fromMs: number;
  /** The last proof of life; nothing is claimed from here on. */
  toMs: number;
  /** Null while the coverage goes on. */
  endReason: CoverageEnd | null;
}

const COLUMNS = `
  cov.id, cov.account_id AS accountId, s.name AS source, cov.from_ms AS fromMs, cov.to_ms AS toMs, cov.end_reason AS endReason
  FROM coverage cov JOIN source s ON s.id = cov.source_id`;

/** The coverages of an account that touch [fromMs, toMs), oldest first. */
export async function coverageOf(db: Handle, accountId: number, fromMs: number, toMs: number): Promise<Coverage[]> {
  return db
    .prepare(`SELECT ${COLUMNS} WHERE cov.account_id = ? AND cov.to_ms > ? AND cov.from_ms < ? ORDER BY cov.from_ms`)
    .all(accountId, fromMs, toMs) as Coverage[];
}

/**
 * Where charts and exports of an account stop: its last proof of life while it is being observed, because the seconds
 * since are not a gap but simply not known yet; otherwise `nowMs`, because time since its last coverage is a gap.
 */
export async function horizonOf(db: Handle, accountId: number, nowMs: number): Promise<number> {
  const provedMs = db
    .prepare("SELECT to_ms FROM coverage WHERE account_id = ? AND end_reason IS NULL AND to_ms BETWEEN ? AND ?")
    .pluck()
    .get(accountId, nowMs - PROOF_IS_FRESH_MS, nowMs + AHEAD_MS) as number | undefined;
  return provedMs === undefined ? nowMs : Math.min(provedMs, nowMs);
}

/** The first instant that any coverage of the account claims; undefined when there is none. */
export async function firstCoveredMs(db: Handle, accountId: number): Promise<number | undefined> {
  const first = db.prepare("SELECT min(from_ms) FROM coverage WHERE account_id = ?").pluck().get(accountId);
  return (first as number | null) ?? undefined;
}

/**
 * The last instant that this Rollcall recorded anything at for the account; 0 when nothing was. While the clock shows less than
 * this, it has gone back and nothing may be claimed.
 */
export function lastRecordedMs(db: Handle, accountId: number): number {
  const last = db
    .prepare(
      `SELECT to_ms FROM coverage WHERE account_id = ? AND source_id = ${OWN_SOURCE} ORDER BY to_ms DESC LIMIT 1`,
    )
    .pluck()
    .get(accountId);
  return (last as number | undefined) ?? 0;
}
