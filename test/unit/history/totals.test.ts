import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dailyTotals, hourOfWeekTotals, type Totals } from "../../../db/answers/totals.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf, type Whom } from "../../../db/history/totals.ts";
import type { Handle } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { spansFromFacts } from "../../helpers/spans-from-facts.ts";
import { numbers, sum } from "../../helpers/sums.ts";
import { contact, Story } from "../db/story.ts";
import { Life, step } from "../rollup/any-history.ts";

const HOUR_MS = 3_600_000;

/** Zones, and a UTC midnight some days before their clocks do something odd. */
const ZONES: [zone: string, startMs: number][] = [
  ["Europe/Berlin", Date.UTC(2026, 9, 22)],
  ["Europe/Berlin", Date.UTC(2026, 2, 26)],
  ["America/New_York", Date.UTC(2026, 9, 29)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 2)],
  ["Australia/Lord_Howe", Date.UTC(2026, 9, 1)],
  ["Asia/Kathmandu", Date.UTC(1985, 11, 29)],
  ["Pacific/Apia", Date.UTC(2011, 11, 27)],
  // Offsets that are no quarter-hours, and clocks that changed at a minute past midnight.
  ["Africa/Monrovia", Date.UTC(1972, 0, 4)],
  ["America/St_Johns", Date.UTC(2006, 9, 26)],
];

/** A second account lived through the same, some time later, with people of its own. */
function addSecondAccount(db: Handle, laterMs: number): void {
  db.exec(`
    INSERT INTO account (id, network, address, display_address, host, port, added_ms) VALUES (2, 'messenger', 'b', 'b', 'h', 1, 0);
    INSERT INTO contact (id, account_id, address, display_address, name, groups, first_seen_ms)
      SELECT id + 1000, 2, 'b-' || address, address, name, '["Work"]', first_seen_ms FROM contact;
    INSERT INTO coverage (id, account_id, source_id, run_id, from_ms, to_ms, end_reason)
      SELECT id + 1000, 2, source_id, run_id, from_ms + ${laterMs}, to_ms + ${laterMs}, end_reason FROM coverage;
    INSERT INTO watch (contact_id, source_id, from_ms, to_ms)
      SELECT contact_id + 1000, source_id, from_ms + ${laterMs}, to_ms + ${laterMs} FROM watch;
    INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
      SELECT contact_id + 1000, coverage_id + 1000, at_ms + ${laterMs}, status, raw, origin FROM event ORDER BY seq`);
}

describe.each(ZONES)("in %s from %d on", (zone, startMs) => {
  test("totals through rollups are those of the facts, to the millisecond", async () => {
    const range = fc.tuple(fc.double({ min: 0, max: 0.8, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 40 }),
        fc.nat({ max: 40 * HOUR_MS }),
        fc.array(range, { minLength: 2, maxLength: 2 }),
        fc.nat(60),
        async (steps, laterMs, ranges, slices) => {
          const story = new Story(startMs);
          const { db } = story;
          const life = new Life(story, startMs);
          for (const one of steps) life.live(one);
          addSecondAccount(db, laterMs);
          const roller = new Roller(db);
          // Some of it is rolled up, mostly all.
          for (let n = 0; n < slices && roller.roll(life.atMs + 3 * DAY_MS, 0); n++);
          const lengthMs = life.atMs + 2 * DAY_MS - startMs;
          const bounds = ranges.map(([from, part]): [number, number] => {
            const fromMs = startMs + Math.floor(from * lengthMs);
            return [fromMs, fromMs + 1 + Math.floor(part * lengthMs)];
          });
          bounds.push([startMs - 4 * HOUR_MS, startMs + Math.ceil(lengthMs / DAY_MS) * DAY_MS]);
          const idsOf = (sql: string) => db.prepare(sql).pluck().all() as number[];
          const cases: [Whom, number[]][] = [
            [{ contactId: story.contactId("ada") }, [story.contactId("ada")]],
            [{ contactIds: [1, 1002, 1, 4711] }, [1, 1002]],
            [{ accountId: 1 }, idsOf("SELECT id FROM contact WHERE account_id = 1")],
            [
              { accountId: 2, group: "Work" },
              idsOf("SELECT id FROM contact WHERE account_id = 2 AND groups LIKE '%Work%'"),
            ],
            [{ accountId: 1, group: "Work" }, []],
            [{ everyone: true }, idsOf("SELECT id FROM contact")],
          ];
          for (const [fromMs, toMs] of bounds) {
            for (const [whom, ids] of cases) {
              const spans = ids.map((id) => spansFromFacts(db, id, fromMs, toMs));
              const days = await dailyTotalsOf(db, whom, fromMs, toMs, zone);
              const slowDays = spans.map((each) => dailyTotals(each, zone));
              expect(days.map(numbers)).toEqual(days.map((_, i) => sum(slowDays.map((each) => each[i] as Totals))));
              for (const each of slowDays)
                expect(days.map(({ date, spannedMs }) => [date, spannedMs])).toEqual(
                  each.map(({ date, spannedMs }) => [date, spannedMs]),
                );
              const hours = await hourOfWeekTotalsOf(db, whom, fromMs, toMs, zone);
              const slowHours = spans.map((each) => hourOfWeekTotals(each, zone));
              expect(hours.map(numbers)).toEqual(hours.map((_, i) => sum(slowHours.map((each) => each[i] as Totals))));
              if (ids.length !== 1) continue;
              expect(hours).toEqual(slowHours[0]);
            }
          }
          db.close();
        },
      ),
      { seed: 51, numRuns: 6 },
    );
  });
});

test("a week counts once for many, however many of them were seen in it", async () => {
  const monday = Date.UTC(2026, 10, 16);
  const story = new Story(monday);
  story.roster(monday, "ada", "bo");
  story.open(monday + 9 * HOUR_MS, ["ada", "bo"], { ada: "busy", bo: "away" });
  story.close(monday + 10 * HOUR_MS);
  story.open(monday + 7 * DAY_MS + 9 * HOUR_MS, ["ada", "bo"]);
  story.close(monday + 7 * DAY_MS + 10 * HOUR_MS);
  const hour = async () =>
    (await hourOfWeekTotalsOf(story.db, { everyone: true }, monday, monday + 14 * DAY_MS, "UTC"))[9];
  const expected = { weeksObserved: 2, weeksAround: 1, observedMs: 4 * HOUR_MS, aroundMs: 2 * HOUR_MS };
  expect(await hour()).toMatchObject(expected);
  while (new Roller(story.db).roll(monday + 20 * DAY_MS, 1_000));
  expect(story.rows("SELECT day FROM everyone_day")).toHaveLength(8);
  expect(await hour()).toMatchObject(expected);
});

test("whoever is in no group, of no account or does not exist has days without a number in them", async () => {
  const story = new Story(0);
  story.tell({ kind: "roster", atMs: 0, contacts: [contact("ada", "Ada", ["Friends"])] });
  story.open(1, ["ada"]);
  story.prove(DAY_MS);
  for (const whom of [{ contactId: 99 }, { contactIds: [] }, { accountId: 9 }, { accountId: 1, group: "Friend" }]) {
    const days = await dailyTotalsOf(story.db, whom, 0, DAY_MS, "UTC");
    expect(days).toMatchObject([{ date: "1970-01-01", observedMs: 0, spannedMs: DAY_MS, byStatus: {} }]);
  }
  await expect(dailyTotalsOf(story.db, { everyone: true }, 5, 5, "UTC")).rejects.toThrow("must end after it begins");
  await expect(hourOfWeekTotalsOf(story.db, { everyone: true }, 0, 5, "Mars/Olympus")).rejects.toThrow(RangeError);
});
