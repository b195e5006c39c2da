/** How long two were around at the same time. Pure. */
import type { Stretch } from "../rollup/timeline.ts";
import { isAround } from "../status.ts";

/** Ranges in order and without overlap: from, to, from, to. Flat, because two hundred people are 20,000 pairs. */
export type Ranges = Float64Array;

/** When somebody was around, and when they were observed. */
export interface Times {
  around: Ranges;
  observed: Ranges;
}

export function timesOf(stretches: readonly Stretch[]): Times {
  return {
    around: rangesWhere(stretches, ({ status }) => isAround(status)),
    observed: rangesWhere(stretches, ({ status }) => status !== "unknown"),
  };
}

/** Milliseconds that lie in both. */
export function sharedMs(a: Ranges, b: Ranges): number {
  let sum = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const aToMs = a[i + 1] as number;
    const bToMs = b[j + 1] as number;
    const fromMs = Math.max(a[i] as number, b[j] as number);
    const toMs = aToMs < bToMs ? aToMs : bToMs;
    if (fromMs < toMs) sum += toMs - fromMs;
    if (aToMs <= bToMs) i += 2;
    if (bToMs <= aToMs) j += 2;
  }
  return sum;
}

function rangesWhere(stretches: readonly Stretch[], holds: (stretch: Stretch) => boolean): Ranges {
  const bounds: number[] = [];
  for (const stretch of stretches) {
    if (!holds(stretch)) continue;
    if (bounds.at(-1) === stretch.fromMs) bounds[bounds.length - 1] = stretch.toMs;
    else bounds.push(stretch.fromMs, stretch.toMs);
  }
  return Float64Array.from(bounds);
}
