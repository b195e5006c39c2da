/** Backups by their own process while somebody writes, and what is put back. */
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { backUpApart } from "../../../db/backup/apart.ts";
import { backUp } from "../../../db/backup/backup.ts";
import { restore } from "../../../db/backup/restore.ts";
import { forgetParams } from "../../../db/keep/forget.ts";
import { askFor, carryOut } from "../../../db/keep/requests.ts";
import { forgottenAt } from "../../../db/keep/tombstones.ts";
import { type Handle, openForReading, openForWriting } from "../../../db/open.ts";
import { SampleHistory } from "../../helpers/sample-history.ts";
import { tempFolder } from "../../helpers/temp.ts";

const NOW_MS = Date.UTC(2026, 10, 20);

function looked<T>(path: string, look: (db: Handle) => T): T {
  const db = openForReading(path);
  try {
    return look(db);
  } finally {
    db.close();
  }
}

function rowsOf(path: string): unknown {
  const tables = ["account", "contact", "run", "coverage", "watch", "event", "profile", "contact_day"];
  return looked(path, (db) => tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2`).all()));
}

/** Without the logs that reading leaves beside them. */
function databasesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !/-(wal|shm)$/.test(name))
    .sort();
}

function eventsIn(path: string): number {
  return looked(path, (db) => db.prepare("SELECT count(*) FROM event").pluck().get() as number);
}

function sample(): { path: string; history: SampleHistory } {
  const history = new SampleHistory(tempFolder(), NOW_MS);
  return { path: history.path, history };
}

test("a backup taken while events flow is what had been committed at one instant, and holds nobody up", async () => {
  const { path, history } = sample();
  const before = eventsIn(path);
  const target = join(tempFolder(), "copy.db");
  const { done } = backUpApart({ source: path, target });
  let isOver = false;
  void done.finally(() => {
    isOver = true;
  });
  let written = 0;
  while (!isOver) {
    written++;
    history.change("anna@example.com", written % 2 === 0 ? "away" : "busy", NOW_MS + written);
    await setImmediate();
  }
  await done;
  history.close();
  expect(written).toBeGreaterThan(10);
  const copied = eventsIn(target);
  expect(copied).toBeGreaterThanOrEqual(before);
  expect(copied).toBeLessThanOrEqual(before + written);
  const rows = (path: string) =>
    looked(path, (db) => db.prepare("SELECT * FROM event WHERE seq <= ? ORDER BY seq").all(copied));
  expect(rows(target)).toEqual(rows(path));
  expect(looked(target, (db) => db.pragma("integrity_check", { simple: true }))).toBe("ok");
  expect(statSync(target).mode & 0o777).toBe(0o600);
});

test("a backup that is broken off leaves nothing behind", async () => {
  const { path, history } = sample();
  history.close();
  const folder = tempFolder();
  const underWay = backUpApart({ source: path, target: join(folder, "copy.db") });
  underWay.breakOff();
  await expect(underWay.done).rejects.toThrow("was ended by SIGKILL");
  expect(readdirSync(folder)).toEqual([]);
});

test("there is no backup of a damaged history, and nothing is left behind", async () => {
  const { path, history } = sample();
  history.close();
  damage(path);
  const folder = tempFolder();
  await expect(backUpApart({ source: path, target: join(folder, "copy.db") }).done).rejects.toThrow(
    /malformed|damaged/,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("what is put back is what was backed up, and the history before is kept beside it", async () => {
  const { path, history } = sample();
  const copy = join(tempFolder(), "copy.db");
  backUp(path, copy);
  const then = rowsOf(path);
  history.change("anna@example.com", "busy", NOW_MS + 1_000);
  const now = rowsOf(path);
  history.close();
  const { replaced, forgotten, isForgottenUnknown } = await restore(copy, path, NOW_MS);
  expect({ forgotten, isForgottenUnknown }).toEqual({ forgotten: 0, isForgottenUnknown: false });
  expect(rowsOf(path)).toEqual(then);
  expect(basename(replaced as string)).toBe("rollcall.db.replaced-2026-11-20T00-00-00Z");
  expect(rowsOf(replaced as string)).toEqual(now);
  expect(databasesIn(dirname(path))).toEqual(["rollcall.db", basename(replaced as string)]);
});

test("a history whose log somebody holds open is kept with it", async () => {
  const { path, history } = sample();
  const copy = join(tempFolder(), "copy.db");
  backUp(path, copy);
  const reader = openForReading(path);
  history.change("anna@example.com", "busy", NOW_MS + 1_000);
  const events = eventsIn(path);
  history.close();
  const { replaced } = await restore(copy, path, NOW_MS);
  expect(eventsIn(path)).toBe(events - 1);
  expect(reader.prepare("SELECT count(*) FROM event").pluck().get()).toBe(events);
  reader.close();
  expect(eventsIn(replaced as string)).toBe(events);
  openForWriting(path).close();
  expect(looked(path, (db) => db.pragma("integrity_check", { simple: true }))).toBe("ok");
});

test("who was forgotten since is forgotten in what is put back", async () => {
  const { path, history } = sample();
  const copy = join(tempFolder(), "copy.db");
  backUp(path, copy);
  history.close();
  const db = openForWriting(path);
  await carryOut(db, askFor(db, "forget", forgetParams(db, 1), NOW_MS), NOW_MS);
  db.close();
  const address = looked(copy, (db) => db.prepare("SELECT address FROM contact WHERE id = 1").pluck().get() as string);
  const { forgotten } = await restore(copy, path, NOW_MS);
  expect(forgotten).toBe(1);
  expect(looked(path, forgottenAt)).toEqual([NOW_MS]);
  expect(readFileSync(path).includes(address)).toBe(false);
  expect(readFileSync(copy).includes(address)).toBe(true);
});

test("a history that cannot be read any more is replaced, and what is not known then is said", async () => {
  const { path, history } = sample();
  const copy = join(tempFolder(), "copy.db");
  backUp(path, copy);
  const then = rowsOf(path);
  history.close();
  writeFileSync(path, "nothing but dust ".repeat(1_000));
  const { replaced, isForgottenUnknown } = await restore(copy, path, NOW_MS);
  expect(isForgottenUnknown).toBe(true);
  expect(rowsOf(path)).toEqual(then);
  expect(readFileSync(replaced as string, "utf8")).toMatch(/^nothing but dust/);
});

test.each([
  ["is damaged", damage, /damaged|malformed/],
  ["is no database", (path: string) => writeFileSync(path, "Dear diary, ".repeat(500)), /is not a database/],
  ["is cut off", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 40_000)), /damaged|malformed/],
])("a file that %s is refused, and all is as it was", async (_, harm, message) => {
  const { path, history } = sample();
  const copy = join(tempFolder(), "copy.db");
  backUp(path, copy);
  harm(copy);
  history.close();
  const now = rowsOf(path);
  await expect(restore(copy, path, NOW_MS)).rejects.toThrow(message);
  expect(rowsOf(path)).toEqual(now);
  expect(databasesIn(dirname(path))).toEqual(["rollcall.db"]);
});

test("a backup goes where there is no history yet", async () => {
  const { path, history } = sample();
  history.close();
  const fresh = join(tempFolder(), "rollcall.db");
  expect(await restore(path, fresh, NOW_MS)).toMatchObject({ replaced: undefined, forgotten: 0 });
  expect(rowsOf(fresh)).toEqual(rowsOf(path));
});

/** Writes over the pages in the middle of the file. */
function damage(path: string): void {
  const file = openSync(path, "r+");
  const { size } = statSync(path);
  for (let at = 5 * 4096; at < size; at += 4096) writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, at);
  closeSync(file);
}
