/** Many stretches, kept without an object for each: ten years of one contact are 73,000 of them. */
import {
  codeOf,
  END_CENSORED,
  flagsOf,
  START_CENSORED,
  type Stretch,
  stretchOf,
  UNKNOWN_CODE,
  type VisitStretch,
} from "../rollup/timeline.ts";

const FIRST_ROOM = 64;

/**
 * Stretches that follow each other without a hole, oldest first, in nine bytes each. Who goes through them gets an object
 * for one at a time, which costs the garbage collector nothing; `each` makes none at all.
 */
export class Stretches implements Iterable<Stretch> {
  #count = 0;
  /** Where each begins, and where the last one ends. */
  #bounds = new Float64Array(FIRST_ROOM + 1);
  /** Status code and flags. */
  #heads = new Uint8Array(FIRST_ROOM);

  static from(stretches: Iterable<Stretch>): Stretches {
    const all = new Stretches();
    for (const stretch of stretches) all.add(stretch.fromMs, stretch.toMs, codeOf(stretch.status), flagsOf(stretch));
    return all;
  }

  get length(): number {
    return this.#count;
  }

  /** `code`: see STATUS_CODES, 15 for unknown. `flags`: START_CENSORED, END_CENSORED. Throws RangeError where it leaves a hole. */
  add(fromMs: number, toMs: number, code: number, flags: number): void {
    const at = this.#count;
    if (at === this.#heads.length) this.#makeRoom();
    if (at === 0) this.#bounds[0] = fromMs;
    else if (this.#bounds[at] !== fromMs) throw new RangeError(`stretches leave a hole or overlap at ${fromMs}`);
    this.#bounds[at + 1] = toMs;
    this.#heads[at] = code | (flags & (START_CENSORED | END_CENSORED));
    this.#count++;
  }

  each(visit: VisitStretch): void {
    const [bounds, heads] = [this.#bounds, this.#heads];
    for (let i = 0; i < this.#count; i++) {
      const head = heads[i] as number;
      visit(bounds[i] as number, bounds[i + 1] as number, head & 0x0f, head & 0xf0);
    }
  }

  /** What of them lies in [fromMs, toMs); what goes on beyond it is censored there. */
  within(fromMs: number, toMs: number): Stretches {
    const inside = new Stretches();
    this.each((startMs, endMs, code, flags) => {
      if (endMs <= fromMs || startMs >= toMs) return;
      const isKnown = code !== UNKNOWN_CODE;
      const cut = (startMs < fromMs ? START_CENSORED : 0) | (endMs > toMs ? END_CENSORED : 0);
      inside.add(Math.max(startMs, fromMs), Math.min(endMs, toMs), code, isKnown ? flags | cut : flags);
    });
    return inside;
  }

  *[Symbol.iterator](): Iterator<Stretch> {
    for (let i = 0; i < this.#count; i++) {
      const head = this.#heads[i] as number;
      yield stretchOf(this.#bounds[i] as number, this.#bounds[i + 1] as number, head & 0x0f, head & 0xf0);
    }
  }

  #makeRoom(): void {
    const room = this.#heads.length * 2;
    const [bounds, heads] = [new Float64Array(room + 1), new Uint8Array(room)];
    bounds.set(this.#bounds);
    heads.set(this.#heads);
    [this.#bounds, this.#heads] = [bounds, heads];
  }
}
