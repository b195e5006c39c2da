import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Stretches } from "../../../db/answers/stretches.ts";
import { codeOf, END_CENSORED, flagsOf, type Stretch, UNKNOWN_CODE } from "../../../db/rollup/timeline.ts";
import { STATUSES } from "../../../db/status.ts";

/** Stretches without a hole, from somewhere between 1970 and the year 10,000. */
const row = fc
  .tuple(
    fc.integer({ min: -1_000, max: 253_000_000_000_000 }),
    fc.array(
      fc.record({
        lastsMs: fc.integer({ min: 1, max: 10_000_000_000 }),
        status: fc.constantFrom(...STATUSES, "unknown" as const),
        startCensored: fc.boolean(),
        endCensored: fc.boolean(),
      }),
      { maxLength: 300 },
    ),
  )
  .map(([beginsMs, pieces]) => {
    let atMs = beginsMs;
    return pieces.map(({ lastsMs, ...rest }): Stretch => {
      const fromMs = atMs;
      atMs += lastsMs;
      return { fromMs, toMs: atMs, ...rest };
    });
  });

describe("stretches kept without an object for each", () => {
  test("come out as they went in, one by one and visited", () => {
    fc.assert(
      fc.property(row, (stretches) => {
        const kept = Stretches.from(stretches);
        expect(kept.length).toBe(stretches.length);
        expect([...kept]).toEqual(stretches);
        const visited: number[][] = [];
        kept.each((...parts) => visited.push(parts));
        expect(visited).toEqual(stretches.map((one) => [one.fromMs, one.toMs, codeOf(one.status), flagsOf(one)]));
      }),
      { seed: 42 },
    );
  });

  test("take nothing along that is about midnights only", () => {
    const kept = new Stretches();
    kept.add(0, 10, UNKNOWN_CODE, 0x40 | END_CENSORED);
    kept.each((_fromMs, _toMs, code, flags) => expect([code, flags]).toEqual([UNKNOWN_CODE, END_CENSORED]));
  });

  test("refuse a hole and an overlap", () => {
    const kept = Stretches.from([{ fromMs: 0, toMs: 10, status: "busy", startCensored: false, endCensored: false }]);
    expect(() => kept.add(11, 12, 0, 0)).toThrow("stretches leave a hole or overlap at 11");
    expect(() => kept.add(9, 12, 0, 0)).toThrow("stretches leave a hole or overlap at 9");
    expect(kept.length).toBe(1);
  });
});
