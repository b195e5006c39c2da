import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asOne, PRESENCE_ORDER } from "../../../db/answers/person.ts";
import type { Stretch } from "../../../db/rollup/timeline.ts";
import { isAround, READINGS, type Reading } from "../../../db/status.ts";

const LENGTH = 40;

/** Stretches that fill [0, LENGTH). */
const timeline: fc.Arbitrary<Stretch[]> = fc
  .array(
    fc.record({
      lasts: fc.integer({ min: 1, max: 12 }),
      status: fc.constantFrom<Reading>("available", "busy", "away", "offline", "unknown"),
      startCensored: fc.boolean(),
      endCensored: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => {
    const stretches: Stretch[] = [];
    for (const { lasts, status, startCensored, endCensored } of parts) {
      const fromMs = stretches.at(-1)?.toMs ?? 0;
      if (fromMs >= LENGTH) break;
      const isKnown = status !== "unknown";
      if (!isKnown && stretches.at(-1)?.status === "unknown") continue;
      stretches.push({
        fromMs,
        toMs: Math.min(LENGTH, fromMs + lasts),
        status,
        startCensored: isKnown && startCensored,
        endCensored: isKnown && endCensored,
      });
    }
    (stretches.at(-1) as Stretch).toMs = LENGTH;
    return stretches;
  });

const at = (stretches: readonly Stretch[], atMs: number): Reading =>
  (stretches.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) as Stretch).status;

const stretch = (fromMs: number, toMs: number, status: Reading, censored = ""): Stretch => ({
  fromMs,
  toMs,
  status,
  startCensored: censored.includes("start"),
  endCensored: censored.includes("end"),
});

describe("a person", () => {
  test("has every reading in the order of presence, unknown last", () => {
    expect(PRESENCE_ORDER.toSorted()).toEqual(READINGS.toSorted());
    expect(PRESENCE_ORDER.at(-1)).toBe("unknown");
  });

  test("of one contact reads as the contact does", () => {
    fc.assert(
      fc.property(timeline, (only) => {
        expect(asOne([only])).toEqual(only);
      }),
      { seed: 41 },
    );
  });

  test("is around when any contact is, observed when any is, and as the most present one, at every instant", () => {
    fc.assert(
      fc.property(fc.array(timeline, { minLength: 1, maxLength: 4 }), (members) => {
        const whole = asOne(members);
        expect(whole[0]?.fromMs).toBe(0);
        expect(whole.at(-1)?.toMs).toBe(LENGTH);
        for (const [i, { fromMs, toMs }] of whole.entries()) {
          expect(fromMs).toBeLessThan(toMs);
          if (i > 0) expect(fromMs).toBe(whole[i - 1]?.toMs);
        }
        for (let ms = 0; ms < LENGTH; ms++) {
          const each = members.map((member) => at(member, ms));
          const reading = at(whole, ms);
          expect(isAround(reading)).toBe(each.some(isAround));
          expect(reading === "unknown").toBe(each.every((one) => one === "unknown"));
          expect(reading).toBe(PRESENCE_ORDER.find((one) => each.includes(one)));
        }
      }),
      { seed: 42 },
    );
  });

  test("is the same in whatever order the contacts come, and when one of them comes twice", () => {
    fc.assert(
      fc.property(fc.array(timeline, { minLength: 1, maxLength: 4 }), (members) => {
        expect(asOne(members.toReversed())).toEqual(asOne(members));
        expect(asOne([...members, members[0] as Stretch[]])).toEqual(asOne(members));
      }),
      { seed: 43 },
    );
  });

  test("goes on being around where one contact comes before the other goes", () => {
    const first = [stretch(0, 10, "offline", "start"), stretch(10, 30, "available"), stretch(30, 50, "offline", "end")];
    const second = [
      stretch(0, 20, "offline", "start"),
      stretch(20, 40, "available"),
      stretch(40, 50, "offline", "end"),
    ];
    expect(asOne([first, second])).toEqual([
      stretch(0, 10, "offline", "start"),
      stretch(10, 40, "available"),
      stretch(40, 50, "offline", "end"),
    ]);
  });

  test("was not seen to go when the contact that was around was lost from sight", () => {
    const lost = [stretch(0, 10, "available", "start end"), stretch(10, 20, "unknown")];
    const away = [stretch(0, 20, "offline", "start end")];
    expect(asOne([lost, away])).toEqual([
      stretch(0, 10, "available", "start end"),
      stretch(10, 20, "offline", "start end"),
    ]);
  });

  test("was seen to come, though another contact of theirs was not looked at before", () => {
    const late = [stretch(0, 10, "unknown"), stretch(10, 20, "offline", "start end")];
    const comes = [stretch(0, 10, "offline", "start"), stretch(10, 20, "busy", "end")];
    expect(asOne([late, comes])).toEqual([stretch(0, 10, "offline", "start"), stretch(10, 20, "busy", "end")]);
  });
});
