import { expect, test } from "vitest";
import { Collector } from "../../../collector/supervise/collector.ts";
import { Upgrading } from "../../../collector/supervise/upgrading.ts";
import { olderHistory } from "../../helpers/older-history.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { TestClock } from "../../helpers/test-clock.ts";

const MIGRATING = { from: "1.3", to: "1.5", bytes: 4_600_000_000 };

test("a history that is being brought up to date is told of at once, every ten seconds, and when it is over", async () => {
  const clock = new TestClock();
  const said: string[] = [];
  let words = 0;
  const upgrading = new Upgrading({ clock, say: (_level, message) => said.push(message), onWord: () => words++ });
  upgrading.begin(MIGRATING);
  await clock.advance(20_000);
  upgrading.done();
  await clock.advance(60_000);
  expect(said).toEqual([
    "bringing the history up to date, from schema 1.3 to 1.5: first a backup of 4.6 GB, then the change; it is whole at every moment",
    "still bringing the history up to date, for 10 s so far",
    "still bringing the history up to date, for 20 s so far",
    "the history is up to date, after 20 s",
  ]);
  expect(words).toBe(3);
});

test("a collector that starts on an older history says that it brings it up to date", async () => {
  const folder = tempFolder();
  const databasePath = olderHistory("1.4", folder);
  const said: string[] = [];
  const collector = await Collector.start({
    folder,
    databasePath,
    clock: new TestClock(Date.UTC(2027, 0, 1)),
    networks: {},
    version: "0.0.0-test",
    say: (_level, message) => said.push(message),
  });
  await collector.stop("stopped");
  expect(said[0]).toMatch(/^bringing the history up to date, from schema 1\.4 to \d\.\d+: first a backup of \d+ MB/);
  expect(said[1]).toBe("the history is up to date, after 0 s");
});
