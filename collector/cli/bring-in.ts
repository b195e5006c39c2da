/** Brings what has been laid down in the data folder into the history: by the collector if one runs, else here. */
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mergeSteps } from "../../db/carry/merge.ts";
import type { Counts } from "../../db/carry/merger.ts";
import { answerOf, askFor, carryOut } from "../../db/keep/requests.ts";
import { type Lock, LockHeld, lockDataFolder } from "../../db/lock.ts";
import { type Handle, openForWriting } from "../../db/open.ts";
import { hasAccount, ownDatabase, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import type { ProgressLine } from "./progress.ts";

const POLL_MS = 200;
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

/** `file` is removed when it is in, or when it cannot be. */
export async function bringIn(folder: string, file: string, progress: ProgressLine): Promise<Counts> {
  const lock = tryLock(folder);
  const db = openForWriting(ownDatabase(folder));
  try {
    const counts = lock ? mergeHere(db, file, progress) : await askCollector(db, folder, file, progress);
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

/** Whoever holds the lock carries it out: the collector, or this command when the collector has ended over it. */
async function askCollector(db: Handle, folder: string, file: string, progress: ProgressLine): Promise<Counts> {
  const id = askFor(db, "merge", { file }, systemClock.nowMs());
  for (;;) {
    const found = answerOf(db, id);
    if (!found) throw new Failure(EXIT.failed, `request ${id} is gone: ask again`);
    if (found.state === "done") return found.answer as Counts;
    if (found.state === "failed") {
      rmSync(file, { force: true });
      throw new Failure(EXIT.failed, String(found.answer.error));
    }
    const told = found.answer.progress as { done: number; total: number } | undefined;
    if (told) progress.tell(told.done, told.total);
    await sleep(POLL_MS);
    await carryOutHere(db, folder, id);
  }
}

/** Nothing happens while the collector runs. */
async function carryOutHere(db: Handle, folder: string, id: number): Promise<void> {
  const lock = tryLock(folder);
  try {
    if (lock) await carryOut(db, id, systemClock.nowMs());
  } finally {
    lock?.release();
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
