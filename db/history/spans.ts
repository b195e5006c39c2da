import { type Answer, answersOf, type Claim } from "../answers/claims.ts";
import { cutSpans, type Span } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import type { Seam } from "../rollup/timeline.ts";
import { statusFromCode } from "../status.ts";
import { spansThroughSealed } from "./sealed.ts";

interface EventRow {
  atMs: number;
  coverageId: number;
  status: number;
  raw: string;
  origin: number;
}

/** What claims are made of: a coverage of the contact's account. */
export interface CoverageRow {
  id: number;
  sourceId: number;
  fromMs: number;
  toMs: number;
}

/**
 * Spans of constant presence for one contact, oldest first, never overlapping, adding up to [fromMs, toMs). Time
 * without coverage, or outside the contact's watch, comes back as "unknown". Where the raw events are gone, `raw` is null.
 * Throws RangeError when fromMs >= toMs.
 */
export async function spansOf(db: Handle, contactId: number, fromMs: number, toMs: number): Promise<Span[]> {
  return spansThroughSealed(db, contactId, fromMs, toMs, (startMs, endMs, isCut) =>
    isCut
      ? spansBehindCut(db, contactId, startMs, endMs)
      : { spans: spansFromFacts(db, contactId, startMs, endMs), seam: "apart" },
  );
}

/**
 * The same at once, for whoever makes rollups of them within a transaction. `coverages`: all of the contact's account
 * that touch the range, where they are known already.
 */
export function spansFromFacts(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  coverages: readonly CoverageRow[] = coveragesTouching(db, accountOf(db, contactId), fromMs, toMs),
): Span[] {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const answers = answersOf(claimsOf(db, contactId, coverages), fromMs, toMs);
  if (answers.length === 0) return cutSpans([], [], fromMs, toMs);
  const events = [
    ...answers.flatMap((answer) => lastEventBefore(db, contactId, answer, fromMs)),
    ...(prepared(
      db,
      `SELECT at_ms AS atMs, coverage_id AS coverageId, status, raw, origin FROM event
       WHERE contact_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, seq`,
    ).all(contactId, fromMs, toMs) as EventRow[]),
  ];
  return cutSpans(
    answers,
    events.map((row) => ({ ...row, status: statusFromCode(row.status), isChange: row.origin === 1 })),
    fromMs,
    toMs,
  );
}

/**
 * Spans of a part of a longer reading, which was cut at `fromMs`, and how they hang together with what was before. They
 * are the same as those of [fromMs, toMs) alone.
 */
export function spansBehindCut(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  coverages?: readonly CoverageRow[],
): { spans: Span[]; seam: Seam } {
  // One look at the millisecond before tells whether the cut is in the middle of something.
  const [before, ...spans] = spansFromFacts(db, contactId, fromMs - 1, toMs, coverages) as [Span, ...Span[]];
  if (before.toMs === fromMs) {
    const isChanged = before.status !== "unknown" && !before.endCensored;
    return { spans, seam: isChanged ? "changed" : "apart" };
  }
  const rest: Span = { ...before, fromMs, startCensored: before.status !== "unknown" };
  return { spans: [rest, ...spans], seam: before.status === "unknown" ? "apart" : "goes-on" };
}

/** The coverages of an account that touch [fromMs, toMs), in no order. */
export function coveragesTouching(db: Handle, accountId: number, fromMs: number, toMs: number): CoverageRow[] {
  return prepared(
    db,
    `SELECT id, source_id AS sourceId, from_ms AS fromMs, to_ms AS toMs FROM coverage
     WHERE account_id = ? AND to_ms > ? AND from_ms < ?`,
  ).all(accountId, fromMs, toMs) as CoverageRow[];
}

export function accountOf(db: Handle, contactId: number): number {
  const accountId = prepared(db, "SELECT account_id FROM contact WHERE id = ?").pluck().get(contactId);
  // Nobody's account: a contact that there is not was never covered.
  return (accountId as number | undefined) ?? 0;
}

/** A source's number is its priority: this Rollcall's own facts come first, then those that were merged into them. */
export function claimsOf(db: Handle, contactId: number, coverages: readonly CoverageRow[]): Claim[] {
  if (coverages.length === 0) return [];
  const watches = prepared(
    db,
    `SELECT from_ms AS fromMs, to_ms AS toMs, coalesce(source_id, ${OWN_SOURCE}) AS sourceId
     FROM watch WHERE contact_id = ?`,
  ).all(contactId) as { fromMs: number; toMs: number | null; sourceId: number }[];
  const claims: Claim[] = [];
  for (const watch of watches) {
    for (const { id, sourceId, fromMs, toMs } of coverages) {
      // One Rollcall's roster says nothing about another's.
      if (sourceId !== watch.sourceId) continue;
      const startMs = Math.max(fromMs, watch.fromMs);
      const endMs = Math.min(toMs, watch.toMs ?? toMs);
      if (startMs < endMs) claims.push({ coverageId: id, priority: sourceId, fromMs: startMs, toMs: endMs });
    }
  }
  return claims;
}

/**
 * What an answer's claim knew when the range began; nothing when the contact was offline by silence. Events within the
 * range are read all together, also those before an answer that another source's comes before.
 */
function lastEventBefore(
  db: Handle,
  contactId: number,
  { coverageId, claimFromMs }: Answer,
  rangeFromMs: number,
): EventRow[] {
  if (claimFromMs >= rangeFromMs) return [];
  return prepared(
    db,
    `SELECT at_ms AS atMs, coverage_id AS coverageId, status, raw, origin FROM event
     WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  ).all(contactId, coverageId, claimFromMs, rangeFromMs) as EventRow[];
}

/** The first instant at which the contact was watched; undefined when it never was. */
export async function firstWatchedMs(db: Handle, contactId: number): Promise<number | undefined> {
  const first = prepared(db, "SELECT min(from_ms) FROM watch WHERE contact_id = ?").pluck().get(contactId);
  return (first as number | null) ?? undefined;
}
