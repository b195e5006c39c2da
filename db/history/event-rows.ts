/** The events of one contact that answers are made of. */
import type { Answer } from "../answers/claims.ts";
import type { EventRow } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

// All of it stands in the index, in the order of the instants.
const SELECT = "SELECT at_ms, coverage_id, status, origin, NULL FROM event";
const SELECT_WITH_RAW = "SELECT at_ms, coverage_id, status, origin, raw FROM event";

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
  const read = (more: string) =>
    prepared(db, (withRaw ? SELECT_WITH_RAW : SELECT) + WITHIN + more)
      .raw()
      .all(contactId, toMs, contactId, fromMs, fromMs) as EventRow[];
  let rows = read("");
  // Within a millisecond, what has the higher number was said later. That is rare, and sorting by it costs.
  if (hasTies(rows)) rows = read(", seq");
  let said: EventRow | undefined;
  for (let i = 0; (rows[i]?.[0] ?? fromMs) < fromMs; i++) said = rows[i];
  const missing = answers
    // Mostly the last one of all is the last one of the claim.
    .filter(({ coverageId, claimFromMs }) => claimFromMs < fromMs && coverageId !== said?.[1])
    .flatMap(({ coverageId, claimFromMs }) => lastBefore(db, contactId, coverageId, claimFromMs, fromMs, withRaw));
  return missing.length === 0 ? rows : [...missing, ...rows];
}

function hasTies(rows: readonly EventRow[]): boolean {
  for (let i = 1; i < rows.length; i++) if (rows[i]?.[0] === rows[i - 1]?.[0]) return true;
  return false;
}

function lastBefore(
  db: Handle,
  contactId: number,
  coverageId: number,
  sinceMs: number,
  beforeMs: number,
  withRaw: boolean,
): EventRow[] {
  return prepared(
    db,
    `${withRaw ? SELECT_WITH_RAW : SELECT}
     WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  )
    .raw()
    .all(contactId, coverageId, sinceMs, beforeMs) as EventRow[];
}
