import "server-only";
import { firstCoveredMs, horizonOf } from "../../db/history/coverage.ts";
import type { Handle } from "../../db/open.ts";

/** From the first instant that any of these accounts was observed at, to the last that is known. */
export async function knownTimes(
  db: Handle,
  accounts: readonly { id: number }[],
  nowMs: number,
): Promise<{ firstMs: number | undefined; horizonMs: number }> {
  const firsts = await Promise.all(accounts.map(({ id }) => firstCoveredMs(db, id)));
  const horizons = await Promise.all(accounts.map(({ id }) => horizonOf(db, id, nowMs)));
  const begun = firsts.filter((firstMs) => firstMs !== undefined);
  return {
    firstMs: begun.length > 0 ? Math.min(...begun) : undefined,
    horizonMs: horizons.length > 0 ? Math.max(...horizons) : nowMs,
  };
}
