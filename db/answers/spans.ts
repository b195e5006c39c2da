/** From claims and events to spans. Pure; the one place where "unknown" is computed. */
import type { Reading, Status } from "../status.ts";

/** A stretch in which one coverage answers for one contact: the coverage cut to the contact's watch. */
export interface Claim {
  coverageId: number;
  fromMs: number;
  toMs: number;
}

export interface RecordedEvent {
  atMs: number;
  coverageId: number;
  status: Status;
  raw: string;
  /** It became so then; otherwise it was so already. */
  isChange: boolean;
}

/** A stretch of constant presence, [fromMs, toMs). */
export interface Span {
  fromMs: number;
  toMs: number;
  status: Reading;
  /** The network's own word; null when unknown, or when the contact is offline because nothing was said. */
  raw: string | null;
  /** The status held already when looking (or the range) began. False for unknown spans. */
  startCensored: boolean;
  /** The status held still when looking (or the range) ended. False for unknown spans. */
  endCensored: boolean;
}

/**
 * Spans that fill [fromMs, toMs) without overlap or hole. `claims` are ordered and touch the range, but may begin
 * before it; where two overlap, the first one answers. `events` are ordered by instant: those inside the range, and
 * for each claim that began before the range the last one before it.
 */
export function cutSpans(
  claims: readonly Claim[],
  events: readonly RecordedEvent[],
  fromMs: number,
  toMs: number,
): Span[] {
  const byCoverage = Map.groupBy(events, (event) => event.coverageId);
  const spans: Span[] = [];
  let filledMs = fromMs;
  for (const claim of claims) {
    const startMs = Math.max(claim.fromMs, filledMs);
    const endMs = Math.min(claim.toMs, toMs);
    if (startMs >= endMs) continue;
    if (startMs > filledMs) spans.push(unknown(filledMs, startMs));
    spans.push(...cutClaim(claim, byCoverage.get(claim.coverageId) ?? [], startMs, endMs));
    filledMs = endMs;
  }
  if (filledMs < toMs) spans.push(unknown(filledMs, toMs));
  return spans;
}

function cutClaim(claim: Claim, events: readonly RecordedEvent[], startMs: number, endMs: number): Span[] {
  const spans: Span[] = [];
  // A watched contact without an event in this coverage is offline.
  let current: Span = {
    fromMs: startMs,
    toMs: endMs,
    status: "offline",
    raw: null,
    startCensored: true,
    endCensored: true,
  };
  for (const { atMs, status, raw, isChange } of events) {
    if (atMs < claim.fromMs || atMs >= endMs) continue;
    const fromMs = Math.max(atMs, startMs);
    if (fromMs > current.fromMs) spans.push({ ...current, toMs: fromMs, endCensored: !isChange });
    current = { fromMs, toMs: endMs, status, raw, startCensored: !isChange || atMs < startMs, endCensored: true };
  }
  spans.push(current);
  return spans;
}

function unknown(fromMs: number, toMs: number): Span {
  return { fromMs, toMs, status: "unknown", raw: null, startCensored: false, endCensored: false };
}
