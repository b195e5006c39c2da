/** Builds the dashboard for production; `node dashboard/build.ts --if-needed` only when its sources have changed since. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { packStatic } from "./packed.ts";

const DASHBOARD = import.meta.dirname;
const ROOT = join(DASHBOARD, "..");
/** Written last, and removed by Next when it begins; so it stands for a build that is complete. */
const STAMP = join(DASHBOARD, ".next", "rollcall-sources");

const STATIC = join(DASHBOARD, ".next", "static");

/** How long to wait for another process that is building, and how often to look. */
const ELSEWHERE_AT_MOST_MS = 180_000;
const LOOK_AGAIN_MS = 1_000;

/** `next build` failed; the message carries what it printed. */
export class BuildFailed extends Error {
  override readonly name = "BuildFailed";
}

export interface BuildProgress {
  step: string;
  elapsedMs: number;
}

export interface BuildOptions {
  /** Called when building begins, at each step and about once a second in between. */
  onProgress?: (progress: BuildProgress) => void;
}

/** Builds unless there is a build of exactly these sources. Says whether it built. Throws BuildFailed. */
export async function ensureBuilt(options: BuildOptions = {}): Promise<boolean> {
  const giveUpMs = performance.now() + ELSEWHERE_AT_MOST_MS;
  for (;;) {
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === sourcesHash()) return false;
    try {
      await build(options);
      return true;
    } catch (error) {
      // Two starts at once: the other one builds for both.
      const isElsewhere = error instanceof BuildFailed && /process is already running/.test(error.message);
      if (!isElsewhere || performance.now() > giveUpMs) throw error;
      await wait(LOOK_AGAIN_MS);
    }
  }
}

/** Builds in any case. Throws BuildFailed. */
export async function build({ onProgress }: BuildOptions = {}): Promise<void> {
  const sources = sourcesHash();
  const startedMs = performance.now();
  let step = "starting";
  const tell = () => onProgress?.({ step, elapsedMs: performance.now() - startedMs });
  tell();
  const timer = setInterval(tell, 1000);
  try {
    const next = createRequire(import.meta.url).resolve("next/dist/bin/next");
    const { NODE_ENV: _, ...env } = process.env;
    const child = spawn(process.execPath, [next, "build", DASHBOARD], {
      cwd: ROOT,
      env: { ...env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { code, output } = await finish(child, (line) => {
      step = stepIn(line) ?? step;
    });
    if (code !== 0)
      throw new BuildFailed(`The dashboard could not be built:\n${stripVTControlCharacters(output).trimEnd()}`);
    packStatic(STATIC);
    writeFileSync(STAMP, sources);
  } finally {
    clearInterval(timer);
  }
}

/** Everything that goes into a build: our own sources, and the lock file for everybody else's. */
function sourcesHash(): string {
  const files = ["dashboard", "db"].flatMap((room) =>
    globSync("**/*.{ts,tsx,css,mjs,json,svg,ico}", {
      cwd: join(ROOT, room),
      exclude: (name) => name === ".next" || name === "next-env.d.ts",
    }).map((file) => join(ROOT, room, file)),
  );
  const hash = createHash("sha256");
  for (const file of [...files, join(ROOT, "package-lock.json")].sort()) {
    hash
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

const STEPS: [RegExp, string][] = [
  [/Creating an optimized/, "compiling"],
  [/Compiled successfully/, "compiled"],
  [/Collecting page data/, "collecting pages"],
  [/Generating static pages/, "writing pages"],
  [/Finalizing/, "finishing"],
];

function stepIn(line: string): string | undefined {
  return STEPS.find(([pattern]) => pattern.test(line))?.[1];
}

async function finish(child: ChildProcess, onText: (text: string) => void): Promise<{ code: number; output: string }> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      onText(text);
    });
  }
  // Whoever stops the build stops all of it.
  const stop = () => child.kill("SIGTERM");
  process.on("exit", stop);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once("error", reject).once("close", (exit, signal) => resolve(exit ?? (signal ? 1 : 0)));
    });
    return { code, output };
  } finally {
    process.off("exit", stop);
  }
}

if (import.meta.main) {
  const isFirst = !existsSync(join(DASHBOARD, ".next", "BUILD_ID"));
  const options = { onProgress: progressPrinter(isFirst) };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
  try {
    const startedMs = performance.now();
    const mustBuild = !process.argv.includes("--if-needed");
    if (mustBuild) await build(options);
    if (mustBuild || (await ensureBuilt(options)))
      console.log(`${lineStart()}The dashboard is built (${Math.round((performance.now() - startedMs) / 1000)} s).`);
  } catch (error) {
    if (!(error instanceof BuildFailed)) throw error;
    console.error(`${lineStart()}${error.message}`);
    process.exitCode = 1;
  }
}

function lineStart(): string {
  return process.stdout.isTTY ? "\r\x1b[K" : "";
}

/** On a terminal one line that moves; in a log a line for each step. */
function progressPrinter(isFirst: boolean): (progress: BuildProgress) => void {
  const title = `Building the dashboard (${isFirst ? "first start only" : "its sources have changed"}, about half a minute) …`;
  let lastStep = "";
  return ({ step, elapsedMs }) => {
    const seconds = Math.round(elapsedMs / 1000);
    if (process.stdout.isTTY) process.stdout.write(`${lineStart()}${title} ${seconds} s, ${step}`);
    else if (lastStep === "") console.log(title);
    else if (step !== lastStep) console.log(`  ${seconds} s: ${step}`);
    lastStep = step;
  };
}
