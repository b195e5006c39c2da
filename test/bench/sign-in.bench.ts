/**
 * Signing in with 10,000 contacts, all of them there, from the first dial to the end of the snapshot, against the
 * sandbox in another process. Each figure is of a fresh process; what is compared runs in the same process after it.
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Recorded, record } from "./programs/download.ts";
import type { SignInAsked, SignInMemory, SignInTime } from "./programs/sign-in.ts";
import { cpuMsOf, endProgram, runProgram, startProgram } from "./programs/start.ts";
import { inSpread } from "./spread.ts";

const CONTACTS = 10_000;
const DIALECTS = ["MSNP7", "MSNP8", "MSNP11", "MSNP13", "MSNP18"];
const RUNS = 9;
const MEMORY_RUNS = 5;

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-bench-"));
  const world = JSON.stringify({ kind: "crowd", people: CONTACTS });
  const [network, { port, files }] = await startProgram<{ port: number; files: number }>("network", [world, folder]);
  try {
    console.log(`${CONTACTS} contacts, all there; each figure of ${RUNS} fresh processes (memory: ${MEMORY_RUNS})`);
    for (const dialect of DIALECTS) {
      const recorded = { port: files, ...(await record(dialect, port, folder)) };
      await measure({ dialect, port, recorded, network });
    }
  } finally {
    await endProgram(network);
    rmSync(folder, { recursive: true });
  }
}

interface Measured {
  dialect: string;
  port: number;
  recorded: Recorded;
  network: ChildProcess;
}

async function measure({ dialect, port, recorded, network }: Measured): Promise<void> {
  const ask = <T>(what: SignInAsked["what"]) =>
    runProgram<T>("sign-in", [JSON.stringify({ what, dialect, port, recorded } satisfies SignInAsked)]);
  const times = await repeat(RUNS, async () => {
    const beforeMs = await cpuMsOf(network);
    const time = await ask<SignInTime>("time");
    return { ...time, networkCpuMs: (await cpuMsOf(network)) - beforeMs };
  });
  const memories = await repeat(MEMORY_RUNS, () => ask<SignInMemory>("memory"));
  for (const { present } of times) if (present !== CONTACTS) throw new Error(`only ${present} were there`);

  const megabytes = memories.map(({ idle, peak, rest }) => ({
    peakRss: (peak.rss - idle.rss) / 1e6,
    peakHeap: (peak.heap - idle.heap) / 1e6,
    restRss: (rest.rss - idle.rss) / 1e6,
    restHeap: (rest.heap - idle.heap) / 1e6,
  }));
  console.log(`${dialect}, ${(recorded.bytes / 1e6).toFixed(1)} MB from the servers`);
  console.log(`  connect to snapshot   ${inSpread(times.map(({ signInMs }) => signInMs / 1000))} s`);
  console.log(`  this side's CPU time  ${inSpread(times.map(({ cpuMs }) => cpuMs / 1000))} s`);
  console.log(`  the sandbox's         ${inSpread(times.map(({ networkCpuMs }) => networkCpuMs / 1000))} s`);
  console.log(`  merely downloading    ${inSpread(times.map(({ downloadMs }) => downloadMs / 1000))} s`);
  console.log(
    `  as many times that    ${inSpread(
      times.map(({ signInMs, downloadMs }) => signInMs / downloadMs),
      1,
    )}`,
  );
  console.log(
    `  above idle, at most   ${inSpread(
      megabytes.map(({ peakRss }) => peakRss),
      0,
    )} MB RSS`,
  );
  console.log(
    `                        ${inSpread(
      megabytes.map(({ peakHeap }) => peakHeap),
      0,
    )} MB heap with garbage`,
  );
  console.log(
    `  above idle, at rest   ${inSpread(
      megabytes.map(({ restRss }) => restRss),
      0,
    )} MB RSS`,
  );
  console.log(
    `                        ${inSpread(
      megabytes.map(({ restHeap }) => restHeap),
      0,
    )} MB heap`,
  );
}

async function repeat<T>(times: number, work: () => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let n = 0; n < times; n++) done.push(await work());
  return done;
}
