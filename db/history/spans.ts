import { type Claim, cutSpans, type Span } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
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
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const claims = db
    .prepare(`
      SELECT cov.id AS coverageId, max(cov.from_ms, w.from_ms) AS fromMs,
             min(cov.to_ms, coalesce(w.to_ms, cov.to_ms)) AS toMs
      FROM watch w
      JOIN contact c ON c.id = w.contact_id
      JOIN coverage cov ON cov.account_id = c.account_id
        AND cov.to_ms > w.from_ms AND (w.to_ms IS NULL OR cov.from_ms < w.to_ms)
      WHERE w.contact_id = @contactId AND cov.to_ms > @fromMs AND cov.from_ms < @toMs
      ORDER BY fromMs`)
    .all({ contactId, fromMs, toMs }) as Claim[];
  const events = [
    ...claims.flatMap((claim) => (claim.fromMs < fromMs ? lastEventBefore(db, contactId, claim, fromMs) : [])),
    ...(db
      .prepare(`
        SELECT at_ms AS atMs, coverage_id AS coverageId, status, raw, origin FROM event
        WHERE contact_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms, seq`)
      .all(contactId, fromMs, toMs) as EventRow[]),
  ];
  return cutSpans(
    claims,
    events.map((row) => ({ ...row, status: statusFromCode(row.status), isChange: row.origin === 1 })),
    fromMs,
    toMs,
  );
}

/** What a claim that began before the range brings into it; nothing when the contact was offline by silence. */
function lastEventBefore(db: Handle, contactId: number, claim: Claim, beforeMs: number): EventRow[] {
  return db
    .prepare(`
      SELECT at_ms AS atMs, coverage_id AS coverageId, status, raw, origin FROM event
      WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`)
    .all(contactId, claim.coverageId, claim.fromMs, beforeMs) as EventRow[];
}

/** The first instant at which the contact was watched; undefined when it never was. */
export async function firstWatchedMs(db: Handle, contactId: number): Promise<number | undefined> {
  const first = db.prepare("SELECT min(from_ms) FROM watch WHERE contact_id = ?").pluck().get(contactId);
  return (first as number | null) ?? undefined;
}
