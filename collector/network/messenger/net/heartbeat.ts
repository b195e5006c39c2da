/**
 * Notices a line that has gone quiet. After `quietMs` without a byte it asks for a ping; when the ping stays without
 * answer for `patienceMs` more, the line is dead. Half-open connections give no other sign (protocol reference 5.17).
 */
import type { Clock, Timer } from "../clock.ts";

export interface HeartbeatOptions {
  quietMs: number;
  patienceMs: number;
  ping(): void;
  dead(silentMs: number): void;
}

/** A timer later than this says that the process stood still; the line gets a second chance before it is judged. */
const LATE_MS = 10_000;

export class Heartbeat {
  readonly #clock: Clock;
  readonly #options: HeartbeatOptions;
  #quietMs: number;
  #heardMs: number;
  #isPinged = false;
  #timer: Timer | undefined;

  constructor(clock: Clock, options: HeartbeatOptions) {
    this.#clock = clock;
    this.#options = options;
    this.#quietMs = options.quietMs;
    this.#heardMs = clock.monotonicMs();
    this.#wait(options.quietMs);
  }

  /** The far end wants to be pinged after so much silence; heeded when that is sooner than we would. */
  expectWithin(quietMs: number): void {
    if (!Number.isFinite(this.#quietMs) || quietMs >= this.#quietMs) return;
    this.#quietMs = quietMs;
    if (this.#isPinged) return;
    this.#timer?.cancel();
    this.#wait(quietMs);
  }

  heard(): void {
    this.#heardMs = this.#clock.monotonicMs();
    if (!this.#isPinged) return;
    // The timer was set to judge the line; from here on it is the next silence that matters.
    this.#isPinged = false;
    this.#timer?.cancel();
    this.#wait(this.#quietMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** One timer that re-arms itself when it fires is cheaper than one per byte heard. */
  #wait(delayMs: number): void {
    if (!Number.isFinite(delayMs)) return;
    const dueMs = this.#clock.monotonicMs() + delayMs;
    this.#timer = this.#clock.after(delayMs, () => this.#check(dueMs));
  }

  #check(dueMs: number): void {
    const { patienceMs, ping, dead } = this.#options;
    const quietMs = this.#quietMs;
    const nowMs = this.#clock.monotonicMs();
    const silentMs = nowMs - this.#heardMs;
    if (silentMs < quietMs) return this.#wait(quietMs - silentMs);
    if (this.#isPinged && nowMs - dueMs < LATE_MS) return dead(silentMs);
    this.#isPinged = true;
    this.#wait(patienceMs);
    ping();
  }
}
