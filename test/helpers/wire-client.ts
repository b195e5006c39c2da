/** A bare client for the sandbox: says bytes, waits for lines with what follows them, and knows nothing else. */
import { connect, type Socket } from "node:net";
import { type RawFrame, RawFrames, SERVER_PAYLOADS } from "./frames.ts";

const PATIENCE_MS = 5_000;

export interface Arrival extends RawFrame {
  /** The recording's time when it came. */
  atMs: number;
}

export interface Taken {
  frame: Arrival;
  before: readonly Arrival[];
}

export class WireClient {
  readonly #socket: Socket;
  readonly #frames: Arrival[] = [];
  /** Everything that has come, taken or not. */
  readonly arrivals: Arrival[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;

  /** `nowMs`: the recording's time. */
  constructor(port: number, nowMs: () => number) {
    const frames = new RawFrames(SERVER_PAYLOADS);
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.on("data", (bytes: Buffer) => {
      const arrivals = frames.push(bytes).map((frame) => ({ ...frame, atMs: nowMs() }));
      this.#frames.push(...arrivals);
      this.arrivals.push(...arrivals);
      this.#wake?.();
    });
    // "close" follows and is what the tests look at.
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /**
   * The line wanted, and what came before it that has not been taken; nothing when it does not come. Of news that say
   * the same the latest is meant.
   */
  async take(
    isWanted: (frame: Arrival) => boolean,
    which: "first" | "latest" = "first",
    patienceMs = PATIENCE_MS,
  ): Promise<Taken | undefined> {
    try {
      await this.#until(() => this.#frames.some(isWanted), patienceMs);
    } catch {
      return undefined;
    }
    const at = which === "first" ? this.#frames.findIndex(isWanted) : this.#frames.findLastIndex(isWanted);
    const [frame] = this.#frames.splice(at, 1);
    return frame && { frame, before: this.#frames.slice(0, at) };
  }

  /** Resolves when the server has hung up. */
  closed(): Promise<void> {
    return this.#until(() => this.#isClosed, PATIENCE_MS);
  }

  /** What has arrived and was not taken. */
  get pending(): readonly Arrival[] {
    return this.#frames;
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #until(isTrue: () => boolean, patienceMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error("waited in vain")), patienceMs);
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.#wake = undefined;
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (isTrue()) finish();
        else if (this.#isClosed) finish(new Error("it hung up"));
      };
      this.#wake = look;
      look();
    });
  }
}
