import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { checkHistory } from "../../../db/check/check.ts";
import { spansOf } from "../../../db/history/spans.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { DatabaseRefused, openForReading, openForWriting, SCHEMA_VERSION } from "../../../db/open.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { rebuildRollups } from "../../../db/rollup/rebuild.ts";
import { hasAccount } from "../../../db/settings/data-folder.ts";
import { olderHistory, SCHEMA_FIXTURES } from "../../helpers/older-history.ts";
import { tempFolder } from "../../helpers/temp.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START = Date.UTC(2026, 8, 14, 6);
const NOW_MS = START + 10 * DAY_MS;
const PRESENT = `${Math.floor(SCHEMA_VERSION / 1000)}.${SCHEMA_VERSION % 1000}`;
const ALL = readdirSync(SCHEMA_FIXTURES)
  .filter((name) => name.endsWith(".sql"))
  .map((name) => basename(name, ".sql"));
const EARLIER = ALL.filter((schema) => schema !== PRESENT);

function dump(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  const tables = db.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all() as {
    name: string;
    sql: string;
  }[];
  const rows = tables
    .filter(({ sql }) => sql?.startsWith("CREATE TABLE"))
    .map(({ name }) => db.prepare(`SELECT * FROM "${name}"`).all());
  const version = db.prepare("PRAGMA user_version").get();
  db.close();
  return { tables, rows, version };
}

type Reading = [
  fromMs: number,
  toMs: number,
  status: string,
  raw: string | null,
  startCensored: boolean,
  endCensored: boolean,
];

function answersOf(schema: string): Record<string, Reading[]> {
  return JSON.parse(readFileSync(join(SCHEMA_FIXTURES, `${schema}.json`), "utf8")) as Record<string, Reading[]>;
}

function refusalOf(run: () => unknown): DatabaseRefused {
  try {
    run();
  } catch (error) {
    if (error instanceof DatabaseRefused) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

test("there is a history of every schema that was ever written", () => {
  const numbers = readdirSync(join(import.meta.dirname, "..", "..", "..", "db", "migrations")).map((file) =>
    Number.parseInt(file, 10),
  );
  expect(ALL).toEqual(numbers.sort((a, b) => a - b).map((n) => `${Math.floor(n / 1000)}.${n % 1000}`));
});

describe.each(ALL)("a history of schema %s", (schema) => {
  test("is brought to the present one, and reads as it did then", async () => {
    const path = olderHistory(schema);
    const db = openForWriting(path);
    expect(db.pragma("user_version", { simple: true })).toBe(SCHEMA_VERSION);
    for (const rolled of [false, true]) {
      if (rolled) rebuildRollups(db, NOW_MS);
      for (const [contactId, readings] of Object.entries(answersOf(schema))) {
        const [fromMs, toMs] = [readings[0]?.[0] as number, readings.at(-1)?.[1] as number];
        const spans = await spansOf(db, Number(contactId), fromMs, toMs);
        expect(spans.map((s) => [s.fromMs, s.toMs, s.status, s.raw, s.startCensored, s.endCensored])).toEqual(readings);
        const stretches = [...(await stretchesOf(db, Number(contactId), fromMs, toMs))];
        expect(stretches.map((s) => [s.fromMs, s.toMs, s.status])).toEqual(
          readings.map(([fromMs, toMs, status]) => [fromMs, toMs, status]),
        );
      }
    }
    expect(checkHistory(db, { nowMs: NOW_MS, isFull: true })).toEqual([]);
    db.close();
  });

  test("has the schema that a new history has", () => {
    const path = olderHistory(schema);
    openForWriting(path).close();
    const fresh = join(tempFolder(), "rollcall.db");
    openForWriting(fresh).close();
    const shape = (path: string) => {
      const db = openForReading(path);
      const names = db
        .prepare("SELECT name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        .pluck()
        .all();
      const columns = (names as string[]).map((name) => [name, db.pragma(`table_xinfo("${name}")`)]);
      db.close();
      return columns;
    };
    expect(shape(path)).toEqual(shape(fresh));
  });

  test("is written on where it ended", () => {
    const path = olderHistory(schema);
    const db = openForWriting(path);
    const writer = new HistoryWriter(db, NOW_MS, "0.0.0-test");
    const contact = { address: "ada@example.com", displayAddress: "ada@example.com", name: "Ada", groups: [] };
    const before = db.prepare("SELECT max(seq) FROM event").pluck().get() as number;
    const seq = writer.append([
      { kind: "roster", accountId: 1, atMs: NOW_MS, contacts: [contact] },
      {
        kind: "coverage-open",
        accountId: 1,
        fromMs: NOW_MS,
        watched: [contact.address],
        present: [{ address: contact.address, status: "busy", raw: "BSY" }],
      },
    ]);
    expect(seq).toBe(before + 1);
    db.close();
  });
});

test.each(EARLIER)("before schema %s is brought to the present one, a copy is made that is what it was", (schema) => {
  const path = olderHistory(schema);
  const before = dump(path);
  openForWriting(path).close();
  expect(dump(`${path}.before-${PRESENT}`)).toEqual(before);
  expect(dump(path)).not.toEqual(before);
});

test.each(EARLIER)("a reader of schema %s is told to start Rollcall, and nothing is changed", (schema) => {
  const path = olderHistory(schema);
  const before = dump(path);
  expect(refusalOf(() => openForReading(path))).toMatchObject({
    code: "older",
    message: `${path} was written by an older Rollcall (schema ${schema}; this one reads ${PRESENT}): start this Rollcall once with \`rollcall start\`, which brings it up to date after a backup`,
  });
  expect(hasAccount(path)).toBe(true);
  openForReading(path, { anyAge: true }).close();
  expect(dump(path)).toEqual(before);
});

describe.each(EARLIER)("a migration of schema %s that fails", (schema) => {
  /** What the last migration adds is there already. */
  function inTheWay(path: string): void {
    const db = new DatabaseSync(path);
    db.exec("CREATE TABLE mass_change (account_id INTEGER)");
    db.close();
  }

  test("leaves the file as it was, and can be tried again", () => {
    const path = olderHistory(schema);
    inTheWay(path);
    const before = dump(path);
    for (let tries = 0; tries < 2; tries++) {
      expect(() => openForWriting(path)).toThrow("table mass_change already exists");
      expect(dump(path)).toEqual(before);
    }
    const db = new DatabaseSync(path);
    db.exec("DROP TABLE mass_change");
    db.close();
    openForWriting(path).close();
    expect(readdirSync(dirname(path)).toSorted()).toEqual(["rollcall.db", `rollcall.db.before-${PRESENT}`]);
  });

  test("is not begun when the copy cannot be made, and leaves nothing behind", () => {
    const path = olderHistory(schema);
    const before = dump(path);
    // Nothing can be put in the place of a folder that is not empty.
    mkdirSync(join(`${path}.before-${PRESENT}`, "full"), { recursive: true });
    expect(() => openForWriting(path)).toThrow(/EISDIR|ENOTEMPTY|EPERM/);
    expect(dump(path)).toEqual(before);
    expect(readdirSync(dirname(path)).filter((name) => name.includes("unfinished"))).toEqual([]);
  });
});
