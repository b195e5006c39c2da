/** Time, handed in: a real clock in the collector, a virtual one in tests and in the sandbox's past. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall-clock UTC epoch milliseconds; may jump. */
  nowMs(): number;
  /** Milliseconds since some fixed point; never jumps, stands still while some machines sleep. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Timer;
}

/** Both clocks, read when bytes were read and not when they were understood. */
export interface Instant {
  atMs: number;
  monotonicMs: number;
}
