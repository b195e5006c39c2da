import { expect, test } from "vitest";
import { Throttle } from "../../../../collector/network/messenger/net/throttle.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

test("the first runs at once, the others in their turn", async () => {
  const clock = new TestClock();
  const throttle = new Throttle(clock, 1_000);
  const startMs = clock.monotonicMs();
  const runs: string[] = [];
  for (const name of ["a", "b", "c"]) throttle.run(() => runs.push(`${name} ${clock.monotonicMs() - startMs}`));
  expect(runs).toEqual(["a 0"]);
  await clock.advance(5_000);
  expect(runs).toEqual(["a 0", "b 1000", "c 2000"]);
  expect(clock.timers).toBe(0);
  throttle.run(() => runs.push("d"));
  expect(runs.at(-1)).toBe("d");
});

test("what has left the queue, or was stopped, does not run", async () => {
  const clock = new TestClock();
  const throttle = new Throttle(clock, 1_000);
  const runs: string[] = [];
  throttle.run(() => runs.push("a"));
  const leave = throttle.run(() => runs.push("b"));
  throttle.run(() => runs.push("c"));
  leave();
  await clock.advance(1_000);
  expect(runs).toEqual(["a", "c"]);
  throttle.run(() => runs.push("d"));
  throttle.stop();
  await clock.advance(5_000);
  expect(runs).toEqual(["a", "c"]);
  expect(clock.timers).toBe(0);
});
