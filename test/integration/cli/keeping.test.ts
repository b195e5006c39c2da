/** Wishes about the history, with the processes that a user runs: the collector that records, and commands beside it. */
import { expect, test } from "vitest";
import { lockDataFolder } from "../../../db/lock.ts";
import { openForWriting } from "../../../db/open.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import type { Peer } from "../../helpers/raw-server.ts";
import { actAsMessenger } from "../../helpers/raw-server.ts";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { until } from "../../helpers/test-clock.ts";
import { FRIEND, placeAt, recorded, rows, serverThat } from "./place.ts";

const OTHER = "other@example.com";

/** A collector that watches two people, and what it hears of them. */
async function watching() {
  let peer: Peer | undefined;
  const server = await serverThat((one) => {
    peer = one;
    actAsMessenger(one, { contacts: [FRIEND, OTHER], present: [`NLN ${FRIEND} ${FRIEND}`] });
  });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching$/);
  await until(() => recorded(here).length === 1, "the first snapshot");
  const hear = async (address: string, word: string) => {
    const before = rows(here, "SELECT seq FROM event").length;
    peer?.say(word === "FLN" ? `FLN ${address}` : `NLN ${word} ${address} ${address}`);
    await until(() => rows(here, "SELECT seq FROM event").length > before, `${word} of ${address}`);
  };
  const run = (...args: string[]) => runCli(args, { data: here.data });
  return { here, collector, hear, run, say: (...lines: string[]) => peer?.say(...lines) };
}

test("somebody is paused, resumed and forgotten while the collector runs", async () => {
  const { here, hear, run, say } = await watching();
  expect(await run("pause", FRIEND)).toEqual({
    code: 0,
    out: `${FRIEND} (on me@example.com) is paused: nothing is recorded, and that time is unknown.\n`,
    err: [],
  });
  say(`NLN BSY ${FRIEND} ${FRIEND}`);
  await hear(OTHER, "NLN");
  expect(recorded(here)).toEqual(["available"]);
  expect((await run("resume", FRIEND)).code).toBe(0);
  await hear(FRIEND, "AWY");
  expect(recorded(here)).toEqual(["available", "away"]);

  expect((await run("forget", FRIEND)).err).toEqual([
    "rollcall: there is no terminal to ask whether you are sure at: say so with --yes",
  ]);
  const forgotten = await run("forget", FRIEND, "--yes");
  expect(forgotten.code).toBe(0);
  expect(forgotten.out).toMatch(/^Forgotten: friend@example\.com \(on me@example\.com\), 2 events\.$/m);
  expect(recorded(here)).toEqual([]);
  expect(rows(here, "SELECT 1 FROM contact WHERE address = ?", FRIEND)).toEqual([]);
  // The collector goes on without them, and does not begin again.
  say(`NLN NLN ${FRIEND} ${FRIEND}`);
  await hear(OTHER, "BSY");
  expect(rows(here, "SELECT 1 FROM contact WHERE address = ?", FRIEND)).toEqual([]);
});

test("what is excluded is stored no more, and what retention says holds for all", async () => {
  const { here, hear, run, say } = await watching();
  const excluded = await run("exclude", "add", "OTHER@*");
  expect(excluded).toMatchObject({ code: 0, err: [] });
  expect(excluded.out).toMatch(/^From now on nothing is stored about other@\*\.$/m);
  say(`NLN NLN ${OTHER} ${OTHER}`);
  await hear(FRIEND, "BSY");
  expect(recorded(here, OTHER)).toEqual([]);
  expect((await run("exclude", "list")).out).toBe("other@*\n");

  const kept = await run("retention", "30");
  expect(kept).toEqual({
    code: 0,
    out: "Raw events are kept for 30 days. None was older.\n",
    err: [],
  });
  expect((await run("retention")).out).toBe("Raw events are kept for 30 days.\n");
  expect((await run("retention", "0")).code).toBe(2);
});

test("a backup is made and the history is checked while the collector runs; making rollups anew waits for its end", async () => {
  const { collector, hear, run } = await watching();
  await hear(FRIEND, "BSY");
  const backup = await run("backup");
  expect(backup).toMatchObject({ code: 0, err: [] });
  expect(backup.out).toMatch(/, \d+\.\d MB, verified$/m);
  expect((await run("db", "check", "--full")).out).toMatch(/: all is as it should be$/m);
  const rebuild = await run("db", "rebuild");
  expect(rebuild.code).toBe(3);
  expect(rebuild.err.join()).toMatch(new RegExp(`another collector \\(process ${collector.pid} since`));
});

test("a collector that lives and cannot write is told from one that is not running", async () => {
  const server = await serverThat({ contacts: [FRIEND] });
  const here = await placeAt(server.port);
  // As it looks from outside: its process is there and holds the lock, and its last heartbeat is old.
  const lock = lockDataFolder(here.data, Date.now());
  const db = openForWriting(here.databasePath);
  new HistoryWriter(db, Date.now() - 600_000, "0.0.0-test");
  db.close();
  const { out } = await runCli(["status"], { data: here.data });
  expect(out).toMatch(
    new RegExp(
      `^collector {2}NOT WRITING for 10 min: process ${process.pid} seems to run, but nothing it hears reaches the disk`,
      "m",
    ),
  );
  lock.release();
});
