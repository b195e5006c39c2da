import { describe, expect, test } from "vitest";
import { rangesOfHour } from "../../../db/answers/hours.ts";
import { HOURS_PER_WEEK, hourOfWeekTotals } from "../../../db/answers/totals.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const ZONES: [zone: string, fromMs: number][] = [
  ["Europe/Berlin", Date.UTC(2026, 9, 20)],
  ["Europe/Berlin", Date.UTC(2026, 2, 24)],
  ["America/New_York", Date.UTC(2026, 9, 28)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 1)],
  ["Australia/Lord_Howe", Date.UTC(2026, 8, 30)],
  ["Asia/Kathmandu", Date.UTC(1985, 11, 28)],
  ["Pacific/Apia", Date.UTC(2011, 11, 26)],
];

describe("the hours of the week", () => {
  test.each(ZONES)("in %s from %d on are what the totals sum up, and together the whole range", (zone, startMs) => {
    const fromMs = startMs + 1_234_567;
    const toMs = startMs + 12 * DAY_MS + 7_654_321;
    const totals = hourOfWeekTotals([{ fromMs, toMs, status: "busy" }], zone);
    const all = [];
    for (let hour = 0; hour < HOURS_PER_WEEK; hour++) {
      const ranges = rangesOfHour(zone, hour, fromMs, toMs);
      expect(ranges.reduce((sum, range) => sum + range.toMs - range.fromMs, 0)).toBe(totals[hour]?.observedMs);
      all.push(...ranges);
    }
    all.sort((a, b) => a.fromMs - b.fromMs);
    expect(all[0]?.fromMs).toBe(fromMs);
    expect(all.at(-1)?.toMs).toBe(toMs);
    for (const [i, range] of all.entries()) if (i > 0) expect(range.fromMs).toBe(all[i - 1]?.toMs);
  });

  test("that the clocks repeat come twice, and those that they skip do not come", () => {
    const sunday2 = 6 * 24 + 2;
    const october = Date.UTC(2026, 9, 24);
    expect(rangesOfHour("Europe/Berlin", sunday2, october, october + 3 * DAY_MS)).toHaveLength(2);
    const march = Date.UTC(2026, 2, 28);
    expect(rangesOfHour("Europe/Berlin", sunday2, march, march + 3 * DAY_MS)).toEqual([]);
    // Samoa had no Friday in the last week of 2011.
    const samoa = Date.UTC(2011, 11, 27);
    for (let hour = 4 * 24; hour < 5 * 24; hour++)
      expect(rangesOfHour("Pacific/Apia", hour, samoa, samoa + 5 * DAY_MS)).toEqual([]);
  });

  test("are 168, in zones that exist", () => {
    expect(() => rangesOfHour("UTC", 168, 0, 1)).toThrow("a week has no hour 168");
    expect(() => rangesOfHour("UTC", 0, 1, 1)).toThrow("must end after it begins");
    expect(() => rangesOfHour("Mars/Olympus", 0, 0, 1)).toThrow(RangeError);
  });
});
