import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeSteps } from "../../../db/carry/merge.ts";
import { type ForeignEvents, type StagedEvents, stageEvents } from "../../../db/carry/stage-events.ts";
import { parseCoverage } from "../../../db/carry/stated-coverage.ts";
import { exportRows } from "../../../db/export/export.ts";
import { spansOf } from "../../../db/history/spans.ts";
import type { Handle } from "../../../db/open.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { anySteps, emptyHistory, facts, live, quickStory, START } from "./worlds.ts";

const NOW = Date.UTC(2027, 0, 1);
const ACCOUNT = {
  network: "messenger",
  address: "me@example.com",
  displayAddress: "Me@example.com",
  host: "old.example",
  port: 1863,
};
const DAY = "2026-11-01T08:00:00Z/2026-11-01T18:00:00Z";

async function stage(text: string | Buffer, more: Partial<ForeignEvents> = {}): Promise<StagedEvents> {
  const folder = tempFolder();
  const path = join(folder, "events.csv");
  writeFileSync(path, text);
  const events = { path, account: ACCOUNT, coverage: parseCoverage(DAY, NOW), source: "log", skipsBad: false };
  return stageEvents({ format: "csv", ...events, ...more }, folder);
}

async function imported(text: string, more: Partial<ForeignEvents> = {}, db = emptyHistory()): Promise<Handle> {
  const { file } = await stage(text, more);
  for (const _ of mergeSteps(db, file));
  return db;
}

async function spans(db: Handle, fromMs = START, toMs = START + 86_400_000): Promise<string[]> {
  return (await spansOf(db, 1, fromMs, toMs)).map(
    ({ fromMs, status, raw }) => `${new Date(fromMs).toISOString().slice(11, 16)} ${status} ${raw}`,
  );
}

const HEAD = "at_utc,address,status,raw";

test("events in any order are read in the order in which they happened; before the first nothing is known", async () => {
  const db = await imported(
    `${HEAD}\n2026-11-01T12:00:00+01:00,Ada@example.com,offline,\n2026-11-01T09:00:00Z,ada@example.com,busy,BSY\n`,
  );
  expect(await spans(db)).toEqual(["00:00 unknown null", "09:00 busy BSY", "11:00 offline ", "18:00 unknown null"]);
  expect(db.prepare("SELECT name FROM source WHERE uuid <> (SELECT value FROM setting)").pluck().all()).toEqual([
    "log",
  ]);
});

test("the same file again adds nothing, and another of the same source adds to it", async () => {
  const text = `${HEAD}\n2026-11-01T09:00:00Z,ada@example.com,busy,BSY\n`;
  const db = await imported(text);
  const once = facts(db);
  await imported(text, {}, db);
  expect(facts(db)).toEqual(once);
  const coverage = parseCoverage("2026-11-02T08:00:00Z/2026-11-02T18:00:00Z", NOW);
  await imported(`${HEAD}\n2026-11-02T09:00:00Z,ada@example.com,away,AWY\n`, { coverage }, db);
  expect(await spans(db, START, START + 2 * 86_400_000)).toContain("09:00 away AWY");
  expect(db.prepare("SELECT count(*) FROM source").pluck().get()).toBe(2);
});

test("an account that comes in has no password, and no state but that it is there", async () => {
  const db = await imported(`${HEAD}\n2026-11-01T09:00:00Z,ada@example.com,busy,BSY\n`);
  expect(
    db.prepare("SELECT address, display_address AS shown, host, sealed_password AS sealed FROM account").all(),
  ).toEqual([{ address: "me@example.com", shown: "Me@example.com", host: "old.example", sealed: null }]);
});

describe("a bad row is told with its line and what would be right", () => {
  test.each([
    [
      "yesterday,ada@example.com,busy,",
      'line 2: at_utc is "yesterday", which should look like 2026-11-22T14:03:34.408Z',
    ],
    ["2026-11-01T09:00:00,ada@example.com,busy,", 'line 2: at_utc is "2026-11-01T09:00:00", which should look like'],
    ["2026-02-30T09:00:00Z,ada@example.com,busy,", 'line 2: at_utc is "2026-02-30T09:00:00Z"'],
    [",ada@example.com,busy,", "line 2: at_utc is missing"],
    ["2026-11-01T09:00:00Z,ada,busy,", 'line 2: address is "ada", which should look like ada@example.com'],
    ["2026-11-01T09:00:00Z,ada@example.com,BSY,", 'line 2: status is "BSY", which is none of offline, available,'],
    ["2026-11-01T09:00:00Z,ada@example.com,unknown,", "(unknown time is time outside the coverage, not an event)"],
    [
      "2026-11-01T18:00:00Z,ada@example.com,busy,",
      'line 2: at_utc "2026-11-01T18:00:00Z" is outside the stated coverage',
    ],
    ["2026-11-01T09:00:00Z,ada@example.com,busy", "line 2: 3 cells where the header has 4"],
    ['2026-11-01T09:00:00Z,ada@example.com,busy,"a\nb"\nnonsense', "line 4: 1 cells where the header has 4"],
  ])("%j", async (row, message) => {
    await expect(stage(`${HEAD}\n${row}\n`)).rejects.toThrow(message);
  });

  test("in JSON lines too", async () => {
    const good = { at_utc: "2026-11-01T09:00:00Z", address: "ada@example.com", status: "busy" };
    const lines = [good, { ...good, origin: "guess" }, { ...good, account: "you@example.com" }].map((row) =>
      JSON.stringify(row),
    );
    const text = [...lines, "[1]", "{", ""].join("\n");
    const { bad, events } = await stage(text, { format: "jsonl", skipsBad: true });
    expect(events).toBe(1);
    expect(bad).toEqual({
      count: 4,
      told: [
        'line 2: origin is "guess", neither change nor baseline',
        'line 3: account is "you@example.com", but this import is for me@example.com',
        'line 4: no JSON object: "[1]"',
        'line 5: no JSON object: "{"',
      ],
    });
  });
});

test.each<[string, string | Buffer, string]>([
  ["is empty", "", "is empty: its first line should be at_utc,address,status"],
  [
    "lacks a column",
    "at_utc,who,status\n",
    "has no column address: its first line should name at_utc, address, status",
  ],
  ["never closes a quote", `${HEAD}\n2026-11-01T09:00:00Z,"ada`, "is no CSV that can be read, near line 2"],
  ["holds no event", `${HEAD}\n`, "holds no event that can be used"],
  ["is not UTF-8", Buffer.from(`${HEAD}\n2026-11-01T09:00:00Z,ada@example.com,busy,\xff\n`, "latin1"), "is not UTF-8"],
])("a file that %s is refused", async (_, text, message) => {
  await expect(stage(text, { format: _ === "is not UTF-8" ? "jsonl" : "csv" })).rejects.toThrow(message);
});

describe("coverage as it is stated", () => {
  test("may have several parts, in any order, with remarks in a file", () => {
    expect(
      parseCoverage("# laptop\n2026-11-02T00:00Z/2026-11-03T00:00Z\n2026-11-01T00:00Z/2026-11-02T00:00Z\n", NOW),
    ).toEqual([
      { fromMs: START, toMs: START + 86_400_000 },
      { fromMs: START + 86_400_000, toMs: START + 2 * 86_400_000 },
    ]);
  });

  test.each([
    ["", "says nothing"],
    ["2026-11-01T00:00Z", "is not FROM/TO"],
    ["2026-11-01/2026-11-02", '"2026-11-01" is no instant with Z or an offset'],
    ["2026-11-02T00:00Z/2026-11-01T00:00Z", "ends before it begins"],
    ["2026-11-02T00:00Z/2030-11-01T00:00Z", "ends in the future (now it is 2027-01-01T00:00:00.000Z)"],
    ["2026-11-01T00:00Z/2026-11-03T00:00Z,2026-11-02T00:00Z/2026-11-04T00:00Z", "overlap at 2026-11-02T00:00:00.000Z"],
  ])("%j is refused", (text, message) => {
    expect(() => parseCoverage(text, NOW)).toThrow(message);
  });
});

test("our own export of events comes back as it was, and never says more than the history did", async () => {
  await fc.assert(
    fc.asyncProperty(anySteps(), fc.constantFrom("csv", "jsonl"), async (steps, format) => {
      const story = quickStory();
      const endMs = live(story, steps, START, true);
      let text = "";
      for await (const chunk of exportRows(story.db, { shape: "events", zone: "UTC", nowMs: endMs + 1 }, format))
        text += chunk;
      const coverage = story
        .rows("SELECT from_ms AS fromMs, to_ms AS toMs FROM coverage WHERE to_ms > from_ms ORDER BY from_ms")
        .map((row) => row as { fromMs: number; toMs: number });
      const { events } = { events: story.rows("SELECT at_ms FROM event") as { at_ms: number }[] };
      if (events.length === 0) return;
      const { file } = await stage(text, { format, coverage, skipsBad: true });
      const db = emptyHistory();
      for (const _ of mergeSteps(db, file));
      const contacts = db.prepare("SELECT id, address FROM contact").all() as { id: number; address: string }[];
      for (const { id, address } of contacts) {
        const ours = await spansOf(story.db, story.contactId(address.split("@")[0] as string), START, endMs);
        for (const span of await spansOf(db, id, START, endMs)) {
          if (span.status === "unknown") continue;
          const whole = ours.filter((one) => one.fromMs < span.toMs && one.toMs > span.fromMs);
          // They may know that somebody was no longer watched; what was recorded is the same.
          expect(whole.every((one) => one.status === span.status || one.status === "unknown")).toBe(true);
        }
      }
      for (const one of [db, story.db]) one.close();
    }),
    { seed: 77, numRuns: 20 },
  );
});
