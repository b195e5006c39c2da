/** Waiting times between attempts: exponential with full jitter, so that many clients do not come back all at once. */

export interface BackoffOptions {
  baseMs: number;
  capMs: number;
  /** A session that lasted this long proves that all was well: the next wait begins small again. */
  stableMs: number;
}

export const BACKOFF: BackoffOptions = { baseMs: 5_000, capMs: 300_000, stableMs: 120_000 };

/** How much later than a server asked for. */
const MOST_LATE_MS = 60_000;
/** Below this, "full jitter" could hammer a server that refuses at once. */
const MIN_MS = 500;

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #failures = 0;

  /** `random`: uniform in [0, 1). */
  constructor(options: BackoffOptions, random: () => number) {
    this.#options = options;
    this.#random = random;
  }

  /** A server asked us to stay away for so long: not less, and not all accounts in the same moment. */
  notBefore(askedMs: number): number {
    return askedMs + this.#random() * Math.min(MOST_LATE_MS, askedMs / 10);
  }

  /** How long to wait after a session that was up for `upMs` (0 when it never was), and no less than `atLeastMs`. */
  next(upMs: number, atLeastMs = 0): number {
    const { baseMs, capMs, stableMs } = this.#options;
    if (upMs >= stableMs) this.#failures = 0;
    const ceilingMs = Math.min(capMs, baseMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 30);
    const waitMs = Math.max(Math.min(MIN_MS, capMs), this.#random() * ceilingMs);
    return Math.min(waitMs + Math.min(atLeastMs, capMs), capMs);
  }
}
