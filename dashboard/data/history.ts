/** The dashboard's one way to the history: a read-only handle, kept open between requests. */
import "server-only";
import { statSync } from "node:fs";
import { DatabaseRefused, type Handle, openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";

export type History =
  | { kind: "ready"; db: Handle; path: string; isSandbox: boolean }
  /** The collector has not written anything yet. */
  | { kind: "nothing-yet"; folder: string; isSandbox: boolean };

interface Opened {
  db: Handle;
  inode: number;
}

/** By path. Next may load this module once per route, so the handles live on the process. */
const OPENED: Map<string, Opened> = ((globalThis as { rollcallHandles?: Map<string, Opened> }).rollcallHandles ??=
  new Map());

/** The history as it is to be shown now. Throws DatabaseRefused when there is one that cannot be read. */
export function openHistory(): History {
  const folder = dataFolder();
  const { path, isSandbox } = chooseDatabase(folder);
  try {
    return { kind: "ready", db: keptOpen(path), path, isSandbox };
  } catch (error) {
    if (error instanceof DatabaseRefused && error.code === "missing") return { kind: "nothing-yet", folder, isSandbox };
    throw error;
  }
}

function keptOpen(path: string): Handle {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  const opened = OPENED.get(path);
  if (opened && opened.inode === inode) return opened.db;
  // The file was removed or replaced: what the old handle still shows is gone.
  opened?.db.close();
  OPENED.delete(path);
  const db = openForReading(path);
  OPENED.set(path, { db, inode: statSync(path).ino });
  return db;
}
