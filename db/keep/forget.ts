/**
 * Forgetting a contact: every trace goes, and the sums that it was part of are corrected. What stays is a tombstone that
 * names nobody, so that the collector does not start again.
 *
 * The watch goes first and the events after it, so that at no moment silence looks like "offline". A part that is done
 * already does no harm when it is done again.
 */
import { z } from "zod";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { markOf } from "../rollup/marks.ts";
import { QuarterSums } from "../rollup/quarters.ts";
import { reopenDays } from "../rollup/roller.ts";
import { DAY_MS } from "../rollup/timeline.ts";
import { handBackPages } from "./hand-back.ts";
import type { Answer, Handler, Step } from "./handler.ts";
import { Pace } from "./pace.ts";
import { hidePattern } from "./patterns.ts";
import { leavePerson } from "./persons.ts";
import { digestOf, Forgotten, putTombstone, type Tombstones } from "./tombstones.ts";

const params = z.strictObject({ contactId: z.int(), digest: z.hex() });

/** Readers that look at an old state hold the write-ahead log back; how long to wait for them, how often. */
const LOG_WAIT_MS = 200;
const LOG_TRIES = 50;

/** What to ask for: the number alone could be somebody else's when the request is carried out. */
export function forgetParams(db: Handle, contactId: number): Answer {
  const contact = find(db, contactId);
  if (!contact) throw new RangeError(`there is no contact with the number ${contactId} in this history`);
  return { contactId, digest: digestOf(db, contact).toString("hex") };
}

/**
 * Params as `forgetParams` makes them. Answers `{ events, isLogClean }`: how many events went, and whether the
 * write-ahead log holds no scraps any more.
 */
export const forget: Handler = function* (db, work) {
  const { contactId, digest } = params.parse(work.params);
  return yield* forgetSteps(db, contactId, Buffer.from(digest, "hex"), work.nowMs);
};

/**
 * Forgets in this database, such as a backup that is put back, everyone who was forgotten in another one. Returns how
 * many there were.
 */
export async function applyTombstones(db: Handle, tombstones: Tombstones | undefined, nowMs: number): Promise<number> {
  if (!tombstones) return 0;
  const forgotten = new Forgotten(tombstones);
  const contactIds = prepared(db, "SELECT id FROM contact").pluck().all() as number[];
  const known = contactIds.filter((contactId) => {
    const contact = find(db, contactId);
    return contact && forgotten.has(contact);
  });
  db.transaction(() => {
    prepared(
      db,
      `INSERT INTO setting (key, value) VALUES ('tombstone_key', ?)
       ON CONFLICT DO UPDATE SET value = excluded.value`,
    ).run(tombstones.key);
    for (const { digest, forgottenMs } of tombstones.stones) putTombstone(db, digest, forgottenMs);
  }).immediate();
  for (const contactId of known) {
    const contact = find(db, contactId);
    if (contact) await toEnd(forgetSteps(db, contactId, digestOf(db, contact), nowMs));
  }
  return known.length;
}

function* forgetSteps(db: Handle, contactId: number, digest: Buffer, nowMs: number): Generator<Step, Answer, unknown> {
  const contact = find(db, contactId);
  // Done before, in a life that ended too soon to say so.
  if (!contact || !digestOf(db, contact).equals(digest)) return { events: 0, isLogClean: yield* cleanLog(db) };
  db.transaction(() => {
    putTombstone(db, digest, nowMs);
    leavePerson(db, contactId, nowMs);
    deleteSmall(db, contactId);
    scrubWords(db, contact.address);
    // Nothing has been rolled up there yet; but somebody may be about to.
    reopenDays(db, contact.accountId, markOf(db, contact.accountId) * DAY_MS);
  }).immediate();
  yield "touched";
  const pace = new Pace();
  while (pace.step((rows) => deleteDays(db, contactId, contact.accountId, rows)) > 0) yield undefined;
  let events = 0;
  for (let gone = 1; gone > 0; events += gone) {
    gone = pace.step((rows) => deleteSome(db, "event", contactId, rows));
    yield undefined;
  }
  while (pace.step((rows) => deleteSome(db, "profile", contactId, rows)) > 0) yield undefined;
  db.transaction(() => {
    deleteSmall(db, contactId);
    prepared(db, "DELETE FROM contact WHERE id = ?").run(contactId);
    reopenDays(db, contact.accountId, markOf(db, contact.accountId) * DAY_MS);
  }).immediate();
  yield "touched";
  // An index page that was divided once may hold a copy of what has left it since.
  for (const index of indexesOf(db, "contact")) {
    db.exec(`REINDEX "${index}"`);
    yield undefined;
  }
  yield* handBackPages(db);
  return { events, isLogClean: yield* cleanLog(db) };
}

interface Known {
  accountId: number;
  network: string;
  account: string;
  address: string;
}

function find(db: Handle, contactId: number): Known | undefined {
  return prepared(
    db,
    `SELECT a.id AS accountId, a.network, a.address AS account, c.address
     FROM contact c JOIN account a ON a.id = c.account_id WHERE c.id = ?`,
  ).get(contactId) as Known | undefined;
}

/** What there are few rows of. */
function deleteSmall(db: Handle, contactId: number): void {
  for (const table of ["watch", "pause", "contact_note", "contact_tag", "contact_retention", "person_link"])
    prepared(db, `DELETE FROM ${table} WHERE contact_id = ?`).run(contactId);
  prepared(db, "DELETE FROM person WHERE id NOT IN (SELECT person_id FROM person_link)").run();
  // Nobody is linked to it any more: nobody reads this name, and it may be theirs.
  prepared(
    db,
    "UPDATE person SET name = '' WHERE id NOT IN (SELECT person_id FROM person_link WHERE unlinked_ms IS NULL)",
  ).run();
}

function indexesOf(db: Handle, table: string): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? ORDER BY name";
  return prepared(db, sql).pluck().all(table) as string[];
}

/** Where an address may stand in the middle of other words. */
function scrubWords(db: Handle, address: string): void {
  prepared(db, "UPDATE account SET state_detail = '' WHERE instr(lower(state_detail), ?) > 0").run(address);
  prepared(
    db,
    `DELETE FROM request WHERE state IN ('done', 'failed')
     AND instr(lower(params), @address) + instr(lower(answer), @address) > 0`,
  ).run({ address });
  // The tombstone is for this account alone; the address may be on the roster of another one.
  hidePattern(db, address);
}

/** Takes the contact out of at most so many days, and out of their sums. Returns how many. */
function deleteDays(db: Handle, contactId: number, accountId: number, rows: number): number {
  return db
    .transaction(() => {
      const days = prepared(db, "SELECT day, timeline FROM contact_day WHERE contact_id = ? ORDER BY day LIMIT ?").all(
        contactId,
        // Three rows are touched for each.
        Math.ceil(rows / 3),
      ) as { day: number; timeline: Uint8Array }[];
      for (const { day, timeline } of days) {
        takeFromAccount(db, accountId, day, timeline);
        takeFromEveryone(db, day, timeline);
        prepared(db, "DELETE FROM contact_day WHERE contact_id = ? AND day = ?").run(contactId, day);
      }
      return days.length;
    })
    .immediate();
}

function takeFromAccount(db: Handle, accountId: number, day: number, timeline: Uint8Array): void {
  const quarters = prepared(db, "SELECT quarters FROM account_day WHERE account_id = ? AND day = ?")
    .pluck()
    .get(accountId, day) as Uint8Array | undefined;
  // Days from the mark on have no sums.
  if (!quarters) return;
  const rest = without(quarters, day, timeline);
  if (rest) {
    prepared(db, "UPDATE account_day SET quarters = ? WHERE account_id = ? AND day = ?").run(rest, accountId, day);
  } else prepared(db, "DELETE FROM account_day WHERE account_id = ? AND day = ?").run(accountId, day);
}

function takeFromEveryone(db: Handle, day: number, timeline: Uint8Array): void {
  const quarters = prepared(db, "SELECT quarters FROM everyone_day WHERE day = ?").pluck().get(day) as
    | Uint8Array
    | undefined;
  if (!quarters) return;
  // Everyone's days have no holes: one on which nothing was observed has a row, too.
  const rest = without(quarters, day, timeline) ?? Uint8Array.of(0);
  prepared(db, "UPDATE everyone_day SET quarters = ? WHERE day = ?").run(rest, day);
}

function without(quarters: Uint8Array, day: number, timeline: Uint8Array): Uint8Array | undefined {
  const sums = new QuarterSums();
  sums.addPacked(quarters);
  sums.takeTimeline(day, timeline);
  return sums.pack();
}

function deleteSome(db: Handle, table: "event" | "profile", contactId: number, rows: number): number {
  const sql = `DELETE FROM ${table} WHERE seq IN (SELECT seq FROM ${table} WHERE contact_id = ? LIMIT ?)`;
  return prepared(db, sql).run(contactId, rows).changes;
}

/** Carries the write-ahead log over and empties it, without holding anybody up. Returns whether it is empty. */
function* cleanLog(db: Handle): Generator<Step, boolean, unknown> {
  for (let tries = 0; tries < LOG_TRIES; tries++) {
    if (truncateLog(db)) return true;
    yield new Promise((resolve) => setTimeout(resolve, LOG_WAIT_MS));
  }
  return false;
}

function truncateLog(db: Handle): boolean {
  const patienceMs = db.pragma("busy_timeout", { simple: true }) as number;
  db.pragma("busy_timeout = 0");
  try {
    const [{ busy } = { busy: 1 }] = db.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    return busy === 0;
  } finally {
    db.pragma(`busy_timeout = ${patienceMs}`);
  }
}

async function toEnd<T>(steps: Generator<Step, T, unknown>): Promise<T> {
  for (let came: unknown; ; ) {
    const { done, value } = steps.next(came);
    if (done) return value;
    came = value instanceof Promise ? await value : undefined;
  }
}
