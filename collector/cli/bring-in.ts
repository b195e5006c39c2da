/** Brings what has been laid down in the data folder into the history: by the collector if one runs, else here. */
import { rmSync } from "node:fs";
import { mergeSteps } from "../../db/carry/merge.ts";
import type { Counts } from "../../db/carry/merger.ts";
import { type Lock, LockHeld, lockDataFolder } from "../../db/lock.ts";
import { type Handle, openForWriting } from "../../db/open.ts";
import { hasAccount, ownDatabase, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { type ProgressLine, tellMigrating } from "./progress.ts";
import { carryOutWish } from "./wish.ts";

/** With nobody else to wait. */
const ALONE_STEP_MS = 500;

/** Makes the place where it is laid down, and says early what would go wrong late. */
export function prepareToBringIn(folder: string): void {
  prepareDataFolder(folder);
  const lock = tryLock(folder);
  lock?.release();
  if (!lock && !hasAccount(ownDatabase(folder))) {
    throw new Failure(EXIT.refused, "a collector is running for the sandbox: stop it first, then ask again");
  }
}

/** `file` is removed when it is in. */
export async function bringIn(folder: string, file: string, progress: ProgressLine): Promise<Counts> {
  const lock = tryLock(folder);
  const db = openForWriting(ownDatabase(folder), tellMigrating);
  try {
    const counts = lock
      ? mergeHere(db, file, progress)
      : ((await carryOutWish(db, folder, "merge", { file }, ({ done, total }) =>
          progress.tell(done, total),
        )) as Counts);
    rmSync(file, { force: true });
    return counts;
  } finally {
    progress.end();
    db.close();
    lock?.release();
  }
}

function mergeHere(db: Handle, file: string, progress: ProgressLine): Counts {
  const steps = mergeSteps(db, file, ALONE_STEP_MS);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    progress.tell(value.done, value.total);
  }
}

function tryLock(folder: string): Lock | undefined {
  try {
    return lockDataFolder(folder, systemClock.nowMs());
  } catch (error) {
    if (error instanceof LockHeld) return undefined;
    throw error;
  }
}
