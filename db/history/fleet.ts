/**
 * What is new of many contacts, from the facts alone and for sums only: what they have in common is asked once. The same
 * reading as that of `eachSpanFromFacts`.
 */
import { answersOf } from "../answers/claims.ts";
import { eachSpan } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { UNKNOWN_CODE } from "../rollup/timeline.ts";
import { eventsFor } from "./event-rows.ts";
import { type CoverageRow, claimsOf } from "./spans.ts";

/** Visits every stretch of these contacts of one account in [fromMs, toMs) that was observed. None of its days may be sealed. */
export function eachKnownPieceOf(
  db: Handle,
  contactIds: readonly number[],
  coverages: readonly CoverageRow[],
  fromMs: number,
  toMs: number,
  visit: (fromMs: number, toMs: number, code: number) => void,
): void {
  if (coverages.length === 0) return;
  for (const contactId of contactIds) {
    const answers = answersOf(claimsOf(db, contactId, coverages), fromMs, toMs);
    if (answers.length === 0) continue;
    eachSpan(answers, eventsFor(db, contactId, answers, fromMs, toMs), fromMs, toMs, (startMs, endMs, code) => {
      if (code !== UNKNOWN_CODE) visit(startMs, endMs, code);
    });
  }
}
