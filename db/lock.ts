/**
 * One collector per data folder. The lock is a transaction held open on a tiny SQLite file, so the operating system
 * lets go of it when the process dies, however it dies. Who holds it stands in a text file beside it.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";

export class LockHeld extends Error {
  override readonly name = "LockHeld";
}

export interface Lock {
  release(): void;
}

/** An unreachable handle is closed by the garbage collector, and its lock with it; these are kept. */
const held = new Set<Database.Database>();

/** Takes the folder's lock, or throws LockHeld, which names the process that has it. */
export function lockDataFolder(folder: string, nowMs: number): Lock {
  const holder = join(folder, "collector.pid");
  const db = new Database(join(folder, "collector.lock"), { timeout: 0 });
  try {
    db.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new LockHeld(
      `another collector (${describe(holder)}) is recording into ${folder}: stop it first, or choose another folder with ROLLCALL_DATA`,
      {
        cause: error,
      },
    );
  }
  held.add(db);
  writeFileSync(holder, `${process.pid} since ${new Date(nowMs).toISOString()}\n`);
  return {
    release() {
      rmSync(holder, { force: true });
      held.delete(db);
      db.close();
    },
  };
}

function describe(holder: string): string {
  try {
    return `process ${readFileSync(holder, "utf8").trim()}`;
  } catch {
    return "a process that did not leave its number";
  }
}
