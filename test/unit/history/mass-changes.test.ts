import { describe, expect, test } from "vitest";
import { massChangesOf } from "../../../db/history/mass-changes.ts";
import { sessionsOf } from "../../../db/history/sessions.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { Story } from "../db/story.ts";

const START = Date.UTC(2026, 10, 2, 12);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** The server loses everyone's session at 12:10:00 and they are back at 12:11:00, but for Bob. */
function outage(): Story {
  const story = new Story(START);
  story.roster(START, "ann", "bob");
  story.open(START, ["ann", "bob"], { ann: "busy", bob: "away" });
  const goneMs = START + 10 * MINUTE_MS;
  const backMs = goneMs + MINUTE_MS;
  story.change(goneMs, "ann", "offline");
  story.change(goneMs + SECOND_MS, "bob", "offline");
  const mass = { kind: "mass-change" as const, contacts: 8, ofContacts: 9 };
  story.tell({ ...mass, way: "gone", fromMs: goneMs, toMs: goneMs, contacts: 5 });
  story.tell({ ...mass, way: "gone", fromMs: goneMs, toMs: goneMs + SECOND_MS });
  story.change(backMs, "ann", "busy");
  story.tell({ ...mass, way: "came", fromMs: backMs, toMs: backMs + 2 * SECOND_MS });
  story.prove(START + 60 * MINUTE_MS);
  return story;
}

async function read(story: Story, name: string, fromMs: number, toMs: number, withoutOutages: boolean) {
  const stretches = await stretchesOf(story.db, story.contactId(name), fromMs, toMs, { withoutOutages });
  return Array.from(stretches, ({ fromMs, toMs, status }) => [
    (fromMs - START) / SECOND_MS,
    (toMs - START) / SECOND_MS,
    status,
  ]);
}

describe("a crowd that went and came back", () => {
  test("is told once, as it was in the end", async () => {
    const { db, accountId } = outage();
    expect(await massChangesOf(db, accountId, START, START + 60 * MINUTE_MS)).toEqual([
      { fromMs: START + 600_000, toMs: START + 601_000, way: "gone", contacts: 8, ofContacts: 9 },
      { fromMs: START + 660_000, toMs: START + 662_000, way: "came", contacts: 8, ofContacts: 9 },
    ]);
    expect(await massChangesOf(db, accountId, START, START + 600_000)).toEqual([]);
    expect(await massChangesOf(db, accountId, START + 601_000, START + 602_000)).toHaveLength(1);
  });

  test("is read as it came, or left out", async () => {
    const story = outage();
    const range = [START, START + 20 * MINUTE_MS] as const;
    expect(await read(story, "ann", ...range, false)).toEqual([
      [0, 600, "busy"],
      [600, 660, "offline"],
      [660, 1200, "busy"],
    ]);
    expect(await read(story, "ann", ...range, true)).toEqual([
      [0, 600, "busy"],
      [600, 660, "unknown"],
      [660, 1200, "busy"],
    ]);
    expect(await read(story, "bob", ...range, true)).toEqual([
      [0, 601, "away"],
      [601, 662, "unknown"],
      [662, 1200, "offline"],
    ]);
  });

  test("is left out of a range that begins or ends in the middle of it, too", async () => {
    const story = outage();
    expect(await read(story, "bob", START + 630_000, START + 20 * MINUTE_MS, true)).toEqual([
      [630, 662, "unknown"],
      [662, 1200, "offline"],
    ]);
    expect(await read(story, "bob", START, START + 610_000, true)).toEqual([
      [0, 601, "away"],
      [601, 610, "unknown"],
    ]);
  });

  test("leaves sessions whose ends nobody saw", async () => {
    const story = outage();
    const who = { contactId: story.contactId("bob") };
    const range = [START, START + 20 * MINUTE_MS] as const;
    expect(await sessionsOf(story.db, who, ...range)).toMatchObject([{ endCensored: false }]);
    expect(await sessionsOf(story.db, who, ...range, { withoutOutages: true })).toMatchObject([{ endCensored: true }]);
  });
});
