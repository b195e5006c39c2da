/**
 * A TCP server on loopback that says what a test tells it to, and writes down everything that went over the wire with
 * the instant at which it did. The log is what the oracle judges the database by.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Clock, Instant } from "../../collector/network/network.ts";
import { CLIENT_PAYLOADS, RawFrames } from "./frames.ts";

export type WireEntry = Instant & { connection: number } & (
    | { kind: "opened" }
    /** One line of the client's, without its line end, and what followed it. */
    | { kind: "heard"; line: string; payload?: Buffer }
    /** An answer of a web service beside it, to whoever is signing in. */
    | { kind: "served"; name: string; body: string }
    /** Noted just before the bytes are written. */
    | { kind: "sent"; bytes: Buffer }
    | { kind: "closed" }
  );

/** The logs of two servers that the same account has used, one after the other. */
export function joinLogs(first: readonly WireEntry[], second: readonly WireEntry[]): WireEntry[] {
  const count = 1 + Math.max(-1, ...first.map(({ connection }) => connection));
  return [...first, ...second.map((entry) => ({ ...entry, connection: entry.connection + count }))];
}

export interface RawServerOptions {
  clock: Clock;
  /** Called for each connection; the peer's `onLine` should be set in it. */
  serve(peer: Peer): void;
  /** Where to cut what is sent into pieces that arrive apart: lengths of the pieces, used in turn. */
  pieces?: readonly number[];
}

export class RawServer {
  readonly log: WireEntry[] = [];
  readonly peers: Peer[] = [];
  readonly #server: Server;

  static async listen(options: RawServerOptions): Promise<RawServer> {
    const server = new RawServer(options);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  private constructor({ clock, serve, pieces = [] }: RawServerOptions) {
    // Half-open on purpose: the far end of a dead line does not answer a goodbye either.
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      const connection = this.peers.length;
      const note: Note = (entry) => {
        this.log.push({ atMs: clock.nowMs(), monotonicMs: clock.monotonicMs(), connection, ...entry });
      };
      note({ kind: "opened" });
      const peer = new Peer(connection, socket, note, pieces);
      this.peers.push(peer);
      serve(peer);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the server does not listen");
    return address.port;
  }

  /** The latest connection. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error("nobody has connected yet");
    return peer;
  }

  /** Hangs up on everyone; may be called again. */
  async close(): Promise<void> {
    for (const peer of this.peers) peer.destroy();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

type Said = WireEntry extends infer Each
  ? Each extends WireEntry
    ? Omit<Each, keyof Instant | "connection">
    : never
  : never;
type Note = (entry: Said) => void;

/** One connection, seen from the server. */
export class Peer {
  readonly index: number;
  readonly closed: Promise<void>;
  readonly heard: string[] = [];
  onLine: (line: string, payload: Buffer | undefined) => void = () => undefined;
  /** Neither answers nor hangs up: a line that has died without a word. */
  isMuted = false;
  readonly #socket: Socket;
  readonly #note: Note;
  readonly #pieces: readonly number[];
  readonly #frames = new RawFrames(CLIENT_PAYLOADS);
  #cuts = 0;
  #queue: Buffer[] = [];
  #isDraining = false;
  #isEnding = false;

  constructor(index: number, socket: Socket, note: Note, pieces: readonly number[]) {
    this.index = index;
    this.#socket = socket;
    this.#note = note;
    this.#pieces = pieces;
    socket.on("data", (bytes: Buffer) => {
      for (const { line, payload } of this.#frames.push(bytes)) this.#hear(line, payload);
    });
    socket.on("end", () => {
      if (!this.isMuted) this.hangUp();
    });
    // "close" follows.
    socket.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        note({ kind: "closed" });
        resolve();
      });
    });
  }

  /** Pieces are still being written. */
  get isBusy(): boolean {
    return this.#isDraining;
  }

  /** Lines without their CRLF. */
  say(...lines: string[]): void {
    this.send(Buffer.from(lines.map((line) => `${line}\r\n`).join(""), "utf8"));
  }

  send(bytes: Buffer): void {
    if (this.isMuted || this.#isEnding || this.#socket.destroyed) return;
    if (this.#pieces.length === 0) return this.#write(bytes);
    this.#queue.push(bytes);
    if (!this.#isDraining) void this.#drain();
  }

  /** In order: what was said arrives, then the end. */
  hangUp(): void {
    this.#isEnding = true;
    if (!this.#isDraining && !this.#socket.destroyed) this.#socket.end();
  }

  /** With a TCP reset. */
  reset(): void {
    this.#isEnding = true;
    this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#isEnding = true;
    this.#socket.destroy();
  }

  #hear(line: string, payload: Buffer | undefined): void {
    this.#note({ kind: "heard", line, ...(payload ? { payload } : {}) });
    this.heard.push(line);
    this.onLine(line, payload);
  }

  #write(bytes: Buffer): void {
    this.#note({ kind: "sent", bytes });
    this.#socket.write(bytes);
  }

  /** Writes piece by piece, each in a turn of the event loop of its own, so that each is read apart. */
  async #drain(): Promise<void> {
    this.#isDraining = true;
    while (this.#queue.length > 0 && !this.#socket.destroyed) {
      const bytes = Buffer.concat(this.#queue);
      const size = this.#pieces[this.#cuts++ % this.#pieces.length] ?? 1;
      this.#queue = size < bytes.length ? [bytes.subarray(size)] : [];
      this.#write(bytes.subarray(0, size));
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#isDraining = false;
    if (this.#isEnding && !this.#socket.destroyed) this.#socket.end();
  }
}

export interface Stage {
  /** Addresses on the account's forward list, or address and name as they stand in a list row. */
  contacts: (string | [address: string, name: string])[];
  /** `ILN` lines without their beginning: `BSY bob@example.com Bob`. */
  present?: string[];
}

/**
 * Answers like a plain Messenger server (MSNP7): sign-in with any password, lists, the snapshot, pings, OUT. `handle`
 * gets each line first and returns true when it has dealt with it.
 */
export function actAsMessenger(
  peer: Peer,
  { contacts, present = [] }: Stage,
  handle?: (line: string) => boolean,
): void {
  const rows = contacts.map((contact) => (typeof contact === "string" ? [contact, contact] : contact));
  peer.onLine = (line) => {
    if (handle?.(line)) return;
    const [verb, trId = "", ...params] = line.split(" ");
    switch (verb) {
      case "VER":
        return peer.say(`VER ${trId} MSNP7`);
      case "INF":
        return peer.say(`INF ${trId} MD5`);
      case "USR":
        if (params[1] === "I") return peer.say(`USR ${trId} MD5 S 123456789.123`);
        return peer.say(`USR ${trId} OK me@example.com Me 1`);
      case "SYN":
        return peer.say(
          `SYN ${trId} 1`,
          `GTC ${trId} 1 A`,
          `BLP ${trId} 1 AL`,
          `LSG ${trId} 1 1 1 0 Other%20Contacts 0`,
          ...(rows.length === 0 ? [`LST ${trId} FL 1 0 0`] : []),
          ...rows.map(([address, name], at) => `LST ${trId} FL 1 ${at + 1} ${rows.length} ${address} ${name} 0`),
          `LST ${trId} AL 1 0 0`,
          `LST ${trId} BL 1 0 0`,
          `LST ${trId} RL 1 0 0`,
        );
      case "CHG":
        return peer.say(line, ...present.map((rest) => `ILN ${trId} ${rest}`));
      case "PNG":
        return peer.say("QNG");
      case "OUT":
        return peer.hangUp();
    }
  };
}
