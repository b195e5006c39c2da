/** How long two were around at the same time. Pure. */
import { UNKNOWN_CODE } from "../rollup/timeline.ts";
import { STATUS_CODES } from "../status.ts";

/** Ranges in order and without overlap: from, to, from, to. Flat, because two hundred people are 20,000 pairs. */
export type Ranges = Float64Array;

/** When somebody was around, and when they were observed. */
export interface Times {
  around: Ranges;
  observed: Ranges;
}

/** Puts the times of somebody together from pieces that come in order. */
export class TimesBuilder {
  readonly #around: number[] = [];
  readonly #observed: number[] = [];

  add(fromMs: number, toMs: number, code: number): void {
    if (code === UNKNOWN_CODE) return;
    append(this.#observed, fromMs, toMs);
    if (code !== STATUS_CODES.offline) append(this.#around, fromMs, toMs);
  }

  times(): Times {
    return { around: Float64Array.from(this.#around), observed: Float64Array.from(this.#observed) };
  }
}

function append(bounds: number[], fromMs: number, toMs: number): void {
  if (bounds.at(-1) === fromMs) bounds[bounds.length - 1] = toMs;
  else bounds.push(fromMs, toMs);
}

/**
 * The same for each two of many: at `i * length + j`, for j < i, what `each[i]` and `each[j]` share. One walk through all
 * beginnings and ends: whoever comes takes note of how long each of the others has been there, and of how much longer
 * when going. `fromMs`: nothing is earlier. Throws RangeError when instants and people do not fit into one number.
 */
export function sharedByPair(each: readonly Ranges[], fromMs: number): Float64Array {
  const { length } = each;
  const shared = new Float64Array(length * length);
  // How long everyone has been there at an instant: `sum + isThere * instant`.
  const sums = new Float64Array(length);
  const isThere = new Float64Array(length);
  for (const packed of boundsInOrder(each, fromMs)) {
    const atMs = Math.floor(packed / PACK);
    const rest = packed - atMs * PACK;
    const who = rest >> 1;
    const comes = (rest & 1) === 1;
    const times = comes ? -1 : 1;
    const row = who * length;
    for (let other = 0; other < who; other++) {
      const ms = (sums[other] as number) + (isThere[other] as number) * atMs;
      shared[row + other] = (shared[row + other] as number) + ms * times;
    }
    sums[who] = (sums[who] as number) + atMs * times;
    isThere[who] = comes ? 1 : 0;
  }
  return shared;
}

/** Two thousand people, coming or going. */
const PACK = 4096;

/** Every beginning and end as one number each, which native code sorts: milliseconds, then who, then whether it begins. */
function boundsInOrder(each: readonly Ranges[], fromMs: number): Float64Array {
  const packed = new Float64Array(each.reduce((sum, bounds) => sum + bounds.length, 0));
  let at = 0;
  for (const [who, bounds] of each.entries()) {
    for (let i = 0; i < bounds.length; i++) {
      const comes = i % 2 === 0 ? 1 : 0;
      packed[at++] = ((bounds[i] as number) - fromMs) * PACK + who * 2 + comes;
    }
  }
  packed.sort();
  if ((packed.at(-1) ?? 0) > Number.MAX_SAFE_INTEGER || each.length > PACK / 2)
    throw new RangeError(`${each.length} people over so long a range do not fit; at most ${PACK / 2} over 69 years do`);
  return packed;
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
