import { describe, expect, test } from "vitest";
import { parseExportQuery, requireKnown } from "../../../db/export/query.ts";
import { SettingsError } from "../../../db/settings/settings-error.ts";
import { Story } from "../db/story.ts";

const NOW = Date.UTC(2026, 10, 22, 14);

test("a shape alone asks for everything, in this machine's zone", () => {
  expect(parseExportQuery({ shape: "events" }, NOW)).toEqual({
    shape: "events",
    zone: Temporal.Now.timeZoneId(),
    nowMs: NOW,
  });
});

test("a day begins at midnight in the zone that is asked for", () => {
  const query = parseExportQuery({ shape: "spans", from: "2026-11-22", to: "2026-11-23", tz: "America/New_York" }, NOW);
  expect(query.fromMs).toBe(Date.UTC(2026, 10, 22, 5));
  expect(query.toMs).toBe(Date.UTC(2026, 10, 23, 5));
});

test.each([
  ["2026-11-22T14:00:00Z", Date.UTC(2026, 10, 22, 14)],
  ["2026-11-22T14:00:00.408Z", Date.UTC(2026, 10, 22, 14, 0, 0, 408)],
  ["2026-11-22T14:00+05:45", Date.UTC(2026, 10, 22, 8, 15)],
  ["2026-11-22T14:00", Date.UTC(2026, 10, 22, 13)],
  ["2026-11-22 14:00", Date.UTC(2026, 10, 22, 13)],
])("%s is an instant", (from, expected) => {
  expect(parseExportQuery({ shape: "events", from, tz: "Europe/Berlin" }, NOW).fromMs).toBe(expected);
});

test("addresses are compared without regard to case, and a zone is spelled as it should be", () => {
  const query = parseExportQuery({ shape: "events", contact: " Ada@Example.com", account: "ME@X.Y", tz: "utc" }, NOW);
  expect(query).toMatchObject({ contacts: ["ada@example.com"], account: "me@x.y", zone: "UTC" });
});

test("what is empty, as a form sends it, was not said", () => {
  const empty = { shape: "events", from: "", to: "", contact: "", account: "", tz: "" };
  expect(parseExportQuery(empty, NOW)).toEqual(parseExportQuery({ shape: "events" }, NOW));
});

describe("refused, in words for the person who asked", () => {
  test.each([
    [{ shape: "weekly" }, 'shape "weekly" is not one of events, spans, daily, hourly, coverage'],
    [{}, 'say with "shape" what a row is: events, spans, daily, hourly, coverage'],
    [
      { shape: "events", tz: "Mars/Olympus" },
      '"Mars/Olympus" is not a time zone; it should look like Europe/Berlin or UTC',
    ],
    [
      { shape: "events", from: "yesterday" },
      '"yesterday" is not an instant for "from"; it should look like 2026-11-22 or 2026-11-22T14:00:00Z',
    ],
    [
      { shape: "events", to: "2026-13-01" },
      '"2026-13-01" is not an instant for "to"; it should look like 2026-11-22 or 2026-11-22T14:00:00Z',
    ],
    [{ shape: "events", from: "2026-11-22", to: "2026-11-22" }, '"to" (2026-11-22) must be after "from" (2026-11-22)'],
    [{ shape: "events", color: "red" }, 'there is no option "color"'],
  ])("%j", (words, message) => {
    expect(() => parseExportQuery(words, NOW)).toThrow(new SettingsError(message));
  });

  test("everything that is wrong is named at once", () => {
    expect(() => parseExportQuery({ shape: "events", tz: "Mars", from: "a", to: "b" }, NOW)).toThrow(
      /"Mars" is not a time zone.*; "a" is not an instant.*; "b" is not an instant/,
    );
  });
});

test("a contact or account that the history does not hold is said to be unknown, not exported as nothing", () => {
  const story = new Story(NOW);
  story.roster(NOW, "ada");
  const check = (words: Record<string, string>) =>
    requireKnown(story.db, parseExportQuery({ shape: "events", ...words }, NOW));
  check({ contact: "ADA@example.com" });
  expect(() => check({ contact: "adda@example.com" })).toThrow(
    new SettingsError("this history has no contact adda@example.com"),
  );
  expect(() => check({ account: "you@example.com" })).toThrow(
    new SettingsError("this history has no account you@example.com"),
  );
});
