/** A disk that fails for real, under the journal with its real thread. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { Journal } from "../../../collector/recorder/journal.ts";
import { type DatabaseRefused, openForWriting, SCHEMA_VERSION } from "../../../db/open.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { damageTable } from "../../helpers/damage.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { fill, smallDisk } from "../../helpers/small-disk.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";
import { ACCOUNT, contact, presence } from "../../unit/db/story.ts";

const START = Date.UTC(2026, 10, 20);
const accountId = 1;

interface Recording {
  journal: Journal;
  /** What was said of the disk; undefined when it was well again. */
  said: (string | undefined)[];
  damage: DatabaseRefused[];
  /** So many changes, a second apart. */
  change(count: number): void;
}

async function recordInto(path: string): Promise<Recording> {
  const db = openForWriting(path);
  putAccount(db, ACCOUNT, Buffer.from("sealed"), START, true);
  db.close();
  const said: (string | undefined)[] = [];
  const damage: DatabaseRefused[] = [];
  const journal = await Journal.open({
    path,
    clock: systemClock,
    startedMs: START,
    version: "0.0.0-test",
    onTrouble: (message) => said.push(message),
    onDamaged: (error) => damage.push(error),
  });
  let atMs = START;
  const open: Fact[] = [
    { kind: "roster", accountId, atMs, contacts: [contact("ada")] },
    { kind: "coverage-open", accountId, fromMs: atMs, watched: ["ada@example.com"], present: [] },
  ];
  for (const fact of open) journal.write(fact);
  const change = (count: number) => {
    for (let n = 0; n < count; n++) {
      atMs += 1_000;
      journal.write({ kind: "change", accountId, atMs, ...presence("ada", n % 2 === 0 ? "busy" : "away") });
    }
  };
  return { journal, said, damage, change };
}

function eventsIn(path: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    const { count, last } = db.prepare("SELECT count(*) AS count, max(at_ms) AS last FROM event").get() as Record<
      string,
      number
    >;
    const { ok } = db.prepare("SELECT integrity_check AS ok FROM pragma_integrity_check").get() as Record<
      string,
      string
    >;
    return { count, last, ok };
  } finally {
    db.close();
  }
}

test("what is heard while the disk is full waits in memory, and is written when there is room again", async ({
  skip,
}) => {
  const folder = smallDisk(3_000);
  if (!folder) return skip("a disk of its own can only be mounted by root");
  const path = join(folder, "rollcall.db");
  const { journal, said, change } = await recordInto(path);
  change(10);
  await journal.flush();
  const junk = join(folder, "junk");
  fill(junk);
  change(6_000);
  await until(() => said.length > 0, "the disk's complaint");
  expect(said).toEqual([expect.stringMatching(/^cannot write to .*rollcall\.db \(SQLITE_(FULL|IOERR\w*)\): /)]);
  expect(journal.waiting).toBe(6_000);
  rmSync(junk);
  await journal.flush();
  expect(said.slice(1)).toEqual([undefined]);
  await journal.close(START + 10_000_000, "stopped");
  expect(eventsIn(path)).toEqual({ count: 6_010, last: START + 6_010_000, ok: "ok" });
}, 120_000);

test("what is heard while the disk may only be read waits in memory, and is written when it may be written to again", async ({
  skip,
}) => {
  const path = join(tempFolder(), "rollcall.db");
  const { journal, said, change } = await recordInto(path);
  change(10);
  await journal.flush();
  // A file system that is made read-only refuses what is open already; so does a file that may not change.
  const log = `${path}-wal`;
  if (spawnSync("chattr", ["+i", log]).status !== 0)
    return skip("only root can take the right to write from open files");
  const thaw = () => spawnSync("chattr", ["-i", log]);
  onTestFinished(() => void thaw());
  change(300);
  await until(() => said.length > 0, "the disk's complaint");
  expect(said).toEqual([expect.stringMatching(/^cannot write to .*rollcall\.db \(SQLITE_(READONLY|IOERR\w*)\): /)]);
  expect(journal.waiting).toBe(300);
  thaw();
  await journal.flush();
  expect(said.slice(1)).toEqual([undefined]);
  await journal.close(START + 10_000_000, "stopped");
  expect(eventsIn(path)).toEqual({ count: 310, last: START + 310_000, ok: "ok" });
}, 120_000);

test("a history on a disk that may only be read is refused in one line", async ({ skip }) => {
  const folder = smallDisk(3_000);
  if (!folder) return skip("a disk of its own can only be mounted by root");
  const path = join(folder, "rollcall.db");
  openForWriting(path).close();
  spawnSync("mount", ["-o", "remount,ro", folder]);
  expect(() => openForWriting(path)).toThrow(/^cannot write to .*rollcall\.db/);
});

test("a migration that the disk has no room for leaves the older history as it was", ({ skip }) => {
  const folder = smallDisk(1_500);
  if (!folder) return skip("a disk of its own can only be mounted by root");
  const path = join(folder, "rollcall.db");
  const old = new DatabaseSync(path);
  old.exec("PRAGMA foreign_keys = OFF; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
  old.exec(readFileSync(join(import.meta.dirname, "../../fixtures/schemas/1.0.sql"), "utf8"));
  old.close();
  const before = readFileSync(path);
  const junk = join(folder, "junk");
  fill(junk);
  expect(() => openForWriting(path)).toThrow(
    /^no room on the disk for .*rollcall\.db|^the disk refuses .*rollcall\.db \(SQLITE_IOERR\w*\): it has no room/,
  );
  expect(readFileSync(path).equals(before)).toBe(true);
  rmSync(junk);
  const db = openForWriting(path);
  expect(db.pragma("user_version", { simple: true })).toBe(SCHEMA_VERSION);
  db.close();
});

test("a history on a full disk is refused in one line", async ({ skip }) => {
  const folder = smallDisk(64);
  if (!folder) return skip("a disk of its own can only be mounted by root");
  fill(join(folder, "junk"));
  const path = join(folder, "rollcall.db");
  expect(() => openForWriting(path)).toThrow(/^no room on the disk for .*rollcall\.db: make some|^cannot write to /);
});

test("a history that another program holds for long is written when it lets go, with nothing lost", async () => {
  const path = join(tempFolder(), "rollcall.db");
  const { journal, said, change } = await recordInto(path);
  await journal.flush();
  // Of the same SQLite: another copy of it within this process would not see its locks.
  const other = openForWriting(path);
  other.exec("BEGIN IMMEDIATE");
  change(200);
  await until(() => said.length > 0, "the complaint", 60_000);
  expect(said).toEqual([`cannot write to ${path} (SQLITE_BUSY): database is locked`]);
  other.exec("ROLLBACK");
  other.close();
  await journal.flush();
  expect(said.slice(1)).toEqual([undefined]);
  await journal.close(START + 10_000_000, "stopped");
  expect(eventsIn(path)).toEqual({ count: 200, last: START + 200_000, ok: "ok" });
}, 120_000);

test("a damaged history ends the recording with a word of what to do, and is not written to any more", async () => {
  const folder = tempFolder();
  const history = new SampleHistory(folder, START);
  history.close();
  damageTable(history.path, "event_by_contact");
  const { journal, damage, change } = await recordInto(history.path);
  change(100);
  await until(() => damage.length > 0, "the word");
  expect(damage.map(({ code }) => code)).toEqual(["damaged"]);
  expect(damage[0]?.message).toMatch(
    /rollcall\.db is damaged \(database disk image is malformed\): `rollcall db check` says where, `rollcall restore FILE` puts a backup back$/,
  );
  change(100);
  expect(journal.waiting).toBe(0);
  await journal.close(START + 10_000_000, "damaged");
  expect(existsSync(history.path)).toBe(true);
});
