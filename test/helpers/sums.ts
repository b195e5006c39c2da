import type { Totals } from "../../db/answers/totals.ts";

/** Totals without what stands beside them. */
export const numbers = ({ byStatus, observedMs, aroundMs }: Totals) => ({ byStatus, observedMs, aroundMs });

/** What several rows of totals come to. */
export function sum(rows: readonly Totals[]): Totals {
  const total: Totals = { byStatus: {}, observedMs: 0, aroundMs: 0 };
  for (const { byStatus, observedMs, aroundMs } of rows) {
    total.observedMs += observedMs;
    total.aroundMs += aroundMs;
    for (const [status, ms] of Object.entries(byStatus) as [keyof Totals["byStatus"], number][])
      total.byStatus[status] = (total.byStatus[status] ?? 0) + ms;
  }
  return total;
}
