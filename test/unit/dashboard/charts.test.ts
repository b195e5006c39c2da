import { describe, expect, test } from "vitest";
import { shapeDayBars } from "../../../dashboard/data/day-bars.ts";
import { type DayChart, lastDays, shapeDayChart } from "../../../dashboard/data/day-strips.ts";
import { shapeHeatmap } from "../../../dashboard/data/heatmap.ts";
import type { Span } from "../../../db/answers/spans.ts";
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
  return shapeDayChart([whole], { zone, nowMs, horizonMs: nowMs, days });
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

  test("today stops at the horizon, and now is marked behind it", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const horizonMs = nowMs - HOUR_MS;
    const spans = [span("2026-11-23T00:00:00Z", "2026-11-23T11:00:00Z", "available", { endCensored: true })];
    const row = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs, days: 1 }).rows[0];
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
    const row = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs: nowMs, days: 1 }).rows[0];
    expect(row?.pieces.map(({ status }) => status)).toEqual(["offline", "unknown", "busy"]);
    expect(row).toMatchObject({ around: "3 h", observed: "9 h" });
    expect(row?.pieces[0]?.words).toContain("may have gone on, unobserved");
    expect(row?.pieces[1]?.words).toBe("Unknown — not observed, 06:00:00 – 09:00:00, 3 h");
    expect(row?.pieces[2]?.words).toBe("Busy, 09:00:00 – now, at least 3 h, began some time before");
  });

  test("a span that midnight cuts tells its whole length on both days", () => {
    const nowMs = at("2026-11-23T12:00:00Z");
    const spans = [span("2026-11-22T22:00:00Z", "2026-11-23T01:00:00Z", "away")];
    const { rows } = shapeDayChart(spans, { zone: "UTC", nowMs, horizonMs: nowMs, days: 2 });
    const words = "Away, Sun 22 Nov 22:00:00 – Mon 23 Nov 01:00:00, 3 h";
    expect(rows.map(({ pieces }) => pieces.map((piece) => piece.words))).toEqual([[words], [words]]);
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
  const mondayAt20 = (statuses: Reading[]) =>
    shapeHeatmap(mondays(statuses), "UTC", at("2026-11-23T20:30:00Z")).days[0]?.[20];

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
    expect(shapeHeatmap([], "UTC", 0).isEmpty).toBe(true);
    expect(shapeHeatmap([span("2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z", "unknown")], "UTC", 0).isEmpty).toBe(
      true,
    );
  });
});
