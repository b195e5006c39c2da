import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "../../../db/answers/spans.ts";
import { dailyTotals, HOURS_PER_WEEK, hourOfWeekTotals } from "../../../db/answers/totals.ts";
import { isAround, READINGS, type Reading } from "../../../db/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Zones, and the instants around which their clocks do something odd. */
const ODD_TIMES: [zone: string, atMs: number][] = [
  ["Europe/Berlin", Date.UTC(2026, 9, 25, 1)],
  ["Europe/Berlin", Date.UTC(2026, 2, 29, 1)],
  ["America/New_York", Date.UTC(2026, 10, 1, 6)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 4, 15)],
  ["Australia/Lord_Howe", Date.UTC(2026, 9, 3, 15, 30)],
  ["Asia/Kathmandu", Date.UTC(2026, 2, 29)],
  ["Pacific/Apia", Date.UTC(2011, 11, 30, 10)],
  ["UTC", Date.UTC(2026, 1, 28)],
  ["UTC", Date.UTC(1969, 11, 30)],
];

/** Spans of whole minutes in a row. */
function spansFrom(startMs: number, parts: readonly { minutes: number; status: Reading }[]): Span[] {
  let fromMs = startMs;
  return parts.map(({ minutes, status }) => {
    const toMs = fromMs + minutes * MINUTE_MS;
    const span: Span = { fromMs, toMs, status, raw: null, startCensored: false, endCensored: false };
    fromMs = toMs;
    return span;
  });
}

const parts = fc.array(fc.record({ minutes: fc.integer({ min: 1, max: 700 }), status: fc.constantFrom(...READINGS) }), {
  minLength: 1,
  maxLength: 12,
});

interface Slow {
  days: Map<string, { spanned: number; observed: number; around: number; byStatus: Record<string, number> }>;
  hours: { observed: number; around: number; datesObserved: Set<string>; datesAround: Set<string> }[];
}

/** The same totals the slow way: one question to Temporal for every minute. */
function slowly(spans: readonly Span[], zone: string): Slow {
  const days: Slow["days"] = new Map();
  const hours = Array.from({ length: HOURS_PER_WEEK }, () => ({
    observed: 0,
    around: 0,
    datesObserved: new Set<string>(),
    datesAround: new Set<string>(),
  }));
  for (const { fromMs, toMs, status } of spans) {
    for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) {
      const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
      const date = local.toPlainDate().toString();
      const day = days.get(date) ?? { spanned: 0, observed: 0, around: 0, byStatus: {} };
      days.set(date, day);
      day.spanned += MINUTE_MS;
      if (status === "unknown") continue;
      const hour = hours[(local.dayOfWeek - 1) * 24 + local.hour] as Slow["hours"][number];
      day.byStatus[status] = (day.byStatus[status] ?? 0) + MINUTE_MS;
      day.observed += MINUTE_MS;
      hour.observed += MINUTE_MS;
      hour.datesObserved.add(date);
      if (!isAround(status)) continue;
      day.around += MINUTE_MS;
      hour.around += MINUTE_MS;
      hour.datesAround.add(date);
    }
  }
  return { days, hours };
}

describe.each(ODD_TIMES)("%s around %d", (zone, oddMs) => {
  const spans = fc
    .tuple(fc.integer({ min: -4 * 1440, max: 1440 }), parts)
    .map(([minutes, each]) => spansFrom(oddMs + minutes * MINUTE_MS, each));

  test("days and hours of the week agree with asking Temporal for every minute", () => {
    fc.assert(
      fc.property(spans, (some) => {
        const { days, hours } = slowly(some, zone);
        expect(
          dailyTotals(some, zone).map(({ date, spannedMs, observedMs, aroundMs, byStatus }) => [
            date,
            { spanned: spannedMs, observed: observedMs, around: aroundMs, byStatus },
          ]),
        ).toEqual([...days]);
        expect(
          hourOfWeekTotals(some, zone).map(({ observedMs, aroundMs, weeksObserved, weeksAround }) => ({
            observed: observedMs,
            around: aroundMs,
            weeksObserved,
            weeksAround,
          })),
        ).toEqual(
          hours.map(({ observed, around, datesObserved, datesAround }) => ({
            observed,
            around,
            weeksObserved: datesObserved.size,
            weeksAround: datesAround.size,
          })),
        );
      }),
      { seed: 5, numRuns: 6 },
    );
  });

  test("nothing is lost or counted twice, to the millisecond", () => {
    const uneven = fc
      .tuple(
        fc.integer({ min: -30 * DAY_MS, max: 0 }),
        fc.array(fc.integer({ min: 1, max: 9 * DAY_MS }), { minLength: 1, maxLength: 12 }),
      )
      .map(([startMs, lengths]) => {
        let fromMs = oddMs + startMs;
        return lengths.map((ms, i): Span => {
          const status = READINGS[i % READINGS.length] as Reading;
          const span = { fromMs, toMs: fromMs + ms, status, raw: null, startCensored: false, endCensored: false };
          fromMs += ms;
          return span;
        });
      });
    fc.assert(
      fc.property(uneven, (some) => {
        const sum = (of: (span: Span) => boolean) =>
          some.reduce((ms, span) => ms + (of(span) ? span.toMs - span.fromMs : 0), 0);
        const days = dailyTotals(some, zone);
        const hours = hourOfWeekTotals(some, zone);
        for (const totals of [days, hours]) {
          const total = (pick: (one: (typeof totals)[number]) => number) =>
            totals.reduce((ms, one) => ms + pick(one), 0);
          expect(total((one) => one.observedMs)).toBe(sum(({ status }) => status !== "unknown"));
          expect(total((one) => one.aroundMs)).toBe(sum(({ status }) => isAround(status)));
          expect(total((one) => Object.values(one.byStatus).reduce((a, b) => a + b, 0))).toBe(
            sum(({ status }) => status !== "unknown"),
          );
        }
        expect(days.reduce((ms, day) => ms + day.spannedMs, 0)).toBe(sum(() => true));
        // Days in the middle are spanned from end to end, whatever their length.
        for (const day of days.slice(1, -1)) expect(day.spannedMs).toBe(day.toMs - day.fromMs);
      }),
      { seed: 6, numRuns: 60 },
    );
  });
});

test("a week of one status fills every hour of the week once", () => {
  const spans = spansFrom(Date.UTC(2026, 10, 16), [{ minutes: 7 * 1440, status: "busy" }]);
  expect(new Set(hourOfWeekTotals(spans, "UTC").map((hour) => JSON.stringify(hour)))).toEqual(
    new Set([
      JSON.stringify({
        byStatus: { busy: HOUR_MS },
        observedMs: HOUR_MS,
        aroundMs: HOUR_MS,
        weeksObserved: 1,
        weeksAround: 1,
      }),
    ]),
  );
});

test("the week begins on Monday at midnight", () => {
  const monday = Date.UTC(2026, 10, 16);
  const hours = hourOfWeekTotals(spansFrom(monday, [{ minutes: 60, status: "busy" }]), "UTC");
  expect(hours.findIndex((hour) => hour.aroundMs > 0)).toBe(0);
});

test("weeks are counted once however often somebody comes and goes in an hour", () => {
  const monday = Date.UTC(2026, 10, 16, 9);
  const visit = (startMs: number) =>
    spansFrom(startMs, [
      { minutes: 5, status: "available" },
      { minutes: 10, status: "offline" },
      { minutes: 5, status: "unknown" },
      { minutes: 40, status: "available" },
      { minutes: 7 * 1440 - 60, status: "unknown" },
    ]);
  const spans = [
    ...visit(monday),
    ...visit(monday + 7 * DAY_MS),
    ...spansFrom(monday + 14 * DAY_MS, [{ minutes: 60, status: "offline" }]),
  ];
  expect(hourOfWeekTotals(spans, "UTC")[9]).toMatchObject({
    weeksObserved: 3,
    weeksAround: 2,
    observedMs: 170 * MINUTE_MS,
    aroundMs: 90 * MINUTE_MS,
  });
});

test("unknown time is in no total", () => {
  const spans = spansFrom(Date.UTC(2026, 10, 16), [{ minutes: 1440, status: "unknown" }]);
  expect(dailyTotals(spans, "UTC")).toMatchObject([{ observedMs: 0, aroundMs: 0, byStatus: {}, spannedMs: DAY_MS }]);
  expect(hourOfWeekTotals(spans, "UTC").every((hour) => hour.weeksObserved === 0 && hour.observedMs === 0)).toBe(true);
});

test("without spans there are no days, and 168 empty hours", () => {
  expect(dailyTotals([], "UTC")).toEqual([]);
  expect(hourOfWeekTotals([], "UTC")).toHaveLength(168);
});
