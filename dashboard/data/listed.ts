/** For how long people were on the lists: what of them could have been observed. */
import type { DayTotals } from "../../db/answers/totals.ts";

/** From when to when somebody was on a list; null while they are. */
export interface Listed {
  fromMs: number;
  toMs: number | null;
}

/**
 * Milliseconds on the list, of all people together, in what the range has of each day: it has each day from its
 * beginning. Whole days are counted by whoever comes and goes, because many people over many years are many days.
 */
export function listedByDay(days: readonly DayTotals[], listed: readonly Listed[]): number[] {
  const ends = days.map(({ fromMs, spannedMs }) => fromMs + spannedMs);
  const startMs = days[0]?.fromMs ?? 0;
  const endMs = ends.at(-1) ?? startMs;
  const comes = new Float64Array(days.length + 1);
  const missing = new Float64Array(days.length + 1);
  for (const one of listed) {
    const fromMs = Math.max(one.fromMs, startMs);
    const toMs = Math.min(one.toMs ?? endMs, endMs);
    if (fromMs >= toMs) continue;
    const [first, last] = [dayAt(ends, fromMs), dayAt(ends, toMs - 1)];
    add(comes, first, 1);
    add(comes, last + 1, -1);
    add(missing, first, fromMs - (days[first] as DayTotals).fromMs);
    add(missing, last, (ends[last] as number) - toMs);
  }
  let there = 0;
  return days.map(({ spannedMs }, index) => {
    there += comes[index] as number;
    return there * spannedMs - (missing[index] as number);
  });
}

function add(sums: Float64Array, index: number, value: number): void {
  sums[index] = (sums[index] as number) + value;
}

/** The first day that ends after the instant. */
function dayAt(ends: readonly number[], atMs: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
