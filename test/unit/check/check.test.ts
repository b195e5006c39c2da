import fc from "fast-check";
import { expect, test } from "vitest";
import { checkHistory } from "../../../db/check/check.ts";
import { purge } from "../../../db/keep/retention.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { anySteps, live, merge, quickStory, textOf } from "../carry/worlds.ts";
import { Story } from "../db/story.ts";
import { Life, step } from "../rollup/any-history.ts";

const START = Date.UTC(2026, 9, 20);
const HOUR_MS = 3_600_000;
const NOW = START + 5 * DAY_MS;

function rollAll(story: Story, nowMs: number): void {
  const roller = new Roller(story.db);
  while (roller.roll(nowMs, 1_000));
}

function found(story: Story, isFull = true, nowMs = NOW): string[] {
  return checkHistory(story.db, { nowMs, isFull }).map(({ what, advice }) => `${what}; ${advice}`);
}

/** Four days of two people, rolled up. */
function fourDays(): Story {
  const story = new Story(START);
  story.db.pragma("synchronous = OFF");
  story.roster(START, "ada", "bo");
  for (let day = 0; day < 4; day++) {
    const fromMs = START + day * DAY_MS + HOUR_MS;
    story.open(fromMs, ["ada", "bo"], { ada: "busy" });
    for (let hour = 1; hour < 20; hour++) story.change(fromMs + hour * HOUR_MS, hour % 2 ? "ada" : "bo", "away");
    story.close(fromMs + 20 * HOUR_MS);
  }
  rollAll(story, NOW);
  return story;
}

test("nothing is found in any history that the recorder writes", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 15, maxLength: 40 }), (steps) => {
      const story = new Story(START);
      story.db.pragma("synchronous = OFF");
      const life = new Life(story, START);
      // What is merged there is made up by hand; real merges have a test of their own.
      for (const one of steps.filter(({ deed }) => deed !== "merge")) life.live(one);
      rollAll(story, life.atMs);
      expect(found(story, true, life.atMs)).toEqual([]);
      story.db.close();
    }),
    { seed: 62, numRuns: 15 },
  );
});

test("nothing is found where histories have been merged, once or again", async () => {
  await fc.assert(
    fc.asyncProperty(anySteps(), anySteps(), async (ours, theirs) => {
      const [here, there] = [quickStory(), quickStory()];
      const endMs = Math.max(live(here, ours), live(there, theirs)) + DAY_MS;
      await merge(here.db, textOf(there.db));
      await merge(here.db, textOf(there.db));
      rollAll(here, endMs);
      expect(found(here, true, endMs)).toEqual([]);
      here.db.close();
      there.db.close();
    }),
    { seed: 63, numRuns: 15 },
  );
});

test("nothing is found where old events have been purged", () => {
  const story = fourDays();
  story.db.exec("INSERT INTO setting VALUES ('retention_days', '2')");
  const steps = purge(story.db, NOW);
  while (!steps.next().done);
  expect(story.rows("SELECT 1 FROM contact_day WHERE sealed = 1")).not.toHaveLength(0);
  expect(found(story)).toEqual([]);
});

test.each([
  [
    "a coverage that ends before it begins",
    "PRAGMA ignore_check_constraints = ON; UPDATE coverage SET to_ms = from_ms - 1 WHERE id = 2",
    [/^coverage 2 ends before it begins; /],
  ],
  [
    "a coverage that reaches into the next",
    `UPDATE coverage SET to_ms = to_ms + ${5 * HOUR_MS} WHERE id = 1`,
    [/^coverage 2 of account 1 begins at 2026-10-21T01:00:00.000Z, within another of the same source; /],
  ],
  [
    "a coverage from the future",
    `UPDATE coverage SET to_ms = ${NOW + HOUR_MS} WHERE id = 4`,
    [/^coverage 4 claims the time until 2026-10-25T01:00:00.000Z, which is yet to come; /],
  ],
  [
    "two open coverages",
    "DROP INDEX coverage_open; UPDATE coverage SET end_reason = NULL",
    [/^"coverage_open" has been removed/, /^account 1 has 4 open coverages of one source; /],
  ],
  [
    "watches that overlap",
    `INSERT INTO watch (contact_id, from_ms, to_ms) VALUES (1, ${START + 2 * HOUR_MS}, ${START + 3 * HOUR_MS})`,
    [/^watch \d of contact 1 begins at 2026-10-20T02:00:00.000Z, within another of the same source; /],
  ],
  [
    "an event outside its coverage",
    `INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (1, 4, ${NOW - HOUR_MS}, 1, 'NLN', 1)`,
    [/^event \d+ of contact 1 is of 2026-10-24T23:00:00.000Z, outside its coverage /],
  ],
  [
    "an event that stands before another of its coverage",
    `INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (1, 4, ${START + 3 * DAY_MS + 9 * HOUR_MS}, 3, 'AWY', 1)`,
    [/^event \d+ of contact 1 is of 2026-10-23T09:00:00.000Z, before the event recorded before it in its coverage; /],
  ],
  [
    "an event of somebody whom nobody watched",
    `UPDATE watch SET from_ms = ${START + 4 * HOUR_MS} WHERE contact_id = 2`,
    [
      /^event \d+ of contact 2 is of 2026-10-20T03:00:00.000Z, when the contact was not watched; /,
      /is not what the facts say/,
    ],
  ],
  [
    "an unheard-of status",
    `INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (1, 4, ${START + 3 * DAY_MS + 21 * HOUR_MS}, 77, 'WOW', 1)`,
    [/^event \d+ of contact 1 has status 77, which there is not; /],
  ],
  [
    "a rollup off by a millisecond",
    `UPDATE contact_day SET timeline = (SELECT timeline FROM contact_day WHERE contact_id = 1 AND day = ${START / DAY_MS + 1})
     WHERE contact_id = 2 AND day = ${START / DAY_MS + 1}`,
    [
      /^the rollup of 2026-10-21 of contact 2 is not what the facts say; make the rollups again/,
      /^the sums of 2026-10-21/,
    ],
  ],
  [
    "a rollup that is missing",
    `DELETE FROM contact_day WHERE contact_id = 2 AND day = ${START / DAY_MS + 1}`,
    [/^the rollup of 2026-10-21 of contact 2 is not what the facts say; /, /^the sums of 2026-10-21 of account 1 /],
  ],
  [
    "everyone's sums",
    `UPDATE everyone_day SET quarters = x'00' WHERE day = ${START / DAY_MS + 1}`,
    [/^everyone's sums of 2026-10-21 are not those of the accounts; /],
  ],
  [
    "sums beyond the mark",
    `INSERT INTO account_day VALUES (1, 30000, x'00')`,
    [/^account 1 has sums beyond the day that it is rolled up to; /],
  ],
  [
    "a sealed day that cannot be read",
    `UPDATE contact_day SET sealed = 1, timeline = x'01' WHERE contact_id = 2 AND day = ${START / DAY_MS + 1}`,
    [/^the sealed day 2026-10-21 of contact 2 cannot be read; put a backup/, /^the sums of 2026-10-21/],
  ],
  [
    "a dangling reference",
    "PRAGMA foreign_keys = OFF; DELETE FROM source",
    [/^coverage 1 refers to a source that is not there; /],
  ],
])("%s is found", (_, sql, findings) => {
  const story = fourDays();
  story.db.exec(sql);
  const lines = found(story);
  expect(lines[0]).toMatch(findings[0] as RegExp);
  for (const finding of findings)
    expect(
      lines.some((line) => finding.test(line)),
      `${finding}`,
    ).toBe(true);
  for (const line of lines) expect(line).toMatch(/; (put a backup|make the rollups|set this machine|merge again)/);
});

test("what is half done is no fault while it is to be finished, and one that a new merge mends when it was given up", () => {
  const story = fourDays();
  story.db.exec(`
    INSERT INTO source (id, uuid, name) VALUES (7, 'theirs', 'theirs');
    INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason)
      VALUES (1, 7, 1, ${START}, ${START}, 'carried');
    INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
      VALUES (1, last_insert_rowid(), ${START + HOUR_MS}, 1, 'NLN', 1);
    INSERT INTO request (kind, params, asked_ms, state) VALUES ('merge', '{}', ${NOW}, 'working')`);
  expect(found(story)).toEqual([]);
  story.db.exec("UPDATE request SET state = 'failed'");
  expect(found(story)).toEqual([expect.stringMatching(/outside its coverage .*; merge again what it came from/)]);
  story.db.exec(`
    UPDATE request SET state = 'done';
    DELETE FROM event WHERE at_ms = ${START + HOUR_MS} AND coverage_id NOT IN (SELECT id FROM coverage WHERE source_id = 1);
    DELETE FROM watch WHERE contact_id = 2`);
  expect(found(story)).not.toEqual([]);
  story.db.exec(`INSERT INTO request (kind, params, asked_ms) VALUES ('forget', '{"contactId":2}', ${NOW})`);
  expect(found(story)).toEqual([]);
});

test("many findings of one kind are counted, and the first of them told", () => {
  const story = fourDays();
  const insert =
    "INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin) VALUES (1, 4, 5, 1, 'NLN', 1)";
  for (let n = 0; n < 30; n++) story.db.exec(insert);
  const lines = found(story);
  expect(lines).toHaveLength(21);
  expect(lines.at(-1)).toBe("10 more like that (events); put a backup from before back with `rollcall restore FILE`");
});

test("without --full a part of the rollups is looked at, and what is told stays within its bounds", () => {
  const story = fourDays();
  const told: [string, number, number][] = [];
  const findings = checkHistory(story.db, { nowMs: NOW, onProgress: (...part) => told.push(part) });
  expect(findings).toEqual([]);
  expect(new Set(told.map(([name]) => name)).size).toBe(10);
  expect(told.every(([, done, total]) => done <= total)).toBe(true);
});
