import { EventEmitter } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { StartWriter } from "../../../collector/recorder/journal.ts";
import type { FromWriter } from "../../../collector/recorder/writer-side.ts";
import { Collector } from "../../../collector/supervise/collector.ts";
import { openForWriting } from "../../../db/open.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { writerLine } from "../../simulate/writer-line.ts";

test("while the disk refuses it is told each minute how much waits, and in the end how much had", async () => {
  const { collector, clock, disk, said } = await startOnFullDisk();
  // The first heartbeat is refused; the others wait behind it.
  await clock.advance(130_000);
  disk.refuses = false;
  await clock.advance(5_000);
  expect(said).toEqual([
    "error the disk is full; what is heard waits in memory, and is written as soon as it can be",
    "warn still nothing can be written; 3 facts wait in memory",
    "warn still nothing can be written; 5 facts wait in memory",
    "info the database can be written to again; nothing was lost, 5 facts had waited",
  ]);
  await collector.stop("stopped");
});

test("a collector that stops while the disk refuses says what is not recorded, and then is silent", async () => {
  const { collector, clock, said } = await startOnFullDisk();
  await clock.advance(5_000);
  const stopped = collector.stop("stopped");
  await clock.advance(10_000);
  await stopped;
  await clock.advance(300_000);
  expect(said).toEqual([
    "error the disk is full; what is heard waits in memory, and is written as soon as it can be",
    "error stopping although the disk refuses: the last 1 facts are not recorded, their time is unknown",
  ]);
  expect(clock.timers, "a timer keeps the process alive").toBe(0);
});

/** A collector without an account, whose heartbeat is all that there is to write. */
async function startOnFullDisk() {
  const folder = tempFolder();
  const databasePath = join(folder, "rollcall.db");
  openForWriting(databasePath).close();
  const clock = new TestClock();
  const disk = { refuses: true };
  const said: string[] = [];
  const collector = await Collector.start({
    folder,
    databasePath,
    clock,
    networks: {},
    version: "0.0.0-test",
    say: (level, message) => said.push(`${level} ${message}`),
    startWriter: writerOn(disk),
  });
  return { collector, clock, disk, said };
}

function writerOn(disk: { refuses: boolean }): StartWriter {
  return () => {
    const line = new EventEmitter();
    const say = (message: FromWriter) => queueMicrotask(() => line.emit("message", message));
    say({ kind: "ready" });
    return writerLine(line, (message) => {
      if (message.kind === "end") queueMicrotask(() => line.emit("exit"));
      if (message.kind !== "append") return;
      say(disk.refuses ? { kind: "failed", message: "the disk is full" } : { kind: "committed", lastSeq: 0 });
    });
  };
}
