/** Files that appear when they are complete and on the disk, or not at all. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";

export const UNFINISHED = ".unfinished";

/** Has `make` fill a file of its owner's alone, and gives it its name. Whatever stood there before is replaced. */
export function makeWhole<T>(path: string, make: (unfinished: string) => T): T {
  const unfinished = `${path}.${process.pid}${UNFINISHED}`;
  rmSync(unfinished, { force: true });
  try {
    closeSync(openSync(unfinished, "wx", 0o600));
    const made = make(unfinished);
    syncToDisk(unfinished);
    renameSync(unfinished, path);
    syncFolder(dirname(path));
    return made;
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

export function syncFolder(folder: string): void {
  // Windows has no such thing as opening a folder, and keeps its names safe by itself.
  if (process.platform !== "win32") syncToDisk(folder);
}

function syncToDisk(path: string): void {
  // A file has to be open for writing there to be synced.
  const file = openSync(path, process.platform === "win32" ? "r+" : "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
