import { expect, test } from "vitest";
import { spansOf } from "../../../db/history/spans.ts";
import { forgetParams } from "../../../db/keep/forget.ts";
import { askFor, carryOut } from "../../../db/keep/requests.ts";
import { LeftOut } from "../../../db/record/left-out.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { ACCOUNT, Story } from "../db/story.ts";

const START = Date.UTC(2026, 3, 1, 8);
const HOUR_MS = 3_600_000;

async function ask(story: Story, kind: string, params: Record<string, unknown>, nowMs: number): Promise<void> {
  const answered = await carryOut(story.db, askFor(story.db, kind, params, nowMs), nowMs);
  expect(answered.state, JSON.stringify(answered.answer)).toBe("done");
  story.heed();
}

test("a pause or a pattern under a clock that has gone back takes nothing away of what is recorded", async () => {
  const story = new Story(START);
  story.roster(START, "bob", "kai");
  story.open(START, ["bob", "kai"], { bob: "busy", kai: "busy" });
  story.close(START + HOUR_MS, "clock-jump");
  const known = () =>
    Promise.all(["bob", "kai"].map((name) => spansOf(story.db, story.contactId(name), START, START + 2 * HOUR_MS)));
  const before = await known();
  await ask(story, "pause", { contactId: story.contactId("bob") }, START - 5 * HOUR_MS);
  await ask(story, "exclude", { pattern: "kai@example.com" }, START - 5 * HOUR_MS);
  expect(await known()).toEqual(before);
});

test("what was said before a pattern was taken back stays out, though it is written after that", async () => {
  const story = new Story(START);
  story.roster(START, "bob");
  story.open(START, ["bob"], { bob: "busy" });
  await ask(story, "exclude", { pattern: "b*@example.com" }, START + 1_000);
  await ask(story, "include", { pattern: "b*@example.com" }, START + 9_000);
  story.change(START + 8_000, "bob", "away");
  story.change(START + 10_000, "bob", "idle");
  expect(story.rows(`SELECT at_ms - ${START} AS ms, status FROM event ORDER BY seq`)).toEqual([
    { ms: 0, status: 7 },
    { ms: 10_000, status: 2 },
  ]);
});

test("a pattern that named somebody is forgotten with the person, also when it had been taken back", async () => {
  const story = new Story(START);
  story.roster(START, "bob");
  await ask(story, "exclude", { pattern: "bob@example.com" }, START + 1_000);
  await ask(story, "include", { pattern: "bob@example.com" }, START + 9_000);
  await ask(story, "forget", forgetParams(story.db, story.contactId("bob")), START + 10_000);
  expect(story.rows("SELECT value FROM setting WHERE value LIKE '%bob%'")).toEqual([]);
});

test("an address that was excluded stays out on every account when it is forgotten on one, until it is included", async () => {
  const story = new Story(START);
  putAccount(story.db, { ...ACCOUNT, address: "other@example.com" }, Buffer.from("sealed"), START);
  const other = story.db.prepare("SELECT id FROM account WHERE address = 'other@example.com'").pluck().get() as number;
  const isBarred = (accountId: number, address = "bob@example.com") =>
    new LeftOut(story.db).isBarred(accountId, address);
  story.roster(START, "bob");
  await ask(story, "exclude", { pattern: "bob@example.com" }, START + 1_000);
  await ask(story, "forget", forgetParams(story.db, story.contactId("bob")), START + 10_000);
  expect(isBarred(other)).toBe(true);
  expect(isBarred(other, "kai@example.com")).toBe(false);
  expect(story.rows("SELECT value FROM setting WHERE value LIKE '%bob%'")).toEqual([]);
  await ask(story, "include", { pattern: "bob@example.com" }, START + 20_000);
  expect(isBarred(other)).toBe(false);
  expect(new LeftOut(story.db).wasExcluded("bob@example.com", START + 15_000)).toBe(true);
  expect(isBarred(story.accountId)).toBe(true);
});
