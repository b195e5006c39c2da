/** From answers and events to spans. Pure; the one place where "unknown" is computed. */
import type { Reading, Status } from "../status.ts";
import type { Answer } from "./claims.ts";

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
 * Spans that fill [fromMs, toMs) without overlap or hole. `answers` lie in the range, ordered and without overlap.
 * `events` are ordered by instant: those inside the range, and for each answer the last one of its claim before it.
 */
export function cutSpans(
  answers: readonly Answer[],
  events: readonly RecordedEvent[],
  fromMs: number,
  toMs: number,
): Span[] {
  const byCoverage = Map.groupBy(events, (event) => event.coverageId);
  const spans: Span[] = [];
  let filledMs = fromMs;
  for (const answer of answers) {
    if (answer.fromMs > filledMs) spans.push(unknown(filledMs, answer.fromMs));
    spans.push(...cutAnswer(answer, byCoverage.get(answer.coverageId) ?? []));
    filledMs = answer.toMs;
  }
  if (filledMs < toMs) spans.push(unknown(filledMs, toMs));
  return spans;
}

function cutAnswer({ claimFromMs, fromMs: startMs, toMs: endMs }: Answer, events: readonly RecordedEvent[]): Span[] {
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
    if (atMs < claimFromMs || atMs >= endMs) continue;
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
