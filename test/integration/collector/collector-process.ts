import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** One life of the collector, in a process of its own. */
export class Life {
  /** The highest event number that was printed after its COMMIT. */
  acknowledged = 0;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  /** Everything it printed. */
  output = "";

  constructor(folder: string, databasePath: string) {
    const child = join(import.meta.dirname, "collector-program.ts");
    this.#process = spawn(process.execPath, [child, folder, databasePath], { stdio: ["ignore", "pipe", "pipe"] });
    this.#exited = once(this.#process, "close");
    this.#process.stdout?.on("data", (chunk: Buffer) => this.#hear(chunk.toString()));
    this.#process.stderr?.on("data", (chunk: Buffer) => this.#hear(chunk.toString()));
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    // What it had printed before still arrives.
    await this.#exited;
  }

  async end(): Promise<void> {
    this.#process.kill("SIGTERM");
    const [code] = (await this.#exited) as [number];
    if (code !== 0) throw new Error(`it ended with ${code}: ${this.output}`);
  }

  #hear(text: string): void {
    this.output += text;
    const last = this.output.lastIndexOf("committed ");
    const [, seq] = /^committed (\d+)\n/.exec(this.output.slice(last)) ?? [];
    if (seq !== undefined) this.acknowledged = Number(seq);
  }
}
