import { describe, expect, test } from "vitest";
import { clock, exactClock, offsetWords, whenWords } from "../../../dashboard/data/clock-words.ts";
import { agoWords, durationWords, hoursWords, shareWords } from "../../../dashboard/data/durations.ts";
import { shownName } from "../../../dashboard/data/names.ts";
import { chooseZone } from "../../../dashboard/data/zone-choice.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const at = (text: string) => Temporal.Instant.from(text).epochMilliseconds;

describe("durations", () => {
  test.each([
    [-5, "0 s"],
    [59_999, "59 s"],
    [MINUTE_MS, "1 min"],
    [HOUR_MS - 1, "59 min"],
    [3 * HOUR_MS + 20 * MINUTE_MS, "3 h 20 min"],
    [24 * HOUR_MS, "1 d"],
    [53 * HOUR_MS, "2 d 5 h"],
    [23 * 24 * HOUR_MS + HOUR_MS, "23 d"],
  ])("%i ms is %s", (ms, words) => expect(durationWords(ms)).toBe(words));

  test("a day's hours never become a day", () => {
    expect(hoursWords(24 * HOUR_MS)).toBe("24 h");
    expect(hoursWords(25 * HOUR_MS)).toBe("25 h");
    expect(hoursWords(0)).toBe("0 min");
    expect(hoursWords(10_000)).toBe("under 1 min");
  });

  test("a share says none or all only when it is none or all", () => {
    expect(shareWords(0)).toBe("0 %");
    expect(shareWords(0.001)).toBe("under 1 %");
    expect(shareWords(0.999)).toBe("over 99 %");
    expect(shareWords(1)).toBe("100 %");
  });

  test("the last two seconds are just now", () => {
    expect(agoWords(1_999)).toBe("just now");
    expect(agoWords(4 * MINUTE_MS)).toBe("4 min ago");
  });
});

describe("times in a zone", () => {
  const evening = at("2026-11-22T22:30:15Z");

  test("an instant is shown in the zone that was asked for", () => {
    expect(clock(evening, "UTC")).toBe("22:30");
    expect(exactClock(evening, "Europe/Berlin")).toBe("23:30:15");
    expect(clock(at("2026-11-22T23:00:00Z"), "Europe/Berlin")).toBe("00:00");
  });

  test("the day is said when it is not today's there", () => {
    const now = at("2026-11-22T23:30:00Z");
    expect(whenWords(evening, now, "UTC")).toBe("22:30");
    expect(whenWords(evening, now, "Europe/Berlin")).toBe("Sun 22 Nov, 23:30");
  });

  test("the same date a year ago is not today", () => {
    expect(whenWords(at("2020-11-22T22:30:00Z"), at("2026-11-22T22:40:00Z"), "UTC")).toBe("Sun 22 Nov, 22:30");
  });

  test("an offset is the one that holds at that instant", () => {
    expect(offsetWords(evening, "Europe/Berlin")).toBe("UTC+01:00");
    expect(offsetWords(at("2026-07-01T12:00:00Z"), "Europe/Berlin")).toBe("UTC+02:00");
    expect(offsetWords(evening, "UTC")).toBe("UTC+00:00");
  });

  test("a zone that does not exist falls back and is named", () => {
    expect(chooseZone("Europe/Berlin", "UTC")).toEqual({ zone: "Europe/Berlin", refused: undefined });
    expect(chooseZone("Asia/Kathmandu", "UTC").zone).toBe("Asia/Kathmandu");
    expect(chooseZone(null, "UTC")).toEqual({ zone: "UTC", refused: undefined });
    expect(chooseZone("Mars/Olympus", "UTC")).toEqual({ zone: "UTC", refused: "Mars/Olympus" });
  });
});

describe("names", () => {
  test("a name that shows nothing gives way to the address", () => {
    for (const name of ["", "   ", "\u200b\u200d", "\u202e", "\u00ad\u2060"])
      expect(shownName(name, "a@b.c")).toBe("a@b.c");
  });

  test("an endless name is cut, and never through an emoji", () => {
    const shown = shownName("🦊".repeat(5_000), "a@b.c");
    expect([...shown]).toHaveLength(80);
    expect(shown.endsWith("🦊…")).toBe(true);
  });

  test("markup is text like any other", () => {
    expect(shownName("<script>alert(1)</script>", "a@b.c")).toBe("<script>alert(1)</script>");
  });
});
