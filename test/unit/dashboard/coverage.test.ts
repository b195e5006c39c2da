import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shapeCoverageDays, shapeGaps } from "../../../dashboard/data/coverage-days.ts";
import { shapeCrowds } from "../../../dashboard/data/crowd-rows.ts";
import { gapWords } from "../../../dashboard/data/gap-words.ts";
import { gapsBetween } from "../../../db/answers/gaps.ts";
import { localDays } from "../../../db/answers/zone.ts";
import type { CoverageGap } from "../../../db/history/coverage-gaps.ts";

const ZONE = "Europe/Berlin";
const HOUR_MS = 3_600_000;
const FROM_MS = Date.parse("2026-10-23T22:00:00Z");
const TO_MS = FROM_MS + 75 * HOUR_MS;

function gap(fromHour: number, toHour: number, more: Partial<CoverageGap> = {}): CoverageGap {
  const [fromMs, toMs] = [FROM_MS + fromHour * HOUR_MS, FROM_MS + toHour * HOUR_MS];
  return { fromMs, toMs, why: "silence", collectorMs: toMs - fromMs, ...more };
}

test("a day is as much observed as its gaps leave of it, also where the clocks change", () => {
  const gaps = [gap(2, 8), gap(20, 49), gap(74, 75)];
  const shown = { fromMs: FROM_MS, toMs: TO_MS, zone: ZONE, nowMs: TO_MS };
  const [year] = shapeCoverageDays(gaps, localDays(ZONE, FROM_MS, TO_MS), shown);
  expect(year?.days.map(({ date, share, words }) => [date, share, words])).toEqual([
    ["2026-10-24", 14 / 24, "24 October 2026: observed for 14 h of 24 h"],
    ["2026-10-25", null, "25 October 2026: not observed"],
    ["2026-10-26", 1, "26 October 2026: observed for 24 h of 24 h"],
    ["2026-10-27", 0.5, "27 October 2026 (today): observed for 1 h of 2 h"],
  ]);
});

test("what the days were observed for adds up to the range without its gaps, whatever they are", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 74 }), fc.integer({ min: 1, max: 30 })), { maxLength: 12 }),
      (covered) => {
        const ranges = covered.map(([from, length]) => gap(from, Math.min(75, from + length)));
        const gaps = gapsBetween(ranges, FROM_MS, TO_MS).map((range) => ({ ...range, why: null, collectorMs: 0 }));
        const days = localDays(ZONE, FROM_MS, TO_MS);
        const shown = { fromMs: FROM_MS, toMs: TO_MS, zone: ZONE, nowMs: TO_MS };
        const shares = new Map(
          shapeCoverageDays(gaps, days, shown)
            .flatMap((year) => year.days)
            .map((day) => [day.date, day.share ?? 0]),
        );
        const observedMs = days.reduce(
          (sum, day) => sum + (shares.get(day.date) ?? 0) * (Math.min(day.toMs, TO_MS) - day.fromMs),
          0,
        );
        const missingMs = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        expect(observedMs).toBeCloseTo(TO_MS - FROM_MS - missingMs, 3);
      },
    ),
    { seed: 5 },
  );
});

test("gaps come newest first; only one that reaches to now goes on", () => {
  const gaps = [gap(2, 8), gap(20, 49), gap(74, 75)];
  const shaped = shapeGaps(gaps, { fromMs: FROM_MS, toMs: TO_MS, zone: ZONE, nowMs: TO_MS });
  expect(shaped).toMatchObject({
    days: "24 October 2026 – 27 October 2026",
    observed: "52 %",
    missing: "1 d 12 h",
    more: 0,
  });
  expect(shaped.rows.map(({ when, length, goesOn }) => [when, length, goesOn])).toEqual([
    ["Tue 27 Oct, 01:00:00 – now", "1 h", true],
    ["Sat 24 Oct, 20:00:00 – Mon 26 Oct, 00:00:00", "1 d 5 h", false],
    ["Sat 24 Oct, 02:00:00 – 08:00:00", "6 h", false],
  ]);
  expect(shapeGaps(gaps, { fromMs: FROM_MS, toMs: TO_MS, zone: ZONE, nowMs: TO_MS + 1 }).rows[0]?.goesOn).toBe(false);
});

describe("why nobody looked", () => {
  test.each([
    [gap(0, 1), "The server fell silent"],
    [gap(0, 2, { why: "connection-lost", collectorMs: 0 }), "The connection was lost, and Rollcall was not running"],
    [
      gap(0, 2, { why: "server-closing", collectorMs: HOUR_MS }),
      "The server went down; Rollcall was not running for 1 h of it",
    ],
    [gap(0, 2, { why: "stopped", collectorMs: 0 }), "Rollcall was stopped"],
    [gap(0, 2, { why: null, collectorMs: 0 }), "Not recorded yet"],
  ])("%#: in words", (one, words) => {
    expect(gapWords(one)).toBe(words);
  });
});

test("crowds that went or came come newest first, and no more than fit", () => {
  const crowds = Array.from({ length: 25 }, (_, i) => ({
    fromMs: FROM_MS + i * HOUR_MS,
    toMs: FROM_MS + i * HOUR_MS + (i % 2) * 2_000,
    way: i % 2 === 0 ? ("gone" as const) : ("came" as const),
    contacts: 8,
    ofContacts: 9,
  }));
  const { rows, more } = shapeCrowds(crowds, ZONE);
  expect([rows.length, more]).toEqual([20, 5]);
  expect(rows.slice(0, 2).map(({ when, what }) => `${when}: ${what}`)).toEqual([
    "Sun 25 Oct, 00:00:00: 8 of the 9 who were online went offline at once",
    "Sat 24 Oct, 23:00:00: 8 of the 9 who were online then had come within 2 s",
  ]);
});
