import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { coveragesTouching } from "../../../db/history/spans.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import type { Handle } from "../../../db/open.ts";
import { markOf } from "../../../db/rollup/marks.ts";
import { QUARTERS, QuarterSums } from "../../../db/rollup/quarters.ts";
import { dayFromFacts, Roller, reopenDays } from "../../../db/rollup/roller.ts";
import { DAY_MS, DayPacker, dayOf, unpackDay } from "../../../db/rollup/timeline.ts";
import { STATUS_CODES } from "../../../db/status.ts";
import { spansFromFacts } from "../../helpers/spans-from-facts.ts";
import { Story } from "../db/story.ts";
import { Life, NAMES, step } from "./any-history.ts";

const HOUR_MS = 3_600_000;
/** A UTC midnight. */
const START = Date.UTC(2026, 9, 20);
const START_DAY = dayOf(START);

interface Rows {
  contacts: unknown[];
  accounts: unknown[];
  everyone: unknown[];
  marks: unknown[];
}

/** Everything that readers may look at. */
function rowsOf(db: Handle): Rows {
  const all = (sql: string) => db.prepare(sql).all();
  return {
    contacts: all(`
      SELECT contact_id, d.day, hex(timeline) AS bytes, sealed FROM contact_day d JOIN contact c ON c.id = contact_id
      JOIN rollup_mark m ON m.account_id = c.account_id WHERE d.day < m.to_day ORDER BY 1, 2`),
    accounts: all("SELECT account_id, day, hex(quarters) AS bytes FROM account_day ORDER BY 1, 2"),
    everyone: all("SELECT day, hex(quarters) AS bytes FROM everyone_day ORDER BY 1"),
    marks: all("SELECT * FROM rollup_mark ORDER BY 1"),
  };
}

function rollAll(db: Handle, nowMs: number, budgetMs = 1_000, roller = new Roller(db)): void {
  for (let slices = 0; roller.roll(nowMs, budgetMs); slices++) if (slices > 2_000) throw new Error("it never ends");
}

function sumsOf(packed: readonly Uint8Array[]): number[] {
  const sums = new QuarterSums();
  for (const part of packed) sums.addPacked(part);
  return listed(sums);
}

function listed(sums: QuarterSums): number[] {
  return Object.values(STATUS_CODES).flatMap((code) =>
    Array.from({ length: QUARTERS }, (_, quarter) => sums.at(code, quarter)),
  );
}

function expectRolledRight(story: Story, nowMs: number): void {
  const { db, accountId } = story;
  const mark = markOf(db, accountId);
  for (let day = START_DAY - 3; day < Math.min(mark, dayOf(nowMs) + 1); day++) {
    const total = new QuarterSums();
    for (const name of NAMES) {
      const contactId = story.contactId(name);
      const row = db
        .prepare("SELECT timeline FROM contact_day WHERE contact_id = ? AND day = ?")
        .pluck()
        .get(contactId, day) as Uint8Array | undefined;
      const facts = spansFromFacts(db, contactId, day * DAY_MS, (day + 1) * DAY_MS).map(({ raw, ...span }) => span);
      if (row) expect(unpackDay(day, row)).toEqual(facts);
      else expect(facts.map(({ status }) => status)).toEqual(["unknown"]);
      if (row) total.addTimeline(day, row);
    }
    const blob = (sql: string, ...values: number[]) =>
      (db
        .prepare(sql)
        .pluck()
        .all(...values) as Uint8Array[]) ?? [];
    expect(sumsOf(blob("SELECT quarters FROM account_day WHERE account_id = ? AND day = ?", accountId, day))).toEqual(
      listed(total),
    );
    expect(sumsOf(blob("SELECT quarters FROM everyone_day WHERE day = ?", day))).toEqual(listed(total));
  }
}

const history = fc.array(step, { minLength: 8, maxLength: 45 });

describe("for any history", () => {
  test("a rolled day is what the facts say of it, and the sums are those of its contacts", () => {
    fc.assert(
      fc.property(history, fc.array(fc.boolean(), { minLength: 45, maxLength: 45 }), (steps, rolls) => {
        const story = new Story(START);
        const life = new Life(story, START);
        const roller = new Roller(story.db);
        for (const [i, one] of steps.entries()) {
          life.live(one);
          // One slice of one contact, in the middle of things.
          if (rolls[i]) roller.roll(life.atMs, 0);
        }
        const nowMs = life.atMs + DAY_MS;
        rollAll(story.db, nowMs, 1_000, roller);
        expectRolledRight(story, nowMs);
        const rolled = rowsOf(story.db);

        // The same rows at one go, in the smallest slices, and after the past was opened again.
        for (const table of ["contact_day", "account_day", "everyone_day", "rollup_mark"])
          story.db.exec(`DELETE FROM ${table}`);
        rollAll(story.db, nowMs, 0);
        expect(rowsOf(story.db)).toEqual(rolled);
        reopenDays(story.db, story.accountId, START + 2 * DAY_MS + 5);
        expect(rowsOf(story.db).contacts.length).toBeLessThanOrEqual(rolled.contacts.length);
        rollAll(story.db, nowMs);
        expect(rowsOf(story.db)).toEqual(rolled);
        story.db.close();
      }),
      { seed: 41, numRuns: 30 },
    );
  });

  test("the reading of any range is that of the facts, whatever has been rolled up", async () => {
    const range = fc.tuple(fc.double({ min: -0.1, max: 1, noNaN: true }), fc.double({ min: 0, max: 1.1, noNaN: true }));
    await fc.assert(
      fc.asyncProperty(
        history,
        fc.array(range, { minLength: 6, maxLength: 6 }),
        fc.nat(4),
        async (steps, ranges, n) => {
          const story = new Story(START);
          const life = new Life(story, START);
          const roller = new Roller(story.db);
          for (const [i, one] of steps.entries()) {
            life.live(one);
            if (i % 5 === n) roller.roll(life.atMs, 1);
          }
          const lengthMs = life.atMs - START + DAY_MS;
          const bounds = ranges.map(([from, part]) => {
            const fromMs = START + Math.floor(from * lengthMs);
            return [fromMs, fromMs + 1 + Math.floor(part * lengthMs)] as const;
          });
          const days = [START_DAY, START_DAY + 1, START_DAY + 3].map(
            (day) => [day * DAY_MS, (day + 2) * DAY_MS] as const,
          );
          for (const [fromMs, toMs] of [...bounds, ...days]) {
            for (const name of NAMES) {
              const facts = spansFromFacts(story.db, story.contactId(name), fromMs, toMs);
              const read = await stretchesOf(story.db, story.contactId(name), fromMs, toMs);
              expect([...read]).toEqual(facts.map(({ raw, ...span }) => span));
            }
          }
          story.db.close();
        },
      ),
      { seed: 42, numRuns: 40 },
    );
  });

  test("a row that is sealed stays, and is read even where the past is open again", async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const story = new Story(START);
        const life = new Life(story, START);
        for (const one of steps) life.live(one);
        const nowMs = life.atMs + DAY_MS;
        rollAll(story.db, nowMs);
        const rolled = rowsOf(story.db);
        const read = () =>
          Promise.all(
            NAMES.map(async (name) => [
              ...(await stretchesOf(story.db, story.contactId(name), START - HOUR_MS, nowMs)),
            ]),
          );
        const before = await read();
        // What retention does: the events of whole days go, but for the last word that later days build upon.
        const cutMs = (START_DAY + 2) * DAY_MS;
        story.db.exec(`
          UPDATE contact_day SET sealed = 1 WHERE day < ${START_DAY + 2};
          DELETE FROM event WHERE at_ms < ${cutMs} AND seq NOT IN (
            SELECT (SELECT seq FROM event e2 WHERE e2.contact_id = e.contact_id AND e2.coverage_id = e.coverage_id
                    AND at_ms < ${cutMs} ORDER BY at_ms DESC, seq DESC LIMIT 1) FROM event e)`);
        expect(await read()).toEqual(before);
        reopenDays(story.db, story.accountId, START);
        expect(await read()).toEqual(before);
        rollAll(story.db, nowMs);
        const unsealed = (rows: Rows) => rows.contacts.map((row) => ({ ...(row as object), sealed: 0 }));
        expect(unsealed(rowsOf(story.db))).toEqual(unsealed(rolled));
        expect(rowsOf(story.db).accounts).toEqual(rolled.accounts);
        expect(rowsOf(story.db).everyone).toEqual(rolled.everyone);
        story.db.close();
      }),
      { seed: 43, numRuns: 20 },
    );
  });
});

describe("a day", () => {
  test("is not rolled up while its coverage may still grow into it", () => {
    const story = new Story(START);
    story.roster(START, "ada");
    story.open(START + HOUR_MS, ["ada"], { ada: "busy" });
    // The clock is far, but the last proof is not.
    rollAll(story.db, START + 5 * DAY_MS);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY);
    story.prove(START + DAY_MS - 1);
    rollAll(story.db, START + 5 * DAY_MS);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY);
    story.prove(START + DAY_MS);
    rollAll(story.db, START + 5 * DAY_MS);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY + 1);
  });

  test("that was rolled up while the clock was ahead is opened again when coverage begins in it", async () => {
    const story = new Story(START);
    story.roster(START, "ada");
    story.open(START + HOUR_MS, ["ada"], { ada: "busy" });
    story.close(START + 2 * HOUR_MS);
    // The clock says next year, and nothing is covered.
    rollAll(story.db, START + 400 * DAY_MS);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY + 400);
    expect(story.rows("SELECT day FROM everyone_day")).toHaveLength(1);
    story.open(START + 3 * HOUR_MS, ["ada"], { ada: "away" });
    story.prove(START + 4 * HOUR_MS);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY);
    const read = await stretchesOf(story.db, story.contactId("ada"), START, START + 4 * HOUR_MS);
    expect([...read].map(({ status }) => status)).toEqual(["unknown", "busy", "unknown", "away"]);
  });

  test("without any coverage costs nothing, however many there are", () => {
    const story = new Story(START);
    story.roster(START, "ada");
    story.open(START, ["ada"]);
    story.close(START + HOUR_MS);
    story.open(START + 3_000 * DAY_MS, ["ada"]);
    story.close(START + 3_000 * DAY_MS + HOUR_MS);
    rollAll(story.db, START + 9_000 * DAY_MS);
    expect(story.rows("SELECT day FROM contact_day")).toEqual([{ day: START_DAY }, { day: START_DAY + 3_000 }]);
    expect(markOf(story.db, story.accountId)).toBe(START_DAY + 9_000);
  });

  test("keeps nothing of a slice that the disk refused, and is rolled up by the next ones", () => {
    const story = new Story(START);
    story.roster(START, "ada", "bo");
    story.open(START, ["ada", "bo"], { ada: "busy" });
    story.prove(START + 2 * DAY_MS);
    const roller = new Roller(story.db);
    const transaction = vi.spyOn(story.db, "transaction");
    transaction.mockImplementationOnce((work) => {
      const run = () => {
        story.db.exec("BEGIN");
        work();
        story.db.exec("ROLLBACK");
        throw new Error("disk full");
      };
      return Object.assign(run, { immediate: run, deferred: run, exclusive: run, default: run, database: story.db });
    });
    expect(() => roller.roll(START + 2 * DAY_MS, 0)).toThrow("disk full");
    rollAll(story.db, START + 2 * DAY_MS, 0, roller);
    expect(story.rows("SELECT contact_id, day FROM contact_day")).toHaveLength(4);
    expectRolledRight(story, START + 2 * DAY_MS);
  });

  test("of two accounts is summed for everyone once both have it", () => {
    const story = new Story(START);
    story.roster(START, "ada");
    story.open(START, ["ada"], { ada: "busy" });
    story.prove(START + 3 * DAY_MS);
    const { db } = story;
    db.exec(`
      INSERT INTO account (network, address, display_address, host, port, added_ms) VALUES ('messenger', 'b', 'b', 'h', 1, 0);
      INSERT INTO contact (account_id, address, display_address, name, first_seen_ms) VALUES (2, 'c', 'c', 'c', 0);
      INSERT INTO watch (contact_id, from_ms) VALUES (2, ${START});
      INSERT INTO coverage (account_id, source_id, run_id, from_ms, to_ms) VALUES (2, 1, 1, ${START}, ${START + DAY_MS})`);
    rollAll(db, START + 3 * DAY_MS);
    const everyone = () =>
      db.prepare("SELECT day, quarters FROM everyone_day").all() as { day: number; quarters: Uint8Array }[];
    expect(everyone().map(({ day }) => day)).toEqual([START_DAY]);
    const [day] = everyone();
    expect(sumsOf([day?.quarters as Uint8Array]).reduce((a, b) => a + b)).toBe(2 * DAY_MS);
    db.exec(`UPDATE coverage SET to_ms = ${START + 3 * DAY_MS} WHERE account_id = 2`);
    rollAll(db, START + 3 * DAY_MS);
    expect(everyone()).toHaveLength(3);
  });
});

describe("packed", () => {
  test("days that leave a hole, overlap or end early are refused", () => {
    const pack = (...stretches: [fromMs: number, toMs: number][]) => {
      const packer = new DayPacker(0);
      for (const [fromMs, toMs] of stretches) packer.add(fromMs, toMs, STATUS_CODES.busy, 0);
      return packer.pack();
    };
    expect(() => pack([0, 5], [6, DAY_MS])).toThrow("leave a hole or overlap at 5");
    expect(() => pack([0, 5], [4, DAY_MS])).toThrow("leave a hole or overlap at 5");
    expect(() => pack([0, 5])).toThrow("end at 5, not at midnight");
  });

  test("bytes that are no day are refused, wherever they are cut", () => {
    const story = new Story(START);
    story.roster(START, "ada");
    story.open(START + 1, ["ada"], { ada: "busy" });
    for (let i = 1; i < 20; i++) story.change(START + i * HOUR_MS, "ada", i % 2 ? "away" : "idle");
    story.prove(START + DAY_MS);
    const coverages = coveragesTouching(story.db, story.accountId, START - 1, START + DAY_MS);
    const bytes = dayFromFacts(story.db, story.contactId("ada"), START_DAY, coverages) as Uint8Array;
    expect(bytes.length).toBeLessThan(120);
    for (let n = 0; n < bytes.length; n++) expect(() => unpackDay(START_DAY, bytes.subarray(0, n))).toThrow(RangeError);
    expect(() => unpackDay(START_DAY, Uint8Array.of(...bytes, 1, 1))).toThrow(RangeError);
    expect(() => unpackDay(START_DAY, Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0x7f))).toThrow(RangeError);
  });
});
