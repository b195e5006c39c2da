import { expect, test } from "vitest";
import { type DialectFailure, dialectsAfter } from "../../../collector/network/messenger/dialect-ladder.ts";
import { DIALECTS, dialectNamed } from "../../../collector/network/messenger/dialects.ts";

function after(name: string, failure: Omit<DialectFailure, "dialect">): number[] {
  const dialect = dialectNamed(name) ?? expect.unreachable();
  return dialectsAfter(DIALECTS, { dialect, ...failure }).map(({ number }) => number);
}

test("what shares the failed way of signing in is skipped", () => {
  expect(after("MSNP18", { part: "identity" })[0]).toBe(14);
  expect(after("MSNP14", { part: "identity" })[0]).toBe(11);
  expect(after("MSNP11", { part: "identity" })[0]).toBe(7);
  expect(after("MSNP7", { part: "identity" })).toEqual([]);
});

test("what needs the failed service is skipped, whatever it is needed for", () => {
  expect(after("MSNP18", { part: "identity", service: "rst" })[0]).toBe(11);
  expect(after("MSNP18", { part: "lists", service: "addressBook" })[0]).toBe(12);
  expect(after("MSNP14", { part: "lists", service: "sharing" })[0]).toBe(12);
  expect(after("MSNP9", { part: "identity", service: "nexus" })[0]).toBe(7);
});

test("a refused status is tried with other lists or another sign-in", () => {
  expect(after("MSNP18", { part: "status" })[0]).toBe(14);
  expect(after("MSNP12", { part: "status" })[0]).toBe(11);
});

test("nothing newer is ever offered after something older has failed", () => {
  for (const { name, number } of DIALECTS) {
    for (const part of ["identity", "lists", "status"] as const) {
      expect(after(name, { part }).every((other) => other < number)).toBe(true);
    }
  }
});
