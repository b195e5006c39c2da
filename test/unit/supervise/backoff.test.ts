import fc from "fast-check";
import { expect, test } from "vitest";
import { BACKOFF, Backoff } from "../../../collector/supervise/backoff.ts";

/** Just below 1, which a random number never reaches. */
const MOST = 1 - Number.EPSILON;

function waits(random: () => number, count: number, options = BACKOFF): number[] {
  const backoff = new Backoff(options, random);
  return Array.from({ length: count }, () => Math.round(backoff.next(0)));
}

test("the longest wait doubles with every failure, up to five minutes", () => {
  expect(waits(() => MOST, 9)).toEqual([5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
});

test("the shortest wait is half a second, so that nobody is hammered", () => {
  expect(waits(() => 0, 4)).toEqual([500, 500, 500, 500]);
});

test("the wait is spread over the whole range", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: MOST, noNaN: true }), fc.nat({ max: 100 }), (luck, failures) => {
      const wait = waits(() => luck, failures + 1).at(-1) as number;
      const ceiling = Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** failures);
      expect(wait).toBe(Math.round(Math.max(500, luck * ceiling)));
      expect(wait).toBeLessThanOrEqual(ceiling);
    }),
    { seed: 4 },
  );
});

test("a session that lasted lets the waits begin small again, a short one does not", () => {
  const backoff = new Backoff(BACKOFF, () => MOST);
  for (let i = 0; i < 4; i++) backoff.next(0);
  expect(Math.round(backoff.next(BACKOFF.stableMs - 1))).toBe(80_000);
  expect(Math.round(backoff.next(BACKOFF.stableMs))).toBe(5_000);
  expect(Math.round(backoff.next(0))).toBe(10_000);
});

test("a server that is going down is left alone for a while, on top of the jitter", () => {
  const backoff = new Backoff(BACKOFF, () => 0.5);
  expect(backoff.next(0, 60_000)).toBe(62_500);
});

test("a cap below the least wait is kept", () => {
  expect(waits(() => MOST, 3, { baseMs: 20, capMs: 20, stableMs: 60_000 })).toEqual([20, 20, 20]);
});

test("months of failures do not overflow", () => {
  expect(waits(() => MOST, 5_000).at(-1)).toBe(300_000);
});
