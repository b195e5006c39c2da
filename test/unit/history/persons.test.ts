import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asOne } from "../../../db/answers/person.ts";
import { dailyTotals, hourOfWeekTotals, type Totals } from "../../../db/answers/totals.ts";
import { lastSeen } from "../../../db/history/last-seen.ts";
import { personStatesAt, personStatesNow } from "../../../db/history/person-states.ts";
import {
  findPerson,
  listPersons,
  membersOf,
  parsePersonKey,
  personOf,
  readPerson,
} from "../../../db/history/persons.ts";
import { sessionsOf } from "../../../db/history/sessions.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { aroundDuring } from "../../../db/history/together.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf, type Whom } from "../../../db/history/totals.ts";
import { setAlias } from "../../../db/keep/notes.ts";
import { leavePerson, linkContacts, namePerson, unlinkContact } from "../../../db/keep/persons.ts";
import type { Handle } from "../../../db/open.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { DAY_MS } from "../../../db/rollup/timeline.ts";
import { numbers, sum } from "../../helpers/sums.ts";
import { Story } from "../db/story.ts";
import { Life, step } from "../rollup/any-history.ts";
import { addAccount, addContact, cover, OTHER_ACCOUNT } from "./two-accounts.ts";

/** On the first account ada (1) and bo (2), on the second ada (3) and zoe (4). */
function fourContacts(): Story {
  const story = new Story(0);
  story.roster(0, "ada", "bo");
  addAccount(story);
  addContact(story, "ada@example.com");
  addContact(story, "zoe@example.com");
  return story;
}

const everyone = async (db: Handle) => (await listPersons(db)).map(({ contactIds }) => contactIds);

describe("persons", () => {
  test("are contacts with the same address on several accounts, by themselves", async () => {
    const { db } = fourContacts();
    expect(await everyone(db)).toEqual([[1, 3], [2], [4]]);
    expect(await personOf(db, 3)).toEqual({ key: "c1", name: "ada", contactIds: [1, 3] });
    expect(await membersOf(db, "c3")).toEqual([1, 3]);
    expect(await personOf(db, 9)).toBeUndefined();
    expect(await membersOf(db, "c9")).toEqual([]);
    expect(await findPerson(db, "p1")).toBeUndefined();
  });

  test("on another network with the same address are others", async () => {
    const { db } = fourContacts();
    db.exec("UPDATE account SET network = 'elsewhere' WHERE id = 2");
    expect(await everyone(db)).toEqual([[1], [2], [3], [4]]);
  });

  test("are joined by a link, and whoever shares an address with one of them comes along", async () => {
    const { db } = fourContacts();
    const key = linkContacts(db, [1, 4], 100, "Ada Z.");
    expect(await everyone(db)).toEqual([[1, 3, 4], [2]]);
    expect(await findPerson(db, key)).toEqual({ key, name: "Ada Z.", contactIds: [1, 3, 4] });
    expect(await membersOf(db, "c3")).toEqual([1, 3, 4]);
    // Somebody with this address who is met later, too.
    db.exec(`
      INSERT INTO account (id, network, address, display_address, host, port, added_ms) VALUES (3, 'messenger', 'x', 'x', 'h', 1, 0);
      INSERT INTO contact (account_id, address, display_address, name, first_seen_ms) VALUES (3, 'zoe@example.com', 'z', 'Zoe', 0)`);
    expect(await membersOf(db, key)).toEqual([1, 3, 4, 5]);
  });

  test("are put together when their members are", async () => {
    const { db } = fourContacts();
    const first = linkContacts(db, [1, 2], 100);
    db.exec(
      "INSERT INTO contact (account_id, address, display_address, name, first_seen_ms) VALUES (2, 'yan', 'y', '', 0)",
    );
    linkContacts(db, [4, 5], 200);
    expect(await everyone(db)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(linkContacts(db, [5, 3], 300)).toBe(first);
    expect(await everyone(db)).toEqual([[1, 2, 3, 4, 5]]);
  });

  test("are one contact alone when it is taken out, also from among those with its address", async () => {
    const { db } = fourContacts();
    expect(unlinkContact(db, 3, 100)).toBe(true);
    expect(unlinkContact(db, 3, 110)).toBe(false);
    expect(await everyone(db)).toEqual([[1], [2], [3], [4]]);
    linkContacts(db, [1, 3], 200);
    expect(await everyone(db)).toEqual([[1, 3], [2], [4]]);
  });

  test("stay together when one of them leaves, also those who had joined through its address", async () => {
    const { db } = fourContacts();
    linkContacts(db, [1, 4], 100);
    expect(unlinkContact(db, 1, 200)).toBe(true);
    expect(await everyone(db)).toEqual([[1], [2], [3, 4]]);
  });

  test("go by their addresses again when a link of two is taken back", async () => {
    const { db } = fourContacts();
    linkContacts(db, [1, 4], 100);
    unlinkContact(db, 4, 200);
    expect(await everyone(db)).toEqual([[1, 3], [2], [4]]);
  });

  test("keep the history of their links", () => {
    const story = fourContacts();
    linkContacts(story.db, [1, 2], 100);
    unlinkContact(story.db, 2, 200);
    linkContacts(story.db, [1, 2], 300);
    expect(story.rows("SELECT contact_id, linked_ms, unlinked_ms FROM person_link WHERE contact_id = 2")).toEqual([
      { contact_id: 2, linked_ms: 100, unlinked_ms: 200 },
      { contact_id: 2, linked_ms: 300, unlinked_ms: null },
    ]);
  });

  test("are not kept apart from their address when all others are forgotten", async () => {
    const { db } = fourContacts();
    linkContacts(db, [1, 2], 100);
    leavePerson(db, 2, 200);
    db.exec("DELETE FROM person_link WHERE contact_id = 2");
    expect(await membersOf(db, "c1")).toEqual([1, 3]);
  });

  test("go by their own name, else by an alias, else by what a contact is called", async () => {
    const { db } = fourContacts();
    const name = async () => (await personOf(db, 1))?.name;
    expect(await name()).toBe("ada");
    setAlias(db, 3, "Countess");
    expect(await name()).toBe("Countess");
    const key = linkContacts(db, [1, 4], 100) as `p${number}`;
    expect(namePerson(db, key, " Ada Lovelace ")).toBe(true);
    expect(await name()).toBe("Ada Lovelace");
    expect(namePerson(db, "p99", "Nobody")).toBe(false);
  });

  test("are joined two at least, of those there are, and by keys that are keys", () => {
    const { db } = fourContacts();
    expect(() => linkContacts(db, [1, 1], 100)).toThrow("joins two contacts or more");
    expect(() => linkContacts(db, [1, 77], 100)).toThrow("no contact with the number 77");
    expect(() => unlinkContact(db, 77, 100)).toThrow("no contact with the number 77");
    expect(db.prepare("SELECT count(*) FROM person").pluck().get()).toBe(0);
    expect(parsePersonKey("p7")).toBe("p7");
    for (const text of ["7", "p0", "c", "c1 ", "p1e3"])
      expect(() => parsePersonKey(text)).toThrow("is no person's key");
  });

  test("whatever is linked and unlinked, are each contact once, under every member's key", async () => {
    const deed = fc.record({
      link: fc.boolean(),
      a: fc.integer({ min: 1, max: 6 }),
      b: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { maxLength: 12 }), fc.boolean(), async (deeds, areMany) => {
        const story = fourContacts();
        const { db } = story;
        db.exec(`
          INSERT INTO account (id, network, address, display_address, host, port, added_ms) VALUES (3, 'messenger', 'x', 'x', 'h', 1, 0);
          INSERT INTO contact (account_id, address, display_address, name, first_seen_ms)
          VALUES (3, 'ada@example.com', 'a', '', 0), (3, 'zoe@example.com', 'z', '', 0)`);
        // Many are read at one go, a few one by one.
        if (areMany) for (let n = 0; n < 50; n++) addContact(story, `stranger-${n}`);
        for (const [i, { link, a, b }] of deeds.entries()) {
          if (link && a !== b) {
            const key = linkContacts(db, [a, b], 100 + i);
            expect(await membersOf(db, key)).toEqual(expect.arrayContaining([a, b]));
          } else {
            unlinkContact(db, a, 100 + i);
            expect(await membersOf(db, `c${a}`)).toEqual([a]);
          }
          const everybody = await listPersons(db);
          const persons = everybody.filter(({ contactIds }) => (contactIds[0] as number) <= 6);
          expect(everybody).toHaveLength(persons.length + (areMany ? 50 : 0));
          expect(persons.flatMap(({ contactIds }) => contactIds).sort()).toEqual([1, 2, 3, 4, 5, 6]);
          for (const one of persons) {
            expect(await membersOf(db, one.key)).toEqual(one.contactIds);
            for (const id of one.contactIds) expect(await personOf(db, id)).toEqual(one);
          }
        }
        db.close();
      }),
      { seed: 46, numRuns: 40 },
    );
  });
});

describe("a person reads as one:", () => {
  /** ada on both accounts: around 100-300 on the first, 200-500 on the second, which is observed for longer. */
  function overlapping(): Story {
    const story = fourContacts();
    story.open(50, ["ada", "bo"]);
    story.change(100, "ada", "busy");
    story.change(300, "ada", "offline");
    story.close(400);
    cover(
      story,
      3,
      [150, 600],
      [
        [200, "available"],
        [500, "offline"],
      ],
    );
    return story;
  }

  test("around when any contact is, observed when any is", async () => {
    const { db } = overlapping();
    expect([...(await readPerson(db, "c3", 0, 1_000))]).toEqual([
      { fromMs: 0, toMs: 50, status: "unknown", startCensored: false, endCensored: false },
      { fromMs: 50, toMs: 100, status: "offline", startCensored: true, endCensored: false },
      { fromMs: 100, toMs: 200, status: "busy", startCensored: false, endCensored: false },
      { fromMs: 200, toMs: 500, status: "available", startCensored: false, endCensored: false },
      { fromMs: 500, toMs: 600, status: "offline", startCensored: false, endCensored: true },
      { fromMs: 600, toMs: 1_000, status: "unknown", startCensored: false, endCensored: false },
    ]);
    expect(await sessionsOf(db, { personKey: "c1" }, 0, 1_000)).toMatchObject([
      { fromMs: 100, toMs: 500, aroundMs: 400 },
    ]);
    expect(await lastSeen(db, { personKey: "c1" }, 1_000)).toEqual({
      seen: { untilMs: 500, status: "available", isEndKnown: true },
      confirmedMs: 600,
      notObservedMs: 400,
    });
    expect(await aroundDuring(db, 0, 1_000)).toEqual([
      { key: "c1", name: "ada", contactIds: [1, 3], aroundMs: 400, observedMs: 550 },
    ]);
  });

  test("the most present of its contacts at an instant, as over a range", async () => {
    const { db } = overlapping();
    for (const atMs of [0, 50, 99, 100, 199, 200, 399, 400, 499, 500, 599, 600]) {
      const [ada] = await personStatesAt(db, atMs);
      expect(ada).toMatchObject({
        key: "c1",
        contactIds: [1, 3],
        status: [...(await readPerson(db, "c1", atMs, atMs + 1))][0]?.status,
      });
    }
    expect((await personStatesAt(db, 250))[0]).toMatchObject({
      status: "available",
      from: [3],
      sinceAtLeastMs: 200,
      confirmedMs: 600,
    });
    expect((await personStatesAt(db, 320))[0]).toMatchObject({ status: "available", from: [3], sinceAtLeastMs: 200 });
    expect((await personStatesAt(db, 160))[0]).toMatchObject({
      status: "busy",
      from: [1],
      sinceAtLeastMs: 100,
      confirmedMs: 600,
    });
    expect((await personStatesNow(db, 2_000))[0]).toMatchObject({
      status: "unknown",
      sinceAtLeastMs: null,
      confirmedMs: null,
    });
  });

  test("never counted twice in any total", async () => {
    const { db } = overlapping();
    const total = async (whom: Whom) => (await dailyTotalsOf(db, whom, 0, 1_000, "UTC"))[0];
    const ada = { aroundMs: 400, observedMs: 550, byStatus: { offline: 150, busy: 100, available: 300 } };
    expect(await total({ personKey: "c3" })).toMatchObject(ada);
    expect(await total({ contactIds: [1, 3] })).toMatchObject(ada);
    // bo was observed for 350 ms, offline.
    expect(await total({ everyone: true })).toMatchObject({ aroundMs: 400, observedMs: 900 });
    expect(await total({ contactId: 1 })).toMatchObject({ aroundMs: 200, observedMs: 350 });
    expect(await total({ accountId: OTHER_ACCOUNT })).toMatchObject({ aroundMs: 300, observedMs: 450 });
    unlinkContact(db, 3, 2_000);
    expect(await total({ everyone: true })).toMatchObject({ aroundMs: 500, observedMs: 1_150 });
  });

  test("somebody who does not exist is unknown, and was never seen", async () => {
    const { db } = overlapping();
    expect([...(await readPerson(db, "p9", 0, 10))]).toMatchObject([{ fromMs: 0, toMs: 10, status: "unknown" }]);
    expect((await lastSeen(db, { personKey: "p9" }, 10)).seen).toBeNull();
    await expect(readPerson(db, "c1", 10, 10)).rejects.toThrow("must end after it begins");
  });
});

describe.each([
  ["Australia/Lord_Howe", Date.UTC(2026, 9, 1)],
  ["Pacific/Apia", Date.UTC(2011, 11, 27)],
  ["America/New_York", Date.UTC(2026, 9, 29)],
] as const)("in %s from %d on", (zone, startMs) => {
  test("totals count each person once, through rollups and links, to the millisecond", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 15, maxLength: 35 }),
        fc.nat({ max: 30 * 3_600_000 }),
        fc.nat(40),
        fc.constantFrom([], [1, 2], [1, 1002], [2, 3]),
        async (steps, laterMs, slices, linked) => {
          const story = new Story(startMs);
          const { db } = story;
          const life = new Life(story, startMs);
          for (const one of steps) life.live(one);
          // The same people on a second account, some time later; one of them goes by another address there.
          db.exec(`
            INSERT INTO account (id, network, address, display_address, host, port, added_ms) VALUES (2, 'messenger', 'b', 'b', 'h', 1, 0);
            INSERT INTO contact (id, account_id, address, display_address, name, groups, first_seen_ms)
              SELECT id + 1000, 2, iif(id = 2, 'other', address), address, name, '["Work"]', first_seen_ms FROM contact;
            INSERT INTO coverage (id, account_id, source_id, run_id, from_ms, to_ms, end_reason)
              SELECT id + 1000, 2, source_id, run_id, from_ms + ${laterMs}, to_ms + ${laterMs}, end_reason FROM coverage;
            INSERT INTO watch (contact_id, source_id, from_ms, to_ms)
              SELECT contact_id + 1000, source_id, from_ms + ${laterMs}, to_ms + ${laterMs} FROM watch;
            INSERT INTO event (contact_id, coverage_id, at_ms, status, raw, origin)
              SELECT contact_id + 1000, coverage_id + 1000, at_ms + ${laterMs}, status, raw, origin FROM event ORDER BY seq`);
          if (linked.length > 0) linkContacts(db, linked, startMs);
          const roller = new Roller(db);
          for (let n = 0; n < slices && roller.roll(life.atMs + 3 * DAY_MS, 0); n++);
          const [fromMs, toMs] = [startMs + 1_234_567, life.atMs + DAY_MS + 7_654_321];
          const persons = (await listPersons(db)).map(({ contactIds }) => contactIds);
          const cases: [Whom, (id: number) => boolean][] = [
            [{ everyone: true }, () => true],
            [{ accountId: 1 }, (id) => id < 1000],
            [{ accountId: 2, group: "Work" }, (id) => id > 1000],
            [{ contactIds: [1, 1001, 2, 1003] }, (id) => [1, 1001, 2, 1003].includes(id)],
            [{ personKey: "c1" }, (id) => persons.find((ids) => ids.includes(1))?.includes(id) ?? false],
          ];
          for (const [whom, isAmong] of cases) {
            const groups = persons.map((ids) => ids.filter(isAmong)).filter((ids) => ids.length > 0);
            const readings = await Promise.all(
              groups.map(async (ids) =>
                asOne(await Promise.all(ids.map(async (id) => [...(await stretchesOf(db, id, fromMs, toMs))]))),
              ),
            );
            const days = await dailyTotalsOf(db, whom, fromMs, toMs, zone);
            const slowDays = readings.map((each) => dailyTotals(each, zone));
            expect(days.map(numbers)).toEqual(days.map((_, i) => sum(slowDays.map((each) => each[i] as Totals))));
            const hours = await hourOfWeekTotalsOf(db, whom, fromMs, toMs, zone);
            const slowHours = readings.map((each) => hourOfWeekTotals(each, zone));
            expect(hours.map(numbers)).toEqual(hours.map((_, i) => sum(slowHours.map((each) => each[i] as Totals))));
          }
          db.close();
        },
      ),
      { seed: 47, numRuns: 8 },
    );
  });
});
