import type { Handle } from "../open.ts";
import { firstCoveredMs, horizonOf } from "./coverage.ts";
import { coverageGaps } from "./coverage-gaps.ts";

/**
 * The observed share of [fromMs, nowMs), from 0 to 1: from when the account was first observed, up to its last proof of
 * life while it is. Undefined when it was never observed.
 */
export async function coveredShare(
  db: Handle,
  accountId: number,
  fromMs: number,
  nowMs: number,
): Promise<number | undefined> {
  const firstMs = await firstCoveredMs(db, accountId);
  const toMs = await horizonOf(db, accountId, nowMs);
  if (firstMs === undefined || firstMs >= toMs) return undefined;
  const startMs = Math.max(fromMs, firstMs);
  const gaps = await coverageGaps(db, accountId, startMs, toMs);
  return 1 - gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0) / (toMs - startMs);
}
