import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LONGEST_OUTAGE_MS, type MassChange, outagesIn, withoutOutages } from "../../../db/answers/mass-changes.ts";
import { Stretches } from "../../../db/answers/stretches.ts";
import type { Stretch } from "../../../db/rollup/timeline.ts";
import type { Reading } from "../../../db/status.ts";

function change(way: "gone" | "came", fromMs: number, toMs: number): MassChange {
  return { fromMs, toMs, way, contacts: 9, ofContacts: 10 };
}

/** Each lasts so long; a word says what is censored. */
function told(...parts: [status: Reading, lasts: number, censored?: string][]): Stretch[] {
  let atMs = 0;
  return parts.map(([status, lasts, censored = ""]) => {
    const fromMs = atMs;
    atMs += lasts;
    return {
      fromMs,
      toMs: atMs,
      status,
      startCensored: censored.includes("start"),
      endCensored: censored.includes("end"),
    };
  });
}

function left(stretches: Stretch[], ...changes: MassChange[]): Stretch[] {
  return [...withoutOutages(Stretches.from(stretches), outagesIn(changes))];
}

describe("an outage", () => {
  test("is from a crowd's going to its coming, within the hour", () => {
    expect(outagesIn([change("gone", 10, 12), change("came", 30, 35)])).toEqual([{ fromMs: 10, goneMs: 12, toMs: 35 }]);
    expect(outagesIn([change("gone", 10, 12)])).toEqual([]);
    expect(outagesIn([change("came", 10, 12)])).toEqual([]);
    const late = 10 + LONGEST_OUTAGE_MS;
    expect(outagesIn([change("gone", 10, 12), change("came", 30, late)])).toHaveLength(1);
    expect(outagesIn([change("gone", 10, 12), change("came", 30, late + 1)])).toEqual([]);
  });

  test("may go and come in several bursts", () => {
    const bursts = [change("gone", 10, 12), change("gone", 20, 25), change("came", 30, 31), change("came", 40, 41)];
    expect(outagesIn([...bursts, change("gone", 50, 51), change("came", 60, 61)])).toEqual([
      { fromMs: 10, goneMs: 12, toMs: 41 },
      { fromMs: 20, goneMs: 25, toMs: 41 },
      { fromMs: 50, goneMs: 51, toMs: 61 },
    ]);
  });
});

describe("left out", () => {
  const outage = [change("gone", 100, 110), change("came", 200, 210)] as const;

  test("is who went with the crowd, until they came again: neither was seen", () => {
    const day = told(["available", 105], ["offline", 97], ["away", 100, "end"]);
    expect(left(day, ...outage)).toEqual(told(["available", 105, "end"], ["unknown", 97], ["away", 100, "start end"]));
  });

  test("is no more than until the crowd was back: who is offline then, is", () => {
    const day = told(["available", 105], ["offline", 500], ["away", 100]);
    expect(left(day, ...outage)).toEqual(
      told(["available", 105, "end"], ["unknown", 105], ["offline", 395, "start"], ["away", 100]),
    );
  });

  test("is nobody who went before or after, who was offline, or who only changed", () => {
    for (const day of [
      told(["available", 99], ["offline", 300]),
      told(["available", 111], ["offline", 300]),
      told(["offline", 105, "start end"], ["offline", 195, "start"]),
      told(["available", 105], ["away", 300]),
    ]) {
      expect(left(day, ...outage)).toEqual(day);
    }
  });

  test("changes nothing without an outage, and never makes more known than there was", () => {
    const stretches = fc
      .array(
        fc.record({
          status: fc.constantFrom<Reading>("available", "busy", "offline", "unknown"),
          lasts: fc.integer({ min: 1, max: 20 }),
          censored: fc.constantFrom("", "start", "end", "start end"),
        }),
        { minLength: 1, maxLength: 40 },
      )
      .map((parts) =>
        told(
          ...parts.map(
            ({ status, lasts, censored }) =>
              [status, lasts, status === "unknown" ? "" : censored] as [Reading, number, string],
          ),
        ),
      );
    const changes = fc
      .array(fc.tuple(fc.constantFrom("gone" as const, "came" as const), fc.nat(8), fc.nat(30)), { maxLength: 12 })
      .map((parts) => {
        let atMs = 0;
        return parts.map(([way, lasts, pause]) => {
          const fromMs = atMs + pause + 1;
          atMs = fromMs + lasts;
          return change(way, fromMs, atMs);
        });
      });
    fc.assert(
      fc.property(stretches, changes, (day, crowd) => {
        const rest = left(day, ...crowd);
        expect(rest[0]?.fromMs).toBe(0);
        expect(rest.at(-1)?.toMs).toBe(day.at(-1)?.toMs);
        for (const { fromMs, toMs, status } of rest) {
          if (status === "unknown") continue;
          expect(day.filter((one) => one.fromMs < toMs && one.toMs > fromMs).map((one) => one.status)).toEqual([
            status,
          ]);
        }
        for (const one of day) {
          if (one.status === "offline") continue;
          expect(
            rest.some((each) => each.status === one.status && each.fromMs <= one.fromMs && one.toMs <= each.toMs),
          ).toBe(true);
        }
        expect(left(day)).toEqual(day);
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});
