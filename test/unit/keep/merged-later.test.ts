import { expect, test } from "vitest";
import { spansOf } from "../../../db/history/spans.ts";
import { statesAt } from "../../../db/history/state.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { askFor, carryOut } from "../../../db/keep/requests.ts";
import { Roller, reopenDays } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { Story } from "../db/story.ts";

const START = 20_600 * DAY_MS;
const HOUR_MS = 3_600_000;

test("what is merged in behind a sealed day is read as it was, though it goes on from before midnight", async () => {
  const story = new Story(START);
  story.roster(START, "bob");
  story.open(START + HOUR_MS, ["bob"], { bob: "busy" });
  story.close(START + 20 * HOUR_MS);
  const nowMs = START + 3 * DAY_MS;
  rollAll(story, nowMs);
  const bob = story.contactId("bob");
  const answered = await carryOut(story.db, askFor(story.db, "retention", { days: 1 }, nowMs), nowMs);
  expect(answered.answer).toMatchObject({ events: 1 });
  // Another Rollcall, which saw bob away from before midnight on.
  story.db.exec(`
    INSERT INTO source (id, uuid, name) VALUES (9, 'elsewhere', 'elsewhere');
    INSERT INTO run (id, source_id, pid, version, started_ms, heartbeat_ms) VALUES (9, 9, 1, '0', ${START}, ${START});
    INSERT INTO coverage (id, account_id, source_id, run_id, from_ms, to_ms, end_reason)
      VALUES (9, ${story.accountId}, 9, 9, ${START + 22 * HOUR_MS}, ${START + 30 * HOUR_MS}, 'stopped');
    INSERT INTO watch (contact_id, from_ms, to_ms, end_reason, source_id)
      VALUES (${bob}, ${START}, ${START + 30 * HOUR_MS}, 'carried', 9);
    INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
      VALUES (${bob}, 9, ${START + 22 * HOUR_MS}, 3, 'AWY', 0);
  `);
  reopenDays(story.db, story.accountId, START);
  const expected = [
    { fromMs: START, toMs: START + HOUR_MS, status: "unknown" },
    { fromMs: START + HOUR_MS, toMs: START + 20 * HOUR_MS, status: "busy" },
    { fromMs: START + 20 * HOUR_MS, toMs: START + 24 * HOUR_MS, status: "unknown" },
    { fromMs: START + 24 * HOUR_MS, toMs: START + 30 * HOUR_MS, status: "away", startCensored: true },
    { fromMs: START + 30 * HOUR_MS, toMs: START + 31 * HOUR_MS, status: "unknown" },
  ];
  for (const when of ["before", "after"]) {
    const range = [START, START + 31 * HOUR_MS] as const;
    expect(await spansOf(story.db, bob, ...range), when).toMatchObject(expected);
    expect([...(await stretchesOf(story.db, bob, ...range))], when).toMatchObject(expected);
    rollAll(story, nowMs);
  }
  expect(await statesAt(story.db, START + 25 * HOUR_MS)).toMatchObject([{ status: "away" }]);
});

function rollAll(story: Story, nowMs: number): void {
  const roller = new Roller(story.db);
  while (roller.roll(nowMs, 1_000));
}
