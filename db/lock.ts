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

/** The lock's files cannot be written to. */
export class LockRefused extends Error {
  override readonly name = "LockRefused";
}

export interface Lock {
  release(): void;
}

/** An unreachable handle is closed by the garbage collector, and its lock with it; these are kept. */
const held = new Set<Database.Database>();

/** Takes the folder's lock. Throws LockHeld, which names the process that has it, or LockRefused. */
export function lockDataFolder(folder: string, nowMs: number): Lock {
  const holder = join(folder, "collector.pid");
  let db: Database.Database | undefined;
  try {
    db = new Database(join(folder, "collector.lock"), { timeout: 0 });
    db.exec("BEGIN EXCLUSIVE");
    writeFileSync(holder, `${process.pid} since ${new Date(nowMs).toISOString()}\n`);
  } catch (error) {
    db?.close();
    throw explain(folder, error);
  }
  const lock = db;
  held.add(lock);
  return {
    release() {
      rmSync(holder, { force: true });
      held.delete(lock);
      lock.close();
    },
  };
}

/** The same, or undefined when another process has it. Throws LockRefused. */
export function lockUnlessHeld(folder: string, nowMs: number): Lock | undefined {
  try {
    return lockDataFolder(folder, nowMs);
  } catch (error) {
    if (error instanceof LockHeld) return undefined;
    throw error;
  }
}

function explain(folder: string, error: unknown): unknown {
  const { code = "" } = error as { code?: string };
  if (code === "SQLITE_BUSY") {
    return new LockHeld(
      `another collector (${describe(folder)}) is recording into ${folder}: stop it first, or choose another folder with ROLLCALL_DATA`,
      { cause: error },
    );
  }
  // As after a first start by another user.
  if (/^(SQLITE_(CANTOPEN|READONLY|PERM)|EACCES|EPERM)/.test(code)) {
    return new LockRefused(
      `cannot write to collector.lock and collector.pid in ${folder} (${code}): check who owns them, or choose another folder with ROLLCALL_DATA`,
      { cause: error },
    );
  }
  return error;
}

/** What the holder of the folder's lock left: its number and since when. It stays behind when that process is killed. */
export function lockHolder(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, "collector.pid"), "utf8").trim();
  } catch {
    // Nobody holds it, or left no word.
    return undefined;
  }
}

function describe(folder: string): string {
  const holder = lockHolder(folder);
  return holder === undefined ? "a process that did not leave its number" : `process ${holder}`;
}
