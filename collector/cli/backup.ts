/** `rollcall backup`: a verified copy of the history while events flow; and how often the collector makes one. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { backUpApart } from "../../db/backup/apart.ts";
import { nextBackup, putSchedule, type Schedule, scheduleOf } from "../../db/backup/shelf.ts";
import { BackupRefused } from "../../db/backup/verify.ts";
import { openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";
import { progressLine } from "./progress.ts";
import { withHistory } from "./wish.ts";

interface Options {
  out?: string | undefined;
  every?: number | undefined;
  keep?: number | undefined;
}

export const backupCommand = new Command("backup")
  .description("copy the history, also while it is being recorded, and verify the copy")
  .option("--out <file>", "where to; a file with the date in its name in the data folder's backups, unless given")
  .option("--every <hours>", "make none now; have the collector make one so often (24 unless changed; 0: never)", whole)
  .option("--keep <number>", "make none now; how many the collector keeps of its own (7 unless changed)", whole)
  .action(({ out, every, keep }: Options) =>
    every === undefined && keep === undefined ? copy(out) : setSchedule({ every, keep }),
  );

async function copy(out: string | undefined): Promise<void> {
  const folder = dataFolder();
  prepareDataFolder(folder);
  const { path } = chooseDatabase(folder);
  // Nothing is made for somebody who mistyped the folder.
  openForReading(path, { anyAge: true }).close();
  const target = out === undefined ? nextBackup(path, systemClock.nowMs()) : resolve(out);
  if (statSync(target, { throwIfNoEntry: false })) throw new Failure(EXIT.usage, `${target} is there already`);
  const progress = progressLine("backing up");
  try {
    const underWay = backUpApart({ source: path, target, onProgress: progress.tell });
    const breakOff = () => underWay.breakOff();
    process.once("SIGINT", breakOff);
    process.once("SIGTERM", breakOff);
    await underWay.done;
    process.off("SIGINT", breakOff);
    process.off("SIGTERM", breakOff);
  } catch (error) {
    if (error instanceof BackupRefused) throw new Failure(EXIT.failed, `no backup was made: ${error.message}`);
    throw error;
  } finally {
    progress.end();
  }
  console.log(plain(`${target}, ${(statSync(target).size / 1e6).toFixed(1)} MB, verified`));
}

function setSchedule({ every, keep }: Options): Promise<void> {
  const wish: Partial<Schedule> = {
    ...(every === undefined ? {} : { hours: every }),
    ...(keep === undefined ? {} : { keep }),
  };
  return withHistory((db) => {
    putSchedule(db, wish);
    const { hours, keep } = scheduleOf(db);
    if (hours === 0) console.log("The collector makes no backups.");
    else console.log(`The collector makes a backup every ${hours} hours and keeps the last ${keep}.`);
  });
}

function whole(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 87_600) throw new InvalidArgumentError("it should be a whole number, as in 24.");
  return number;
}
