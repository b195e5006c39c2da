import type { Handle } from "./open.ts";

/** Does all reading of `work`, which must not wait for anything, from one state of the history. */
export function inSnapshot<T>(db: Handle, work: () => T): T {
  return db.inTransaction ? work() : db.transaction(work).deferred();
}
