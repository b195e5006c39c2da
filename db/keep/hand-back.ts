/** Giving back to the system what deleting has left free. */
import type { Handle } from "../open.ts";
import type { Step } from "./handler.ts";
import { Pace } from "./pace.ts";

/** Hands free pages back, a few at a time, and returns how many. */
export function* handBackPages(db: Handle): Generator<Step, number, unknown> {
  const pace = new Pace();
  let total = 0;
  for (let free = freePages(db); free > 0; ) {
    pace.step((pages) => db.pragma(`incremental_vacuum(${pages})`));
    const left = freePages(db);
    // A database from elsewhere may have no such mode.
    if (left >= free) break;
    total += free - left;
    free = left;
    yield undefined;
  }
  return total;
}

function freePages(db: Handle): number {
  return db.pragma("freelist_count", { simple: true }) as number;
}
