/** Who is around together, and how much more than by chance: whoever is always there shares much time with everybody. */
import type { Together } from "../../db/history/together.ts";
import { longHoursWords, shareWords } from "./durations.ts";

const HOUR_MS = 3_600_000;
/** Less common time than this says little. */
const ENOUGH_MS = 24 * HOUR_MS;

export interface Pair {
  a: { contactId: number; name: string };
  b: { contactId: number; name: string };
  /** `31 h of 412 h in which both were observed` */
  timeWords: string;
  /** Of the time in which at least one of them was around, the part in which both were: 0 to 1. */
  share: number;
  shareWords: string;
  /** `2.4 ×` what chance would give. */
  liftWords: string;
}

/** The pairs that share the most time beyond chance, first; those who share less than by chance are left out. */
export function shapePairs<W>(
  pairs: readonly (Omit<Together, "a" | "b"> & { a: W; b: W })[],
  nameOf: (who: W) => { contactId: number; name: string },
  most: number,
): Pair[] {
  return pairs
    .filter(({ bothObservedMs, togetherMs }) => bothObservedMs >= ENOUGH_MS && togetherMs >= HOUR_MS)
    .map((pair) => ({ pair, byChanceMs: (pair.aAroundMs * pair.bAroundMs) / pair.bothObservedMs }))
    .filter(({ pair, byChanceMs }) => pair.togetherMs > byChanceMs)
    .sort((a, b) => b.pair.togetherMs - b.byChanceMs - (a.pair.togetherMs - a.byChanceMs))
    .slice(0, most)
    .map(({ pair, byChanceMs }) => {
      const share = pair.togetherMs / (pair.aAroundMs + pair.bAroundMs - pair.togetherMs);
      return {
        a: nameOf(pair.a),
        b: nameOf(pair.b),
        timeWords: `${longHoursWords(pair.togetherMs)} of ${longHoursWords(pair.bothObservedMs)} in which both were observed`,
        share,
        shareWords: shareWords(share),
        liftWords: `${(pair.togetherMs / byChanceMs).toFixed(1)} ×`,
      };
    });
}
