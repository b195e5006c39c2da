import { describe, expect, test } from "vitest";
import { shapeDayBars } from "../../../dashboard/data/day-bars.ts";
import { type DayChart, lastDays, shapeDayChart } from "../../../dashboard/data/day-strips.ts";
import { shapeHeatmap } from "../../../dashboard/data/heatmap.ts";
import { hourMarks } from "../../../dashboard/data/hour-marks.ts";
import type { Span } from "../../../db/answers/spans.ts";
import { hourOfWeekTotals, weeksInRange } from "../../../db/answers/totals.ts";
import { localDays } from "../../../db/answers/zone.ts";
import type { Reading } from "../../../db/status.ts";

const HOUR_MS = 3_600_000;
const BERLIN = "Europe/Berlin";
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

function span(from: string, to: string, status: Reading, more: Partial<Span> = {}): Span {
  return { fromMs: at(from), toMs: at(to), status, raw: null, startCensored: false, endCensored: false, ...more };
}

/** All of the days shown, in one status. */
function wholeChart(zone: string, now: string, days: number, status: Reading): DayChart {
  const nowMs = at(now);
  const fromMs = lastDays(zone, nowMs, days)[0]?.fromMs ?? 0;
  const whole: Span = { fromMs, toMs: nowMs, status, raw: null, startCensored: true, endCensored: true };
  return shapeDayChart([whole], { zone, nowMs, horizonMs: nowMs, days: lastDays(zone, nowMs, days) });
}

describe("day strips", () => {
  test("there is one row a local day, today first", () => {
    const { rows } = wholeChart(BERLIN, "2026-11-22T23:30:00Z", 14, "offline");
    expect(rows).toHaveLength(14);
    expect(rows[0]).toMatchObject({ date: "2026-11-23", isToday: true });
    expect(rows[13]).toMatchObject({ date: "2026-11-10", isToday: false });
  });

  test("days of 23 and 25 hours are drawn to their true length and say why", () => {
    const spring = wholeChart(BERLIN, "2026-03-30T10:00:00Z", 3, "offline").rows[1];
    expect(spring).toMatchObject({ date: "2026-03-29", length: 23 / 24, lengthNote: "23 h day, clocks went forward" });
    expect(spring?.pieces.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(23 / 24, 9);
    const autumn = wholeChart(BERLIN, "2026-10-26T10:00:00Z", 3, "offline");
    expect(autumn.rows[1]).toMatchObject({ date: "2026-10-25", length: 1, lengthNote: "25 h day, clocks went back" });
    expect(autumn.rows[2]?.length).toBeCloseTo(24 / 25, 9);
    expect(autumn.ticks.at(-1)?.at).toBeCloseTo(24 / 25, 9);
  });

  test("on the day the clocks change each hour is marked where the zone puts it", () => {
    const hoursOf = (chart: DayChart, date: string) => chart.rows.find((row) => row.date === date)?.hours ?? [];
    const autumn = wholeChart(BERLIN, "2026-10-26T10:00:00Z", 3, "offline");
    // Noon is 13 hours after midnight, of 25.
    expect(hoursOf(autumn, "2026-10-25")).toEqual([7 / 25, 13 / 25, 19 / 25]);
    expect(hoursOf(autumn, "2026-10-24")).toEqual([6 / 25, 12 / 25, 18 / 25]);
    const spring = wholeChart(BERLIN, "2026-03-30T10:00:00Z", 3, "offline");
    expect(hoursOf(spring, "2026-03-29")).toEqual([5 / 24, 11 / 24, 17 / 24]);
    // Lord Howe Island moves its clocks by half an hour.
    const island = wholeChart("Australia/Lord_Howe", "2026-10-05T00:00:00Z", 3, "offline");
    expect(hoursOf(island, "2026-10-04")).toEqual([5.5 / 24, 11.5 / 24, 17.5 / 24]);
  });

  test("what happens at a marked hour is drawn at its mark", () => {
    const nowMs = at("2026-10-26T10:00:00Z");
    const spans = [
      span("2026-10-24T22:00:00Z", "2026-10-25T11:00:00Z", "offline"),
      span("2026-10-25T11:00:00Z", "2026-10-26T10:00:00Z", "busy"),
    ];
    const row = shapeDayChart(spans, { zone: BERLIN, nowMs, horizonMs: nowMs, days: lastDays(BERLIN, nowMs, 2) })
      .rows[1];
    expect(row?.pieces[1]?.words).toContain("12:00:00");
    expect(row?.pieces[1]?.left).toBe(row?.hours[1]);
  });

  test("a whole day of which seconds are missing says so, and is not called whole", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const shape = (gapEnd: string, horizonMs = nowMs) => {
      const spans = [
        span("2026-11-22T00:00:00Z", "2026-11-22T12:00:00Z", "busy"),
        span("2026-11-22T12:00:00Z", gapEnd, "unknown"),
        span(gapEnd, new Date(horizonMs).toISOString(), "busy"),
      ];
      const { rows } = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs, days: lastDays("UTC", nowMs, 2) });
      return { around: rows[1]?.around, observed: rows[1]?.observed };
    };
    expect(shape("2026-11-22T12:00:00.200Z")).toEqual({ around: "23 h 59 min", observed: "· under 1 s unknown" });
    expect(shape("2026-11-22T12:00:12Z")).toEqual({ around: "23 h 59 min", observed: "· 12 s unknown" });
    expect(shape("2026-11-22T12:00:59Z")).toEqual({ around: "23 h 59 min", observed: "· 59 s unknown" });
    expect(shape("2026-11-22T12:01:00Z")).toEqual({ around: "23 h 59 min", observed: "· 1 min unknown" });
    expect(shape("2026-11-22T14:20:00Z")).toEqual({ around: "21 h 40 min", observed: "· 2 h unknown" });
    expect(shape("2026-11-22T12:00:00Z")).toEqual({ around: "24 h", observed: undefined });
    // Known only until 18:00: the day is not over, and its seconds are not told.
    expect(shape("2026-11-22T12:00:12Z", at("2026-11-22T18:00:00Z"))).toEqual({ around: "18 h", observed: undefined });
  });

  test("today stops at the horizon, and now is marked behind it", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const horizonMs = nowMs - HOUR_MS;
    const spans = [span("2026-11-23T00:00:00Z", "2026-11-23T11:00:00Z", "available", { endCensored: true })];
    const row = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs, days: lastDays("UTC", nowMs, 1) }).rows[0];
    expect(row?.now).toBe(0.5);
    expect(row?.pieces.map(({ left, width }) => left + width)).toEqual([11 / 24]);
  });

  test("a gap is a piece of its own and is in no total", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const spans = [
      span("2026-11-23T00:00:00Z", "2026-11-23T06:00:00Z", "offline", { startCensored: true, endCensored: true }),
      span("2026-11-23T06:00:00Z", "2026-11-23T09:00:00Z", "unknown"),
      span("2026-11-23T09:00:00Z", "2026-11-23T12:00:00Z", "busy", { startCensored: true, endCensored: true }),
    ];
    const row = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs: nowMs, days: lastDays("UTC", nowMs, 1) }).rows[0];
    expect(row?.pieces.map(({ status }) => status)).toEqual(["offline", "unknown", "busy"]);
    expect(row).toMatchObject({ around: "3 h", observed: "of 9 h" });
    expect(row?.pieces[0]?.words).toContain("may have gone on, unobserved");
    expect(row?.pieces[1]?.words).toBe("Unknown — not observed, 06:00:00 – 09:00:00, 3 h");
    expect(row?.pieces[2]?.words).toBe("Busy, 09:00:00 – now, at least 3 h, began some time before");
  });

  test("a span that midnight cuts tells its whole length on both days", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const spans = [span("2026-11-22T22:00:00Z", "2026-11-23T01:00:00Z", "away")];
    const { rows } = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs: nowMs, days: lastDays("UTC", nowMs, 2) });
    const words = "Away, Sun 22 Nov 22:00:00 – Mon 23 Nov 01:00:00, 3 h";
    expect(rows.map(({ pieces }) => pieces.map((piece) => piece.words))).toEqual([[words], [words]]);
  });
});

describe("the hours of a day", () => {
  const labelled = (zone: string, now: string) => {
    const [day] = localDays(zone, at(now), at(now) + 1);
    return day && hourMarks(day, zone).map(({ atMs, label }) => `${label} ${new Date(atMs).toISOString()}`);
  };

  test("are found from local midnight by the zone", () => {
    expect(labelled(BERLIN, "2026-10-25T12:00:00Z")).toEqual([
      "00 2026-10-24T22:00:00.000Z",
      "06 2026-10-25T05:00:00.000Z",
      "12 2026-10-25T11:00:00.000Z",
      "18 2026-10-25T17:00:00.000Z",
      "24 2026-10-25T23:00:00.000Z",
    ]);
  });

  test("stay in order where midnight itself is skipped", () => {
    // Chile begins summer time at midnight: this day begins at 01:00.
    expect(labelled("America/Santiago", "2026-09-06T12:00:00Z")).toEqual([
      "00 2026-09-06T04:00:00.000Z",
      "06 2026-09-06T09:00:00.000Z",
      "12 2026-09-06T15:00:00.000Z",
      "18 2026-09-06T21:00:00.000Z",
      "24 2026-09-07T03:00:00.000Z",
    ]);
  });
});

describe("hours a day", () => {
  test.each([
    ["2026-03-29", 23],
    ["2026-10-25", 25],
    ["2026-11-22", 24],
  ])("the bar of %s adds up to %i hours, unknown included", (date, length) => {
    const fromMs = Temporal.PlainDate.from(date).toZonedDateTime(BERLIN).epochMilliseconds;
    const toMs = fromMs + length * HOUR_MS;
    const middleMs = fromMs + 5 * HOUR_MS;
    const base = { raw: null, startCensored: false, endCensored: false };
    const bars = shapeDayBars(
      [
        { fromMs, toMs: middleMs, status: "idle", ...base },
        { fromMs: middleMs, toMs, status: "unknown", ...base },
      ],
      BERLIN,
    );
    expect(bars).toHaveLength(1);
    expect(Object.values(bars[0]?.hours ?? {}).reduce((sum, hours) => sum + hours, 0)).toBeCloseTo(length, 9);
    expect(bars[0]?.hours.unknown).toBeCloseTo(length - 5, 9);
  });
});

describe("the heatmap", () => {
  /** Mondays 20:00 to 21:00, each in the status given; the rest of the four weeks offline. */
  function mondays(statuses: Reading[]): Span[] {
    const startMs = at("2026-10-26T00:00:00Z");
    const weekMs = 168 * HOUR_MS;
    const base = { raw: null, startCensored: false, endCensored: false };
    return statuses.flatMap((status, week): Span[] => {
      const fromMs = startMs + week * weekMs;
      const hourMs = fromMs + 20 * HOUR_MS;
      return [
        { fromMs, toMs: hourMs, status: "offline", ...base },
        { fromMs: hourMs, toMs: hourMs + HOUR_MS, status, ...base },
        { fromMs: hourMs + HOUR_MS, toMs: fromMs + weekMs, status: "offline", ...base },
      ];
    });
  }
  const heatmapOf = (spans: Span[], nowMs: number) => {
    const weeks = weeksInRange("UTC", spans[0]?.fromMs ?? 0, spans.at(-1)?.toMs ?? 0);
    return shapeHeatmap(hourOfWeekTotals(spans, "UTC"), weeks, "UTC", nowMs);
  };
  const mondayAt20 = (statuses: Reading[]) => heatmapOf(mondays(statuses), at("2026-11-23T20:30:00Z")).days[0]?.[20];

  test("a cell is around-time over observed time, and says how much observation there was", () => {
    expect(mondayAt20(["available", "unknown", "busy", "offline"])).toMatchObject({
      share: 2 / 3,
      isThin: false,
      isNow: true,
      words:
        "Monday 20:00–21:00: around 67 % of observed time; observed in 3 of 4 weeks, around in 2 of them (this hour)",
    });
  });

  test("an hour that was never observed has no share, not a share of nothing", () => {
    expect(mondayAt20(["unknown", "unknown"])).toMatchObject({
      share: null,
      words: "Monday 20:00–21:00: not observed in any of 2 weeks (this hour)",
    });
  });

  test("an hour observed in one week only is thin", () => {
    expect(mondayAt20(["available", "unknown", "unknown"])).toMatchObject({ share: 1, isThin: true });
    expect(mondayAt20(["offline", "offline"])).toMatchObject({ share: 0, isThin: false });
  });

  test("without any observation it is empty", () => {
    expect(heatmapOf([], 0).isEmpty).toBe(true);
    expect(heatmapOf([span("2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z", "unknown")], 0).isEmpty).toBe(true);
  });
});
