/**
 * The collector in a process of its own: `node ingest.ts ASKED`, in JSON. It signs in to a server that then sends
 * changes, tells its parent when it has, and in the end how long the changes took from their bytes to the disk.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { systemClock } from "../../../collector/clock.ts";
import { messenger } from "../../../collector/network/messenger.ts";
import { Collector } from "../../../collector/supervise/collector.ts";
import { putAccounts } from "../../helpers/collector-fixture.ts";
import { withoutPasswords } from "./passwords.ts";

export interface IngestAsked {
  /** The data folder; it may have a history already. */
  folder: string;
  port: number;
  changes: number;
  /** Threads that ask the fleet's questions meanwhile. */
  readers: number;
}

export interface Ingested {
  /** From the first change's bytes to the last one's commit. */
  tookMs: number;
  /** From each change's bytes to its commit. */
  latenciesMs: number[];
  walBytes: { most: number; atEnd: number };
  /** How many questions the readers had answered. */
  answered: number;
}

const { folder, port, changes, readers } = JSON.parse(process.argv[2] ?? "{}") as IngestAsked;
const databasePath = join(folder, "rollcall.db");
const walPath = `${databasePath}-wal`;
withoutPasswords(databasePath);
await putAccounts(databasePath, folder, [{ port }], Date.now());

const signedIn = Promise.withResolvers<void>();
const done = Promise.withResolvers<void>();
const latenciesMs: number[] = [];
let firstMs = Number.POSITIVE_INFINITY;
let lastMs = 0;
let mostWal = 0;

const collector = await Collector.start({
  folder,
  databasePath,
  clock: systemClock,
  networks: { messenger },
  version: "0.0.0-bench",
  say: (level, message) => level === "error" && console.error(message),
  onCommitted(facts) {
    const nowMs = Date.now();
    for (const fact of facts) {
      if (fact.kind === "coverage-open") signedIn.resolve();
      if (fact.kind !== "change" && fact.kind !== "watch-open") continue;
      firstMs = Math.min(firstMs, fact.atMs);
      lastMs = nowMs;
      latenciesMs.push(nowMs - fact.atMs);
    }
    mostWal = Math.max(mostWal, walBytes());
    if (latenciesMs.length >= changes) done.resolve();
  },
});
await signedIn.promise;
const threads = Array.from(
  { length: readers },
  () => new Worker(new URL("./reader-thread.ts", import.meta.url), { workerData: databasePath }),
);
process.send?.("signed in");
await done.promise;
const atEnd = walBytes();
const answered = await Promise.all(threads.map(stopReader));
await collector.stop("stopped");
process.send?.({
  tookMs: lastMs - firstMs,
  latenciesMs,
  walBytes: { most: mostWal, atEnd },
  answered: answered.reduce((sum, count) => sum + count, 0),
} satisfies Ingested);

function walBytes(): number {
  return statSync(walPath, { throwIfNoEntry: false })?.size ?? 0;
}

async function stopReader(thread: Worker): Promise<number> {
  const told = Promise.withResolvers<number>();
  thread.once("message", told.resolve);
  thread.once("error", told.reject);
  thread.postMessage("stop");
  const count = await told.promise;
  await thread.terminate();
  return count;
}
