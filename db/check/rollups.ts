/** Rollups: that they say what the facts say, and that the sums are sums. */
import { coveragesTouching } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { everyoneMark, markOf } from "../rollup/marks.ts";
import { QuarterSums } from "../rollup/quarters.ts";
import { dayFromFacts } from "../rollup/roller.ts";
import { type SoFar, SoFarWork, soFarOf } from "../rollup/so-far.ts";
import { DAY_MS, dayOf, unpackDay } from "../rollup/timeline.ts";
import { type Check, type CheckOptions, type Finding, REBUILD, RESTORE } from "./finding.ts";
import { going } from "./under-way.ts";

/** How many days of contacts are compared with the facts, and how many days of accounts are summed up, unless all are. */
const SOME_ROWS = 4_000;
const SOME_DAYS = 60;

interface Rolled {
  accountId: number;
  contactIds: number[];
  /** [fromDay, toDay): what is rolled up and may be anything but unknown. */
  fromDay: number;
  toDay: number;
}

export const days: Check = {
  name: "days",
  *run(db, options) {
    const accounts = rolledAccounts(db);
    const total = accounts.reduce((sum, one) => sum + (one.toDay - one.fromDay) * one.contactIds.length, 0);
    const stride = options.isFull ? 1 : Math.max(1, Math.ceil(total / SOME_ROWS));
    const leaving = going(db);
    let n = 0;
    for (const { accountId, contactIds, fromDay, toDay } of accounts) {
      for (let day = fromDay; day < toDay; day++) {
        const coverages = coveragesTouching(db, accountId, day * DAY_MS - 1, (day + 1) * DAY_MS);
        for (const contactId of contactIds) {
          // Somebody else each day.
          if ((n++ + day) % stride !== 0 || leaving.has(contactId)) continue;
          options.tell(n, total);
          yield* compareDay(db, contactId, day, coverages);
        }
      }
    }
  },
};

export const sums: Check = {
  name: "sums",
  *run(db, options) {
    for (const { accountId, contactIds, fromDay, toDay } of rolledAccounts(db)) {
      for (const day of someDays(fromDay, toDay, options)) yield* compareSums(db, accountId, contactIds, day);
    }
    for (const accountId of prepared(db, "SELECT account_id FROM day_so_far").pluck().all() as number[])
      yield* compareSoFar(db, soFarOf(db, accountId) as SoFar);
    const toDay = everyoneMark(db);
    const fromDay = db.prepare("SELECT min(day) FROM everyone_day").pluck().get() as number | null;
    if (toDay === undefined || fromDay === null) return;
    for (const day of someDays(fromDay, toDay, options)) yield* compareEveryone(db, day);
  },
};

export const marks: Check = {
  name: "marks",
  *run(db, { nowMs }) {
    const beyond = db
      .prepare(
        `SELECT DISTINCT d.account_id FROM account_day d LEFT JOIN rollup_mark m ON m.account_id = d.account_id
         WHERE d.day >= coalesce(m.to_day, d.day)`,
      )
      .pluck()
      .all();
    for (const account of beyond) {
      yield { what: `account ${account} has sums beyond the day that it is rolled up to`, advice: REBUILD };
    }
    const ahead = db
      .prepare("SELECT account_id FROM rollup_mark WHERE to_day > ?")
      .pluck()
      .all(dayOf(nowMs) + 1);
    for (const account of ahead) {
      yield { what: `account ${account} is rolled up to a day that is yet to come`, advice: REBUILD };
    }
    const sealed = db.prepare("SELECT DISTINCT contact_id FROM contact_day WHERE sealed = 1 AND day > ?").pluck();
    for (const contact of sealed.all(dayOf(nowMs))) {
      yield { what: `contact ${contact} has a sealed day that is yet to come`, advice: RESTORE };
    }
  },
};

function rolledAccounts(db: Handle): Rolled[] {
  const rows = db
    .prepare(
      `SELECT m.account_id AS accountId, m.to_day AS toDay,
              min((SELECT min(from_ms) FROM coverage WHERE account_id = m.account_id)) AS fromMs,
              (SELECT min(d.day) FROM contact c JOIN contact_day d ON d.contact_id = c.id
               WHERE c.account_id = m.account_id) AS firstDay
       FROM rollup_mark m GROUP BY m.account_id ORDER BY m.account_id`,
    )
    .all() as { accountId: number; toDay: number; fromMs: number | null; firstDay: number | null }[];
  return rows.map(({ accountId, toDay, fromMs, firstDay }) => ({
    accountId,
    contactIds: prepared(db, "SELECT id FROM contact WHERE account_id = ? ORDER BY id")
      .pluck()
      .all(accountId) as number[],
    fromDay: Math.min(firstDay ?? toDay, fromMs === null ? toDay : dayOf(fromMs)),
    toDay,
  }));
}

function* compareDay(
  db: Handle,
  contactId: number,
  day: number,
  coverages: ReturnType<typeof coveragesTouching>,
): Generator<Finding> {
  const row = prepared(db, "SELECT timeline, sealed FROM contact_day WHERE contact_id = ? AND day = ?").get(
    contactId,
    day,
  ) as { timeline: Uint8Array; sealed: number } | undefined;
  const which = `${dateOf(day)} of contact ${contactId}`;
  if (row?.sealed) {
    // Its events are gone: there is nothing to compare it with.
    if (!isDay(day, row.timeline)) yield { what: `the sealed day ${which} cannot be read`, advice: RESTORE };
    return;
  }
  if (!isSame(dayFromFacts(db, contactId, day, coverages), row?.timeline)) {
    yield { what: `the rollup of ${which} is not what the facts say`, advice: REBUILD };
  }
}

function* compareSums(db: Handle, accountId: number, contactIds: number[], day: number): Generator<Finding> {
  const sums = new QuarterSums();
  for (const contactId of contactIds) {
    const timeline = prepared(db, "SELECT timeline FROM contact_day WHERE contact_id = ? AND day = ?")
      .pluck()
      .get(contactId, day) as Uint8Array | undefined;
    // What cannot be read is found by the days' own check.
    if (timeline && isDay(day, timeline)) sums.addTimeline(day, timeline);
  }
  const stored = prepared(db, "SELECT quarters FROM account_day WHERE account_id = ? AND day = ?")
    .pluck()
    .get(accountId, day) as Uint8Array | undefined;
  if (!isSame(sums.pack(), stored)) {
    yield { what: `the sums of ${dateOf(day)} of account ${accountId} are not those of its contacts`, advice: REBUILD };
  }
}

function* compareSoFar(db: Handle, stored: SoFar): Generator<Finding> {
  const { accountId, toMs } = stored;
  const work = new SoFarWork(db, accountId, dayOf(toMs - 1), toMs);
  let soFar: SoFar | undefined;
  while (!soFar) soFar = work.step();
  const isSo =
    toMs > markOf(db, accountId) * DAY_MS &&
    isSame(soFar.quarters, stored.quarters) &&
    isSame(soFar.standing, stored.standing) &&
    soFar.coverageId === stored.coverageId &&
    soFar.afterSeq >= stored.afterSeq;
  if (!isSo)
    yield { what: `the unfinished day of account ${accountId} is not summed up as the facts say`, advice: REBUILD };
}

function* compareEveryone(db: Handle, day: number): Generator<Finding> {
  const sums = new QuarterSums();
  const parts = prepared(db, "SELECT quarters FROM account_day WHERE day = ?").pluck().all(day) as Uint8Array[];
  for (const part of parts) sums.addPacked(part);
  const stored = prepared(db, "SELECT quarters FROM everyone_day WHERE day = ?").pluck().get(day) as
    | Uint8Array
    | undefined;
  if (!isSame(sums.pack() ?? Uint8Array.of(0), stored)) {
    yield { what: `everyone's sums of ${dateOf(day)} are not those of the accounts`, advice: REBUILD };
  }
}

function* someDays(fromDay: number, toDay: number, { isFull, tell }: CheckOptions): Generator<number> {
  const stride = isFull ? 1 : Math.max(1, Math.ceil((toDay - fromDay) / SOME_DAYS));
  for (let day = fromDay; day < toDay; day += stride) {
    tell(day - fromDay, toDay - fromDay);
    yield day;
  }
}

function isDay(day: number, timeline: Uint8Array): boolean {
  try {
    unpackDay(day, timeline);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
