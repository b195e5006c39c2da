/** `rollcall db rebuild`: the rollups made again from the facts. */
import { Command } from "commander";
import { lockDataFolder } from "../../db/lock.ts";
import { openForReading, openForWriting } from "../../db/open.ts";
import { rebuildRollups } from "../../db/rollup/rebuild.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { progressLine, tellMigrating } from "./progress.ts";

export const rebuildCommand = new Command("rebuild")
  .description("make all rollups again from the facts, and say whether they come out the same")
  .action(() => {
    const folder = dataFolder();
    prepareDataFolder(folder);
    const { path } = chooseDatabase(folder);
    // Nothing is made for somebody who mistyped the folder.
    openForReading(path).close();
    const lock = lockDataFolder(folder, systemClock.nowMs());
    const progress = progressLine("rebuilding rollups");
    try {
      const db = openForWriting(path, tellMigrating);
      try {
        const { before, after, rows } = rebuildRollups(db, systemClock.nowMs(), progress.tell);
        progress.end();
        console.log(`before  ${before}\nafter   ${after}`);
        if (before !== after) {
          throw new Failure(
            EXIT.failed,
            "the rollups were not what the facts say; they have been replaced, and are right now",
          );
        }
        console.log(`the same ${rows} rows`);
      } finally {
        progress.end();
        db.close();
      }
    } finally {
      lock.release();
    }
  });
