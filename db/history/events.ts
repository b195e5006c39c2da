import type { Range } from "../answers/gaps.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { dayOf } from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { type Status, statusFromCode } from "../status.ts";

/** A fact as it was recorded. */
export interface EventFact {
  /** Its number in this history; never used again. */
  seq: number;
  contactId: number;
  atMs: number;
  status: Status;
  /** The network's own word. */
  raw: string;
  /** `change`: it became so. `baseline`: it was so already. */
  origin: "baseline" | "change";
  coverageId: number;
  /** The Rollcall that recorded it. */
  source: string;
  /** It happened before the range, and said what was so when the range began. */
  isBefore: boolean;
}

export interface EventsBehind {
  /** By instant, then number. */
  events: EventFact[];
  /** There are more than `limit`: these are the first. */
  hasMore: boolean;
  /** Some of the range's raw events have been taken away by retention; their sums stay. */
  isPurged: boolean;
}

/** When the newest event was; undefined when there is none. */
export async function lastChangeMs(db: Handle): Promise<number | undefined> {
  return prepared(db, "SELECT at_ms FROM event ORDER BY seq DESC LIMIT 1").pluck().get() as number | undefined;
}

/**
 * The events that a number or a mark was made of: those of these contacts in these ranges (UTC milliseconds, oldest
 * first, without overlap; `rangesOfHour` gives those of an hour of the week), and what was said last before each within
 * a coverage that goes on into it. Also those of a source that another one answered before. At most `limit` of them, from
 * the first one behind `after`: the last of the page before, when there was one. Throws RangeError for a range that does
 * not end after it begins.
 */
export async function eventsBehind(
  db: Handle,
  contactIds: readonly number[],
  ranges: readonly Range[],
  { limit = 1_000, after }: { limit?: number; after?: EventPlace } = {},
): Promise<EventsBehind> {
  for (const { fromMs, toMs } of ranges)
    if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  return inSnapshot(db, () => {
    const events: EventFact[] = [];
    const ids = [...new Set(contactIds)];
    for (const range of ranges) {
      if (events.length > limit) break;
      const found = ids
        .flatMap((contactId) => eventsIn(db, contactId, range, limit + 1, after))
        .filter((event) => !after || inOrder(event, after) > 0);
      // What led into a range may have been within the one before.
      const known = new Set(events.map(({ seq }) => seq));
      events.push(...found.filter(({ seq }) => !known.has(seq)).sort(inOrder));
    }
    events.sort(inOrder);
    const isPurged = ids.some((contactId) => ranges.some((range) => isSealedIn(db, contactId, range)));
    return { events: events.slice(0, limit), hasMore: events.length > limit, isPurged };
  });
}

/** Where an event stands among all: by instant, then number. */
export type EventPlace = Pick<EventFact, "atMs" | "seq">;

const BEFORE_ALL: EventPlace = { atMs: Number.MIN_SAFE_INTEGER, seq: 0 };

function inOrder(a: EventPlace, b: EventPlace): number {
  return a.atMs - b.atMs || a.seq - b.seq;
}

interface Row extends Omit<EventFact, "status" | "origin" | "isBefore"> {
  status: number;
  origin: number;
}

const COLUMNS = `
  SELECT e.seq, e.contact_id AS contactId, e.at_ms AS atMs, e.status, e.raw, e.origin,
         e.coverage_id AS coverageId, s.name AS source
  FROM event e JOIN coverage cov ON cov.id = e.coverage_id JOIN source s ON s.id = cov.source_id`;

function eventsIn(
  db: Handle,
  contactId: number,
  { fromMs, toMs }: Range,
  limit: number,
  after: EventPlace = BEFORE_ALL,
): EventFact[] {
  const sinceMs = Math.max(fromMs, after.atMs);
  const before = prepared(
    db,
    `SELECT id FROM coverage WHERE account_id = (SELECT account_id FROM contact WHERE id = ?)
     AND to_ms > ? AND from_ms < ?`,
  )
    .pluck()
    .all(contactId, fromMs, fromMs) as number[];
  const last = prepared(
    db,
    `${COLUMNS} WHERE e.contact_id = ? AND e.coverage_id = ? AND e.at_ms < ? ORDER BY e.at_ms DESC, e.seq DESC LIMIT 1`,
  );
  const within = prepared(
    db,
    `${COLUMNS} WHERE e.contact_id = ? AND e.at_ms >= ? AND (e.at_ms > ? OR e.seq > ?) AND e.at_ms < ?
     ORDER BY e.at_ms, e.seq LIMIT ?`,
  );
  return [
    ...before.flatMap((coverageId) => last.all(contactId, coverageId, fromMs) as Row[]).map((row) => fact(row, true)),
    ...(within.all(contactId, sinceMs, after.atMs, after.seq, toMs, limit) as Row[]).map((row) => fact(row, false)),
  ];
}

function fact({ status, origin, ...row }: Row, isBefore: boolean): EventFact {
  return { ...row, status: statusFromCode(status), origin: origin === 1 ? "change" : "baseline", isBefore };
}

function isSealedIn(db: Handle, contactId: number, { fromMs, toMs }: Range): boolean {
  const sql = `SELECT EXISTS (SELECT 1 FROM contact_day
    WHERE contact_id = ? AND day BETWEEN ? AND ? AND sealed = 1)`;
  return (
    prepared(db, sql)
      .pluck()
      .get(contactId, dayOf(fromMs), dayOf(toMs - 1)) === 1
  );
}
