/**
 * What the facts say of a contact, folded the plain way: instant by instant, the coverage of the lowest source answers,
 * with its own last event. It shares nothing with the readers of the house, which are checked against it.
 */
import type { CoverageFact, Facts } from "./facts.ts";

/** A stretch that is claimed, [fromMs, toMs) by the recorder's clock. `code`: the status code in the database. */
export interface Reading {
  fromMs: number;
  toMs: number;
  code: number;
  coverage: CoverageFact;
}

/** All claimed stretches of a contact, oldest first, never overlapping. */
export function readingOf(facts: Facts, contactId: number, accountId: number): Reading[] {
  const coverages = facts.coverages.filter((one) => one.accountId === accountId);
  const byCoverage = Map.groupBy(facts.eventsOf(contactId), ({ coverageId }) => coverageId);
  const claimed = facts.watchesOf(contactId).flatMap((watch) =>
    coverages.flatMap((coverage) => {
      const fromMs = Math.max(coverage.fromMs, watch.fromMs);
      const toMs = Math.min(coverage.toMs, watch.toMs ?? Number.POSITIVE_INFINITY);
      if (fromMs >= toMs || coverage.sourceId !== watch.sourceId) return [];
      const changes = (byCoverage.get(coverage.id) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      const starts = [{ atMs: fromMs, status: 0 }, ...changes];
      return starts
        .map(({ atMs, status }, at) => ({ fromMs: atMs, toMs: starts[at + 1]?.atMs ?? toMs, code: status, coverage }))
        .filter((part) => part.fromMs < part.toMs);
    }),
  );
  return bySource(claimed);
}

/** Of stretches that may overlap, the one of the lowest source at each instant. */
function bySource(claimed: Reading[]): Reading[] {
  const sorted = claimed.toSorted((a, b) => a.fromMs - b.fromMs);
  const cuts = [...new Set(sorted.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b);
  const readings: Reading[] = [];
  let open: Reading[] = [];
  let next = 0;
  for (const [at, fromMs] of cuts.entries()) {
    const toMs = cuts[at + 1];
    if (toMs === undefined) break;
    open = open.filter((one) => one.toMs > fromMs);
    for (; (sorted[next]?.fromMs ?? Number.POSITIVE_INFINITY) <= fromMs; next += 1) open.push(sorted[next] as Reading);
    const [best] = open.toSorted((a, b) => a.coverage.sourceId - b.coverage.sourceId || a.coverage.id - b.coverage.id);
    if (best) readings.push({ ...best, fromMs, toMs });
  }
  return readings;
}
