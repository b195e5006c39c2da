import { join } from "node:path";
import { expect, test } from "vitest";
import { checkHistory } from "../../../db/check/check.ts";
import { openForWriting } from "../../../db/open.ts";
import { factsOf, fill } from "../../bench/history/fill.ts";
import { DAY_MS, type World } from "../../bench/history/world.ts";
import { makeFolder } from "../../helpers/collector-fixture.ts";

const LAST_MIDNIGHT_MS = Date.UTC(2026, 10, 19);
const WORLD: World = {
  name: "test",
  seed: "rollcall",
  accounts: 3,
  contacts: 12,
  fromMs: LAST_MIDNIGHT_MS - 30 * DAY_MS,
  toMs: LAST_MIDNIGHT_MS + 15 * 3_600_000,
};

test("a made-up history keeps the rules of a recorded one, and has about twenty changes a day of each contact", () => {
  using folder = makeFolder();
  const db = openForWriting(join(folder.path, "rollcall.db"));
  fill(db, WORLD, () => undefined);
  expect([...checkHistory(db, { nowMs: WORLD.toMs, isFull: true })]).toEqual([]);
  const changes = db.prepare("SELECT count(*) FROM event WHERE origin = 1").pluck().get() as number;
  expect(changes / (WORLD.accounts * WORLD.contacts * 30.6)).toBeGreaterThan(17);
  expect(changes / (WORLD.accounts * WORLD.contacts * 30.6)).toBeLessThan(22);
  const ends = db.prepare("SELECT count(*) FROM coverage WHERE end_reason IS NOT NULL").pluck().get() as number;
  expect(ends, "nobody was ever out").toBeGreaterThan(3);
  db.close();
});

test("the same seed tells the same facts, and a shorter world ends as the longer one does", () => {
  const changes = (world: World) =>
    [...factsOf(world)].flatMap(({ facts }) => facts).filter(({ kind }) => kind === "change");
  const all = changes(WORLD);
  expect(changes(WORLD)).toEqual(all);
  const lateMs = LAST_MIDNIGHT_MS - 10 * DAY_MS;
  const late = (facts: ReturnType<typeof changes>) =>
    facts.filter((fact) => fact.kind === "change" && fact.atMs > lateMs + 3 * DAY_MS);
  expect(late(changes({ ...WORLD, fromMs: lateMs }))).toEqual(late(all));
});
