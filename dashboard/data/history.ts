/** The dashboard's one way to the history: a read-only handle, kept open between requests. */
import "server-only";
import { statSync } from "node:fs";
import { DatabaseRefused, type Handle, openForReading } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";

export interface ReadyHistory {
  kind: "ready";
  db: Handle;
  path: string;
  isSandbox: boolean;
}

export type History =
  | ReadyHistory
  /** The collector has not written anything yet. */
  | { kind: "nothing-yet"; folder: string; isSandbox: boolean }
  /** There is a history, but not one that can be read; the message is for a person. */
  | { kind: "unreadable"; message: string; isSandbox: false };

interface Opened {
  db: Handle;
  inode: number | undefined;
}

/** Handles by path. Next may load this module once per route, so they are kept on the process. */
const KEPT = Symbol.for("rollcall.handles");
const home = globalThis as { [KEPT]?: Map<string, Opened> };

/** The history as it is to be shown now. */
export function openHistory(): History {
  const folder = dataFolder();
  let isSandbox = false;
  try {
    const chosen = chooseDatabase(folder);
    isSandbox = chosen.isSandbox;
    return { kind: "ready", db: keptOpen(chosen.path), ...chosen };
  } catch (error) {
    if (!(error instanceof DatabaseRefused)) throw error;
    if (error.code === "missing") return { kind: "nothing-yet", folder, isSandbox };
    return { kind: "unreadable", message: error.message, isSandbox: false };
  }
}

function keptOpen(path: string): Handle {
  home[KEPT] ??= new Map();
  const inode = statSync(path, { throwIfNoEntry: false })?.ino;
  const opened = home[KEPT].get(path);
  if (opened && opened.inode === inode) return opened.db;
  // The file was removed or replaced: what the old handle still shows is gone.
  opened?.db.close();
  home[KEPT].delete(path);
  const db = openForReading(path);
  home[KEPT].set(path, { db, inode });
  return db;
}
