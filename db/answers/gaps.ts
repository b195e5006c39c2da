/** What ranges leave free, and how much of one is in them. Pure. */

/** [fromMs, toMs). */
export interface Range {
  fromMs: number;
  toMs: number;
}

/** What of [fromMs, toMs) none of the ranges holds, oldest first. The ranges may come in any order and overlap. */
export function gapsBetween(ranges: readonly Range[], fromMs: number, toMs: number): Range[] {
  const gaps: Range[] = [];
  let filledMs = fromMs;
  for (const range of ranges.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (range.toMs <= filledMs || range.fromMs >= range.toMs) continue;
    if (range.fromMs >= toMs) break;
    if (range.fromMs > filledMs) gaps.push({ fromMs: filledMs, toMs: range.fromMs });
    filledMs = range.toMs;
  }
  if (filledMs < toMs) gaps.push({ fromMs: filledMs, toMs });
  return gaps;
}

/** How many milliseconds of `range` lie in any of these, each instant once. */
export function coveredMs(ranges: readonly Range[], range: Range): number {
  const free = gapsBetween(ranges, range.fromMs, range.toMs).reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  return range.toMs - range.fromMs - free;
}
