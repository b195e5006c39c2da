/**
 * What the facts say of a contact, folded the plain way: instant by instant, the coverage of the lowest source answers,
 * with its own last event. It shares nothing with the readers of the house, which are checked against it.
 */
import type { CoverageFact, Facts } from "./facts.ts";
import type { Stretch } from "./stretch.ts";

/** A stretch that is claimed, [fromMs, toMs) by the recorder's clock. */
export interface Reading extends Stretch {
  coverage: CoverageFact;
}

/** A reading with the claim that it is a part of: the coverage as far as the contact was watched. */
interface Part extends Reading {
  claim: object;
}

/** All claimed stretches of a contact, oldest first, never overlapping. */
export function readingOf(facts: Facts, contactId: number, accountId: number): Reading[] {
  const coverages = facts.coverages.filter((one) => one.accountId === accountId);
  const byCoverage = Map.groupBy(facts.eventsOf(contactId), ({ coverageId }) => coverageId);
  const claimed = facts.watchesOf(contactId).flatMap((watch) =>
    coverages.flatMap((coverage): Part[] => {
      const fromMs = Math.max(coverage.fromMs, watch.fromMs);
      const toMs = Math.min(coverage.toMs, watch.toMs ?? Number.POSITIVE_INFINITY);
      if (fromMs >= toMs || coverage.sourceId !== watch.sourceId) return [];
      const claim = { fromMs, toMs };
      // What was purged and has been merged in again comes late.
      const events = (byCoverage.get(coverage.id) ?? [])
        .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
        .toSorted((a, b) => a.atMs - b.atMs);
      // Silence from the beginning on is being offline.
      const starts = [{ atMs: fromMs, status: 0, isChange: false }, ...events];
      return starts
        .map(({ atMs, status, isChange }, at) => ({
          fromMs: atMs,
          toMs: starts[at + 1]?.atMs ?? toMs,
          code: status,
          startCensored: !isChange,
          // It ended for certain when somebody was seen to become something else.
          endCensored: !starts[at + 1]?.isChange,
          coverage,
          claim,
        }))
        .filter((part) => part.fromMs < part.toMs);
    }),
  );
  return bySource(claimed);
}

/** Of stretches that may overlap, the one of the lowest source at each instant. */
function bySource(claimed: Part[]): Reading[] {
  const sorted = claimed.toSorted((a, b) => a.fromMs - b.fromMs);
  const cuts = [...new Set(sorted.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b);
  const pieces: { of: Part; fromMs: number; toMs: number }[] = [];
  let open: Part[] = [];
  let next = 0;
  for (const [at, fromMs] of cuts.entries()) {
    const toMs = cuts[at + 1];
    if (toMs === undefined) break;
    open = open.filter((one) => one.toMs > fromMs);
    for (; (sorted[next]?.fromMs ?? Number.POSITIVE_INFINITY) <= fromMs; next += 1) open.push(sorted[next] as Part);
    const [best] = open.toSorted((a, b) => a.coverage.sourceId - b.coverage.sourceId || a.coverage.id - b.coverage.id);
    const last = pieces.at(-1);
    if (best && last?.of === best && last.toMs === fromMs) last.toMs = toMs;
    else if (best) pieces.push({ of: best, fromMs, toMs });
  }
  return pieces.map(({ of, fromMs, toMs }, at) => {
    const following = pieces[at + 1];
    // Whoever takes over does not know how it went on before.
    const goesOver = following?.of.claim === of.claim && following.fromMs === toMs;
    const { code, coverage } = of;
    return {
      fromMs,
      toMs,
      code,
      startCensored: fromMs !== of.fromMs || of.startCensored,
      endCensored: !goesOver || of.endCensored,
      coverage,
    };
  });
}
