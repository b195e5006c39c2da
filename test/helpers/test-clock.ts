/** A clock that stands still until a test moves it; sockets and threads go on in real time meanwhile. */
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Clock, Timer } from "../../collector/network/network.ts";

interface Alarm {
  dueMs: number;
  run: () => void;
}

export class TestClock implements Clock {
  #wallMs: number;
  #monotonicMs = 1_000;
  readonly #alarms = new Set<Alarm>();

  constructor(wallMs = Date.UTC(2026, 10, 22, 13, 42)) {
    this.#wallMs = wallMs;
  }

  nowMs(): number {
    return Math.floor(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, run: () => void): Timer {
    const alarm = { dueMs: this.#monotonicMs + delayMs, run };
    this.#alarms.add(alarm);
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  /** How many timers are set. */
  get timers(): number {
    return this.#alarms.size;
  }

  /** Time passes: every timer runs at its instant, and what it sets in motion on the wire is done before the next. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#monotonicMs + ms;
    for (;;) {
      await settle();
      const next = this.#next();
      if (!next || next.dueMs > endMs) break;
      this.#move(Math.max(0, next.dueMs - this.#monotonicMs));
      this.#fire(next);
    }
    this.#move(endMs - this.#monotonicMs);
    await settle();
  }

  /** The process stands still: timers that fell due meanwhile run late. Some machines stop the monotonic clock too. */
  async suspend(ms: number, monotonic: "goes on" | "stops" = "goes on"): Promise<void> {
    this.#wallMs += ms;
    if (monotonic === "goes on") this.#monotonicMs += ms;
    const late = [...this.#alarms].filter((alarm) => alarm.dueMs <= this.#monotonicMs);
    for (const alarm of late.sort((a, b) => a.dueMs - b.dueMs)) this.#fire(alarm);
    await settle();
  }

  /** Somebody sets the wall clock; no time passes. */
  jump(ms: number): void {
    this.#wallMs += ms;
  }

  #next(): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of this.#alarms) if (!next || alarm.dueMs < next.dueMs) next = alarm;
    return next;
  }

  #move(ms: number): void {
    this.#wallMs += ms;
    this.#monotonicMs += ms;
  }

  #fire(alarm: Alarm): void {
    if (this.#alarms.delete(alarm)) alarm.run();
  }
}

/** Lets bytes that are under way on loopback arrive and be answered. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await setImmediate();
  await setTimeout(1);
  for (let turn = 0; turn < 8; turn++) await setImmediate();
}

/** Waits, in real time, for something that another thread or process brings about. */
export async function until(isTrue: () => boolean, what: string, patienceMs = 10_000): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await setTimeout(2);
  }
}
