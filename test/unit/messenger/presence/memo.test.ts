import { expect, test } from "vitest";
import { remembering } from "../../../../collector/network/messenger/presence/memo.ts";

/** How often each of the words was read, in the order in which they were said. */
function readings(words: readonly string[], from: "first" | "second"): number[] {
  let reads = 0;
  const read = remembering((word) => {
    reads++;
    return word.toUpperCase();
  }, from);
  return words.map((word) => {
    const before = reads;
    expect(read(word)).toBe(word.toUpperCase());
    return reads - before;
  });
}

test("a word that comes again is not read again", () => {
  expect(readings(["a", "b", "a", "b", "a"], "first")).toEqual([1, 1, 0, 0, 0]);
});

test("of words that most say once, only those are kept that come a second time", () => {
  expect(readings(["hello", "hullo", "hello", "hello", "hullo", "hullo"], "second")).toEqual([1, 1, 1, 0, 1, 0]);
});

test("a long word is read each time, and thousands of words are forgotten but read rightly", () => {
  const long = "x".repeat(601);
  expect(readings([long, long], "first")).toEqual([1, 1]);
  const many = Array.from({ length: 5_000 }, (_, n) => `word ${n}`);
  for (const from of ["first", "second"] as const) expect(readings([...many, ...many], from)).toContain(1);
});
