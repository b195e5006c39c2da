/**
 * Runs `rollcall` as a person does: a process of its own, its output line by line. Whatever a test starts is over when
 * the test is. Importing this file is enough for that.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterEach } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const LAUNCHER = join(ROOT, "collector", "rollcall.js");
/** Halves the time that each process needs to start. */
const COMPILE_CACHE = join(ROOT, "node_modules", ".cache", "rollcall-tests");
const PATIENCE_MS = 60_000;
/** `nobody` on every Unix. */
const NOBODY = 65_534;

export interface CliOptions {
  /** ROLLCALL_DATA. */
  data?: string;
  env?: Record<string, string>;
  /** What it reads from its standard input; nothing, unless given. */
  input?: string;
  /** Its timers run this many times as fast, so that nobody waits for its patience. */
  hurry?: number;
  /** With the rights of a stranger, where the tests run as root. */
  asNobody?: boolean;
  /** For node, before the launcher. */
  nodeArgs?: readonly string[];
  node?: string;
  launcher?: string;
}

export interface Finished {
  code: number | null;
  out: string;
  /** Standard error, line by line. */
  err: string[];
}

const running = new Set<Cli>();

afterEach(async () => {
  await Promise.all([...running].map((cli) => cli.kill()));
});

/** Runs a command that ends by itself. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<Finished> {
  return new Cli(args, options).finished();
}

/** A command that goes on until it is stopped. */
export class Cli {
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | null>;
  #out = "";
  #err = "";
  /** Both streams, in the order in which they were read. */
  #lines: string[] = [];
  #taken = 0;
  #hasExited = false;
  #wake: () => void = () => undefined;

  constructor(args: readonly string[], options: CliOptions = {}) {
    const { node = process.execPath, launcher = LAUNCHER, nodeArgs = [], input = "" } = options;
    const identity = options.asNobody && process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    this.#process = spawn(node, [...nodeArgs, launcher, ...args], { env: environment(options), ...identity });
    running.add(this);
    // It may be gone before it has read all of its input.
    this.#process.stdin?.on("error", () => undefined);
    this.#process.stdin?.end(input);
    this.#read("stdout");
    this.#read("stderr");
    this.#exited = new Promise((resolve, reject) => {
      this.#process.once("error", reject);
      this.#process.once("close", (code) => {
        this.#hasExited = true;
        running.delete(this);
        resolve(code);
        this.#wake();
      });
    });
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  get output(): string {
    return this.#out + this.#err;
  }

  /** The next line that matches; earlier ones are passed over. Rejects when it ends, or says nothing for too long. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      while (this.#taken < this.#lines.length) {
        const match = pattern.exec(this.#lines[this.#taken++] as string);
        if (match) return match;
      }
      if (this.#hasExited || performance.now() > endMs) {
        const why = this.#hasExited ? "it ended" : "it went on";
        throw new Error(`waited in vain for ${pattern}; ${why}, having said:\n${this.output}`);
      }
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, endMs - performance.now());
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  }

  /** Whoever read what it says is gone. */
  stopListening(): void {
    this.#process.stdout?.destroy();
    this.#process.stderr?.destroy();
  }

  /** Its end; a command that takes too long is killed, and its code is null. */
  async finished(): Promise<Finished> {
    const late = setTimeout(() => this.#process.kill("SIGKILL"), PATIENCE_MS);
    const code = await this.#exited;
    clearTimeout(late);
    return { code, out: this.#out, err: linesOf(this.#err) };
  }

  /** Asks it to stop, as a service manager does. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<Finished> {
    this.#process.kill(signal);
    return this.finished();
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#exited;
  }

  #read(stream: "stdout" | "stderr"): void {
    let rest = "";
    this.#process[stream]?.setEncoding("utf8").on("data", (text: string) => {
      if (stream === "stdout") this.#out += text;
      else this.#err += text;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
      this.#wake();
    });
  }
}

function linesOf(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function environment({ data, env = {}, hurry }: CliOptions): NodeJS.ProcessEnv {
  const faster = `const real=setTimeout;globalThis.setTimeout=(run,ms,...rest)=>real(run,ms/${hurry},...rest)`;
  return {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    NODE_ENV: "production",
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    // As on a terminal.
    ROLLCALL_LOG_FORMAT: "text",
    ...(data === undefined ? {} : { ROLLCALL_DATA: data }),
    ...(hurry === undefined ? {} : { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(faster)}"` }),
    ...env,
  };
}
