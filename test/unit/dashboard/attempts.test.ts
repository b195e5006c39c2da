import fc from "fast-check";
import { expect, test } from "vitest";
import { Attempts } from "../../../dashboard/gate/attempts.ts";

const MINUTE_MS = 60_000;

test("five wrong passwords cost nothing, and each one after them doubles the wait up to five minutes", () => {
  const attempts = new Attempts();
  const waits: number[] = [];
  for (let nowMs = 0; waits.length < 16; nowMs += waits.at(-1) ?? 0) {
    attempts.failed("192.0.2.1", nowMs);
    waits.push(attempts.waitMs("192.0.2.1", nowMs));
  }
  expect(waits.map((ms) => ms / 1_000)).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
});

test("whoever signs in, or is quiet for an hour, begins anew", () => {
  const attempts = new Attempts();
  const fail = (times: number, nowMs: number) => {
    for (let i = 0; i < times; i++) attempts.failed("a", nowMs);
  };
  fail(9, 0);
  expect(attempts.waitMs("a", 0)).toBe(16_000);
  attempts.succeeded("a");
  expect(attempts.waitMs("a", 0)).toBe(0);
  fail(9, 0);
  fail(1, 61 * MINUTE_MS);
  expect(attempts.waitMs("a", 61 * MINUTE_MS)).toBe(0);
});

test("one address does not lock out another, but fifty failures do for a while", () => {
  const attempts = new Attempts();
  for (let i = 0; i < 49; i++) attempts.failed(`192.0.2.${i}`, 0);
  expect(attempts.waitMs("198.51.100.1", 0)).toBe(0);
  attempts.failed("192.0.2.200", 0);
  expect(attempts.waitMs("198.51.100.1", 0)).toBe(1_000);
});

test("whatever the clock does, nobody waits longer than five minutes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 80 }), fc.integer(), (times, nowMs) => {
      const attempts = new Attempts();
      for (const atMs of times) attempts.failed("a", atMs);
      const waitMs = attempts.waitMs("a", nowMs);
      expect(waitMs).toBeGreaterThanOrEqual(0);
      expect(waitMs).toBeLessThanOrEqual(5 * MINUTE_MS);
    }),
  );
});
