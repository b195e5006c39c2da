/** `rollcall restore`: a backup in the place of the history. */
import { resolve } from "node:path";
import { Command } from "commander";
import { restore } from "../../db/backup/restore.ts";
import { BackupRefused } from "../../db/backup/verify.ts";
import { lockDataFolder } from "../../db/lock.ts";
import { dataFolder, ownDatabase, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";

export const restoreCommand = new Command("restore")
  .description("put a backup in the place of the history, which is kept beside it; not while a collector runs")
  .argument("<file>", "made by `rollcall backup`, or a copy of a rollcall.db")
  .action(async (file: string) => {
    const folder = dataFolder();
    prepareDataFolder(folder);
    const lock = lockDataFolder(folder, systemClock.nowMs());
    try {
      const path = ownDatabase(folder);
      const { replaced, forgotten, isForgottenUnknown } = await restore(resolve(file), path, systemClock.nowMs());
      console.log(plain(`${path} is now what ${file} was.`));
      if (replaced !== undefined) console.log(plain(`What was there before: ${replaced}`));
      if (forgotten > 0) console.log(`Forgotten again: ${forgotten}, who had been forgotten since.`);
      if (isForgottenUnknown) {
        console.error(
          "rollcall: the history before could not be read: whoever has been forgotten since this backup is in it again; forget them again",
        );
      }
    } catch (error) {
      if (error instanceof BackupRefused) throw new Failure(EXIT.failed, `nothing was changed: ${error.message}`);
      throw error;
    } finally {
      lock.release();
    }
  });
