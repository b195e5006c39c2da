/**
 * What the collector costs as a service: memory and CPU time at rest with one account and 1,000 contacts, how long it takes
 * to end and to be back, how soon `status` answers; and a simulated year in which nothing may grow. `--small`: three weeks.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../collector/clock.ts";
import { openForReading } from "../../db/open.ts";
import { putAccounts } from "../helpers/collector-fixture.ts";
import { actAsMessenger, RawServer } from "../helpers/raw-server.ts";
import type { Look, SoakAsked, SoakTold } from "./programs/soak.ts";
import { runProgram } from "./programs/start.ts";
import { inSpread } from "./spread.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "collector", "rollcall.js");
const CONTACTS = 1_000;
const SETTLE_MS = 40_000;
const WATCH_MS = 60_000;
const RESTARTS = 5;
const QUESTIONS = 15;
/** Of the kernel's accounts of CPU time. */
const TICKS_A_SECOND = 100;

export async function run(words: readonly string[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-service-"));
  try {
    await atRest(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await soak(words.includes("--small") ? 21 : 365);
}

async function atRest(folder: string): Promise<void> {
  const addresses = Array.from({ length: CONTACTS }, (_, at) => `contact${at}@example.com`);
  const present = addresses.filter((_, at) => at % 3 > 0).map((address) => `NLN ${address} ${address}`);
  await using server = await RawServer.listen({
    clock: systemClock,
    serve: (peer) => actAsMessenger(peer, { contacts: addresses, present }),
  });
  const databasePath = join(folder, "rollcall.db");
  await putAccounts(databasePath, folder, [{ port: server.port }], Date.now());
  const process = collect(folder);
  await signedIn(process);
  await setTimeout(SETTLE_MS);
  const before = cpuSeconds(process);
  await setTimeout(WATCH_MS);
  const cpu = ((cpuSeconds(process) - before) / (WATCH_MS / 1000)) * 100;
  console.log(`one account, ${CONTACTS} contacts, at rest`);
  console.log(
    `  memory                ${memoryMb(process, "VmRSS").toFixed(0)} MB RSS (at most ${memoryMb(process, "VmHWM").toFixed(0)} so far), of it ${memoryMb(process, "RssAnon").toFixed(0)} MB its own`,
  );
  console.log(`  CPU time              ${cpu.toFixed(2)} % of a core`);
  const answers: number[] = [];
  for (let nth = 0; nth < QUESTIONS; nth++) answers.push(await statusMs(folder));
  console.log(`  status, whole process ${inSpread(answers, 0)} ms`);
  let last = process;
  const [ends, gaps]: [number[], number[]] = [[], []];
  for (let nth = 0; nth < RESTARTS; nth++) {
    ends.push(await end(last));
    last = collect(folder);
    await signedIn(last);
    await setTimeout(500);
    gaps.push(lastGapMs(databasePath) / 1000);
  }
  await end(last);
  console.log(`  SIGTERM to the end    ${inSpread(ends, 0)} ms`);
  console.log(`  gap of a restart      ${inSpread(gaps)} s`);
}

async function soak(days: number): Promise<void> {
  const asked: SoakAsked = { days, contacts: CONTACTS, changesADay: 10, lookDays: Math.max(1, Math.round(days / 40)) };
  const told = await runProgram<SoakTold>("soak", [JSON.stringify(asked)]);
  // The engine fills what it keeps for itself first.
  const later = told.looks.slice(Math.ceil(told.looks.length / 4));
  const ends = Object.entries(told.endReasons).map(([why, count]) => `${count} ${why}`);
  console.log(`${days} simulated days of ${CONTACTS} contacts in ${told.seconds.toFixed(0)} s`);
  console.log(
    `  ${told.changes} changes said, ${told.events} events kept, ${told.coverages} coverages (${ends.join(", ")})`,
  );
  console.log(`  heap at rest          ${trend(later, ({ heap }) => heap / 1e6)} MB`);
  console.log(`  RSS                   ${trend(later, ({ rss }) => rss / 1e6)} MB`);
  console.log(`  open files            ${[...new Set(later.map(({ files }) => files))].join("/")}`);
  console.log(`  timers                ${[...new Set(later.map(({ timers }) => timers))].join("/")}`);
  console.log(`  unhandled rejections  ${told.rejections}`);
}

/** The middle and the spread, and what a straight line through it says of a year, with how sure it is. */
function trend(looks: readonly Look[], of: (look: Look) => number): string {
  const points = looks.map((look) => [look.day, of(look)] as const);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [dayMean, valueMean] = [mean(points.map(([day]) => day)), mean(points.map(([, value]) => value))];
  const spread = points.reduce((sum, [day]) => sum + (day - dayMean) ** 2, 0);
  const slope = points.reduce((sum, [day, value]) => sum + (day - dayMean) * (value - valueMean), 0) / spread;
  const rest = points.reduce((sum, [day, value]) => sum + (value - valueMean - slope * (day - dayMean)) ** 2, 0);
  const error = Math.sqrt(rest / Math.max(1, points.length - 2) / spread);
  const aYear = `${(slope * 365).toFixed(1)} ± ${(2 * error * 365).toFixed(1)}`;
  return `${inSpread(
    points.map(([, value]) => value),
    1,
  )}, a year's slope ${aYear}`;
}

function collect(folder: string): ChildProcess {
  const env = { ...process.env, ROLLCALL_DATA: folder, ROLLCALL_LOG_FORMAT: "text", NODE_ENV: "production" };
  return spawn(process.execPath, [LAUNCHER, "collect"], { env, stdio: ["ignore", "pipe", "inherit"] });
}

function signedIn(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    // It is read on, or a full pipe would stop the collector.
    child.stdout?.on("data", (text) => /signed in, watching/.test(String(text)) && resolve());
    child.once("exit", (code) => reject(new Error(`the collector ended with ${code}`)));
  });
}

async function end(child: ChildProcess): Promise<number> {
  const startedMs = performance.now();
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  return performance.now() - startedMs;
}

async function statusMs(folder: string): Promise<number> {
  const startedMs = performance.now();
  const env = { ...process.env, ROLLCALL_DATA: folder };
  await once(spawn(process.execPath, [LAUNCHER, "status"], { env, stdio: "ignore" }), "exit");
  return performance.now() - startedMs;
}

function lastGapMs(databasePath: string): number {
  const db = openForReading(databasePath);
  try {
    const sql = "SELECT from_ms - lag(to_ms) OVER (ORDER BY id) FROM coverage ORDER BY id DESC LIMIT 1";
    return db.prepare(sql).pluck().get() as number;
  } finally {
    db.close();
  }
}

/** A line of the kernel's account of a process, in MB. */
function memoryMb({ pid }: ChildProcess, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1] ?? Number.NaN) / 1e3;
}

function cpuSeconds({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
