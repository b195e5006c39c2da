/** The events of one contact that answers are made of. */
import type { Answer } from "../answers/claims.ts";
import type { EventRow } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** As they are read: with their number, which tells what came first within a millisecond. */
type NumberedRow = readonly [
  atMs: number,
  coverageId: number,
  code: number,
  isChange: number,
  raw: string | null,
  seq: number,
];

// All of it stands in the index, in the order of the instants.
const SELECT = "SELECT at_ms, coverage_id, status, origin, NULL, seq FROM event";
const SELECT_WITH_RAW = "SELECT at_ms, coverage_id, status, origin, raw, seq FROM event";

// From the last event before the range on, so that one look finds both.
const WITHIN = `
  WHERE contact_id = ? AND at_ms < ?
    AND at_ms >= coalesce((SELECT max(at_ms) FROM event WHERE contact_id = ? AND at_ms < ?), ?)
  ORDER BY at_ms`;

/**
 * Those in [fromMs, toMs), by instant and then by number, and what each answer's claim knew when the range began: nothing
 * when the contact was offline by silence. Among them may be others before the range, and events that another source's
 * answer comes before.
 */
export function eventsFor(
  db: Handle,
  contactId: number,
  answers: readonly Answer[],
  fromMs: number,
  toMs: number,
  withRaw = false,
): EventRow[] {
  const rows = prepared(db, (withRaw ? SELECT_WITH_RAW : SELECT) + WITHIN)
    .raw()
    .all(contactId, toMs, contactId, fromMs, fromMs) as NumberedRow[];
  putInOrder(rows);
  let said: NumberedRow | undefined;
  for (let i = 0; (rows[i]?.[0] ?? fromMs) < fromMs; i++) said = rows[i];
  const missing = answers
    // Mostly the last one of all is the last one of the claim.
    .filter(({ coverageId, claimFromMs }) => claimFromMs < fromMs && coverageId !== said?.[1])
    .flatMap(({ coverageId, claimFromMs }) => lastBefore(db, contactId, coverageId, claimFromMs, fromMs, withRaw));
  return missing.length === 0 ? rows : [...missing, ...rows];
}

/** Within a millisecond, what has the higher number was said later. */
function putInOrder(rows: NumberedRow[]): void {
  const isLater = (a: NumberedRow, b: NumberedRow) => a[0] - b[0] || a[5] - b[5];
  for (let i = 1; i < rows.length; i++) {
    if (isLater(rows[i - 1] as NumberedRow, rows[i] as NumberedRow) > 0) return void rows.sort(isLater);
  }
}

function lastBefore(
  db: Handle,
  contactId: number,
  coverageId: number,
  sinceMs: number,
  beforeMs: number,
  withRaw: boolean,
): NumberedRow[] {
  return prepared(
    db,
    `${withRaw ? SELECT_WITH_RAW : SELECT}
     WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  )
    .raw()
    .all(contactId, coverageId, sinceMs, beforeMs) as NumberedRow[];
}
