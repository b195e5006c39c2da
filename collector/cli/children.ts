/** The processes that `start` and `serve` run, and how they are kept running. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { EXIT, Failure } from "./exit.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(ROOT, "collector", "rollcall.js");
const DASHBOARD = join(ROOT, "dashboard");
const BUILD = join(DASHBOARD, "build.ts");

/** A child that crashes this often in a row, without having run well in between, will not get better by itself. */
const MAX_CRASHES = 5;

export interface Pace {
  /** How long to wait before the first restart; each time twice as long. */
  firstRestartMs: number;
  /** A child that ran this long ran well. */
  wellMs: number;
  /** How long a child that was told to stop may take before it is killed. */
  stopMs: number;
}

const PACE: Pace = { firstRestartMs: 1_000, wellMs: 600_000, stopMs: 15_000 };

export interface ChildOptions {
  name: string;
  /** Told each word that the child sends; see `tellParent`. */
  onWord?(word: string): void;
  say(level: "info" | "warn" | "error", message: string): void;
  pace?: Pace;
}

/** A command of ours in a process of its own. */
export function rollcall(...args: string[]): string[] {
  return [LAUNCHER, ...args];
}

export const DASHBOARD_SERVER: string[] = [join(DASHBOARD, `server${extname(import.meta.filename)}`)];

/** Builds the dashboard unless this very version is built already. Throws Failure; `signal` gives it up. */
export async function buildDashboard(signal?: AbortSignal): Promise<void> {
  // A package holds it as it was built, and none of its sources.
  if (!existsSync(BUILD)) return;
  // Not a terminal of its own: others print lines meanwhile, and one that is drawn over would run into theirs.
  const child = spawn(process.execPath, [BUILD, "--if-needed"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.pipe(process.stdout, { end: false });
  const giveUp = () => child.kill();
  signal?.addEventListener("abort", giveUp);
  const { code } = await exitOf(child);
  signal?.removeEventListener("abort", giveUp);
  if (code !== 0 && !signal?.aborted) throw new Failure(EXIT.failed, "the dashboard could not be built");
}

/**
 * A child that is started again when it crashes, ever more slowly, and given up when that does not help. It is told to
 * stop with SIGTERM; when this process disappears, the broken channel tells it too.
 */
export class Child {
  readonly #args: readonly string[];
  readonly #options: ChildOptions;
  #process: ChildProcess | undefined;
  readonly #pace: Pace;
  #isStopping = false;
  #restart: { timer: NodeJS.Timeout; over: () => void } | undefined;
  /** Resolves with the exit code once the child is not running and will not be started again. */
  readonly done: Promise<number>;

  constructor(args: readonly string[], options: ChildOptions) {
    this.#args = args;
    this.#options = options;
    this.#pace = options.pace ?? PACE;
    this.done = this.#keepRunning();
  }

  async stop(): Promise<number> {
    this.#isStopping = true;
    clearTimeout(this.#restart?.timer);
    this.#restart?.over();
    const child = this.#process;
    child?.kill("SIGTERM");
    const late = setTimeout(() => {
      if (child?.kill("SIGKILL")) this.#options.say("error", `the ${this.#options.name} did not stop, and was killed`);
    }, this.#pace.stopMs);
    const code = await this.done;
    clearTimeout(late);
    return code;
  }

  async #keepRunning(): Promise<number> {
    const { name, say } = this.#options;
    const { firstRestartMs, wellMs } = this.#pace;
    for (let crashes = 1; ; crashes++) {
      const startedMs = performance.now();
      const { code, how } = await this.#run();
      // Refusals and wrong settings do not go away by trying again.
      if (this.#isStopping || code === EXIT.done || code === EXIT.usage || code === EXIT.refused) return code;
      if (performance.now() - startedMs >= wellMs) crashes = 1;
      if (crashes >= MAX_CRASHES) {
        say("error", `the ${name} has stopped ${MAX_CRASHES} times in a row (the last time it ${how}); giving up`);
        return EXIT.failed;
      }
      const waitMs = firstRestartMs * 2 ** (crashes - 1);
      say("warn", `the ${name} ${how}; starting it again in ${waitMs / 1000} s`);
      await new Promise<void>((over) => {
        this.#restart = { over, timer: setTimeout(over, waitMs) };
      });
      if (this.#isStopping) return code;
    }
  }

  #run(): Promise<Ending> {
    // The password is for `account add`; long-lived processes have no need to carry it about.
    const { ROLLCALL_PASSWORD: _, ...env } = process.env;
    const child = spawn(process.execPath, this.#args, {
      env: { ...FEW_ARENAS, ...env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#process = child;
    child.on("message", (word) => this.#options.onWord?.(String(word)));
    return exitOf(child);
  }
}

/** One for each thread of eight would each keep a share of what was given back (glibc). */
const FEW_ARENAS = { MALLOC_ARENA_MAX: "2" };

interface Ending {
  code: number;
  /** In words: `stopped with code 1`, `was killed (SIGKILL)`. */
  how: string;
}

function exitOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      resolve({ code: code ?? EXIT.failed, how: signal ? `was killed (${signal})` : `stopped with code ${code}` });
    });
  });
}
