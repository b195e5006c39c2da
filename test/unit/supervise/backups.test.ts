import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Backups } from "../../../collector/supervise/backups.ts";
import { backupsOf, putSchedule } from "../../../db/backup/shelf.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { Story } from "../db/story.ts";

const HOUR_MS = 3_600_000;

function scene(onBackUp: (target: string) => Promise<void>) {
  const story = new Story();
  const clock = new TestClock();
  const said: string[] = [];
  let brokenOff = 0;
  const backups = new Backups({
    databasePath: story.path,
    clock,
    say: (level, message) => said.push(`${level} ${message.replace(story.folder, "DATA")}`),
    backUp: ({ target }) => ({ done: onBackUp(target), breakOff: () => brokenOff++ }),
  });
  return { story, clock, said, backups, brokenOff: () => brokenOff };
}

const makes = async (target: string) => writeFileSync(target, "");

test("a collector backs up soon after its start, then daily, and keeps the last ones", async () => {
  const { story, clock, said, backups } = scene(makes);
  putSchedule(story.db, { keep: 2 });
  await clock.advance(2 * 60_000);
  expect(said).toEqual(["info backed up to DATA/backups/rollcall-2026-11-22T13-43-00Z.db"]);
  for (let hour = 0; hour < 73; hour++) await clock.advance(HOUR_MS);
  expect(said).toHaveLength(4);
  expect(backupsOf(story.path)).toHaveLength(2);
  await backups.stop();
  expect(clock.timers).toBe(0);
});

test("a backup that fails is said, and tried again at the next look", async () => {
  let tries = 0;
  const { story, clock, said, backups } = scene(async (target) => {
    if (++tries === 1) throw new Error("no room on the disk");
    await makes(target);
  });
  await clock.advance(60_000);
  expect(said).toEqual(["warn no backup was made: no room on the disk"]);
  await clock.advance(11 * 60_000);
  expect(backupsOf(story.path)).toHaveLength(1);
  await backups.stop();
});

test("whoever wants none has none", async () => {
  const { story, clock, said, backups } = scene(makes);
  putSchedule(story.db, { hours: 0 });
  await clock.advance(HOUR_MS);
  expect(said).toEqual([]);
  await backups.stop();
});

test("a stop breaks off what is under way, without a word", async () => {
  let fail = (): void => undefined;
  const { clock, said, backups, brokenOff } = scene(
    () => new Promise((_, reject) => (fail = () => reject(new Error("was ended by SIGKILL")))),
  );
  await clock.advance(60_000);
  const stopped = backups.stop();
  expect(brokenOff()).toBe(1);
  fail();
  await stopped;
  expect(said).toEqual([]);
  expect(clock.timers).toBe(0);
});
