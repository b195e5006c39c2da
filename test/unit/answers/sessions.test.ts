import { describe, expect, test } from "vitest";
import { type Session, sessionsIn } from "../../../db/answers/sessions.ts";
import { Stretches } from "../../../db/answers/stretches.ts";
import type { Reading } from "../../../db/status.ts";

/** Each lasts so long; a word in capitals beside it says what is censored. */
function told(...parts: [status: Reading, lasts: number, censored?: string][]): Stretches {
  let atMs = 0;
  const stretches = parts.map(([status, lasts, censored = ""]) => {
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
  return Stretches.from(stretches);
}

const bounds = (sessions: readonly Session[]) => sessions.map(({ fromMs, toMs }) => [fromMs, toMs]);

describe("sessions", () => {
  test("reach from coming to going, whatever the status in between", () => {
    const day = told(["offline", 10], ["available", 5], ["busy", 5], ["offline", 10], ["idle", 1], ["offline", 1]);
    expect(sessionsIn(day)).toEqual([
      { fromMs: 10, toMs: 20, startCensored: false, endCensored: false, aroundMs: 10, flaps: 0 },
      { fromMs: 30, toMs: 31, startCensored: false, endCensored: false, aroundMs: 1, flaps: 0 },
    ]);
  });

  test("say at which end they were not seen to begin or to end", () => {
    const day = told(
      ["available", 5, "start"],
      ["away", 5, "end"],
      ["unknown", 3],
      ["away", 5, "start"],
      ["offline", 5],
    );
    expect(sessionsIn(day)).toMatchObject([
      { fromMs: 0, toMs: 10, startCensored: true, endCensored: true },
      { fromMs: 13, toMs: 18, startCensored: true, endCensored: false },
    ]);
  });

  test("bridge flaps shorter than asked, and count them apart from the time around", () => {
    const day = told(["available", 10], ["offline", 4], ["available", 10], ["offline", 5], ["away", 10, "end"]);
    expect(bounds(sessionsIn(day))).toEqual([
      [0, 10],
      [14, 24],
      [29, 39],
    ]);
    expect(sessionsIn(day, 5)).toMatchObject([
      { fromMs: 0, toMs: 24, aroundMs: 20, flaps: 1, endCensored: false },
      { fromMs: 29, toMs: 39, aroundMs: 10, flaps: 0, endCensored: true },
    ]);
    expect(sessionsIn(day, 6)).toMatchObject([{ fromMs: 0, toMs: 39, aroundMs: 30, flaps: 2, endCensored: true }]);
  });

  test("measure a flap as a whole, also where it is in pieces", () => {
    const day = told(["available", 10], ["offline", 4, "end"], ["offline", 4, "start"], ["available", 10]);
    expect(sessionsIn(day, 8)).toHaveLength(2);
    expect(sessionsIn(day, 9)).toHaveLength(1);
  });

  test("never bridge time that nobody observed, however short", () => {
    const gap = told(["available", 10, "end"], ["unknown", 1], ["available", 10, "start"]);
    expect(sessionsIn(gap, 1_000_000)).toHaveLength(2);
    const mixed = told(["available", 10], ["offline", 1], ["unknown", 1], ["offline", 1], ["available", 10]);
    expect(sessionsIn(mixed, 1_000_000)).toHaveLength(2);
  });

  test("of somebody who was never around are none, and a negative flap is refused", () => {
    expect(sessionsIn(told(["offline", 10], ["unknown", 10]), 100)).toEqual([]);
    expect(() => sessionsIn(new Stretches(), -1)).toThrow("0 bridges none");
  });
});
