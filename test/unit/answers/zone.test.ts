import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { byOffset, localDays, offsetsOf } from "../../../db/answers/zone.ts";

const HOUR_MS = 3_600_000;

/** Zones with something odd about them, and a day on which it shows. */
const ZONES = [
  { zone: "Europe/Berlin", date: "2026-10-25", hours: 25 },
  { zone: "Europe/Berlin", date: "2026-03-29", hours: 23 },
  { zone: "America/New_York", date: "2026-11-01", hours: 25 },
  { zone: "America/New_York", date: "2026-03-08", hours: 23 },
  { zone: "Australia/Lord_Howe", date: "2026-04-05", hours: 24.5 },
  { zone: "Australia/Lord_Howe", date: "2026-10-04", hours: 23.5 },
  { zone: "Asia/Kathmandu", date: "2026-03-29", hours: 24 },
  { zone: "Africa/Cairo", date: "2026-04-24", hours: 23 },
  { zone: "UTC", date: "2026-10-25", hours: 24 },
] as const;

function at(text: string, zone: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;
}

test.each(ZONES)("$date in $zone has $hours hours and begins where the one before ends", ({ zone, date, hours }) => {
  const noon = at(`${date}T12:00`, zone);
  const days = localDays(zone, noon - 48 * HOUR_MS, noon + 48 * HOUR_MS);
  expect(days.map((day) => day.date)).toHaveLength(5);
  const day = days.find((one) => one.date === date);
  expect(day && (day.toMs - day.fromMs) / HOUR_MS).toBe(hours);
  for (const [i, { fromMs }] of days.entries()) if (i > 0) expect(fromMs).toBe(days[i - 1]?.toMs);
});

test("the day that Samoa left out does not exist", () => {
  const days = localDays(
    "Pacific/Apia",
    at("2011-12-29T12:00", "Pacific/Apia"),
    at("2011-12-31T12:00", "Pacific/Apia"),
  );
  expect(days.map(({ date, fromMs, toMs }) => [date, (toMs - fromMs) / HOUR_MS])).toEqual([
    ["2011-12-29", 24],
    ["2011-12-31", 24],
  ]);
});

test("a range that ends at midnight does not reach into the next day", () => {
  const [fromMs, toMs] = [at("2026-11-21T00:00", "Europe/Berlin"), at("2026-11-22T00:00", "Europe/Berlin")];
  expect(localDays("Europe/Berlin", fromMs, toMs).map((day) => day.date)).toEqual(["2026-11-21"]);
  expect(localDays("Europe/Berlin", fromMs, toMs + 1).map((day) => day.date)).toEqual(["2026-11-21", "2026-11-22"]);
});

test("a zone that does not exist is refused", () => {
  expect(() => offsetsOf("Europe/Atlantis", 0, 1)).toThrow(RangeError);
});

describe.each([...new Set(ZONES.map(({ zone }) => zone)), "Pacific/Apia", "America/Sao_Paulo"])("%s", (zone) => {
  const range = fc
    .tuple(
      fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2027, 0, 1) }),
      fc.integer({ min: 1, max: 500 * 24 * HOUR_MS }),
    )
    .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));

  test("the offset at any instant is the one that Temporal gives", () => {
    fc.assert(
      fc.property(range, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), ({ fromMs, toMs }, part) => {
        const instant = Math.floor(fromMs + part * (toMs - fromMs));
        const offset = offsetsOf(zone, fromMs, toMs).findLast((one) => one.fromMs <= instant);
        const expected = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        expect(offset?.offsetMs).toBe(expected.offsetNanoseconds / 1e6);
      }),
      { seed: 11, numRuns: 100 },
    );
  });

  test("the parts by offset fill the range", () => {
    fc.assert(
      fc.property(range, ({ fromMs, toMs }) => {
        let filledMs = fromMs;
        for (const part of byOffset(offsetsOf(zone, fromMs, toMs), fromMs, toMs)) {
          expect(part.fromMs).toBe(filledMs);
          filledMs = part.toMs;
        }
        expect(filledMs).toBe(toMs);
      }),
      { seed: 12, numRuns: 100 },
    );
  });
});

test.each([
  ["America/St_Johns", 1987, 2012],
  ["America/Sao_Paulo", 2000, 2020],
  ["America/Havana", 1998, 2020],
  ["Pacific/Apia", 2009, 2014],
  ["Pacific/Kwajalein", 1992, 1995],
  ["Australia/Lord_Howe", 1980, 2027],
  ["Asia/Kathmandu", 1984, 1988],
  ["Africa/Monrovia", 1970, 1974],
  ["Europe/Amsterdam", 1930, 1942],
  ["Africa/Casablanca", 2015, 2027],
])("every day of %s from %d to %d begins where Temporal says", (zone, from, to) => {
  const days = localDays(zone, Date.UTC(from, 0, 1), Date.UTC(to, 0, 1));
  const slowly: { date: string; fromMs: number; toMs: number }[] = [];
  let date = Temporal.Instant.fromEpochMilliseconds(Date.UTC(from, 0, 1))
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
  for (; startOf(date) < Date.UTC(to, 0, 1); date = date.add({ days: 1 })) {
    const [fromMs, toMs] = [startOf(date), startOf(date.add({ days: 1 }))];
    if (toMs > fromMs) slowly.push({ date: date.toString(), fromMs, toMs });
  }
  expect(days).toEqual(slowly);
});
