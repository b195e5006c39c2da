import { expect, test } from "vitest";
import { Pings } from "../../../../collector/network/messenger/net/pings.ts";

test("answers come in the order of the questions, and one too many answers nothing", () => {
  const pings = new Pings();
  expect([pings.send(), pings.send()]).toEqual([1, 2]);
  expect([pings.answer(), pings.answer(), pings.answer()]).toEqual([1, 2, undefined]);
});

test("on a new line, what was asked on the old one is never answered", () => {
  const pings = new Pings();
  pings.send();
  pings.restart();
  expect(pings.answer()).toBeUndefined();
  expect([pings.send(), pings.answer()]).toEqual([2, 2]);
});

test("a ping that found no line has a number that no answer carries", () => {
  const pings = new Pings();
  expect([pings.sendNowhere(), pings.answer()]).toEqual([1, undefined]);
  expect([pings.send(), pings.answer()]).toEqual([2, 2]);
});
