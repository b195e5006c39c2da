import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rangesOfHour } from "../../../db/answers/hours.ts";
import { hourOfWeekTotals } from "../../../db/answers/totals.ts";
import { coverageGaps } from "../../../db/history/coverage-gaps.ts";
import { coveredThisWeek } from "../../../db/history/covered-this-week.ts";
import { eventsBehind } from "../../../db/history/events.ts";
import { lastSeen } from "../../../db/history/last-seen.ts";
import { contactsTagged, listTags, notesOf } from "../../../db/history/notes.ts";
import { profileAt, profileChangesOf } from "../../../db/history/profile.ts";
import { sessionsOf } from "../../../db/history/sessions.ts";
import { spansOf } from "../../../db/history/spans.ts";
import { statesAt } from "../../../db/history/state.ts";
import { aroundDuring, togetherOf, togetherWith } from "../../../db/history/together.ts";
import { addTag, removeTag, setAlias, setNote } from "../../../db/keep/notes.ts";
import { isAround } from "../../../db/status.ts";
import { address, Story } from "../db/story.ts";
import { Life, NAMES, step } from "../rollup/any-history.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

test("what everyone was at an instant is what their spans say of it, with other Rollcalls' words, pauses and gaps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 15, maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }),
      async (steps, parts) => {
        const story = new Story(DAY_MS);
        const life = new Life(story, DAY_MS);
        for (const one of steps) life.live(one);
        const bounds = story.db
          .prepare("SELECT from_ms FROM coverage UNION SELECT to_ms FROM coverage UNION SELECT at_ms FROM event")
          .pluck()
          .all() as number[];
        const instants = [...parts.map((part) => DAY_MS + Math.floor(part * (life.atMs - DAY_MS))), ...bounds];
        for (const atMs of instants.slice(0, 40)) {
          const states = await statesAt(story.db, atMs);
          for (const name of NAMES) {
            const contactId = story.contactId(name);
            const [span] = await spansOf(story.db, contactId, atMs, atMs + 1);
            const { status, raw } = states.find((state) => state.contactId === contactId) as (typeof states)[number];
            expect({ atMs, name, status, raw }).toEqual({ atMs, name, status: span?.status, raw: span?.raw });
          }
        }
        story.db.close();
      },
    ),
    { seed: 48, numRuns: 25 },
  );
});

describe("when somebody was last seen", () => {
  test("tells until when, as what, and how long nobody has looked since", async () => {
    const story = new Story(0);
    story.roster(0, "ada", "bo");
    story.open(1_000, ["ada", "bo"], { ada: "busy" });
    story.change(3_000, "ada", "offline");
    story.close(5_000);
    const ada = { contactId: story.contactId("ada") };
    expect(await lastSeen(story.db, ada, 9_000)).toEqual({
      seen: { untilMs: 3_000, status: "busy", isEndKnown: true },
      confirmedMs: 5_000,
      notObservedMs: 4_000,
    });
    expect(await lastSeen(story.db, ada, 2_000)).toEqual({
      seen: { untilMs: 2_000, status: "busy", isEndKnown: false },
      confirmedMs: 2_000,
      notObservedMs: 0,
    });
    expect(await lastSeen(story.db, ada, 500)).toEqual({ seen: null, confirmedMs: null, notObservedMs: 0 });
    // Never around, watched from 1,000 on.
    expect(await lastSeen(story.db, { contactId: story.contactId("bo") }, 9_000)).toEqual({
      seen: null,
      confirmedMs: 5_000,
      notObservedMs: 4_000,
    });
    expect(await lastSeen(story.db, { contactId: 99 }, 9_000)).toEqual({
      seen: null,
      confirmedMs: null,
      notObservedMs: 0,
    });
  });

  test("does not say that they went when looking ended first", async () => {
    const story = new Story(0);
    story.roster(0, "ada");
    story.open(1_000, ["ada"], { ada: "away" });
    story.close(5_000);
    story.open(7_000, ["ada"]);
    story.prove(8_000);
    expect(await lastSeen(story.db, { contactId: story.contactId("ada") }, 10_000)).toEqual({
      seen: { untilMs: 5_000, status: "away", isEndKnown: false },
      confirmedMs: 8_000,
      notObservedMs: 2_000 + 2_000,
    });
  });

  test("is found however long ago, by looking further and further back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), fc.nat(400), async (steps, daysLater) => {
        const story = new Story(DAY_MS);
        const life = new Life(story, DAY_MS);
        for (const one of steps) life.live(one);
        const nowMs = life.atMs + daysLater * DAY_MS + 1;
        for (const name of NAMES) {
          const contactId = story.contactId(name);
          const spans = await spansOf(story.db, contactId, 0, nowMs);
          const last = spans.findLast(({ status }) => isAround(status));
          const { seen, confirmedMs } = await lastSeen(story.db, { contactId }, nowMs);
          expect(seen?.untilMs).toBe(last?.toMs);
          expect(seen?.status).toBe(last?.status);
          expect(confirmedMs ?? undefined).toBe(spans.findLast(({ status }) => status !== "unknown")?.toMs);
        }
        story.db.close();
      }),
      { seed: 49, numRuns: 15 },
    );
  });
});

describe("sessions", () => {
  test("end at a lost connection however short, and bridge flaps only when asked", async () => {
    const story = new Story(0);
    story.roster(0, "ada");
    story.open(1_000, ["ada"], { ada: "available" });
    story.change(2_000, "ada", "offline");
    story.change(2_100, "ada", "available");
    story.close(3_000);
    story.open(3_001, ["ada"], { ada: "available" });
    story.change(4_000, "ada", "offline");
    story.prove(5_000);
    const ada = { contactId: story.contactId("ada") };
    const plain = await sessionsOf(story.db, ada, 0, 6_000);
    expect(plain.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [1_000, 2_000],
      [2_100, 3_000],
      [3_001, 4_000],
    ]);
    expect(await sessionsOf(story.db, ada, 0, 6_000, { bridgeMs: 5_000 })).toEqual([
      { fromMs: 1_000, toMs: 3_000, startCensored: true, endCensored: true, aroundMs: 1_900, flaps: 1 },
      { fromMs: 3_001, toMs: 4_000, startCensored: true, endCensored: false, aroundMs: 999, flaps: 0 },
    ]);
    // Cut by the range, not by anything that was seen.
    expect(await sessionsOf(story.db, ada, 2_200, 2_300)).toMatchObject([{ startCensored: true, endCensored: true }]);
    await expect(sessionsOf(story.db, ada, 0, 10, { bridgeMs: -1 })).rejects.toThrow("0 bridges none");
  });
});

describe("gaps of coverage", () => {
  test("say why the coverage before ended, and whether a collector ran at all", async () => {
    const story = new Story(1_000);
    story.roster(1_000, "ada");
    story.open(2_000, ["ada"]);
    story.close(3_000, "silence");
    story.open(4_000, ["ada"]);
    story.close(5_000, "stopped");
    story.end(5_500);
    story.startAgain(8_000);
    story.tell({ kind: "heartbeat", atMs: 9_000 });
    story.open(9_000, ["ada"]);
    story.prove(9_500);
    const { db, accountId } = story;
    expect(await coverageGaps(db, accountId, 0, 10_000)).toEqual([
      { fromMs: 0, toMs: 2_000, why: null, collectorMs: 1_000 },
      { fromMs: 3_000, toMs: 4_000, why: "silence", collectorMs: 1_000 },
      { fromMs: 5_000, toMs: 9_000, why: "stopped", collectorMs: 1_500 },
      { fromMs: 9_500, toMs: 10_000, why: null, collectorMs: 0 },
    ]);
    expect(await coverageGaps(db, accountId, 6_000, 7_000)).toEqual([
      { fromMs: 6_000, toMs: 7_000, why: "stopped", collectorMs: 0 },
    ]);
    expect(await coverageGaps(db, accountId, 2_200, 2_300)).toEqual([]);
    await expect(coverageGaps(db, accountId, 7, 7)).rejects.toThrow("must end after it begins");
  });

  test("are none where another Rollcall looked", async () => {
    const story = new Story(0);
    story.roster(0, "ada");
    story.open(1_000, ["ada"]);
    story.close(2_000, "connection-lost");
    story.db.exec(`
      INSERT INTO source (id, uuid, name) VALUES (9, 'elsewhere', 'elsewhere');
      INSERT INTO run (id, source_id, pid, version, started_ms, heartbeat_ms) VALUES (9, 9, 1, '', 1500, 3000);
      INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms, end_reason) VALUES (1, 9, 9, 1500, 3000, 'carried')`);
    expect(await coverageGaps(story.db, story.accountId, 1_000, 4_000)).toEqual([
      { fromMs: 3_000, toMs: 4_000, why: "carried", collectorMs: 0 },
    ]);
  });
});

describe("changes of a profile", () => {
  function told(): Story {
    const story = new Story(0);
    story.roster(0, "ada");
    story.open(100, ["ada"]);
    const say = (atMs: number, field: "name" | "message" | "places", value: string) =>
      story.tell({ kind: "profile", atMs, address: address("ada"), field, value });
    say(100, "name", "Ada");
    say(200, "message", "at lunch");
    say(300, "name", "Countess");
    story.tell({ kind: "activity", atMs: 350, address: address("ada"), field: "invitation", value: "call" });
    story.tell({ kind: "activity", atMs: 360, address: address("ada"), field: "invitation", value: "call" });
    say(400, "message", "");
    say(500, "places", "web, mobile");
    return story;
  }

  test("come by field, with what was said before", async () => {
    const story = told();
    const ada = story.contactId("ada");
    const changes = await profileChangesOf(story.db, ada, 250, 450);
    expect(changes.map(({ atMs, field, value, before }) => [atMs, field, value, before])).toEqual([
      [300, "name", "Countess", "Ada"],
      [350, "invitation", "call", null],
      [360, "invitation", "call", null],
      [400, "message", "", "at lunch"],
    ]);
    expect(changes[0]?.source).toBe(story.db.prepare("SELECT name FROM source").pluck().get());
    const names = await profileChangesOf(story.db, ada, 0, 1_000, ["name"]);
    expect(names.map(({ value, before }) => [value, before])).toEqual([
      ["Ada", null],
      ["Countess", "Ada"],
    ]);
    expect(await profileChangesOf(story.db, 99, 0, 1_000)).toEqual([]);
    await expect(profileChangesOf(story.db, ada, 5, 5)).rejects.toThrow("must end after it begins");
  });

  test("tell what the profile was at an instant", async () => {
    const story = told();
    const ada = story.contactId("ada");
    expect(await profileAt(story.db, ada, 99)).toEqual({});
    expect(await profileAt(story.db, ada, 300)).toEqual({
      name: { value: "Countess", sinceMs: 300 },
      message: { value: "at lunch", sinceMs: 200 },
    });
    expect(await profileAt(story.db, ada, 900)).toMatchObject({
      message: { value: "" },
      places: { value: "web, mobile" },
    });
  });
});

describe("who was there together", () => {
  test("is counted instant by instant, beside the time in which both were observed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 15, maxLength: 40 }), async (steps) => {
        const story = new Story(DAY_MS);
        const life = new Life(story, DAY_MS);
        for (const one of steps) life.live(one);
        const [fromMs, toMs] = [DAY_MS - 1, life.atMs + 1];
        const ids = NAMES.map((name) => story.contactId(name));
        const spans = await Promise.all(ids.map((id) => spansOf(story.db, id, fromMs, toMs)));
        const pairs = await togetherOf(
          story.db,
          ids.map((contactId) => ({ contactId })),
          fromMs,
          toMs,
        );
        expect(pairs.map(({ a, b }) => [a.contactId, b.contactId])).toEqual([
          [ids[0], ids[1]],
          [ids[0], ids[2]],
          [ids[1], ids[2]],
        ]);
        for (const pair of pairs) {
          const sums = { togetherMs: 0, bothObservedMs: 0, aAroundMs: 0, bAroundMs: 0 };
          for (const one of spans[ids.indexOf(pair.a.contactId)] ?? [])
            for (const other of spans[ids.indexOf(pair.b.contactId)] ?? []) {
              const ms = Math.min(one.toMs, other.toMs) - Math.max(one.fromMs, other.fromMs);
              if (ms <= 0 || one.status === "unknown" || other.status === "unknown") continue;
              sums.bothObservedMs += ms;
              if (isAround(one.status)) sums.aAroundMs += ms;
              if (isAround(other.status)) sums.bAroundMs += ms;
              if (isAround(one.status) && isAround(other.status)) sums.togetherMs += ms;
            }
          expect(pair).toMatchObject(sums);
        }
        const [first, ...others] = ids.map((contactId) => ({ contactId })) as [{ contactId: number }];
        expect(await togetherWith(story.db, first, others, fromMs, toMs)).toEqual(pairs.slice(0, 2));
        const around = await aroundDuring(story.db, fromMs, toMs);
        for (const [i, id] of ids.entries()) {
          const sum = (holds: (status: string) => boolean) =>
            (spans[i] ?? []).reduce((ms, span) => ms + (holds(span.status) ? span.toMs - span.fromMs : 0), 0);
          const aroundMs = sum((status) => status !== "unknown" && status !== "offline");
          const found = around.find(({ contactIds }) => contactIds.includes(id));
          if (aroundMs === 0) expect(found).toBeUndefined();
          else expect(found).toMatchObject({ aroundMs, observedMs: sum((status) => status !== "unknown") });
        }
        story.db.close();
      }),
      { seed: 50, numRuns: 20 },
    );
  });

  test("is not asked of too many, and not of a range without length", async () => {
    const { db } = new Story(0);
    const many = Array.from({ length: 2_001 }, (_, i) => ({ contactId: i + 1 }));
    await expect(togetherOf(db, many, 0, 1)).rejects.toThrow("2000 is the most");
    await expect(togetherOf(db, many.slice(0, 2), 1, 1)).rejects.toThrow("must end after it begins");
    expect(await aroundDuring(db, 0, 1)).toEqual([]);
  });
});

describe("how much of the last week was observed", () => {
  test("is told from when the account was first observed, and of seven days when that is longer ago", async () => {
    const story = new Story(0);
    story.roster(0, "ada");
    expect(await coveredThisWeek(story.db, 1, DAY_MS)).toBeUndefined();
    story.open(DAY_MS, ["ada"]);
    story.close(2 * DAY_MS);
    // Two days later it had been watched for one of three.
    expect(await coveredThisWeek(story.db, 1, 4 * DAY_MS)).toEqual({ fromMs: DAY_MS, share: 1 - 2 / 3 });
    story.open(8 * DAY_MS, ["ada"]);
    story.prove(9 * DAY_MS);
    // A week that begins with the gap.
    expect(await coveredThisWeek(story.db, 1, 9 * DAY_MS)).toEqual({ fromMs: 2 * DAY_MS, share: 1 - 6 / 7 });
  });
});

describe("the events behind a number", () => {
  function told(): Story {
    const story = new Story(0);
    story.roster(0, "ada", "bo");
    story.open(1_000, ["ada", "bo"], { ada: "busy" });
    story.change(2_000, "ada", "away");
    story.change(2_500, "bo", "available");
    story.change(3_000, "ada", "offline");
    story.close(4_000);
    story.open(5_000, ["ada", "bo"], { bo: "idle" });
    story.prove(6_000);
    return story;
  }

  test("are those in the range, and the one that led into it, with where they come from", async () => {
    const story = told();
    const [ada, bo] = [story.contactId("ada"), story.contactId("bo")];
    const { events, hasMore, isPurged } = await eventsBehind(
      story.db,
      [ada, bo, ada],
      [{ fromMs: 2_200, toMs: 3_001 }],
    );
    expect(
      events.map(({ seq, contactId, atMs, status, raw, origin, isBefore }) => [
        seq,
        contactId,
        atMs,
        status,
        raw,
        origin,
        isBefore,
      ]),
    ).toEqual([
      [2, ada, 2_000, "away", "AWY", "change", true],
      [3, bo, 2_500, "available", "NLN", "change", false],
      [4, ada, 3_000, "offline", "FLN", "change", false],
    ]);
    expect(events[0]).toMatchObject({
      coverageId: 1,
      source: story.db.prepare("SELECT name FROM source").pluck().get(),
    });
    expect([hasMore, isPurged]).toEqual([false, false]);
    // A coverage that began with the range has nothing before it.
    const later = await eventsBehind(story.db, [ada, bo], [{ fromMs: 5_000, toMs: 6_000 }]);
    expect(later.events).toMatchObject([{ contactId: bo, origin: "baseline", isBefore: false }]);
  });

  test("of several ranges come once each, and no more than asked for", async () => {
    const story = told();
    const ada = story.contactId("ada");
    const ranges = [
      { fromMs: 900, toMs: 2_100 },
      { fromMs: 2_900, toMs: 3_100 },
    ];
    const all = await eventsBehind(story.db, [ada], ranges);
    expect(all.events.map(({ seq, isBefore }) => [seq, isBefore])).toEqual([
      [1, false],
      [2, false],
      [4, false],
    ]);
    const some = await eventsBehind(story.db, [ada], ranges, { limit: 2 });
    expect(some).toEqual({ events: all.events.slice(0, 2), hasMore: true, isPurged: false });
    await expect(eventsBehind(story.db, [ada], [{ fromMs: 1, toMs: 1 }])).rejects.toThrow("must end after it begins");
  });

  test("come page by page, none twice and none left out, also where several share a millisecond", async () => {
    const story = told();
    const ids = [story.contactId("ada"), story.contactId("bo")];
    for (const status of ["busy", "away", "idle"] as const) story.change(6_500, "ada", status);
    story.change(6_500, "bo", "busy");
    story.prove(7_000);
    const ranges = [
      { fromMs: 900, toMs: 2_100 },
      { fromMs: 2_200, toMs: 6_501 },
    ];
    const all = await eventsBehind(story.db, ids, ranges);
    expect(all.events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const limit of [1, 2, 4]) {
      const pages = [];
      for (let page = await eventsBehind(story.db, ids, ranges, { limit }); ; ) {
        pages.push(...page.events);
        const after = page.events.at(-1);
        if (!page.hasMore || !after) break;
        page = await eventsBehind(story.db, ids, ranges, { limit, after });
      }
      expect(pages.map(({ seq }) => seq)).toEqual(all.events.map(({ seq }) => seq));
    }
  });

  test("make up an hour of the local week, also one that the clocks repeat", async () => {
    const fromMs = Date.UTC(2026, 9, 24);
    const toMs = fromMs + 3 * DAY_MS;
    const story = new Story(fromMs);
    story.roster(fromMs, "ada");
    story.open(fromMs, ["ada"]);
    // Half past two in Berlin, before and after the clocks went back.
    for (const hours of [24.5, 25.5]) story.change(fromMs + hours * HOUR_MS, "ada", "available");
    story.prove(toMs);
    const ada = story.contactId("ada");
    const ranges = rangesOfHour("Europe/Berlin", 6 * 24 + 2, fromMs, toMs);
    const { events } = await eventsBehind(story.db, [ada], ranges);
    expect(events.map(({ atMs }) => (atMs - fromMs) / HOUR_MS)).toEqual([24.5, 25.5]);
    const totals = hourOfWeekTotals(await spansOf(story.db, ada, fromMs, toMs), "Europe/Berlin");
    expect(totals[6 * 24 + 2]).toMatchObject({ observedMs: 2 * HOUR_MS, aroundMs: 1.5 * HOUR_MS });
  });

  test("say so when retention has taken some of them away", async () => {
    const story = told();
    const ada = story.contactId("ada");
    story.db.prepare("INSERT INTO contact_day (contact_id, day, timeline, sealed) VALUES (?, 0, x'00', 1)").run(ada);
    expect((await eventsBehind(story.db, [ada], [{ fromMs: 0, toMs: 10 }])).isPurged).toBe(true);
    expect((await eventsBehind(story.db, [ada], [{ fromMs: DAY_MS, toMs: DAY_MS + 1 }])).isPurged).toBe(false);
  });
});

describe("the user's own words", () => {
  test("about a contact are kept, changed and taken back", async () => {
    const story = new Story(0);
    story.roster(0, "ada", "bo");
    const { db } = story;
    const [ada, bo] = [story.contactId("ada"), story.contactId("bo")];
    expect(await notesOf(db, ada)).toEqual({ alias: "", note: "", tags: [] });
    setAlias(db, ada, "  The\n Countess ");
    setNote(db, ada, "Met at the\nopera. ");
    expect(addTag(db, ada, "opera")).toBe(true);
    expect(addTag(db, ada, " opera")).toBe(false);
    addTag(db, ada, "friends");
    addTag(db, bo, "opera");
    expect(await notesOf(db, ada)).toEqual({
      alias: "The Countess",
      note: "Met at the\nopera.",
      tags: ["friends", "opera"],
    });
    expect(await contactsTagged(db, "opera")).toEqual([ada, bo]);
    expect(await listTags(db)).toEqual([
      { tag: "friends", contacts: 1 },
      { tag: "opera", contacts: 2 },
    ]);
    expect([removeTag(db, ada, "opera"), removeTag(db, ada, "opera")]).toEqual([true, false]);
    setAlias(db, ada, "");
    setNote(db, ada, "");
    expect(story.rows("SELECT * FROM contact_note")).toEqual([]);
  });

  test("are refused when they are too long, nothing, or about nobody", () => {
    const { db } = new Story(0);
    expect(() => setAlias(db, 1, "Ada")).toThrow("there is no contact with the number 1");
    expect(() => addTag(db, 1, "opera")).toThrow("there is no contact with the number 1");
    expect(() => setAlias(db, 1, "x".repeat(201))).toThrow("an alias of 201 characters is too long; 200 is the most");
    expect(() => addTag(db, 1, " ")).toThrow("a tag needs a name");
  });
});
