import { expect, test } from "vitest";
import { chooseRange } from "../../../dashboard/data/ranges.ts";

const at = (text: string) => Date.parse(text);
const NOW = { zone: "Europe/Berlin", horizonMs: at("2026-11-26T18:00:00Z"), firstMs: at("2026-09-03T10:00:00Z") };

test("a named range begins with a local day and ends where knowledge does", () => {
  const week = chooseRange("7d", "4w", NOW);
  expect(week).toMatchObject({ name: "7d", asked: "7d", refused: undefined });
  expect(week.fromMs).toBe(at("2026-11-19T23:00:00Z"));
  expect(week.toMs).toBe(NOW.horizonMs);
  expect(week.words).toBe("20 November 2026 – 26 November 2026");
  expect(chooseRange("today", "4w", NOW).words).toBe("26 November 2026");
});

test("the usual range is not written into the address", () => {
  expect(chooseRange(null, "4w", NOW)).toMatchObject({ name: "4w", asked: undefined });
  expect(chooseRange("4w", "4w", NOW)).toMatchObject({ name: "4w", asked: undefined });
});

test("all begins with the first day that was observed, and with today where none was", () => {
  expect(chooseRange("all", "4w", NOW).fromMs).toBe(at("2026-09-02T22:00:00Z"));
  const never = chooseRange("all", "4w", { ...NOW, firstMs: undefined });
  expect(never.fromMs).toBe(at("2026-11-25T23:00:00Z"));
  expect(never.toMs).toBe(NOW.horizonMs);
});

test("two dates are a range with both days in it, and no later than is known", () => {
  const dates = chooseRange("2026-10-24..2026-10-25", "4w", NOW);
  expect(dates).toMatchObject({ name: undefined, asked: "2026-10-24..2026-10-25", refused: undefined });
  // The clocks went back on the second day.
  expect(dates.toMs - dates.fromMs).toBe(49 * 3_600_000);
  expect(chooseRange("2026-11-20..2027-01-01", "4w", NOW).toMs).toBe(NOW.horizonMs);
});

test.each([
  ["2026-11-20..2026-11-10", "2026-11-20 is later than 2026-11-10"],
  ["2026-12-01..2026-12-02", "2026-12-01 is still to come"],
  ["2026-02-30..2026-03-01", "“2026-02-30..2026-03-01” is no range"],
  ["0001-01-01..9999-12-31", "“0001-01-01..9999-12-31” is no range"],
  [
    "constructor",
    "“constructor” is no range: it should look like 2026-09-01..2026-10-15, or be one of today, 7d, 4w, 12w, 1y, all",
  ],
])("'%s' gives way to the usual range, and says why", (asked, refused) => {
  const range = chooseRange(asked, "4w", NOW);
  expect(range).toMatchObject({ name: "4w", asked: undefined });
  expect(range.refused).toContain(refused);
});
