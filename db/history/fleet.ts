/**
 * What is new of many contacts, from the facts alone and for sums only: no spans are made, and what they
 * have in common is asked once. The same reading as that of `spansFromFacts`.
 */
import { type Answer, answersOf } from "../answers/claims.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { STATUS_CODES } from "../status.ts";
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
    const events = eventsOf(db, contactId, fromMs, toMs);
    for (const answer of answers) eachPieceOfAnswer(answer, codeBefore(db, contactId, answer), events, visit);
  }
}

export type EventRow = readonly [atMs: number, coverageId: number, status: number, ...more: unknown[]];

/** `codeBefore`: what the contact was when the answer begins. `events`: by instant. */
export function eachPieceOfAnswer(
  answer: Answer,
  codeBefore: number,
  events: readonly EventRow[],
  visit: (fromMs: number, toMs: number, code: number) => void,
): void {
  let code = codeBefore;
  let atMs = answer.fromMs;
  for (const [eventMs, coverageId, status] of events) {
    if (coverageId !== answer.coverageId || eventMs < answer.claimFromMs || eventMs >= answer.toMs) continue;
    if (eventMs > atMs) {
      visit(atMs, eventMs, code);
      atMs = eventMs;
    }
    code = status;
  }
  visit(atMs, answer.toMs, code);
}

/** A watched contact without an event in this coverage is offline. */
function codeBefore(db: Handle, contactId: number, { coverageId, claimFromMs, fromMs }: Answer): number {
  if (claimFromMs === fromMs) return STATUS_CODES.offline;
  const code = prepared(
    db,
    `SELECT status FROM event
     WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  )
    .pluck()
    .get(contactId, coverageId, claimFromMs, fromMs) as number | undefined;
  return code ?? STATUS_CODES.offline;
}

function eventsOf(db: Handle, contactId: number, fromMs: number, toMs: number): EventRow[] {
  return prepared(
    db,
    "SELECT at_ms, coverage_id, status FROM event WHERE contact_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, seq",
  )
    .raw()
    .all(contactId, fromMs, toMs) as EventRow[];
}
