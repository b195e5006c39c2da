import { expect, test } from "vitest";
import { Gate } from "../../../collector/supervise/gate.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";

test("four are in at once, the next comes when one leaves, and leaving twice makes room for one alone", async () => {
  const gate = new Gate(new TestClock());
  const leaves: (() => void)[] = [];
  for (let n = 0; n < 8; n++) void gate.enter().then((leave) => leaves.push(leave));
  await settle();
  expect(leaves).toHaveLength(4);
  leaves[0]?.();
  leaves[0]?.();
  await settle();
  expect(leaves).toHaveLength(5);
  for (let n = 0; n < leaves.length; n++) {
    leaves[n]?.();
    await settle();
  }
  expect(leaves).toHaveLength(8);
  // All have left: four may come again at once.
  for (let n = 0; n < 5; n++) void gate.enter().then((leave) => leaves.push(leave));
  await settle();
  expect(leaves).toHaveLength(12);
  for (const leave of leaves) leave();
  await settle();
  leaves.at(-1)?.();
});

test("whoever takes long makes room after ten seconds", async () => {
  const clock = new TestClock();
  const gate = new Gate(clock);
  let inside = 0;
  for (let n = 0; n < 6; n++) void gate.enter().then(() => inside++);
  await settle();
  expect(inside).toBe(4);
  await clock.advance(9_999);
  expect(inside).toBe(4);
  await clock.advance(1);
  expect(inside).toBe(6);
  await clock.advance(10_000);
});
