/** Putting a backup back in the place of the history. The present one stays beside it. */
import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { applyTombstones } from "../keep/forget.ts";
import { readTombstones, type Tombstones } from "../keep/tombstones.ts";
import { openForReading, openForWriting } from "../open.ts";
import { requireSound } from "./verify.ts";
import { makeWhole, syncFolder } from "./whole-file.ts";

export interface Restored {
  /** Where the history that stood there is now; undefined when there was none. */
  replaced: string | undefined;
  /** How many the backup knew still who had been forgotten since. */
  forgotten: number;
  /** The present history could not be read, so nobody knows who had been forgotten since. */
  isForgottenUnknown: boolean;
}

/**
 * To be called by whoever holds the data folder's lock. The file is verified, copied, brought to the present schema, and
 * forgets whoever has been forgotten here; only then does it take the place of the history at `path`. Throws
 * BackupRefused or DatabaseRefused; then all is as it was.
 */
export async function restore(file: string, path: string, nowMs: number): Promise<Restored> {
  const coming = `${path}.restoring`;
  removeDatabase(coming);
  try {
    const present = tombstonesOf(path);
    copyVerified(file, coming);
    const forgotten = await prepare(coming, present === "unknown" ? undefined : present, nowMs);
    const replaced = existsSync(path) ? swap(coming, path, nowMs) : put(coming, path);
    return { replaced, forgotten, isForgottenUnknown: present === "unknown" };
  } catch (error) {
    removeDatabase(coming);
    throw error;
  }
}

function tombstonesOf(path: string): Tombstones | "unknown" | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const db = openForReading(path);
    try {
      return readTombstones(db);
    } finally {
      db.close();
    }
  } catch {
    // A history that cannot be read is why somebody restores; the caller is told.
    return "unknown";
  }
}

function copyVerified(file: string, coming: string): void {
  const db = openForReading(file, { anyAge: true });
  try {
    requireSound(db, file);
    makeWhole(coming, (unfinished) => db.prepare("VACUUM INTO ?").run(unfinished));
  } finally {
    db.close();
  }
}

async function prepare(coming: string, tombstones: Tombstones | undefined, nowMs: number): Promise<number> {
  const db = openForWriting(coming);
  try {
    const forgotten = await applyTombstones(db, tombstones, nowMs);
    requireSound(db, coming);
    db.pragma("wal_checkpoint(TRUNCATE)");
    return forgotten;
  } finally {
    db.close();
  }
}

/** At no moment is there nothing at `path`, unless the present history is damaged. */
function swap(coming: string, path: string, nowMs: number): string {
  const replaced = freeName(`${path}.replaced-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-")}Z`);
  tidy(path);
  // Somebody who reads still has these open; a new history beside an old log would be damaged by it.
  for (const part of ["-wal", "-shm"]) {
    if (existsSync(path + part)) renameSync(path + part, replaced + part);
  }
  try {
    linkSync(path, replaced);
  } catch {
    // Some disks have no second names for a file.
    renameSync(path, replaced);
  }
  put(coming, path);
  return replaced;
}

function put(coming: string, path: string): undefined {
  renameSync(coming, path);
  syncFolder(dirname(path));
}

/** Brings what is in the write-ahead log into the file. One that is damaged stays as it is. */
function tidy(path: string): void {
  try {
    const db = openForWriting(path);
    try {
      db.pragma("wal_checkpoint(TRUNCATE)");
    } finally {
      db.close();
    }
  } catch {
    // The log is kept beside it, under the same name.
    return;
  }
}

function freeName(name: string): string {
  for (let n = 0; ; n++) {
    const free = n === 0 ? name : `${name}-${n}`;
    if (!existsSync(free)) return free;
  }
}

function removeDatabase(path: string): void {
  for (const part of ["", "-wal", "-shm", "-journal"]) rmSync(path + part, { force: true });
}
