import fc from "fast-check";
import { expect, test } from "vitest";
import { matches } from "../../../db/keep/patterns.ts";

test.each([
  ["*@corp.example", "bob@corp.example", true],
  ["*@corp.example", "bob@corp.example.org", false],
  ["*@corp.example", "bob@eu.corp.example", false],
  ["*@*corp.example", "bob@eu.corp.example", true],
  ["b?b@x.org", "bob@x.org", true],
  ["b?b@x.org", "boob@x.org", false],
  ["bob@x.org", "bob@x.org", true],
  ["*", "bob@x.org", true],
  ["b*b*@*", "bob@x.org", true],
  // A dot is a dot.
  ["bob@x.org", "bob@xxorg", false],
])("%s matches %s: %s", (pattern, address, isMatch) => {
  expect(matches(pattern, address)).toBe(isMatch);
});

test("any pattern matches as the regular expression that it stands for", () => {
  const text = (letters: string) => fc.array(fc.constantFrom(...letters), { maxLength: 12 }).map((all) => all.join(""));
  fc.assert(
    fc.property(text("ab*?"), text("ab"), (pattern, address) => {
      const expression = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      expect(matches(pattern, address)).toBe(expression.test(address));
    }),
    { seed: 45, numRuns: 2_000 },
  );
});

test("a pattern of many stars is answered at once", () => {
  const startMs = performance.now();
  expect(matches(`${"*a".repeat(60)}b`, "a".repeat(120))).toBe(false);
  expect(performance.now() - startMs).toBeLessThan(100);
});
