/** Rolling up the days that are over, and what is over of today, as one of the writer's chores. */
import type { Handle } from "../../db/open.ts";
import { Roller } from "../../db/rollup/roller.ts";
import type { Chore } from "./chores.ts";

/** How long a batch of facts may have to wait for a slice; the commit comes on top, and is a tenth of it. */
export const SLICE_MS = 20;
/** A quarter-hour ends every quarter-hour: when nothing was due, nobody looks again for so long. */
const REST_MS = 60_000;

export function rollingChore(db: Handle): Chore {
  const roller = new Roller(db);
  let restedAtMs = Number.NEGATIVE_INFINITY;
  return (nowMs) => {
    const isResting = nowMs >= restedAtMs && nowMs < restedAtMs + REST_MS;
    if (isResting && !roller.isReopened) return false;
    const hasMore = roller.roll(nowMs, SLICE_MS);
    restedAtMs = hasMore ? Number.NEGATIVE_INFINITY : nowMs;
    return hasMore;
  };
}
