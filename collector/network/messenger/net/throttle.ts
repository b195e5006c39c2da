/**
 * Keeps things that a server punishes for coming too fast at a distance from each other (protocol reference 5.22). What
 * comes too early waits; each `Throttle` keeps one run at a time and says when its turn has come.
 */
import type { Clock, Timer } from "../clock.ts";

export class Throttle {
  readonly #clock: Clock;
  readonly #distanceMs: number;
  readonly #waiting: (() => void)[] = [];
  #nextMs = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(clock: Clock, distanceMs: number) {
    this.#clock = clock;
    this.#distanceMs = distanceMs;
  }

  /** Runs at once, or in its turn. Returns what takes it out of the queue again. */
  run(work: () => void): () => void {
    this.#waiting.push(work);
    this.#turn();
    return () => {
      const at = this.#waiting.indexOf(work);
      if (at >= 0) this.#waiting.splice(at, 1);
    };
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.length = 0;
  }

  #turn(): void {
    if (this.#timer) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs < this.#nextMs) {
      this.#timer = this.#clock.after(this.#nextMs - nowMs, () => {
        this.#timer = undefined;
        this.#turn();
      });
      return;
    }
    const work = this.#waiting.shift();
    if (!work) return;
    this.#nextMs = nowMs + this.#distanceMs;
    work();
    if (this.#waiting.length > 0) this.#turn();
  }
}
