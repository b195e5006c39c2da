import { describe, expect, test } from "vitest";
import { Attempts, type Limits } from "../../../dashboard/gate/attempts.ts";

const LIMITS: Limits = {
  each: { free: 3, firstWaitMs: 1_000, longestWaitMs: 8_000, forgetMs: 60_000 },
  all: { free: 20, firstWaitMs: 500, longestWaitMs: 2_000, forgetMs: 60_000 },
  mostAddresses: 100,
};

describe("wrong passwords", () => {
  test("cost nothing at first, then ever more, and never more than the longest wait", () => {
    const attempts = new Attempts(LIMITS);
    let nowMs = 1_000_000;
    const waits: number[] = [];
    for (let mistakes = 0; mistakes < 8; mistakes++) {
      expect(attempts.begin("192.0.2.1", nowMs)).toBe(0);
      const waitMs = attempts.begin("192.0.2.1", nowMs);
      if (waitMs > 0) waits.push(waitMs);
      else expect(mistakes).toBeLessThan(2);
      // The last millisecond still counts.
      if (waitMs > 0) expect(attempts.begin("192.0.2.1", nowMs + waitMs - 1)).toBe(1);
      nowMs += waitMs;
      if (mistakes === 0) attempts.succeeded("192.0.2.1");
    }
    expect(waits.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  test("many at once get no further than one after another", () => {
    const attempts = new Attempts(LIMITS);
    const answers = Array.from({ length: 50 }, () => attempts.begin("192.0.2.1", 5));
    expect(answers.filter((waitMs) => waitMs === 0)).toHaveLength(3);
  });

  test("of one address do not hold up another", () => {
    const attempts = new Attempts(LIMITS);
    for (let mistakes = 0; mistakes < 3; mistakes++) attempts.begin("192.0.2.1", 5);
    expect(attempts.begin("192.0.2.1", 5)).toBeGreaterThan(0);
    expect(attempts.begin("192.0.2.2", 5)).toBe(0);
  });

  test("of one network of IPv6 are those of one machine, however they are written", () => {
    const attempts = new Attempts(LIMITS);
    for (const address of ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:0DB8:0:1:0:0:0:3"])
      expect(attempts.begin(address, 5)).toBe(0);
    expect(attempts.begin("2001:db8:0:1:1:2:3:4", 5)).toBeGreaterThan(0);
    expect(attempts.begin("2001:db8:0:2::1", 5)).toBe(0);
  });

  test("of many machines together are slowed, too, but not for long", () => {
    const attempts = new Attempts(LIMITS);
    const waits = Array.from({ length: 40 }, (_, index) => attempts.begin(`192.0.2.${index}`, 5));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(20);
    expect(Math.max(...waits)).toBe(500);
    expect(attempts.begin("198.51.100.1", 505)).toBe(0);
  });

  test("are forgotten when the right one was given, and after a while", () => {
    const attempts = new Attempts(LIMITS);
    for (let mistakes = 0; mistakes < 3; mistakes++) attempts.begin("192.0.2.1", 5);
    attempts.succeeded("192.0.2.1");
    expect(attempts.begin("192.0.2.1", 5)).toBe(0);
    const later = new Attempts(LIMITS);
    for (let mistakes = 0; mistakes < 3; mistakes++) later.begin("192.0.2.1", 5);
    expect(later.begin("192.0.2.1", 60_005)).toBe(0);
    expect(later.begin("192.0.2.1", 60_005)).toBe(0);
  });

  test("do not hold anybody up when the clock goes back", () => {
    const attempts = new Attempts(LIMITS);
    for (let mistakes = 0; mistakes < 3; mistakes++) attempts.begin("192.0.2.1", 1_000_000);
    expect(attempts.begin("192.0.2.1", 5)).toBe(0);
  });
});
