import { answersOf, type Claim } from "../answers/claims.ts";
import { eachSpan, type Span, type VisitSpan } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { CHANGED, END_CENSORED, GOES_ON, START_CENSORED, UNKNOWN_CODE } from "../rollup/timeline.ts";
import { eventsFor } from "./event-rows.ts";
import { spansThroughSealed } from "./sealed.ts";

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
  return spansThroughSealed(db, contactId, fromMs, toMs, (startMs, endMs, visit) =>
    startMs > fromMs
      ? eachSpanBehindCut(db, contactId, startMs, endMs, visit, { withRaw: true })
      : eachSpanFromFacts(db, contactId, startMs, endMs, visit, { withRaw: true }),
  );
}

export interface FactReading {
  /** All coverages of the contact's account that touch the range, where they are known already. */
  coverages?: readonly CoverageRow[] | undefined;
  /** The network's own words are asked for. */
  withRaw?: boolean;
}

/**
 * The same at once, from the facts alone and without an object for each span: for whoever makes rollups of them within a
 * transaction. Throws RangeError when fromMs >= toMs.
 */
export function eachSpanFromFacts(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  visit: VisitSpan,
  { coverages = coveragesTouching(db, accountOf(db, contactId), fromMs, toMs), withRaw = false }: FactReading = {},
): void {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const answers = answersOf(claimsOf(db, contactId, coverages), fromMs, toMs);
  const events = answers.length > 0 ? eventsFor(db, contactId, answers, fromMs, toMs, withRaw) : [];
  eachSpan(answers, events, fromMs, toMs, visit);
}

/**
 * The same of a part of a longer reading, which was cut at `fromMs`. The flags of the first span say how it hangs together
 * with what was before: GOES_ON, CHANGED or neither.
 */
export function eachSpanBehindCut(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  visit: VisitSpan,
  { coverages, withRaw = false }: FactReading = {},
): void {
  let seam = 0;
  const visitPart: VisitSpan = (startMs, endMs, code, flags, raw) => {
    const isKnown = code !== UNKNOWN_CODE;
    if (endMs === fromMs) seam = isKnown && (flags & END_CENSORED) === 0 ? CHANGED : 0;
    else if (startMs >= fromMs) visit(startMs, endMs, code, startMs === fromMs ? flags | seam : flags, raw);
    else visit(fromMs, endMs, code, isKnown ? flags | START_CENSORED | GOES_ON : flags, raw);
  };
  // One look at the millisecond before tells whether the cut is in the middle of something.
  eachSpanFromFacts(db, contactId, fromMs - 1, toMs, visitPart, { coverages, withRaw });
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

/** The first instant at which the contact was watched; undefined when it never was. */
export async function firstWatchedMs(db: Handle, contactId: number): Promise<number | undefined> {
  const first = prepared(db, "SELECT min(from_ms) FROM watch WHERE contact_id = ?").pluck().get(contactId);
  return (first as number | null) ?? undefined;
}
