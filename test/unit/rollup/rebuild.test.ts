import fc from "fast-check";
import { expect, test } from "vitest";
import { hashOfRollups, rebuildRollups } from "../../../db/rollup/rebuild.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { Story } from "../db/story.ts";
import { Life, step } from "./any-history.ts";

const START = Date.UTC(2026, 9, 20);

test("rollups made again are the same rows, for any history", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 15, maxLength: 40 }), (steps) => {
      const story = new Story(START);
      const life = new Life(story, START);
      for (const one of steps) life.live(one);
      const nowMs = life.atMs + DAY_MS;
      const { before, after, rows } = rebuildRollups(story.db, nowMs);
      expect(after).toBe(before);
      expect(rows).toBe(hashOfRollups(story.db).rows);
      story.db.close();
    }),
    { seed: 61, numRuns: 15 },
  );
});

test("a row that says something else than the facts is found and put right, and what was rolled up is counted", () => {
  const story = new Story(START);
  story.roster(START, "ada", "bo");
  story.open(START, ["ada", "bo"], { ada: "busy" });
  story.prove(START + 3 * DAY_MS);
  const told: number[] = [];
  const first = rebuildRollups(story.db, START + 3 * DAY_MS, (done, total) => told.push(done / total));
  // Six days of contacts, three of the account, three of everyone, one mark.
  expect(first).toMatchObject({ rows: 13, after: first.before });
  expect(told.every((part) => part >= 0 && part <= 1)).toBe(true);
  story.db.exec(`
    UPDATE contact_day SET timeline = (SELECT timeline FROM contact_day WHERE contact_id = 2 AND day = ${START / DAY_MS})
    WHERE contact_id = 1 AND day = ${START / DAY_MS}`);
  const second = rebuildRollups(story.db, START + 3 * DAY_MS);
  expect(second.before).not.toBe(first.after);
  expect(second.after).toBe(first.after);
});

test("a sealed row is left as it is", () => {
  const story = new Story(START);
  story.roster(START, "ada");
  story.open(START, ["ada"], { ada: "busy" });
  story.change(START + 5_000, "ada", "away");
  story.prove(START + 2 * DAY_MS);
  rebuildRollups(story.db, START + 2 * DAY_MS);
  story.db.exec(`UPDATE contact_day SET sealed = 1 WHERE day = ${START / DAY_MS}; DELETE FROM event WHERE seq = 1`);
  const { before, after } = rebuildRollups(story.db, START + 2 * DAY_MS);
  expect(after).toBe(before);
});
