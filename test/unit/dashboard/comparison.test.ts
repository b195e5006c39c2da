import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PeriodFacts, periodBefore, shapeComparison } from "../../../dashboard/data/comparison.ts";
import { localDays } from "../../../db/answers/zone.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 9, 1);

/** Ten days, of which so many hours were observed and somebody around. */
function period(observedHours: number, aroundHours: number, fromMs = START): PeriodFacts {
  const totals = [{ byStatus: {}, observedMs: observedHours * HOUR_MS, aroundMs: aroundHours * HOUR_MS }];
  return { fromMs, toMs: fromMs + 10 * DAY_MS, totals, sessions: [] };
}

const words = (now: PeriodFacts, before: PeriodFacts) => shapeComparison(now, before, "UTC").words;

describe("the period before", () => {
  test("is as many local days earlier, at the same hours, also across a change of clocks", () => {
    // Sunday 25 October to Saturday 31 October, until ten in the evening; the clocks went back on the first day.
    const range = { fromMs: Date.parse("2026-10-24T22:00Z"), toMs: Date.parse("2026-10-31T21:00Z") };
    expect(periodBefore(range, "Europe/Berlin")).toEqual({
      fromMs: Date.parse("2026-10-17T22:00Z"),
      toMs: Date.parse("2026-10-24T20:00Z"),
    });
  });

  test("has as many days as the range, and never reaches into it", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: DAY_MS }),
        (zone, day, days, intoMs) => {
          const all = localDays(zone, START + day * DAY_MS, START + (day + days) * DAY_MS);
          const fromMs = all[0]?.fromMs as number;
          const toMs = Math.min((all.at(-1)?.fromMs as number) + intoMs, all.at(-1)?.toMs as number);
          const before = periodBefore({ fromMs, toMs }, zone);
          expect(before.toMs).toBeLessThanOrEqual(fromMs + HOUR_MS);
          expect(localDays(zone, before.fromMs, before.toMs)).toHaveLength(all.length);
        },
      ),
      { seed: 42 },
    );
  });
});

describe("compared are", () => {
  test("shares of the time that was observed, and no hours that nobody saw", () => {
    const { now, before, words } = shapeComparison(period(100, 50), period(200, 60), "UTC");
    expect([now.share, now.aroundADay, now.observed]).toEqual(["50 %", "12 h", "42 %"]);
    expect([before.share, before.aroundADay, before.observed]).toEqual(["30 %", "7 h 12 min", "83 %"]);
    expect(words).toBe("Around for 20 points more of the observed time than before.");
    expect(now.days).toBe("1 October 2026 – 10 October 2026");
  });

  test("in words that fit", () => {
    expect(words(period(100, 29), period(100, 30))).toBe("Around for 1 point less of the observed time than before.");
    expect(words(period(100, 30), period(200, 60))).toBe(
      "Around for about the same part of the observed time as before.",
    );
  });

  test("not with what nobody observed, and with a caveat where little was", () => {
    expect(words(period(100, 30), period(0, 0))).toContain("nothing to compare with");
    expect(words(period(0, 0), period(100, 30))).toContain("nothing to compare");
    expect(words(period(100, 30), period(10, 9))).toContain("too little was observed");
    const { before } = shapeComparison(period(100, 30), period(0, 0), "UTC");
    expect([before.share, before.aroundADay, before.sessions, before.observed, before.isThin]).toEqual([
      "—",
      "—",
      "—",
      "0 %",
      true,
    ]);
  });
});
