import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastCollector } from "../../../db/history/accounts.ts";
import { spansOf } from "../../../db/history/spans.ts";
import { statesAt } from "../../../db/history/state.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { askFor, carryOut } from "../../../db/keep/requests.ts";
import { digestOf, putTombstone } from "../../../db/keep/tombstones.ts";
import type { Handle } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { contact, type Story } from "../db/story.ts";
import { anySteps, emptyHistory, facts, live, merge, NAMES, type Name, quickStory, START, textOf } from "./worlds.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function idOf(db: Handle, name: Name): number | undefined {
  return db.prepare("SELECT id FROM contact WHERE address = ?").pluck().get(`${name}@example.com`) as
    | number
    | undefined;
}

async function readingAt(db: Handle, name: Name, atMs: number): Promise<string> {
  const id = idOf(db, name);
  const state = (await statesAt(db, atMs)).find(({ contactId }) => contactId === id);
  return `${state?.status ?? "unknown"} ${state?.raw ?? ""}`;
}

async function spanAt(db: Handle, name: Name, atMs: number): Promise<string> {
  const id = idOf(db, name);
  if (id === undefined) return "unknown ";
  const [span] = await spansOf(db, id, atMs, atMs + 1);
  return `${span?.status} ${span?.raw ?? ""}`;
}

test("merging the same twice adds nothing", async () => {
  await fc.assert(
    fc.asyncProperty(anySteps(), anySteps(), fc.integer({ min: 0, max: 600 }), async (ours, theirs, late) => {
      const [a, b] = [quickStory(), quickStory()];
      live(a, ours);
      live(b, theirs, START + late * 60_000);
      const text = textOf(b.db);
      await merge(a.db, text);
      const once = facts(a.db);
      const counts = await merge(a.db, text);
      expect(facts(a.db)).toEqual(once);
      expect(counts).toMatchObject({ accounts: 0, contacts: 0, coverages: 0, events: 0, profiles: 0 });
      a.db.close();
      b.db.close();
    }),
    { seed: 41, numRuns: 30 },
  );
});

test("at any instant the own source answers where it can, and the other where not", async () => {
  await fc.assert(
    fc.asyncProperty(
      anySteps(),
      anySteps(),
      fc.integer({ min: 0, max: 600 }),
      fc.array(fc.integer({ min: -10, max: 6_000 }), { minLength: 5, maxLength: 20 }),
      fc.boolean(),
      async (ours, theirs, late, minutes, isRolled) => {
        const [a, alone, b] = [quickStory(), quickStory(), quickStory()];
        const endMs = live(a, ours);
        live(alone, ours);
        live(b, theirs, START + late * 60_000 + 1);
        if (isRolled) while (new Roller(a.db).roll(endMs + 9 * DAY_MS, 1_000));
        await merge(a.db, textOf(b.db));
        if (isRolled) while (new Roller(a.db).roll(endMs + 9 * DAY_MS, 1_000));
        for (const minute of minutes) {
          const atMs = START + minute * 60_000 + 1;
          for (const name of NAMES) {
            const own = await spanAt(alone.db, name, atMs);
            const expected = own === "unknown " ? await spanAt(b.db, name, atMs) : own;
            expect(await spanAt(a.db, name, atMs)).toBe(expected);
            expect(await readingAt(a.db, name, atMs)).toBe(expected);
            const [stretch] = await stretchesOf(a.db, idOf(a.db, name) as number, atMs, atMs + 1);
            expect(stretch?.status).toBe(expected.split(" ")[0]);
          }
        }
        for (const { db } of [a, alone, b]) db.close();
      },
    ),
    { seed: 42, numRuns: 40 },
  );
});

test("a later bundle of the same Rollcall adds what is new, as if it had come at once", async () => {
  await fc.assert(
    fc.asyncProperty(anySteps(6), anySteps(6), async (first, more) => {
      const other = quickStory();
      const whole = emptyHistory();
      const inParts = emptyHistory();
      const atMs = live(other, first);
      await merge(inParts, textOf(other.db));
      for (const { minutes, who, status } of more) {
        const known = other.rows("SELECT contact_id FROM watch WHERE to_ms IS NULL") as { contact_id: number }[];
        if (known.some(({ contact_id }) => contact_id === other.contactId(who))) {
          other.change(atMs + minutes * 60_000, who, status);
        }
      }
      other.prove(atMs + 7 * DAY_MS);
      other.close(atMs + 7 * DAY_MS, "stopped");
      const text = textOf(other.db);
      await merge(inParts, text);
      await merge(whole, text);
      expect(textOf(inParts)).toBe(textOf(whole));
      expect(textOf(whole)).toBe(text);
      for (const db of [other.db, whole, inParts]) db.close();
    }),
    { seed: 43, numRuns: 25 },
  );
});

describe("a merge", () => {
  test("that is broken off claims nothing that it has no events for, and is made whole by the next", async () => {
    const [a, b] = [quickStory(), quickStory()];
    live(a, [], START, true);
    live(b, [{ minutes: 600, what: "change", who: "ada", status: "busy" }], START + DAY_MS);
    const text = textOf(b.db);
    const expected = emptyHistory();
    await merge(expected, text);
    const lines = text.split("\n");
    for (let count = 1; count < lines.length; count++) {
      await merge(a.db, `${lines.slice(0, count).join("\n")}\n`).catch(() => undefined);
      const reading = await readingAt(a.db, "ada", START + DAY_MS + 11 * HOUR_MS);
      // Without the end of a bundle no one would merge it: here it stands for what the first steps have done.
      expect(["unknown ", "busy BSY"]).toContain(reading);
    }
    await merge(a.db, text);
    expect(await readingAt(a.db, "ada", START + DAY_MS + 10 * HOUR_MS)).toBe("busy BSY");
  });

  test("leaves what the running collector has open as it is", async () => {
    const a = quickStory();
    live(a, [{ minutes: 5, what: "change", who: "ada", status: "busy" }]);
    const older = textOf(a.db);
    a.prove(START + HOUR_MS);
    await merge(a.db, older);
    a.change(START + 2 * HOUR_MS, "bo", "away");
    expect(a.rows("SELECT to_ms, end_reason FROM coverage")).toEqual([
      { to_ms: START + 2 * HOUR_MS, end_reason: null },
    ]);
    expect(a.rows("SELECT count(*) AS n FROM watch WHERE to_ms IS NULL")).toEqual([{ n: 3 }]);
  });

  test("with another Rollcall's coverage from the future does not stop our own recording, nor stretch our watches", async () => {
    const [a, b] = [quickStory(), quickStory()];
    live(a, [], START, true);
    live(b, [{ minutes: 900, what: "change", who: "ada", status: "busy" }], START + DAY_MS);
    await merge(a.db, textOf(b.db));
    a.startAgain(START + HOUR_MS);
    a.roster(START + HOUR_MS, "bo");
    a.open(START + HOUR_MS, ["bo"], { bo: "away" });
    a.prove(START + 2 * HOUR_MS);
    expect(await readingAt(a.db, "ada", START + HOUR_MS + 5)).toBe("unknown ");
  });

  test("leaves our own word about a name the one that counts", async () => {
    const [a, b] = [quickStory(), quickStory()];
    const named = (value: string, atMs: number) =>
      ({ kind: "profile", atMs, address: "ada@example.com", field: "name", value }) as const;
    for (const story of [a, b]) live(story, [], START, true);
    a.tell(named("Ada L.", START + 5));
    b.tell(named("Ada", START + 1));
    await merge(a.db, textOf(b.db));
    a.tell(named("Ada L.", START + 9));
    expect(a.rows("SELECT value FROM profile WHERE source_id IS NULL")).toEqual([{ value: "Ada L." }]);
    expect(a.rows("SELECT name FROM contact WHERE address = 'ada@example.com'")).toEqual([{ name: "Ada L." }]);
  });

  test("does not take the other's runs for ours", async () => {
    const [a, b] = [quickStory(), quickStory()];
    a.end(5);
    live(b, []);
    await merge(a.db, textOf(b.db));
    expect(await lastCollector(a.db, START)).toMatchObject({ startedMs: 0, alive: false });
  });
});

describe("sealed days", () => {
  /** Another Rollcall on two days: events of the first are gone. */
  function sealedStory(): Story {
    const b = quickStory();
    b.roster(START, "ada");
    b.open(START, ["ada"], { ada: "busy" });
    b.change(START + 30 * HOUR_MS, "ada", "away");
    b.close(START + 40 * HOUR_MS, "stopped");
    while (new Roller(b.db).roll(START + 9 * DAY_MS, 1_000));
    b.db.exec(`
      UPDATE contact_day SET sealed = 1 WHERE day = ${START / DAY_MS};
      DELETE FROM event WHERE at_ms < ${START + DAY_MS}`);
    return b;
  }

  test("are taken where nothing is known here", async () => {
    const [a, b] = [quickStory(), sealedStory()];
    expect(await merge(a.db, textOf(b.db))).toMatchObject({ sealedDays: 1, refusedDays: 0 });
    const [stretch] = await stretchesOf(a.db, 1, START, START + DAY_MS);
    expect(stretch).toMatchObject({ status: "busy", toMs: START + DAY_MS });
  });

  test("are left where there are facts, and then say nothing, least of all offline", async () => {
    const [a, b] = [quickStory(), sealedStory()];
    a.roster(START, "ada");
    a.open(START + HOUR_MS, ["ada"], { ada: "idle" });
    a.close(START + 2 * HOUR_MS, "stopped");
    const text = textOf(b.db);
    expect(await merge(a.db, text)).toMatchObject({ sealedDays: 0, refusedDays: 1 });
    const once = facts(a.db);
    const said = async (hours: number) => readingAt(a.db, "ada", START + hours * HOUR_MS);
    expect([await said(0.5), await said(1.5), await said(5)]).toEqual(["unknown ", "idle IDL", "unknown "]);
    // From midnight on their silence is no sign: they speak again at six in the morning.
    expect([await said(25), await said(31)]).toEqual(["unknown ", "away AWY"]);
    await merge(a.db, text);
    expect(facts(a.db)).toEqual(once);
  });
});

describe("what retention has deleted", () => {
  const roll = (db: Handle, nowMs: number) => {
    const roller = new Roller(db);
    while (roller.roll(nowMs, 1_000));
  };
  const retain = async (db: Handle, days: number, nowMs: number) => {
    roll(db, nowMs);
    const answered = await carryOut(db, askFor(db, "retention", { days }, nowMs), nowMs);
    expect(answered.state, JSON.stringify(answered.answer)).toBe("done");
  };
  const readings = async (db: Handle, endMs: number) => {
    roll(db, endMs + DAY_MS);
    const ids = NAMES.flatMap((name) => idOf(db, name) ?? []);
    return Promise.all(ids.map(async (id) => (await spansOf(db, id, START, endMs)).map(({ raw, ...span }) => span)));
  };

  test("does not come back when its own old bundle or another Rollcall's is merged again", async () => {
    await fc.assert(
      fc.asyncProperty(
        anySteps(20),
        anySteps(20),
        fc.integer({ min: 0, max: 3_000 }),
        fc.integer({ min: 1, max: 4 }),
        fc.boolean(),
        async (ours, theirs, late, days, isStopped) => {
          const [a, b] = [quickStory(), quickStory()];
          const endMs = Math.max(
            live(a, ours, START, isStopped),
            live(b, theirs, START + late * 60_000 + 1, isStopped),
          );
          const [own, others] = [textOf(a.db), textOf(b.db)];
          await merge(a.db, others);
          await retain(a.db, days, endMs);
          const once = facts(a.db);
          for (const text of [own, others]) {
            expect(await merge(a.db, text)).toMatchObject({ coverages: 0, events: 0, sealedDays: 0 });
          }
          expect(facts(a.db)).toEqual(once);
          for (const { db } of [a, b]) db.close();
        },
      ),
      { seed: 44, numRuns: 40 },
    );
  });

  test("does not come by an older bundle that still has it, and the same is read", async () => {
    await fc.assert(
      fc.asyncProperty(anySteps(20), fc.integer({ min: 1, max: 4 }), async (steps, days) => {
        const b = quickStory();
        const endMs = live(b, steps, START, true);
        const whole = textOf(b.db);
        await retain(b.db, days, endMs);
        const purged = textOf(b.db);
        const expected = await readings(b.db, endMs);
        const c = emptyHistory();
        await merge(c, purged);
        expect(textOf(c)).toBe(purged);
        await merge(c, whole);
        expect(textOf(c)).toBe(purged);
        expect(await readings(c, endMs)).toEqual(expected);
        for (const db of [b.db, c]) db.close();
      }),
      { seed: 45, numRuns: 40 },
    );
  });

  test("does not come back as the last word about somebody whom nobody watched any more", async () => {
    const a = quickStory();
    a.roster(START, "ada", "bo");
    a.open(START, ["ada", "bo"], { ada: "busy", bo: "busy" });
    a.change(START + HOUR_MS, "ada", "away");
    a.tell({ kind: "contact-removed", atMs: START + 2 * HOUR_MS, address: "ada@example.com" });
    a.change(START + 60 * HOUR_MS, "bo", "away");
    a.close(START + 70 * HOUR_MS, "stopped");
    a.open(START + 71 * HOUR_MS, ["bo"], { bo: "busy" });
    a.prove(START + 200 * HOUR_MS);
    const text = textOf(a.db);
    await retain(a.db, 3, START + 200 * HOUR_MS);
    const once = facts(a.db);
    expect(a.rows("SELECT raw FROM event ORDER BY at_ms")).toEqual([{ raw: "BSY" }]);
    expect(await merge(a.db, text)).toMatchObject({ events: 0 });
    expect(facts(a.db)).toEqual(once);
  });

  test("is told from the last of several at the same instant, which stays", async () => {
    const a = quickStory();
    a.roster(START, "ada");
    a.open(START, ["ada"], { ada: "busy" });
    a.change(START + HOUR_MS, "ada", "away");
    a.change(START + HOUR_MS, "ada", "idle");
    a.prove(START + 50 * HOUR_MS);
    a.change(START + 50 * HOUR_MS, "ada", "busy");
    const text = textOf(a.db);
    await retain(a.db, 1, START + 50 * HOUR_MS);
    const once = facts(a.db);
    expect(a.rows("SELECT raw FROM event ORDER BY at_ms")).toEqual([{ raw: "IDL" }, { raw: "BSY" }]);
    expect(await merge(a.db, text)).toMatchObject({ events: 0 });
    expect(facts(a.db)).toEqual(once);
  });
});

test("who was excluded here is not brought back by another Rollcall", async () => {
  const [a, b] = [quickStory(), quickStory()];
  b.tell({ kind: "roster", atMs: START, contacts: [contact("ada"), contact("bo")] });
  b.open(START, ["ada", "bo"], { ada: "busy" });
  b.close(START + HOUR_MS);
  a.db.prepare("INSERT INTO setting (key, value) VALUES ('exclude', ?)").run(JSON.stringify(["ada@*"]));
  expect(await merge(a.db, textOf(b.db))).toMatchObject({ leftOut: 1, contacts: 1 });
  expect(a.rows("SELECT address FROM contact")).toEqual([{ address: "bo@example.com" }]);
  expect(a.rows("SELECT * FROM event")).toEqual([]);
});

test("who was forgotten here is not brought back, and who asks for it learns no name", async () => {
  const [a, b] = [quickStory(), quickStory()];
  live(b, [{ minutes: 5, what: "change", who: "ada", status: "busy" }]);
  const whom = { network: "messenger", account: "me@example.com", address: "ada@example.com" };
  putTombstone(a.db, digestOf(a.db, whom), START);
  expect(await merge(a.db, textOf(b.db))).toMatchObject({ leftOut: 1, contacts: 2, events: 0 });
  expect(a.rows("SELECT address FROM contact ORDER BY address")).toEqual([
    { address: "bo@example.com" },
    { address: "cy@example.com" },
  ]);
});
