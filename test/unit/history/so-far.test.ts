import fc from "fast-check";
import { expect, test } from "vitest";
import { dailyTotals, hourOfWeekTotals, type Totals } from "../../../db/answers/totals.ts";
import { checkHistory } from "../../../db/check/check.ts";
import { REBUILD } from "../../../db/check/finding.ts";
import { statesNow } from "../../../db/history/state.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf, type Whom } from "../../../db/history/totals.ts";
import { forget, forgetParams } from "../../../db/keep/forget.ts";
import { pause } from "../../../db/keep/pause.ts";
import type { Handle } from "../../../db/open.ts";
import { rebuildRollups } from "../../../db/rollup/rebuild.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { spansFromFacts } from "../../helpers/spans-from-facts.ts";
import { numbers, sum } from "../../helpers/sums.ts";
import { address, Story } from "../db/story.ts";
import { Life, NAMES, type Step, step } from "../rollup/any-history.ts";
import { addAccount, addContact, cover } from "./two-accounts.ts";

const START = Date.UTC(2026, 9, 20);
const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;

/** Steps of less than a day: what comes after an unfinished day was summed up. */
const shortStep: fc.Arbitrary<Step> = fc
  .tuple(step, fc.oneof(fc.nat(HOUR_MS), fc.constantFrom(0, 1, 5 * HOUR_MS)))
  .map(([one, wait]) => ({ ...one, wait }));
const deed = fc.constantFrom("nothing", "nothing", "forget", "half a forget", "pause", "crash");
const chapter = fc.record({
  steps: fc.array(shortStep, { maxLength: 12 }),
  deed,
  /** How many slices the roller gets before and after the deed; many are all. */
  slices: fc.tuple(fc.constantFrom(0, 1, 3, 7, 1_000), fc.constantFrom(0, 2, 1_000)),
  onQuarter: fc.boolean(),
});

async function expectFacts(db: Handle, whom: Whom, ids: number[], fromMs: number, toMs: number, zone: string) {
  const spans = ids.map((id) => spansFromFacts(db, id, fromMs, toMs));
  const days = await dailyTotalsOf(db, whom, fromMs, toMs, zone);
  const slowDays = spans.map((each) => dailyTotals(each, zone));
  expect(days.map(numbers)).toEqual(days.map((_, i) => sum(slowDays.map((each) => each[i] as Totals))));
  const hours = await hourOfWeekTotalsOf(db, whom, fromMs, toMs, zone);
  const slowHours = spans.map((each) => hourOfWeekTotals(each, zone));
  expect(hours.map(numbers)).toEqual(hours.map((_, i) => sum(slowHours.map((each) => each[i] as Totals))));
}

/** What is read when no unfinished day is summed up. */
async function withoutSoFar<T>(db: Handle, read: () => Promise<T>): Promise<T> {
  db.exec("SAVEPOINT without; DELETE FROM day_so_far");
  try {
    return await read();
  } finally {
    db.exec("ROLLBACK TO without; RELEASE without");
  }
}

/** Somebody on the same account who lived through the same. */
function addTwin(story: Story, of: string, name: string): number {
  const { db } = story;
  const values = { of: story.contactId(of), address: address(name) };
  const { lastInsertRowid } = db
    .prepare(
      `INSERT INTO contact (account_id, address, display_address, name, first_seen_ms)
       SELECT account_id, @address, @address, 'Dora', first_seen_ms FROM contact WHERE id = @of`,
    )
    .run(values);
  const id = Number(lastInsertRowid);
  db.prepare(
    "INSERT INTO watch (contact_id, from_ms, to_ms, source_id) SELECT ?, from_ms, to_ms, source_id FROM watch WHERE contact_id = ?",
  ).run(id, values.of);
  db.prepare(
    `INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
     SELECT ?, coverage_id, at_ms, status, raw, origin FROM event WHERE contact_id = ? ORDER BY seq`,
  ).run(id, values.of);
  return id;
}

test.each(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe"])(
  "whatever happens in an unfinished day, sums up to any instant in %s are those of the facts",
  async (zone) => {
    let summedUp = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 20 }),
        fc.array(chapter, { minLength: 2, maxLength: 4 }),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: -3, max: 3 })), {
          minLength: 2,
          maxLength: 2,
        }),
        async (steps, chapters, ranges) => {
          const story = new Story(START);
          const { db } = story;
          db.pragma("synchronous = OFF");
          const life = new Life(story, START);
          for (const one of steps) life.live(one);
          addAccount(story);
          const other = addContact(story, "zoe@elsewhere.example");
          const todayMs = Math.floor(life.atMs / DAY_MS) * DAY_MS;
          cover(story, other, [todayMs - 30 * HOUR_MS, todayMs + 20 * HOUR_MS], [[todayMs + HOUR_MS, "busy"]]);
          const dora = addTwin(story, "bo", "dora");
          const roller = new Roller(db);
          const roll = (slices: number) => {
            for (let n = 0; n < slices && roller.roll(life.atMs, 0); n++);
            if (slices === 1_000) while (roller.roll(life.atMs, 100));
          };
          let underWay: Generator<unknown> | undefined;
          for (const { steps: more, deed, slices, onQuarter } of chapters) {
            for (const one of more) life.live(one);
            if (onQuarter) life.atMs = Math.ceil(life.atMs / QUARTER_MS) * QUARTER_MS;
            life.live({ wait: onQuarter ? 0 : 1, deed: "prove", who: NAMES[0], status: "busy", present: {} });
            roll(slices[0]);
            const asked = { askedMs: life.atMs, nowMs: life.atMs };
            if (deed === "crash") life.live({ wait: 7, deed, who: "bo", status: "busy", present: {} });
            const isThere = !underWay && story.contactId("dora") !== undefined;
            if (isThere && deed === "pause") [...pause(db, { params: { contactId: dora }, ...asked })];
            if (isThere && deed.endsWith("forget")) underWay = forget(db, { params: forgetParams(db, dora), ...asked });
            if (deed === "half a forget") for (let n = 0; n < 3; n++) underWay?.next();
            else if (underWay) while (!underWay.next().done);
            roll(slices[1]);
            const soFar = db.prepare("SELECT max(to_ms) FROM day_so_far").pluck().get() as number | null;
            if (soFar !== null) summedUp++;
            const aroundMs = soFar ?? life.atMs;
            const idsOf = (sql: string) => db.prepare(sql).pluck().all() as number[];
            const cases: [Whom, number[]][] = [
              [{ everyone: true }, idsOf("SELECT id FROM contact")],
              [{ accountId: 1 }, idsOf("SELECT id FROM contact WHERE account_id = 1")],
              [{ accountId: 2 }, [other]],
            ];
            const bounds = ranges.flatMap(([part, hours]): [number, number][] => {
              const toMs = aroundMs + hours * HOUR_MS + Math.floor(part * QUARTER_MS);
              return [
                [toMs - Math.floor(part * 60 * HOUR_MS) - 1, toMs],
                [Math.floor((toMs - 1) / DAY_MS) * DAY_MS, toMs],
              ];
            });
            bounds.push([todayMs - 4 * DAY_MS, life.atMs], [aroundMs, life.atMs + 1], [aroundMs - 1, aroundMs + 1]);
            for (const nowMs of [life.atMs - QUARTER_MS, life.atMs - 1, life.atMs, life.atMs + 30_000]) {
              const now = await statesNow(db, nowMs);
              expect(now).toEqual(await withoutSoFar(db, () => statesNow(db, nowMs)));
            }
            // In the middle of forgetting, the days that are over still have what is about to go.
            if (deed !== "half a forget") {
              for (const [whom, ids] of cases)
                for (const [fromMs, toMs] of bounds) await expectFacts(db, whom, ids, fromMs, toMs, zone);
              const found = checkHistory(db, { nowMs: life.atMs + DAY_MS, isFull: true });
              expect(found.filter(({ advice }) => advice === REBUILD)).toEqual([]);
            }
          }
          if (underWay) while (!underWay.next().done);
          const { before, after } = rebuildRollups(db, life.atMs);
          expect(after).toBe(before);
          story.db.close();
        },
      ),
      { seed: 1_003, numRuns: 20, endOnFailure: true },
    );
    // Otherwise this would have been a test of something else.
    expect(summedUp).toBeGreaterThan(15);
  },
);
