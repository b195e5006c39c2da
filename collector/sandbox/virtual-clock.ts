/**
 * A clock that stands still until it is run, and then goes from timer to timer as fast as the machine can. Timers
 * that are due at the same instant run in the order in which they were set, so a run is the same every time.
 */
import type { Clock, Timer } from "../network/network.ts";

/**
 * Promise callbacks that follow from a timer run before the next one. Asking the event loop would be certain and
 * costs a hundred times as much; this many hand-overs are more than any chain of ours has.
 */
const MICROTASK_TURNS = 8;
/** How often, in real time, a run lets sockets, worker threads and the user's Ctrl-C have their turn. */
const PAUSE_EVERY_MS = 25;
/** Reading the real clock after each timer would cost more than the timers do. */
const TIMERS_PER_LOOK = 256;
const PROGRESS_EVERY_MS = 200;

export interface RunOptions {
  /** Told the instant reached, a few times a second of real time. */
  onProgress?(atMs: number): void;
  /** Awaited at each pause, many times a second: a caller that cannot keep up makes the clock wait here. */
  onPause?(): Promise<void>;
  /** Asked after each timer: how many hand-overs between promises may follow from it; few, unless given. */
  turns?(): number;
}

interface Entry {
  dueMs: number;
  order: number;
  /** Missing once it has run or was cancelled; the heap drops it when it comes to the top. */
  run: (() => void) | undefined;
}

export class VirtualClock implements Clock {
  readonly #heap: Entry[] = [];
  #wallMs: number;
  #monotonicMs = 0;
  #order = 0;

  constructor(startMs: number) {
    this.#wallMs = startMs;
  }

  /** Whole milliseconds, as the system's clock gives them. */
  nowMs(): number {
    return Math.floor(this.#wallMs);
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** A delay that is not finite never comes. */
  after(delayMs: number, run: () => void): Timer {
    const entry: Entry = { dueMs: this.#monotonicMs + Math.max(0, delayMs), order: this.#order++, run };
    if (Number.isFinite(delayMs)) this.#push(entry);
    return {
      cancel: () => {
        entry.run = undefined;
      },
    };
  }

  /** Sets the wall clock forward or back, as a person or a time server would; timers do not notice. */
  jump(byMs: number): void {
    this.#wallMs += byMs;
  }

  /**
   * Runs every timer that is due before or at `untilMs` on the wall clock, and stands there afterwards. What a timer
   * throws ends the run.
   */
  async run(untilMs: number, options: RunOptions = {}): Promise<void> {
    const pauses = new Pauses(options);
    for (;;) {
      const next = this.#peek();
      if (!next || next.dueMs - this.#monotonicMs > untilMs - this.#wallMs) break;
      this.#pop();
      this.#advance(next.dueMs - this.#monotonicMs);
      const { run } = next;
      next.run = undefined;
      run?.();
      const turns = options.turns?.() ?? MICROTASK_TURNS;
      for (let turn = 0; turn < turns; turn += 1) await undefined;
      if (pauses.isDue()) await pauses.take(this.#wallMs);
    }
    this.#advance(Math.max(0, untilMs - this.#wallMs));
  }

  #advance(byMs: number): void {
    this.#monotonicMs += byMs;
    this.#wallMs += byMs;
  }

  #peek(): Entry | undefined {
    while (this.#heap[0] && !this.#heap[0].run) this.#pop();
    return this.#heap[0];
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}

class Pauses {
  readonly #options: RunOptions;
  #timersUntilLook = TIMERS_PER_LOOK;
  #pausedMs = performance.now();
  #reportedMs = performance.now();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  isDue(): boolean {
    this.#timersUntilLook -= 1;
    if (this.#timersUntilLook > 0) return false;
    this.#timersUntilLook = TIMERS_PER_LOOK;
    return performance.now() - this.#pausedMs >= PAUSE_EVERY_MS;
  }

  async take(atMs: number): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs >= PROGRESS_EVERY_MS) {
      this.#reportedMs = nowMs;
      this.#options.onProgress?.(atMs);
    }
    await this.#options.onPause?.();
    await new Promise((resolve) => setImmediate(resolve));
    this.#pausedMs = performance.now();
  }
}
