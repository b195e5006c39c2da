/**
 * The machine that the collector runs on, in a world whose own clock is always right: a wall clock that may be wrong, a
 * monotonic clock that stands still while it sleeps, and processes that may be stopped or killed.
 */
import type { Clock, Timer } from "../../collector/network/network.ts";

type Held = { isTimer: boolean; run: () => void };

export class Machine {
  readonly #world: Clock;
  #offsetMs = 0;
  #sleptMs = 0;
  #state: { is: "awake" } | { is: "asleep" | "frozen"; sinceMs: number; held: Held[] } = { is: "awake" };
  /** How far the wall clock was off, from which true instant on. */
  readonly offsets: { fromMs: number; offsetMs: number }[] = [];

  constructor(world: Clock) {
    this.#world = world;
    this.#note();
  }

  get isAwake(): boolean {
    return this.#state.is === "awake";
  }

  get offsetMs(): number {
    return this.#offsetMs;
  }

  wallMs(): number {
    return this.#world.nowMs() + this.#offsetMs;
  }

  monotonicMs(): number {
    const asleepMs = this.#state.is === "asleep" ? this.#world.monotonicMs() - this.#state.sinceMs : 0;
    return this.#world.monotonicMs() - this.#sleptMs - asleepMs;
  }

  /** The wall clock shows this much more than the true time. Whole milliseconds. */
  setOffset(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    this.#note();
  }

  sleep(): void {
    this.#state = { is: "asleep", sinceMs: this.#world.monotonicMs(), held: [] };
  }

  freeze(): void {
    this.#state = { is: "frozen", sinceMs: this.#world.monotonicMs(), held: [] };
  }

  /** What should have happened meanwhile happens now: timers first, or in the order in which it came. */
  wake(timersFirst: boolean): void {
    const state = this.#state;
    if (state.is === "awake") return;
    if (state.is === "asleep") this.#sleptMs += this.#world.monotonicMs() - state.sinceMs;
    this.#state = { is: "awake" };
    const held = timersFirst ? state.held.toSorted((a, b) => Number(b.isTimer) - Number(a.isTimer)) : state.held;
    for (const { run } of held) this.#world.after(0, run);
  }

  /** Runs something on this machine: now, or when it is awake again. */
  run(run: () => void, isTimer = false): void {
    if (this.#state.is === "awake") run();
    else this.#state.held.push({ isTimer, run });
  }

  /** A new process, with the clock that it sees. */
  boot(): Process {
    return new Process(this.#world, this);
  }

  #note(): void {
    this.offsets.push({ fromMs: this.#world.nowMs(), offsetMs: this.#offsetMs });
  }
}

/** One life of the collector. After `die` none of its timers runs, and nothing reaches it. */
export class Process implements Clock {
  readonly #world: Clock;
  readonly machine: Machine;
  #isDead = false;
  readonly #atDeath: ((isPowerCut: boolean) => void)[] = [];

  constructor(world: Clock, machine: Machine) {
    this.#world = world;
    this.machine = machine;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  nowMs(): number {
    return this.machine.wallMs();
  }

  monotonicMs(): number {
    return this.machine.monotonicMs();
  }

  /** As the system's timers do, it takes whole milliseconds and at least one. */
  after(delayMs: number, run: () => void): Timer {
    const wholeMs = Math.max(1, Math.ceil(delayMs));
    const dueMs = this.machine.monotonicMs() + wholeMs;
    let timer: Timer;
    let isOver = false;
    const fire = (): void => {
      if (isOver || this.#isDead) return;
      this.machine.run(() => {
        if (isOver || this.#isDead) return;
        const leftMs = dueMs - this.machine.monotonicMs();
        if (leftMs > 0) return arm(leftMs);
        isOver = true;
        run();
      }, true);
    };
    const arm = (leftMs: number): void => {
      timer = this.#world.after(leftMs, fire);
    };
    arm(wholeMs);
    return {
      cancel: () => {
        isOver = true;
        timer.cancel();
      },
    };
  }

  /** Runs something in this process, when its machine is awake and it still lives. */
  run(run: () => void): void {
    this.machine.run(() => {
      if (!this.#isDead) run();
    });
  }

  atDeath(act: (isPowerCut: boolean) => void): void {
    this.#atDeath.push(act);
  }

  /** On the spot, without a word to itself. In a power cut nobody else is told either. */
  die(isPowerCut: boolean): void {
    this.#isDead = true;
    for (const act of this.#atDeath.splice(0)) act(isPowerCut);
  }
}
