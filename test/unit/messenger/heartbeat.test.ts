import { beforeEach, expect, test } from "vitest";
import { Heartbeat } from "../../../collector/network/messenger/net/heartbeat.ts";
import type { Clock } from "../../../collector/network/network.ts";

const QUIET_MS = 20_000;
const PATIENCE_MS = 45_000;

/** Time that passes only when told to; it may also pass without the timers noticing. */
class StillClock implements Clock {
  #ms = 0;
  readonly #alarms = new Set<{ dueMs: number; run: () => void }>();

  nowMs(): number {
    return this.#ms;
  }

  monotonicMs(): number {
    return this.#ms;
  }

  after(delayMs: number, run: () => void) {
    const alarm = { dueMs: this.#ms + delayMs, run };
    this.#alarms.add(alarm);
    return { cancel: () => void this.#alarms.delete(alarm) };
  }

  pass(ms: number): void {
    const endMs = this.#ms + ms;
    for (;;) {
      const next = [...this.#alarms].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#ms = Math.max(this.#ms, next.dueMs);
      this.#alarms.delete(next);
      next.run();
    }
    this.#ms = endMs;
  }

  /** The process stands still; what fell due meanwhile runs late. */
  standStill(ms: number): void {
    this.#ms += ms;
    this.pass(0);
  }

  get pending(): number {
    return this.#alarms.size;
  }
}

let clock: StillClock;
let pings: number[];
let deaths: number[];

beforeEach(() => {
  clock = new StillClock();
  pings = [];
  deaths = [];
});

function start(quietMs = QUIET_MS): Heartbeat {
  return new Heartbeat(clock, {
    quietMs,
    patienceMs: PATIENCE_MS,
    ping: () => pings.push(clock.nowMs()),
    dead: (silentMs) => deaths.push(silentMs),
  });
}

test("a line that has been quiet is pinged, and not before", () => {
  start();
  clock.pass(QUIET_MS - 1);
  expect(pings).toEqual([]);
  clock.pass(1);
  expect(pings).toEqual([20_000]);
});

test("every byte heard puts the ping off", () => {
  const heartbeat = start();
  for (let i = 0; i < 10; i++) {
    clock.pass(QUIET_MS - 1);
    heartbeat.heard();
  }
  expect(pings).toEqual([]);
});

test("a quiet line that answers is pinged after each silence, so that no two proofs lie far apart", () => {
  const heartbeat = start();
  for (let i = 0; i < 6; i++) {
    clock.pass(QUIET_MS);
    clock.pass(50);
    heartbeat.heard();
  }
  expect(pings).toEqual([20_000, 40_050, 60_100, 80_150, 100_200, 120_250]);
});

test("a ping without answer ends the line, with how long it was silent", () => {
  start();
  clock.pass(QUIET_MS + PATIENCE_MS);
  expect(pings).toEqual([20_000]);
  expect(deaths).toEqual([65_000]);
  expect(clock.pending).toBe(0);
});

test("an answer in the last moment saves the line", () => {
  const heartbeat = start();
  clock.pass(QUIET_MS + PATIENCE_MS - 1);
  heartbeat.heard();
  clock.pass(QUIET_MS - 1);
  expect(deaths).toEqual([]);
  expect(pings).toEqual([20_000]);
  clock.pass(1);
  expect(pings).toHaveLength(2);
});

test("a process that stood still asks once more before it judges the line", () => {
  start();
  clock.pass(QUIET_MS);
  clock.standStill(3_600_000);
  expect(deaths).toEqual([]);
  expect(pings).toHaveLength(2);
  clock.pass(PATIENCE_MS);
  expect(deaths).toHaveLength(1);
});

test("a heartbeat that is stopped leaves no timer, and one that never pings sets none", () => {
  start().stop();
  expect(clock.pending).toBe(0);
  start(Number.POSITIVE_INFINITY);
  expect(clock.pending).toBe(0);
});
