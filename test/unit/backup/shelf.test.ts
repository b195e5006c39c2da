import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { backupsOf, isDue, nextBackup, putSchedule, rotate, scheduleOf, USUAL } from "../../../db/backup/shelf.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { Story } from "../db/story.ts";

const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 20, 3, 4, 5);

function shelf(...hoursAgo: number[]): string {
  const path = join(tempFolder(), "rollcall.db");
  for (const hours of hoursAgo) writeFileSync(nextBackup(path, NOW_MS - hours * HOUR_MS), "");
  return path;
}

test("a backup carries its instant in its name, in a folder beside the history", () => {
  const path = shelf(0);
  expect(readdirSync(join(path, "..", "backups"))).toEqual(["rollcall-2026-11-20T03-04-05Z.db"]);
  expect(backupsOf(path).map(({ atMs }) => atMs)).toEqual([NOW_MS]);
});

test("one is due when there is none, or the last is a day old; one from the future does not count", () => {
  expect(isDue(shelf(), USUAL, NOW_MS)).toBe(true);
  expect(isDue(shelf(23.9), USUAL, NOW_MS)).toBe(false);
  expect(isDue(shelf(50, 24), USUAL, NOW_MS)).toBe(true);
  expect(isDue(shelf(30, -500), USUAL, NOW_MS)).toBe(true);
  expect(isDue(shelf(), { hours: 0, keep: 7 }, NOW_MS)).toBe(false);
});

test("the newest are kept, and what is not Rollcall's own is left alone", () => {
  const path = shelf(1, 25, 49, 73);
  const folder = join(path, "..", "backups");
  writeFileSync(join(folder, "rollcall-before-the-party.db"), "");
  writeFileSync(join(folder, "sandbox-2026-01-01T00-00-00Z.db"), "");
  rotate(path, 2, NOW_MS);
  expect(readdirSync(folder)).toEqual([
    "rollcall-2026-11-19T02-04-05Z.db",
    "rollcall-2026-11-20T02-04-05Z.db",
    "rollcall-before-the-party.db",
    "sandbox-2026-01-01T00-00-00Z.db",
  ]);
});

test("what a killed process left unfinished goes a day later", () => {
  const path = shelf(1);
  const [old, fresh] = ["a.db.1.unfinished", "b.db.2.unfinished"].map((name) => join(path, "..", "backups", name));
  for (const file of [old, fresh]) writeFileSync(file as string, "");
  utimesSync(old as string, (NOW_MS - 30 * HOUR_MS) / 1_000, (NOW_MS - 30 * HOUR_MS) / 1_000);
  utimesSync(fresh as string, NOW_MS / 1_000, NOW_MS / 1_000);
  rotate(path, 7, NOW_MS);
  expect([old, fresh].filter((file) => existsSync(file as string)).map((file) => basename(file as string))).toEqual([
    "b.db.2.unfinished",
  ]);
});

test("the schedule is daily and seven, until a user says otherwise", () => {
  const { db } = new Story();
  expect(scheduleOf(db)).toEqual({ hours: 24, keep: 7 });
  putSchedule(db, { hours: 6 });
  putSchedule(db, { keep: 3 });
  expect(scheduleOf(db)).toEqual({ hours: 6, keep: 3 });
  db.exec("UPDATE setting SET value = 'often' WHERE key = 'backup_hours'");
  expect(scheduleOf(db).hours).toBe(24);
});
