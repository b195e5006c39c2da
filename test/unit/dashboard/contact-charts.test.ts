/** The charts of a contact's page: whatever the history, parts add up and shares stay within 0 and 1. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AXIS_UNITS, shapeActogram } from "../../../dashboard/data/actogram.ts";
import { shapeSaid } from "../../../dashboard/data/said.ts";
import { shapeSessionLengths } from "../../../dashboard/data/session-lengths.ts";
import { KINDS, shapeTypicalDay } from "../../../dashboard/data/typical-day.ts";
import { sessionsIn } from "../../../db/answers/sessions.ts";
import type { Span } from "../../../db/answers/spans.ts";
import { Stretches } from "../../../db/answers/stretches.ts";
import { hourOfWeekTotals } from "../../../db/answers/totals.ts";
import { localDays } from "../../../db/answers/zone.ts";
import { READINGS, type Reading } from "../../../db/status.ts";

const HOUR_MS = 3_600_000;
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

function span(fromMs: number, toMs: number, status: Reading): Span {
  return { fromMs, toMs, status, raw: null, startCensored: false, endCensored: false };
}

/** Spans that fill a range, in any statuses. */
const anySpans = fc
  .record({
    fromMs: fc.integer({ min: at("2026-03-20T00:00:00Z"), max: at("2026-04-10T00:00:00Z") }),
    parts: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 * HOUR_MS }), fc.constantFrom(...READINGS)), {
      minLength: 1,
      maxLength: 60,
    }),
  })
  .map(({ fromMs, parts }) => {
    let atMs = fromMs;
    return parts.map(([ms, status]) => {
      const began = atMs;
      atMs += ms;
      return span(began, atMs, status);
    });
  });
const anyZone = fc.constantFrom("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu");

describe("the actogram", () => {
  test("draws each status for exactly as long as it held, on days of whatever length", () => {
    fc.assert(
      fc.property(anySpans, anyZone, (spans, zone) => {
        const [first, last] = [spans[0] as Span, spans.at(-1) as Span];
        const days = localDays(zone, first.fromMs, last.toMs);
        const { shapes, rows } = shapeActogram(spans, { zone, nowMs: last.toMs, days });
        const axisMs = Math.max(24 * HOUR_MS, ...days.map(({ fromMs, toMs }) => toMs - fromMs));
        for (const { status, path } of shapes) {
          const widths = [...path.matchAll(/M([\d.]+) (\d+)h([\d.]+)v/g)].map(([, x, row, width]) => {
            expect(Number(x) + Number(width)).toBeLessThanOrEqual(AXIS_UNITS + 0.011);
            expect(Number(row)).toBeLessThan(days.length);
            return Number(width);
          });
          const drawnMs = (widths.reduce((sum, width) => sum + width, 0) / AXIS_UNITS) * axisMs;
          const heldMs = spans.reduce((sum, one) => sum + (one.status === status ? one.toMs - one.fromMs : 0), 0);
          // Widths are rounded to a hundredth of a unit.
          expect(Math.abs(drawnMs - heldMs)).toBeLessThanOrEqual(widths.length * 0.011 * (axisMs / AXIS_UNITS));
        }
        expect(rows.map(({ date }) => date)).toEqual(days.map(({ date }) => date).reverse());
      }),
      { seed: 8, numRuns: 150 },
    );
  });

  test("says of a day nobody watched that nobody did, and where it is now", () => {
    const [fromMs, toMs] = [at("2026-10-31T00:00:00Z"), at("2026-11-02T12:00:00Z")];
    const spans = [span(fromMs, at("2026-11-01T00:00:00Z"), "unknown"), span(at("2026-11-01T00:00:00Z"), toMs, "away")];
    const days = localDays("UTC", fromMs, toMs);
    const { rows, now } = shapeActogram(spans, { zone: "UTC", nowMs: toMs, days });
    expect(rows.map(({ words }) => words)).toEqual([
      "Monday 2 November: around 12 h of 12 h observed, 100 %",
      "Sunday 1 November: around 24 h of 24 h observed, 100 %",
      "Saturday 31 October: not observed",
    ]);
    expect(rows.map(({ month }) => month)).toEqual(["Nov 2026", undefined, "Oct 2026"]);
    expect(now).toEqual({ row: 0, at: 0.5 });
  });
});

describe("the typical day", () => {
  test("has 24 hours of each kind, with shares within 0 and 1, and none where nobody looked", () => {
    fc.assert(
      fc.property(anySpans, anyZone, (spans, zone) => {
        const day = shapeTypicalDay(hourOfWeekTotals(spans, zone));
        for (const kind of KINDS) {
          expect(day[kind]).toHaveLength(24);
          for (const { share, words } of day[kind]) {
            if (share === null) expect(words).toMatch(/: not observed$/);
            else expect(share).toBeGreaterThanOrEqual(0);
            expect(share ?? 0).toBeLessThanOrEqual(1);
          }
        }
        if (spans.every(({ status }) => status === "unknown"))
          expect(KINDS.flatMap((kind) => day[kind]).every(({ share }) => share === null)).toBe(true);
      }),
      { seed: 9, numRuns: 100 },
    );
  });

  test("keeps weekends apart", () => {
    // A Saturday at ten and a Monday at ten.
    const spans = [
      span(at("2026-11-21T10:00:00Z"), at("2026-11-21T11:00:00Z"), "available"),
      span(at("2026-11-21T11:00:00Z"), at("2026-11-23T10:00:00Z"), "unknown"),
      span(at("2026-11-23T10:00:00Z"), at("2026-11-23T11:00:00Z"), "offline"),
    ];
    const { weekdays, weekends } = shapeTypicalDay(hourOfWeekTotals(spans, "UTC"));
    expect([weekdays[10]?.share, weekends[10]?.share, weekends[12]?.share]).toEqual([0, 1, null]);
  });
});

describe("how long at a time", () => {
  test("counts every session once, those that were cut off apart", () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const sessions = sessionsIn(Stretches.from(spans));
        const { count, cut, classes } = shapeSessionLengths(sessions);
        expect(count).toBe(sessions.length);
        expect(classes.reduce((sum, one) => sum + one.whole + one.cut, 0)).toBe(count);
        expect(classes.reduce((sum, one) => sum + one.cut, 0)).toBe(cut);
      }),
      { seed: 10, numRuns: 100 },
    );
  });

  test("the half is of those seen whole, and the longest says when it was cut off", () => {
    const session = (minutes: number, isCut = false) => ({
      fromMs: 0,
      toMs: minutes * 60_000,
      startCensored: isCut,
      endCensored: false,
      aroundMs: minutes * 60_000,
      flaps: 0,
    });
    expect(shapeSessionLengths([session(4), session(20), session(40), session(600, true)])).toMatchObject({
      count: 4,
      cut: 1,
      medianWords: "20 min",
      longestWords: "at least 10 h",
    });
    expect(shapeSessionLengths([])).toMatchObject({ count: 0, medianWords: undefined, longestWords: undefined });
  });
});

test("what somebody showed is told newest first, and never at any length", () => {
  const change = (seq: number, value: string) => ({
    seq,
    atMs: seq,
    field: "name" as const,
    value,
    before: null,
    source: null,
  });
  const lines = shapeSaid([change(1, "a"), change(2, "x".repeat(10_000)), change(3, "")], "UTC", 2);
  expect(lines.map(({ key, value }) => [key, value.length])).toEqual([
    [3, 0],
    [2, 281],
  ]);
});
