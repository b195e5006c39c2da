/** Ranges less some days. Pure. */
import { DAY_MS, dayOf } from "../rollup/timeline.ts";

export interface Piece {
  fromMs: number;
  toMs: number;
}

/**
 * What is left of a range without these UTC days. Behind a day that is left out, a piece begins where `nextWord` says
 * that something is known again.
 */
export function withoutDays(
  { fromMs, toMs }: Piece,
  days: ReadonlySet<number>,
  nextWord: (atMs: number) => number,
): Piece[] {
  const pieces: Piece[] = [];
  let startMs = fromMs;
  const inside = [...days].filter((day) => (day + 1) * DAY_MS > fromMs && day * DAY_MS < toMs).sort((a, b) => a - b);
  for (const [i, day] of inside.entries()) {
    const endMs = Math.max(fromMs, day * DAY_MS);
    if (startMs < endMs) pieces.push({ fromMs: startMs, toMs: endMs });
    const behindMs = (day + 1) * DAY_MS;
    startMs = inside[i + 1] === dayOf(behindMs) ? behindMs : Math.max(behindMs, nextWord(behindMs));
  }
  if (startMs < toMs) pieces.push({ fromMs: startMs, toMs });
  return pieces;
}
