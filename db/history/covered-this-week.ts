import type { Handle } from "../open.ts";
import { firstCoveredMs, horizonOf } from "./coverage.ts";
import { coverageGaps } from "./coverage-gaps.ts";

const WEEK_MS = 7 * 86_400_000;

/**
 * The observed share of the last seven days, from 0 to 1: from when the account was first observed, up to its last proof
 * of life while it is. Undefined when it was never observed.
 */
export async function coveredThisWeek(db: Handle, accountId: number, nowMs: number): Promise<number | undefined> {
  const firstMs = await firstCoveredMs(db, accountId);
  const toMs = await horizonOf(db, accountId, nowMs);
  if (firstMs === undefined || firstMs >= toMs) return undefined;
  const startMs = Math.max(nowMs - WEEK_MS, firstMs);
  const gaps = await coverageGaps(db, accountId, startMs, toMs);
  return 1 - gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0) / (toMs - startMs);
}
