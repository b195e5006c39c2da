import { expect, test } from "vitest";
import { seenTitle, seenWords } from "../../../dashboard/data/seen-words.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 27, 12);

const seen = (agoMs: number | null, missedMs: number) => ({
  readMs: NOW_MS,
  untilMs: agoMs === null ? null : NOW_MS - agoMs,
  isEndKnown: missedMs === 0,
  missedMs,
});

test.each([
  [seen(3 * HOUR_MS, 0), "3 h ago"],
  [seen(3 * HOUR_MS, 59_000), "3 h ago"],
  [seen(3 * DAY_MS, 2 * DAY_MS), "3 d ago, not watched for 2 d of it"],
  [seen(3 * DAY_MS, 3 * DAY_MS), "3 d ago, not watched since"],
  [seen(null, 0), "never"],
  [seen(null, 5 * DAY_MS), "never, not watched for 5 d"],
] as const)("who was last seen %o is told as %s", (reading, words) => {
  expect(seenWords(reading, "offline", NOW_MS)).toBe(words);
});

test("while nobody looks, what is missed grows with the time", () => {
  const reading = seen(3 * DAY_MS, 2 * DAY_MS);
  expect(seenWords(reading, "unknown", NOW_MS + 6 * HOUR_MS)).toBe("3 d 6 h ago, not watched for 2 d 6 h of it");
  expect(seenWords(reading, "offline", NOW_MS + 6 * HOUR_MS)).toBe("3 d 6 h ago, not watched for 2 d of it");
});

test("whether they were seen to go is told besides", () => {
  expect(seenTitle(seen(HOUR_MS, 0), NOW_MS, "UTC")).toBe("seen to go at 11:00");
  expect(seenTitle(seen(HOUR_MS, HOUR_MS), NOW_MS, "UTC")).toBe(
    "last seen at 11:00; they may have been there for longer",
  );
  expect(seenTitle(seen(null, 0), NOW_MS, "UTC")).toBe("never seen since they were first watched");
});
