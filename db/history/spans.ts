import { type Answer, answersOf, type Claim } from "../answers/claims.ts";
import { cutSpans, type Span } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { statusFromCode } from "../status.ts";

interface EventRow {
  atMs: number;
  coverageId: number;
  status: number;
  raw: string;
  origin: number;
}

/**
 * Spans of constant presence for one contact, oldest first, never overlapping, adding up to [fromMs, toMs). Time
 * without coverage, or outside the contact's watch, comes back as "unknown". Throws RangeError when fromMs >= toMs.
 */
export async function spansOf(db: Handle, contactId: number, fromMs: number, toMs: number): Promise<Span[]> {
  return spansFromFacts(db, contactId, fromMs, toMs);
}

/** The same at once, for whoever makes rollups of them within a transaction. */
export function spansFromFacts(db: Handle, contactId: number, fromMs: number, toMs: number): Span[] {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const answers = answersOf(claimsOf(db, contactId, fromMs, toMs), fromMs, toMs);
  const events = [
    ...answers.flatMap((answer) => lastEventBefore(db, contactId, answer)),
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

/** A source's number is its priority: this Rollcall's own facts come first, then those that were merged into them. */
function claimsOf(db: Handle, contactId: number, fromMs: number, toMs: number): Claim[] {
  return prepared(
    db,
    `SELECT cov.id AS coverageId, cov.source_id AS priority, max(cov.from_ms, w.from_ms) AS fromMs,
            min(cov.to_ms, coalesce(w.to_ms, cov.to_ms)) AS toMs
     FROM watch w
     JOIN contact c ON c.id = w.contact_id
     JOIN coverage cov ON cov.account_id = c.account_id
       AND cov.to_ms > w.from_ms AND (w.to_ms IS NULL OR cov.from_ms < w.to_ms)
     WHERE w.contact_id = @contactId AND cov.to_ms > @fromMs AND cov.from_ms < @toMs`,
  ).all({ contactId, fromMs, toMs }) as Claim[];
}

/** What an answer's claim knew before it began to answer; nothing when the contact was offline by silence. */
function lastEventBefore(db: Handle, contactId: number, { coverageId, claimFromMs, fromMs }: Answer): EventRow[] {
  if (claimFromMs === fromMs) return [];
  return prepared(
    db,
    `SELECT at_ms AS atMs, coverage_id AS coverageId, status, raw, origin FROM event
     WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  ).all(contactId, coverageId, claimFromMs, fromMs) as EventRow[];
}

/** The first instant at which the contact was watched; undefined when it never was. */
export async function firstWatchedMs(db: Handle, contactId: number): Promise<number | undefined> {
  const first = db.prepare("SELECT min(from_ms) FROM watch WHERE contact_id = ?").pluck().get(contactId);
  return (first as number | null) ?? undefined;
}
