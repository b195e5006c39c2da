import fc from "fast-check";
import { expect, test } from "vitest";
import { coveredMs, gapsBetween } from "../../../db/answers/gaps.ts";
import { sharedByPair, sharedMs } from "../../../db/answers/together.ts";

const isIn = (bounds: ArrayLike<number>, atMs: number): boolean => {
  for (let i = 0; i < bounds.length; i += 2)
    if ((bounds[i] as number) <= atMs && atMs < (bounds[i + 1] as number)) return true;
  return false;
};

const ranges = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 16 })
  .map((all) => Float64Array.from(all.sort((a, b) => a - b).slice(0, all.length - (all.length % 2))));

test("shared time is what an instant-by-instant count says, in either order", () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      let count = 0;
      for (let ms = 0; ms < 60; ms++) if (isIn(a, ms) && isIn(b, ms)) count++;
      expect(sharedMs(a, b)).toBe(count);
      expect(sharedMs(b, a)).toBe(count);
    }),
    { seed: 44 },
  );
});

test("gaps are what no range holds, instant by instant", () => {
  const range = fc
    .tuple(fc.integer({ min: -5, max: 40 }), fc.integer({ min: 0, max: 20 }))
    .map(([fromMs, lasts]) => ({ fromMs, toMs: fromMs + lasts }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 8 }), (held) => {
      const gaps = gapsBetween(held, 3, 37);
      let covered = 0;
      for (let ms = 3; ms < 37; ms++) {
        const isHeld = held.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
        expect(gaps.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)).toBe(!isHeld);
        if (isHeld) covered++;
      }
      expect(coveredMs(held, { fromMs: 3, toMs: 37 })).toBe(covered);
      for (const [i, { fromMs, toMs }] of gaps.entries()) {
        expect(fromMs).toBeLessThan(toMs);
        if (i > 0) expect(fromMs).toBeGreaterThan(gaps[i - 1]?.toMs as number);
      }
    }),
    { seed: 45 },
  );
});

test("what each two of many share is what they share as two", () => {
  fc.assert(
    fc.property(fc.array(ranges, { maxLength: 6 }), fc.integer({ min: -3, max: 0 }), (each, fromMs) => {
      const shared = sharedByPair(each, fromMs);
      for (const [i, a] of each.entries())
        for (const [j, b] of each.slice(0, i).entries()) expect(shared[i * each.length + j]).toBe(sharedMs(a, b));
    }),
    { seed: 52 },
  );
  const aeon = Float64Array.of(0, 8e12);
  expect(() => sharedByPair([aeon, aeon], 0)).toThrow("at most 2048 over 69 years do");
});
