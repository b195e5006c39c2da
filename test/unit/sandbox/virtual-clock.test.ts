import fc from "fast-check";
import { expect, test } from "vitest";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";

const START_MS = Date.UTC(2026, 0, 1);

test("timers run at their instants, and at one instant in the order in which they were set", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }), async (delaysMs) => {
      const clock = new VirtualClock(START_MS);
      const ran: { delayMs: number; order: number }[] = [];
      for (const [order, delayMs] of delaysMs.entries()) {
        clock.after(delayMs, () => {
          expect(clock.nowMs()).toBe(START_MS + delayMs);
          expect(clock.monotonicMs()).toBe(delayMs);
          ran.push({ delayMs, order });
        });
      }
      await clock.run(START_MS + 20);
      const expected = delaysMs.map((delayMs, order) => ({ delayMs, order }));
      expect(ran).toEqual(expected.sort((a, b) => a.delayMs - b.delayMs || a.order - b.order));
    }),
    { seed: 7 },
  );
});

test("a run stops at its instant and the next one goes on from there", async () => {
  const clock = new VirtualClock(START_MS);
  const ran: number[] = [];
  for (const delayMs of [10, 20, 30]) clock.after(delayMs, () => ran.push(delayMs));
  await clock.run(START_MS + 20);
  expect(ran).toEqual([10, 20]);
  expect(clock.nowMs()).toBe(START_MS + 20);
  await clock.run(START_MS + 25);
  expect(ran).toEqual([10, 20]);
  await clock.run(START_MS + 30);
  expect(ran).toEqual([10, 20, 30]);
});

test("a timer may set and cancel others, also those of the same instant", async () => {
  const clock = new VirtualClock(START_MS);
  const ran: string[] = [];
  clock.after(5, () => {
    ran.push("first");
    cancelled.cancel();
    clock.after(0, () => ran.push("set by first"));
  });
  const cancelled = clock.after(5, () => ran.push("cancelled"));
  clock.after(5, () => ran.push("third"));
  await clock.run(START_MS + 5);
  expect(ran).toEqual(["first", "third", "set by first"]);
});

test("promises that follow from a timer are kept before the next timer", async () => {
  const clock = new VirtualClock(START_MS);
  const ran: string[] = [];
  clock.after(1, async () => {
    for (const step of ["a", "b", "c"]) {
      await Promise.resolve();
      ran.push(step);
    }
  });
  clock.after(1, () => ran.push("next timer"));
  await clock.run(START_MS + 1);
  expect(ran).toEqual(["a", "b", "c", "next timer"]);
});

test("a jump moves the wall clock and leaves timers and the monotonic clock alone", async () => {
  const clock = new VirtualClock(START_MS);
  let ranAtMs = 0;
  clock.after(1_000, () => {
    ranAtMs = clock.nowMs();
  });
  await clock.run(START_MS + 400);
  clock.jump(-3_600_000);
  await clock.run(clock.nowMs() + 10_000);
  expect(ranAtMs).toBe(START_MS + 1_000 - 3_600_000);
  expect(clock.monotonicMs()).toBe(10_400);
});

test("an endless delay never comes", async () => {
  const clock = new VirtualClock(START_MS);
  clock.after(Number.POSITIVE_INFINITY, () => expect.unreachable());
  await clock.run(START_MS + 1e12);
});

test("what a timer throws ends the run", async () => {
  const clock = new VirtualClock(START_MS);
  clock.after(1, () => {
    throw new Error("our own mistake");
  });
  await expect(clock.run(START_MS + 2)).rejects.toThrow("our own mistake");
});

test("a long run reports progress and waits for a caller who cannot keep up", async () => {
  const clock = new VirtualClock(START_MS);
  const seenMs: number[] = [];
  let pauses = 0;
  const tick = () => void clock.after(1, tick);
  tick();
  await clock.run(START_MS + 400_000, {
    onProgress: (atMs) => seenMs.push(atMs),
    async onPause() {
      const beforeMs = clock.nowMs();
      await new Promise((resolve) => setImmediate(resolve));
      expect(clock.nowMs()).toBe(beforeMs);
      pauses += 1;
    },
  });
  expect(pauses).toBeGreaterThan(0);
  expect(seenMs).toEqual([...seenMs].sort((a, b) => a - b));
});
