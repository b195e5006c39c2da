import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endAround, pageAt, timelineHref } from "../../../dashboard/data/timeline-address.ts";
import { shapeRow, stretchAt, stretchesIn, whoWords } from "../../../dashboard/data/timeline-rows.ts";
import { chooseWindow, timelineTicks, windowWords } from "../../../dashboard/data/timeline-window.ts";
import { READINGS } from "../../../db/status.ts";

const at = (text: string) => Date.parse(text);
const HOUR_MS = 3_600_000;
const NOW = { zone: "Europe/Berlin", horizonMs: at("2026-11-26T18:00:00Z") };
const NOTHING = { zoom: null, end: null, day: null, at: null };

describe("the window", () => {
  test("is the last day, unless the address says another", () => {
    const usual = chooseWindow(NOTHING, NOW);
    expect(usual).toMatchObject({
      zoom: "1d",
      toMs: NOW.horizonMs,
      isLatest: true,
      atMs: undefined,
      refused: undefined,
    });
    expect(usual.toMs - usual.fromMs).toBe(24 * HOUR_MS);
    const other = chooseWindow(
      { ...NOTHING, zoom: "6h", end: "2026-11-20T12:00:00Z", at: "2026-11-20T07:00:00Z" },
      NOW,
    );
    expect(other).toMatchObject({
      fromMs: at("2026-11-20T06:00:00Z"),
      isLatest: false,
      atMs: at("2026-11-20T07:00:00Z"),
    });
  });

  test("never reaches beyond what is known, and a slider outside it stands at its end", () => {
    expect(chooseWindow({ ...NOTHING, end: "2027-01-01T00:00:00Z" }, NOW)).toMatchObject({
      toMs: NOW.horizonMs,
      isLatest: true,
    });
    expect(chooseWindow({ ...NOTHING, at: "2026-11-01T00:00:00Z" }, NOW).atMs).toBeUndefined();
  });

  test("ends with a local day, also one of 25 hours", () => {
    expect(chooseWindow({ ...NOTHING, day: "2026-10-25" }, NOW).toMs).toBe(at("2026-10-25T23:00:00Z"));
  });

  test("tells all that it cannot use", () => {
    const { refused, zoom, toMs } = chooseWindow({ zoom: "2d", end: "soon", day: "2026-02-30", at: "x" }, NOW);
    expect([zoom, toMs]).toEqual(["1d", NOW.horizonMs]);
    for (const word of ['"2d" is no zoom: it should be one of 1h, 6h', '"soon"', '"2026-02-30"', '"x"'])
      expect(refused).toContain(word);
  });

  test.each(["-271821-04-20T00:00:00Z", "0001-01-01", "1989-12-31", "2201-01-02", "+275760-09-13"])(
    "cannot be at a time at which nobody looks: %s",
    (text) => {
      for (const name of ["end", "day", "at"] as const) {
        const { refused, toMs, atMs } = chooseWindow({ ...NOTHING, [name]: text }, NOW);
        expect([toMs, atMs]).toEqual([NOW.horizonMs, undefined]);
        expect(refused).toContain(`"${text}" is not a time for "${name}": it should lie in the years 1990 to 2200`);
      }
    },
  );

  test("its address is read back as it was written", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("1h", "6h", "1d", "3d", "1w", "4w"),
        fc.integer({ min: at("2020-01-01T00:00:00Z"), max: NOW.horizonMs - 1 }),
        fc.integer({ min: 1, max: HOUR_MS }),
        (zoom, endMs, beforeMs) => {
          const href = timelineHref({ tz: null, find: "", page: 1 }, { zoom, endMs, atMs: endMs - beforeMs });
          const words = new URL(href, "http://here").searchParams;
          const asked = { zoom: words.get("zoom"), end: words.get("end"), day: null, at: words.get("at") };
          expect(chooseWindow(asked, NOW)).toMatchObject({
            zoom,
            toMs: endMs,
            atMs: endMs - beforeMs,
            refused: undefined,
          });
        },
      ),
    );
  });

  test("another zoom keeps the instant in the middle, where knowledge reaches so far", () => {
    expect(endAround(at("2026-11-20T12:00:00Z"), "1d", NOW.horizonMs)).toBe(at("2026-11-21T00:00:00Z"));
    expect(endAround(NOW.horizonMs - HOUR_MS, "1d", NOW.horizonMs)).toBeUndefined();
  });
});

test("another zoom begins with a page that has the first of the same people", () => {
  expect([pageAt(1, "1d", "4w"), pageAt(2, "1d", "4w"), pageAt(3, "4w", "1d"), pageAt(4, "4w", "1w")]).toEqual([
    1, 3, 1, 2,
  ]);
});

describe("the marks", () => {
  const marks = (zone: string, zoom: "1h" | "6h" | "1d" | "1w" | "4w", end: string) => {
    const window = chooseWindow({ ...NOTHING, zoom, end }, { zone, horizonMs: at(end) });
    return timelineTicks(window, zone).map(({ label, at }) => [
      label,
      Math.round(window.fromMs + at * (window.toMs - window.fromMs)),
    ]);
  };

  test("stand at the zone's own hours on a day on which the clocks change", () => {
    const told = marks("Europe/Berlin", "1d", "2026-10-25T23:00:00Z");
    expect(told.map(([label]) => label)).toEqual(["03", "06", "09", "12", "15", "18", "21"]);
    // Three o'clock comes after four hours of that day.
    expect(told[0]).toEqual(["03", at("2026-10-25T02:00:00Z")]);
  });

  test("follow a zone with minutes of its own, and weeks begin on Monday", () => {
    expect(marks("Asia/Kathmandu", "6h", "2026-11-26T18:00:00Z")[0]).toEqual(["18", at("2026-11-26T12:15:00Z")]);
    expect(marks("UTC", "1h", "2026-11-26T18:05:00Z").map(([label]) => label)).toEqual([
      "17:10",
      "17:20",
      "17:30",
      "17:40",
      "17:50",
      "18:00",
    ]);
    expect(marks("UTC", "4w", "2026-11-26T18:00:00Z").map(([label]) => label)).toEqual([
      "2 Nov",
      "9 Nov",
      "16 Nov",
      "23 Nov",
    ]);
    expect(windowWords({ fromMs: at("2026-11-26T06:00:00Z"), toMs: at("2026-11-26T18:00:00Z") }, "UTC")).toBe(
      "Thu 26 Nov, 06:00 – 18:00",
    );
  });
});

describe("a row", () => {
  const stretches = fc
    .array(
      fc.record({
        lengthMs: fc.integer({ min: 1, max: 10_000_000 }),
        status: fc.constantFrom(...READINGS),
        startCensored: fc.boolean(),
        endCensored: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((parts) => {
      let toMs = 1_000_000;
      return parts.map(({ lengthMs, ...rest }) => {
        const fromMs = toMs;
        toMs += lengthMs;
        return { fromMs, toMs, ...rest };
      });
    });
  const PERSON = { id: 1, name: "Anna", address: "anna@example.com" };

  test("says of every instant what the stretches say, and nothing beyond them", () => {
    fc.assert(
      fc.property(stretches, (all) => {
        const row = shapeRow(PERSON, all, 1_000_000);
        expect(
          stretchesIn(row).map((one) => ({ ...one, fromMs: one.fromMs + 1_000_000, toMs: one.toMs + 1_000_000 })),
        ).toEqual(all);
        for (const { fromMs, toMs, status } of all)
          for (const ms of [fromMs, toMs - 1]) expect(stretchAt(row, ms - 1_000_000)?.status).toBe(status);
        expect(stretchAt(row, row.untilMs)).toBeUndefined();
        expect(stretchAt(row, -1)).toBeUndefined();
      }),
    );
  });

  test("counts time that nobody observed neither as around nor as observed; nor is it offline", () => {
    const part = (fromMs: number, toMs: number, status: "busy" | "unknown" | "offline") => ({
      fromMs,
      toMs,
      status,
      startCensored: false,
      endCensored: false,
    });
    const row = shapeRow(PERSON, [part(0, 10, "busy"), part(10, 30, "unknown"), part(30, 35, "offline")], 0);
    expect([row.aroundMs, row.observedMs]).toEqual([10, 15]);
    const nobody = shapeRow({ ...PERSON, id: 2 }, [], 0);
    expect([5, 20, 34].map((ms) => whoWords([row, nobody], ms))).toEqual([
      "1 around · 1 unknown",
      "0 around · 2 unknown",
      "0 around · 1 offline or hidden · 1 unknown",
    ]);
  });
});
