import type { Handle } from "../open.ts";
import { firstCoveredMs, horizonOf } from "./coverage.ts";
import { coverageGaps } from "./coverage-gaps.ts";

const WEEK_MS = 7 * 86_400_000;

export interface CoveredShare {
  /** Seven days ago, or when the account was first observed, if that was later. */
  fromMs: number;
  /** Of the time since then, up to its last proof of life while it is observed; from 0 to 1. */
  share: number;
}

/** How much of the last seven days an account was observed. Undefined when it never was. */
export async function coveredThisWeek(db: Handle, accountId: number, nowMs: number): Promise<CoveredShare | undefined> {
  const firstMs = await firstCoveredMs(db, accountId);
  const toMs = await horizonOf(db, accountId, nowMs);
  if (firstMs === undefined || firstMs >= toMs) return undefined;
  const fromMs = Math.max(nowMs - WEEK_MS, firstMs);
  const gaps = await coverageGaps(db, accountId, fromMs, toMs);
  const gapsMs = gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  return { fromMs, share: 1 - gapsMs / (toMs - fromMs) };
}
