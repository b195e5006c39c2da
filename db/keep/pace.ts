/** How many rows to take at once, so that a step takes some ten milliseconds whatever the disk. */
const TARGET_MS = 10;
const LEAST = 16;
const MOST = 20_000;

export class Pace {
  readonly #targetMs: number;
  #rows = 64;

  constructor(targetMs = TARGET_MS) {
    this.#targetMs = targetMs;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Does a step of so many rows, its commit included, and learns how long that takes. */
  step<T>(work: (rows: number) => T): T {
    const startMs = performance.now();
    const result = work(this.#rows);
    const tookMs = Math.max(0.1, performance.now() - startMs);
    // Never more than twice as many: the next rows may be further apart.
    const factor = Math.min(2, this.#targetMs / tookMs);
    this.#rows = Math.round(Math.min(MOST, Math.max(LEAST, this.#rows * factor)));
    return result;
  }
}
