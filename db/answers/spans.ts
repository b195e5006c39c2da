/** From answers and events to spans. Pure; the one place where "unknown" is computed. */
import { END_CENSORED, readingFromCode, START_CENSORED, UNKNOWN_CODE } from "../rollup/timeline.ts";
import { type Reading, STATUS_CODES } from "../status.ts";
import type { Answer } from "./claims.ts";

/**
 * An event of one contact, as it is read. `isChange`: 1 when it became so then, 0 when it was so already. `raw`: the
 * network's own word; null where nobody asked for it.
 */
export type EventRow = readonly [
  atMs: number,
  coverageId: number,
  code: number,
  isChange: number,
  raw: string | null,
  ...more: unknown[],
];

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

/** A span without an object for it. `code`: see STATUS_CODES, 15 for unknown. `flags`: START_CENSORED, END_CENSORED. */
export type VisitSpan = (fromMs: number, toMs: number, code: number, flags: number, raw: string | null) => void;

export function spanOf(fromMs: number, toMs: number, code: number, flags: number, raw: string | null): Span {
  const startCensored = (flags & START_CENSORED) !== 0;
  return { fromMs, toMs, status: readingFromCode(code), raw, startCensored, endCensored: (flags & END_CENSORED) !== 0 };
}

/**
 * Visits spans that fill [fromMs, toMs) without overlap or hole, oldest first. `answers` lie in the range, ordered and
 * without overlap. `events` are ordered by instant: those inside the range, and for each answer the last one of its claim
 * before it.
 */
export function eachSpan(
  answers: readonly Answer[],
  events: readonly EventRow[],
  fromMs: number,
  toMs: number,
  visit: VisitSpan,
): void {
  const [first] = answers;
  // Most ranges lie within one coverage.
  const byCoverage =
    answers.length > 1 ? Map.groupBy(events, (event) => event[1]) : new Map([[first?.coverageId, events]]);
  let filledMs = fromMs;
  for (const answer of answers) {
    if (answer.fromMs > filledMs) visit(filledMs, answer.fromMs, UNKNOWN_CODE, 0, null);
    cutAnswer(answer, byCoverage.get(answer.coverageId) ?? [], visit);
    filledMs = answer.toMs;
  }
  if (filledMs < toMs) visit(filledMs, toMs, UNKNOWN_CODE, 0, null);
}

/**
 * The spans of one answer. `codeBefore`: what the contact was when it begins, where the event that said so is not among
 * `events`. A watched contact without an event in this coverage is offline.
 */
export function cutAnswer(
  answer: Answer,
  events: readonly EventRow[],
  visit: VisitSpan,
  codeBefore: number = STATUS_CODES.offline,
): void {
  let fromMs = answer.fromMs;
  let code = codeBefore;
  let raw: string | null = null;
  let startFlag = START_CENSORED;
  for (const [atMs, coverageId, nextCode, isChange, nextRaw] of events) {
    if (coverageId !== answer.coverageId || atMs < answer.claimFromMs || atMs >= answer.toMs) continue;
    if (atMs > fromMs) {
      visit(fromMs, atMs, code, startFlag | (isChange ? 0 : END_CENSORED), raw);
      fromMs = atMs;
    }
    code = nextCode;
    raw = nextRaw;
    startFlag = isChange && atMs >= answer.fromMs ? 0 : START_CENSORED;
  }
  visit(fromMs, answer.toMs, code, startFlag | END_CENSORED, raw);
}
