/**
 * How long raw events are kept. Older ones go; the days that they were rolled up into stay, sealed, and are what is read
 * from then on: the same stretches to the millisecond, only without the network's own words. Profiles stay.
 *
 * Only days that have been rolled up can be sealed. Of each coverage that reaches across the limit, a contact's last
 * event before it stays as long as it says what the contact was when the kept time begins.
 */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { markOf } from "../rollup/marks.ts";
import { reopenings } from "../rollup/roller.ts";
import { DAY_MS, dayOf } from "../rollup/timeline.ts";
import { handBackPages } from "./hand-back.ts";
import type { Answer, Handler, Step } from "./handler.ts";
import { Pace } from "./pace.ts";
import { requireContact } from "./whom.ts";

const SETTING = "retention_days";
const PURGED = "purged_ms";
/**
 * Each event that goes changes pages of its own. So that no step has to carry many of them over into the file, the log is
 * carried over in smaller parts meanwhile, and a step takes less time than usual.
 */
const DELETING_MS = 5;
const LOG_PAGES = 200;
/** As SQLite has it. */
const USUAL_LOG_PAGES = 1_000;
/** Of so many contacts one thing is looked up in a step. */
const CONTACTS_A_STEP = 100;

const params = z.strictObject({
  /** Null: for ever; "default": as the database says, for a contact. */
  days: z.union([z.int().min(1).max(36_500), z.null(), z.literal("default")]),
  contactId: z.int().optional(),
});

/**
 * Params `{ days, contactId? }`: sets the limit of the database, or of one contact, and purges at once. Answers
 * `{ events, pages }`: what went.
 */
export const retention: Handler = function* (db, work) {
  const { days, contactId } = params.parse(work.params);
  db.transaction(() => {
    if (contactId === undefined) putDays(db, days === "default" ? null : days);
    else putContactDays(db, contactId, days);
  }).immediate();
  return yield* purge(db, work.nowMs);
};

/** The database's limit in days; null when raw events are kept for ever. */
export function retentionDays(db: Handle): number | null {
  const stored = prepared(db, "SELECT value FROM setting WHERE key = ?").pluck().get(SETTING) as string | undefined;
  return stored === undefined ? null : Number(stored);
}

/** Every contact whose limit is its own, and that limit. */
export function ownRetentions(db: Handle): { contactId: number; days: number | null }[] {
  return prepared(db, "SELECT contact_id AS contactId, days FROM contact_retention ORDER BY contact_id").all() as {
    contactId: number;
    days: number | null;
  }[];
}

/** Purges once a day, for whoever writes anyway; a step a call. Returns whether there is more to do. */
export function purgeDaily(db: Handle): (nowMs: number) => boolean {
  let steps: Generator<Step, Answer, unknown> | undefined;
  let nextMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    if (!steps) {
      if (nowMs < nextMs) return false;
      nextMs = (lastPurgeMs(db) ?? nowMs - DAY_MS) + DAY_MS;
      // A clock that was ahead once must not keep us waiting for years.
      if (nextMs > nowMs + DAY_MS) nextMs = nowMs;
      if (nowMs < nextMs) return false;
      steps = purge(db, nowMs);
    }
    try {
      const { done } = steps.next();
      if (!done) return true;
      nextMs = nowMs + DAY_MS;
      steps = undefined;
      return false;
    } catch (error) {
      steps = undefined;
      throw error;
    }
  };
}

/** Seals and deletes what is older than its limit, in small steps; answers `{ events, pages }`. */
export function* purge(db: Handle, nowMs: number): Generator<Step, Answer, unknown> {
  db.pragma(`wal_autocheckpoint = ${LOG_PAGES}`);
  try {
    return yield* purgeSteps(db, nowMs);
  } finally {
    db.pragma(`wal_autocheckpoint = ${USUAL_LOG_PAGES}`);
  }
}

function* purgeSteps(db: Handle, nowMs: number): Generator<Step, Answer, unknown> {
  // Each learns its own pace: a row is sealed much sooner than an event is deleted.
  const sealing = new Pace();
  const deleting = new Pace(DELETING_MS);
  let events = 0;
  for (let isDone = false; !isDone; ) {
    const opened = reopenings(db);
    const limits = yield* limitsOf(db, nowMs);
    if (limits.length === 0) break;
    for (const limit of limits) {
      while (sealing.step((rows) => seal(db, limit, rows)) > 0) yield undefined;
    }
    const kept = yield* whatStillSpeaks(db, limits);
    // Day by day for everyone: what was recorded together lies together in the file.
    const firstDay = Math.min(...limits.map(({ fromDay }) => fromDay));
    const lastDay = Math.max(...limits.map(({ toDay }) => toDay));
    isDone = true;
    for (let day = firstDay; isDone && day < lastDay; day++) {
      const due = limits.filter(({ fromDay, toDay }) => fromDay <= day && day < toDay);
      while (due.length > 0) {
        // Somebody has changed the past meanwhile, and there may be days that are not sealed: from the start again.
        isDone = opened === reopenings(db);
        if (!isDone) break;
        events += deleting.step((rows) => deleteDay(db, due, day, rows, kept));
        yield { done: day - firstDay, total: lastDay - firstDay };
      }
    }
  }
  const pages = events > 0 ? yield* handBackPages(db) : 0;
  if (events > 0) putSetting(db, PURGED, nowMs);
  return { events, pages };
}

interface Limit {
  contactId: number;
  accountId: number;
  /** The day of its oldest event. */
  fromDay: number;
  /** The first day that is kept. */
  toDay: number;
}

/** Contacts with something to go. */
function* limitsOf(db: Handle, nowMs: number): Generator<Step, Limit[], unknown> {
  const own = new Map(ownRetentions(db).map(({ contactId, days }) => [contactId, days]));
  const common = retentionDays(db);
  if (common === null && own.size === 0) return [];
  const contacts = prepared(db, "SELECT id, account_id FROM contact ORDER BY id").raw().all() as [number, number][];
  const firstOf = prepared(db, "SELECT min(at_ms) FROM event WHERE contact_id = ?").pluck();
  const limits: Limit[] = [];
  for (const [n, [contactId, accountId]] of contacts.entries()) {
    if (n % CONTACTS_A_STEP === CONTACTS_A_STEP - 1) yield undefined;
    const days = own.has(contactId) ? (own.get(contactId) ?? null) : common;
    const firstMs = days === null ? null : (firstOf.get(contactId) as number | null);
    if (days === null || firstMs === null) continue;
    const toDay = Math.min(dayOf(nowMs - days * DAY_MS), markOf(db, accountId));
    const fromDay = dayOf(firstMs);
    if (fromDay < toDay) limits.push({ contactId, accountId, fromDay, toDay });
  }
  return limits;
}

/** From here on these days are facts of their own. Returns how many rows were sealed, at most `rows`. */
function seal(db: Handle, { contactId, toDay }: Limit, rows: number): number {
  return prepared(
    db,
    `UPDATE contact_day SET sealed = 1 WHERE contact_id = @contactId AND day IN (
       SELECT day FROM contact_day WHERE contact_id = @contactId AND day < @toDay AND sealed = 0 LIMIT @rows)`,
  ).run({ contactId, toDay, rows }).changes;
}

/** The events before the limit that say what a contact was when the kept time begins, by contact. */
function* whatStillSpeaks(db: Handle, limits: readonly Limit[]): Generator<Step, Map<number, Set<number>>, unknown> {
  const crossing = new Map<string, { id: number; fromMs: number }[]>();
  const kept = new Map<number, Set<number>>();
  for (const [n, { contactId, accountId, toDay }] of limits.entries()) {
    const key = `${accountId} ${toDay}`;
    const coverages = crossing.get(key) ?? coveragesAcross(db, accountId, toDay * DAY_MS);
    crossing.set(key, coverages);
    const seqs = coverages.flatMap(({ id, fromMs }) => lastOfCoverage(db, contactId, id, fromMs, toDay * DAY_MS));
    kept.set(contactId, new Set(seqs));
    if (n % CONTACTS_A_STEP === CONTACTS_A_STEP - 1) yield undefined;
  }
  return kept;
}

function coveragesAcross(db: Handle, accountId: number, limitMs: number): { id: number; fromMs: number }[] {
  return prepared(
    db,
    "SELECT id, from_ms AS fromMs FROM coverage WHERE account_id = ? AND to_ms >= ? AND from_ms < ?",
  ).all(accountId, limitMs, limitMs) as { id: number; fromMs: number }[];
}

function lastOfCoverage(db: Handle, contactId: number, coverageId: number, fromMs: number, limitMs: number): number[] {
  return prepared(
    db,
    `SELECT seq FROM event WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ?
     ORDER BY at_ms DESC, seq DESC LIMIT 1`,
  )
    .pluck()
    .all(contactId, coverageId, fromMs, limitMs) as number[];
}

/** Deletes events of one day, at most about `rows`, and takes from `due` whoever has none left. Returns how many went. */
function deleteDay(
  db: Handle,
  due: Limit[],
  day: number,
  rows: number,
  kept: ReadonlyMap<number, ReadonlySet<number>>,
): number {
  return db
    .transaction(() => {
      let looked = 0;
      let deleted = 0;
      while (looked < rows) {
        const contactId = due.at(-1)?.contactId;
        if (contactId === undefined) break;
        const stays = kept.get(contactId) ?? new Set();
        const seqs = prepared(db, "SELECT seq FROM event WHERE contact_id = ? AND at_ms >= ? AND at_ms < ? LIMIT ?")
          .pluck()
          .all(contactId, day * DAY_MS, (day + 1) * DAY_MS, rows + stays.size) as number[];
        const going = seqs.filter((seq) => !stays.has(seq));
        for (const seq of going) prepared(db, "DELETE FROM event WHERE seq = ?").run(seq);
        deleted += going.length;
        looked += going.length + 1;
        if (seqs.length < rows + stays.size) due.pop();
      }
      return deleted;
    })
    .immediate();
}

function putDays(db: Handle, days: number | null): void {
  if (days === null) prepared(db, "DELETE FROM setting WHERE key = ?").run(SETTING);
  else putSetting(db, SETTING, days);
}

function putContactDays(db: Handle, contactId: number, days: number | null | "default"): void {
  requireContact(db, contactId);
  if (days === "default") prepared(db, "DELETE FROM contact_retention WHERE contact_id = ?").run(contactId);
  else {
    prepared(
      db,
      `INSERT INTO contact_retention (contact_id, days) VALUES (?, ?)
       ON CONFLICT DO UPDATE SET days = excluded.days`,
    ).run(contactId, days);
  }
}

function lastPurgeMs(db: Handle): number | undefined {
  const stored = prepared(db, "SELECT value FROM setting WHERE key = ?").pluck().get(PURGED) as string | undefined;
  return stored === undefined ? undefined : Number(stored);
}

function putSetting(db: Handle, key: string, value: number): void {
  prepared(db, "INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    key,
    String(value),
  );
}
