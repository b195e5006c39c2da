import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "../../../db/answers/spans.ts";
import { spansOf } from "../../../db/history/spans.ts";
import { statesAt } from "../../../db/history/state.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { askFor, carryOut } from "../../../db/keep/requests.ts";
import { purgeDaily, retentionDays } from "../../../db/keep/retention.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { Story } from "../db/story.ts";
import { Life, NAMES, type Step, step } from "../rollup/any-history.ts";

const START_DAY = 20_600;
const START = START_DAY * DAY_MS;
const HOUR_MS = 3_600_000;
/** Coverages that last, so that many midnights lie in the middle of one. */
const history = fc
  .array(step, { minLength: 20, maxLength: 45 })
  .map((steps) => steps.map((one, i): Step => (isEnd(one) && i % 4 > 0 ? { ...one, deed: "change" } : one)));

function isEnd({ deed }: Step): boolean {
  return deed === "close" || deed === "crash";
}

/** A story that need not survive a power cut. */
function hastyStory(): Story {
  const story = new Story(START);
  story.db.pragma("synchronous = OFF");
  return story;
}

function rollAll(story: Story, nowMs: number): void {
  const roller = new Roller(story.db);
  while (roller.roll(nowMs, 1_000));
}

async function retain(story: Story, days: number | null, nowMs: number, contactId?: number) {
  const id = askFor(story.db, "retention", { days, ...(contactId === undefined ? {} : { contactId }) }, nowMs);
  const answered = await carryOut(story.db, id, nowMs);
  expect(answered.state, JSON.stringify(answered.answer)).toBe("done");
  return answered.answer as { events: number; pages: number };
}

async function readings(story: Story, ranges: readonly (readonly [number, number])[]) {
  const read = [];
  for (const name of NAMES) {
    for (const [fromMs, toMs] of ranges) {
      read.push({
        spans: await spansOf(story.db, story.contactId(name), fromMs, toMs),
        stretches: [...(await stretchesOf(story.db, story.contactId(name), fromMs, toMs))],
      });
    }
  }
  const instants = ranges.map(([fromMs]) => fromMs);
  return { read, states: await Promise.all(instants.map((atMs) => statesAt(story.db, atMs))) };
}

type Readings = Awaited<ReturnType<typeof readings>>;

const withoutRaw = ({ read, states }: Readings) => ({
  read: read.map(({ spans, stretches }) => ({ spans: spans.map(({ raw, ...span }) => span), stretches })),
  states: states.map((all) => all.map(({ raw, ...state }) => state)),
});

const withoutBeginnings = (all: Readings) => {
  const { read, states } = withoutRaw(all);
  return { read, states: states.map((each) => each.map(({ sinceMs, startCensored, ...state }) => state)) };
};

/** What a reading says of the network's own words must be what it said, or nothing. */
function expectFewerWords(after: Span[], before: Span[]): void {
  for (const [i, { raw }] of after.entries()) if (raw !== null) expect(raw).toBe(before[i]?.raw);
}

function rangesIn(parts: readonly (readonly [number, number])[], endMs: number): [number, number][] {
  const lengthMs = endMs - START + DAY_MS;
  return parts.map(([from, part]) => {
    const fromMs = START + Math.floor(from * lengthMs);
    return [fromMs, fromMs + 1 + Math.floor(part * lengthMs)];
  });
}

/** Ranges that begin in mid-day: what they begin with was said before, and perhaps long before. */
function everyMorning(endMs: number): [number, number][] {
  const days = Math.floor((endMs - START) / DAY_MS);
  return Array.from({ length: days }, (_, day) => {
    const fromMs = START + day * DAY_MS + 7 * HOUR_MS;
    return [fromMs, fromMs + 2 * DAY_MS];
  });
}

const part = fc.tuple(fc.double({ min: -0.1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1.1, noNaN: true }));
const parts = fc.array(part, { minLength: 4, maxLength: 4 });

describe("for any history", () => {
  test("what is read is the same before and after raw events have gone, but for the network's own words", async () => {
    await fc.assert(
      fc.asyncProperty(history, parts, fc.boolean(), async (steps, someParts, isRolled) => {
        const story = hastyStory();
        const life = new Life(story, START);
        for (const one of steps) life.live(one);
        const nowMs = life.atMs + DAY_MS;
        rollAll(story, isRolled ? nowMs : life.atMs - 2 * DAY_MS);
        const ranges = [...rangesIn(someParts.slice(2), life.atMs), ...everyMorning(life.atMs)];
        const before = await readings(story, ranges);
        // Where two Rollcalls looked, a state is known since the one that answers began, a span since it answers.
        const seen = steps.some(({ deed }) => deed === "merge") ? withoutBeginnings : withoutRaw;
        // Every midnight is the limit once.
        for (let days = Math.ceil((nowMs - START) / DAY_MS); days > 0; days--) {
          await retain(story, days, nowMs);
          const after = await readings(story, ranges);
          expect(seen(after)).toEqual(seen(before));
          for (const [i, { spans }] of after.read.entries()) expectFewerWords(spans, before.read[i]?.spans ?? []);
        }
        story.db.close();
      }),
      { seed: 43, numRuns: 15, endOnFailure: true },
    );
  });

  test("what happens after a purge is recorded and read as if there had been none", async () => {
    const ownHistory = history.map((steps) => steps.filter(({ deed }) => deed !== "merge"));
    await fc.assert(
      fc.asyncProperty(ownHistory, parts, fc.nat(4), fc.nat(3), async (steps, someParts, every, keep) => {
        const [purged, whole] = [hastyStory(), hastyStory()];
        const lives = [purged, whole].map((story) => new Life(story, START)) as [Life, Life];
        for (const [i, one] of steps.entries()) {
          for (const life of lives) life.live(one as Step);
          if (i % (every + 4) !== 0) continue;
          rollAll(purged, lives[0].atMs);
          await retain(purged, keep + 1, lives[0].atMs);
        }
        rollAll(purged, lives[0].atMs + DAY_MS);
        const ranges = rangesIn(someParts, lives[0].atMs);
        expect(withoutRaw(await readings(purged, ranges))).toEqual(withoutRaw(await readings(whole, ranges)));
        purged.db.close();
        whole.db.close();
      }),
      { seed: 44, numRuns: 40, endOnFailure: true },
    );
  });
});

/** Thirty days in which ada changes every hour and bo is available all along, in one coverage. */
function thirtyDays(): Story {
  const story = hastyStory();
  story.roster(START, "ada", "bo");
  story.open(START + HOUR_MS, ["ada", "bo"], { bo: "available" });
  for (let hour = 2; hour < 30 * 24; hour++)
    story.change(START + hour * HOUR_MS, "ada", hour % 2 === 0 ? "busy" : "away");
  rollAll(story, START + 30 * DAY_MS);
  return story;
}

const NOW = START + 30 * DAY_MS;

test("raw events older than the limit go; of who says nothing for long, the last word stays", async () => {
  const story = thirtyDays();
  const { events } = await retain(story, 10, NOW);
  // Ada's last change before the limit is as old as it, and goes on speaking until the next.
  expect(
    story.rows(
      "SELECT c.name, count(*) AS n, min(at_ms) AS firstMs FROM event e JOIN contact c ON c.id = e.contact_id GROUP BY 1",
    ),
  ).toEqual([
    { name: "ada", n: 10 * 24 + 1, firstMs: START + 20 * DAY_MS - HOUR_MS },
    { name: "bo", n: 1, firstMs: START + HOUR_MS },
  ]);
  expect(events).toBe(20 * 24 - 2 - 1);
  expect(story.rows("SELECT sealed, count(*) AS n FROM contact_day GROUP BY 1 ORDER BY 1")).toEqual([
    { sealed: 0, n: 2 * 9 },
    { sealed: 1, n: 2 * 20 },
  ]);
});

test("a day that is not rolled up yet keeps its events, however old", async () => {
  const story = new Story(START);
  story.roster(START, "ada");
  story.open(START, ["ada"], { ada: "busy" });
  story.prove(START + HOUR_MS);
  expect(await retain(story, 1, NOW)).toEqual({ events: 0, pages: 0 });
  expect(story.rows("SELECT count(*) AS n FROM event")).toEqual([{ n: 1 }]);
});

test("a contact's own limit goes before that of the database, also for ever", async () => {
  const story = thirtyDays();
  await retain(story, null, NOW, story.contactId("ada"));
  expect(await retain(story, 10, NOW)).toEqual({ events: 0, pages: 0 });
  const { events } = await retain(story, 20, NOW, story.contactId("ada"));
  expect(events).toBe(10 * 24 - 2 - 1);
});

test("pages that have become free are handed back to the system", async () => {
  const story = thirtyDays();
  const pagesBefore = story.db.pragma("page_count", { simple: true }) as number;
  const { pages } = await retain(story, 1, NOW);
  expect(pages).toBeGreaterThan(0);
  expect(story.db.pragma("page_count", { simple: true })).toBe(pagesBefore - pages);
  expect(story.db.pragma("freelist_count", { simple: true })).toBe(0);
});

test("a purge that broke off anywhere leaves readings as they were, and is finished by the next", async () => {
  const whole = thirtyDays();
  const ranges = [[START, NOW]] as const;
  const name = "ada";
  const before = withoutRaw({
    read: [{ spans: await spansOf(whole.db, whole.contactId(name), ...ranges[0]), stretches: [] }],
    states: [],
  });
  for (const steps of [1, 2, 3, 5, 8, 13, 30]) {
    const story = thirtyDays();
    story.db.prepare("INSERT INTO setting VALUES ('retention_days', '5')").run();
    const broken = purgeDaily(story.db);
    for (let n = 0; n < steps; n++) broken(NOW);
    const read = async () =>
      withoutRaw({
        read: [{ spans: await spansOf(story.db, story.contactId(name), ...ranges[0]), stretches: [] }],
        states: [],
      });
    expect(await read()).toEqual(before);
    const again = purgeDaily(story.db);
    while (again(NOW));
    expect(await read()).toEqual(before);
    expect(story.rows("SELECT count(*) AS n FROM event")).toEqual([{ n: 5 * 24 + 2 }]);
  }
});

test("it purges by itself once a day", () => {
  const story = thirtyDays();
  story.db.prepare("INSERT INTO setting VALUES ('retention_days', '5')").run();
  expect(retentionDays(story.db)).toBe(5);
  const chore = purgeDaily(story.db);
  while (chore(NOW));
  expect(story.rows("SELECT count(*) AS n FROM event")).toEqual([{ n: 5 * 24 + 2 }]);
  story.db.prepare("UPDATE setting SET value = '2' WHERE key = 'retention_days'").run();
  expect(chore(NOW + HOUR_MS)).toBe(false);
  expect(story.rows("SELECT count(*) AS n FROM event")).toEqual([{ n: 5 * 24 + 2 }]);
  while (chore(NOW + DAY_MS));
  expect(story.rows("SELECT count(*) AS n FROM event")).toEqual([{ n: 24 + 2 }]);
});
