/** A bare Messenger client for tests: sends lines and waits for lines, and knows nothing else. */
import { createHash } from "node:crypto";
import { connect, type Socket } from "node:net";
import { type Frame, FrameDecoder, SERVER_PAYLOAD_VERBS } from "../../../collector/network/messenger/wire/frame.ts";

const PATIENCE_MS = 3_000;

export class LineClient {
  readonly #socket: Socket;
  readonly #lines: string[] = [];
  /** What followed each of the lines. */
  readonly #payloads: string[] = [];
  #isClosed = false;
  #wake: (() => void) | undefined;
  /** From the last `USR … S salt` that was taken. */
  salt = "";
  /** What followed the line that was taken last. */
  payload = "";

  constructor(port: number) {
    const decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.on("data", (bytes: Buffer) => {
      for (const frame of decoder.push(bytes)) {
        this.#lines.push(lineOf(frame));
        this.#payloads.push(Buffer.from(frame.payload ?? []).toString("utf8"));
      }
      this.#wake?.();
    });
    // "close" follows and is what the tests look at.
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => {
      this.#isClosed = true;
      this.#wake?.();
    });
  }

  send(line: string): void {
    this.sendBytes(Buffer.from(`${line}\r\n`, "utf8"));
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  sendPayload(line: string, payload: string): void {
    this.sendBytes(Buffer.from(`${line} ${Buffer.byteLength(payload)}\r\n${payload}`, "utf8"));
  }

  /** Sends the answer to the salt that was taken last. */
  sendDigest(trid: string | number, password: string): void {
    this.send(`USR ${trid} MD5 S ${this.digest(password)}`);
  }

  digest(password: string): string {
    return createHash("md5")
      .update(this.salt + password)
      .digest("hex");
  }

  /** The next line, without its payload; rejects when the server hangs up or says nothing. */
  async take(): Promise<string> {
    await this.#until(() => this.#lines.length > 0, "a line");
    const line = this.#lines.shift() as string;
    this.payload = this.#payloads.shift() as string;
    const [verb, , , step, salt] = line.split(" ");
    if (verb === "USR" && step === "S" && salt) this.salt = salt;
    return line;
  }

  async takeMany(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.take());
    return lines;
  }

  /** Resolves when the server has hung up without saying anything more. */
  async closed(): Promise<void> {
    await this.#until(() => this.#isClosed, "the end");
    if (this.#lines.length > 0) throw new Error(`it said ${JSON.stringify(this.#lines)} before it hung up`);
  }

  /** What has arrived and was not taken. */
  get pending(): readonly string[] {
    return this.#lines;
  }

  close(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #until(isTrue: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(new Error(`waited in vain for ${what}`)), PATIENCE_MS);
      const finish = (error?: Error) => {
        clearTimeout(timer);
        this.#wake = undefined;
        if (error) reject(error);
        else resolve();
      };
      const look = () => {
        if (isTrue()) finish();
        else if (this.#isClosed) finish(new Error(`it hung up instead of ${what}`));
      };
      this.#wake = look;
      look();
    });
  }
}

function lineOf({ verb, params, payload }: Frame): string {
  // The decoder keeps one character per byte.
  const line = Buffer.from([verb, ...params].join(" "), "latin1").toString("utf8");
  return payload ? line.replace(/ \d+$/, " …") : line;
}
