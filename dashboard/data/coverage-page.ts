import "server-only";
import { localDays } from "../../db/answers/zone.ts";
import { lastCollector, listAccounts } from "../../db/history/accounts.ts";
import { firstCoveredMs, horizonOf } from "../../db/history/coverage.ts";
import { coverageGaps } from "../../db/history/coverage-gaps.ts";
import { massChangesOf } from "../../db/history/mass-changes.ts";
import type { Handle } from "../../db/open.ts";
import { type AccountBoard, type Board, shapeBoard } from "./board.ts";
import type { CalendarYear } from "./calendar.ts";
import { type Gaps, shapeCoverageDays, shapeGaps } from "./coverage-days.ts";
import { type Crowds, shapeCrowds } from "./crowd-rows.ts";
import { chooseRange, type RangeName, type ShownRange } from "./ranges.ts";
import { todayIn } from "./read-board.ts";

export const USUAL_RANGE: RangeName = "12w";

/** With more accounts than this, what is told of each in full is asked for one by one. */
const FEW_ACCOUNTS = 6;

export interface AccountCoverage {
  account: AccountBoard;
  range: ShownRange;
  /** Undefined where it was never observed, or not yet in this range. */
  observed: { gaps: Gaps; full: FullCoverage | undefined } | undefined;
}

/** Day by day, and what is probably the server's doing. */
export interface FullCoverage {
  calendar: CalendarYear[];
  crowds: Crowds;
}

export interface CoveragePage {
  collector: Board["collector"];
  accounts: AccountCoverage[];
}

/**
 * Which account was observed when, and every gap with its reason. `accountId`: which of many is told of in full, if any;
 * of few all are.
 */
export async function readCoveragePage(
  db: Handle,
  asked: string | null,
  { accountId, zone, nowMs }: { accountId: number | undefined; zone: string; nowMs: number },
): Promise<CoveragePage> {
  const accounts = await listAccounts(db, nowMs);
  const board = shapeBoard({
    nowMs,
    isSandbox: false,
    collector: await lastCollector(db, nowMs),
    today: todayIn(zone, nowMs),
    accounts,
    contacts: [],
    states: [],
  });
  return {
    collector: board.collector,
    accounts: await Promise.all(
      board.accounts.map(async (account): Promise<AccountCoverage> => {
        const firstMs = await firstCoveredMs(db, account.id);
        const horizonMs = await horizonOf(db, account.id, nowMs);
        const range = chooseRange(asked, USUAL_RANGE, { zone, horizonMs, firstMs });
        // Before the first coverage there is no gap: nobody had asked for it to be observed.
        const fromMs = Math.max(range.fromMs, firstMs ?? range.toMs);
        if (fromMs >= range.toMs) return { account, range, observed: undefined };
        const gaps = await coverageGaps(db, account.id, fromMs, range.toMs);
        const shown = { fromMs, toMs: range.toMs, zone, nowMs };
        const isFull = accounts.length <= FEW_ACCOUNTS || account.id === accountId;
        const full = isFull
          ? {
              calendar: shapeCoverageDays(gaps, localDays(zone, fromMs, range.toMs), shown),
              crowds: shapeCrowds(await massChangesOf(db, account.id, fromMs, range.toMs), zone),
            }
          : undefined;
        return { account, range, observed: { gaps: shapeGaps(gaps, shown), full } };
      }),
    ),
  };
}
