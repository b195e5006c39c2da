import { setImmediate } from "node:timers/promises";
import type { Handle } from "./open.ts";

/** Does all reading of `work`, which must not wait for anything, from one state of the history. */
export function inSnapshot<T>(db: Handle, work: () => T): T {
  return db.inTransaction ? work() : db.transaction(work).deferred();
}

/** So long at a time, and nobody notices. */
const SLICE_MS = 15;

/**
 * The same for every one of many items, with room for others to work in between. `db` must be the caller's own for as
 * long, for whoever else reads by it reads this state of the history.
 */
export async function eachInSnapshot<T>(db: Handle, items: () => readonly T[], work: (item: T) => void): Promise<void> {
  db.exec("BEGIN");
  try {
    let untilMs = performance.now() + SLICE_MS;
    for (const item of items()) {
      work(item);
      if (performance.now() < untilMs) continue;
      await setImmediate();
      untilMs = performance.now() + SLICE_MS;
    }
  } finally {
    db.exec("COMMIT");
  }
}
