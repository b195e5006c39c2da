import { coveredMs, gapsBetween, type Range } from "../answers/gaps.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { CoverageEnd } from "../record/facts.ts";
import { inSnapshot } from "../snapshot.ts";

/** [fromMs, toMs) in which an account was not observed. It reaches from one coverage to the next, or to the range's end. */
export interface CoverageGap extends Range {
  /** Why the coverage before it ended: null before the first one, and when that one was not ended by anybody. */
  why: CoverageEnd | null;
  /** Milliseconds of the gap in which a collector ran. 0: there was none, at all. */
  collectorMs: number;
}

/**
 * When nobody observed an account in [fromMs, toMs) (UTC milliseconds), and why, oldest first. Clipped to the range; for
 * gaps until now, end it at `horizonOf`. What another Rollcall covered is no gap. Throws RangeError when fromMs >= toMs.
 */
export async function coverageGaps(
  db: Handle,
  accountId: number,
  fromMs: number,
  toMs: number,
): Promise<CoverageGap[]> {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  return inSnapshot(db, () => {
    const covered = prepared(
      db,
      `SELECT from_ms AS fromMs, to_ms AS toMs FROM coverage
       WHERE account_id = ? AND to_ms > ? AND from_ms < ? AND to_ms > from_ms`,
    ).all(accountId, fromMs, toMs) as Range[];
    const runs = runsIn(db, fromMs, toMs);
    return gapsBetween(covered, fromMs, toMs).map((gap) => ({
      ...gap,
      why: lastEndBefore(db, accountId, gap.fromMs),
      collectorMs: coveredMs(runs, gap),
    }));
  });
}

function lastEndBefore(db: Handle, accountId: number, atMs: number): CoverageEnd | null {
  const why = prepared(
    db,
    `SELECT end_reason FROM coverage WHERE account_id = ? AND to_ms <= ? ORDER BY to_ms DESC, source_id, id DESC LIMIT 1`,
  )
    .pluck()
    .get(accountId, atMs) as CoverageEnd | null | undefined;
  return why ?? null;
}

/** A run that did not end was there until its last heartbeat. */
function runsIn(db: Handle, fromMs: number, toMs: number): Range[] {
  return prepared(
    db,
    `SELECT started_ms AS fromMs, coalesce(ended_ms, heartbeat_ms) AS toMs FROM run
     WHERE coalesce(ended_ms, heartbeat_ms) > ? AND started_ms < ?`,
  ).all(fromMs, toMs) as Range[];
}
