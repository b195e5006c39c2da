import fc from "fast-check";
import { expect, test } from "vitest";
import { shapeCalendar } from "../../../dashboard/data/calendar.ts";
import { listedByDay } from "../../../dashboard/data/listed.ts";
import { shapePairs } from "../../../dashboard/data/pairs.ts";
import { shapePeopleDays } from "../../../dashboard/data/people-days.ts";
import { rankPeople } from "../../../dashboard/data/ranked-people.ts";
import { dailyTotals } from "../../../db/answers/totals.ts";
import { READINGS, type Reading } from "../../../db/status.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ZONE = "Europe/Berlin";
const MIDNIGHT_MS = Date.parse("2026-10-19T22:00:00Z");

/** Days of one person's spans: what is said of each hour in turn. */
function daysOf(readings: readonly Reading[], zone = ZONE) {
  const spans = readings.map((status, hour) => ({
    fromMs: MIDNIGHT_MS + hour * HOUR_MS,
    toMs: MIDNIGHT_MS + (hour + 1) * HOUR_MS,
    status,
  }));
  return dailyTotals(spans, zone);
}

test("every bar adds up to all who were on the list, whatever was observed of them", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...READINGS), { minLength: 1, maxLength: 400 }), (readings) => {
      const days = daysOf(readings);
      const listedMs = listedByDay(days, [{ fromMs: 0, toMs: null }]);
      const { bars } = shapePeopleDays(days, listedMs, ZONE);
      for (const { people, listed, around } of bars) {
        expect(Object.values(people).reduce((sum, some) => sum + some, 0)).toBeCloseTo(1, 9);
        expect(listed).toBeCloseTo(1, 9);
        expect(around).toBeLessThanOrEqual(1);
        expect(around + people.offline + people.unknown).toBeCloseTo(1, 9);
      }
    }),
    { seed: 11 },
  );
});

test("people count from when they came to the list until they left it", () => {
  const days = daysOf(new Array<Reading>(72).fill("offline"));
  const noon = MIDNIGHT_MS + 12 * HOUR_MS;
  expect(
    listedByDay(days, [
      { fromMs: 0, toMs: null },
      { fromMs: noon, toMs: null },
      { fromMs: 0, toMs: noon + DAY_MS },
      { fromMs: noon, toMs: noon + 2 * DAY_MS },
      { fromMs: noon + 5 * DAY_MS, toMs: null },
    ]).map((ms) => ms / HOUR_MS),
  ).toEqual([24 + 12 + 24 + 12, 24 + 24 + 12 + 24, 24 + 24 + 12]);
});

test("long ranges are drawn by weeks, and longer ones by months", () => {
  const weeks = shapePeopleDays(daysOf(new Array<Reading>(24 * 120).fill("idle")), [], ZONE);
  expect(weeks.step).toBe("week");
  expect(weeks.bars[1]?.date).toBe("2026-10-26");
  const months = shapePeopleDays(daysOf(new Array<Reading>(24 * 1_200).fill("idle")), [], ZONE);
  expect(months.step).toBe("month");
  expect(months.bars[1]).toMatchObject({ date: "2026-11-01", label: "November 2026" });
});

test("a day of the calendar is unknown, thin or a share, and never coloured for what was not observed", () => {
  const readings: Reading[] = [
    ...new Array<Reading>(24).fill("unknown"),
    ...new Array<Reading>(6).fill("available"),
    ...new Array<Reading>(18).fill("unknown"),
    ...new Array<Reading>(12).fill("available"),
    ...new Array<Reading>(12).fill("offline"),
  ];
  const days = daysOf(readings);
  const [year] = shapeCalendar(days, listedByDay(days, [{ fromMs: 0, toMs: null }]), MIDNIGHT_MS + 49 * HOUR_MS, ZONE);
  expect(year?.days.map(({ share, isThin, isToday, weekday }) => ({ share, isThin, isToday, weekday }))).toEqual([
    { share: null, isThin: false, isToday: false, weekday: 1 },
    { share: 1, isThin: true, isToday: false, weekday: 2 },
    { share: 0.5, isThin: false, isToday: true, weekday: 3 },
  ]);
  expect(year?.days[1]?.words).toBe("21 October 2026: around 100 % of observed time; 25 % of the day was observed");
});

test("people are ranked by their share of observed time, and whoever was never seen stands apart", () => {
  const seen = (key: `c${number}`, aroundMs: number, observedMs: number) => ({
    key,
    name: key,
    contactIds: [Number(key.slice(1))],
    aroundMs,
    observedMs,
  });
  const { most, least, notSeen } = rankPeople(
    [seen("c1", 40 * HOUR_MS, 100 * HOUR_MS), seen("c2", 4 * HOUR_MS, 5 * HOUR_MS), seen("c3", HOUR_MS, 100 * HOUR_MS)],
    ["c1", "c2", "c3", "c4"].map((key) => ({ key, name: key, contactIds: [Number(key.slice(1))] })),
    100 * HOUR_MS,
  );
  expect(most.map(({ key, isThin, timeWords }) => [key, isThin, timeWords])).toEqual([
    ["c2", true, "4 h of 5 h observed"],
    ["c1", false, "40 h of 100 h observed"],
  ]);
  expect(least.map(({ key }) => key)).toEqual(["c3"]);
  expect(notSeen).toEqual([{ contactId: 4, name: "c4" }]);
});

test("two who are always there are no pair; two who come and go together are", () => {
  const pair = (a: string, togetherMs: number, aAroundMs: number, bAroundMs: number) => ({
    a,
    b: "other",
    togetherMs: togetherMs * HOUR_MS,
    aAroundMs: aAroundMs * HOUR_MS,
    bAroundMs: bAroundMs * HOUR_MS,
    bothObservedMs: 100 * HOUR_MS,
  });
  const pairs = shapePairs(
    [pair("always", 100, 100, 100), pair("together", 10, 12, 10), pair("apart", 1, 30, 30)],
    (name) => ({ contactId: 1, name }),
    10,
  );
  expect(pairs).toHaveLength(1);
  expect(pairs[0]).toMatchObject({
    a: { name: "together" },
    liftWords: "8.3 ×",
    timeWords: "10 h of 100 h in which both were observed",
    shareWords: "83 %",
  });
});
