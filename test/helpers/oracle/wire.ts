/** The oracle's own reading of the wire: what a client could know, and when. */
import type { WireEntry } from "../raw-server.ts";

const MAX_SILENCE_MS = 45_000;
const MAX_DRIFT_MS = 1_500;

const WORDS = new Map(
  Object.entries({
    NLN: "available",
    IDL: "idle",
    AWY: "away",
    BRB: "be-right-back",
    PHN: "on-the-phone",
    LUN: "out-to-lunch",
    BSY: "busy",
    HDN: "offline",
    FLN: "offline",
  }),
);

export interface Said {
  status: string;
  raw: string;
}

/** When it was sent, where it stands in the log, and what it said. */
export type Moment = { atMs: number; position: number } & (
  | Pong
  | { kind: "presence"; address: string; said: Said }
  | { kind: "listed"; address: string }
  | { kind: "removed"; address: string }
  /** By the contact's own word, or by what a list calls them, which serves until that word is heard. */
  | { kind: "named"; address: string; name: string; isOwn: boolean }
);

interface Pong {
  kind: "pong";
  isBarrier: boolean;
  /** Position and instant of the ping that this answers, as the server heard it. */
  askedAt: number;
  askedMs: number;
}

export interface Run {
  connection: number;
  fromMs: number;
  toMs: number;
  /** Positions in the log. */
  first: number;
  last: number;
}

export interface Connection {
  moments: Moment[];
  runs: Run[];
}

type Told = Moment extends infer Each ? (Each extends Moment ? Omit<Each, "atMs" | "position"> : never) : never;

export function readWire(log: readonly WireEntry[]): Connection[] {
  const readers: ConnectionReader[] = [];
  log.forEach((entry, position) => {
    const reader = readers[entry.connection] ?? new ConnectionReader(entry.connection);
    readers[entry.connection] = reader;
    reader.read(entry, position);
  });
  return readers;
}

class ConnectionReader implements Connection {
  readonly moments: Moment[] = [];
  readonly runs: Run[] = [];
  readonly #connection: number;
  /** Groups by address, of who is on the forward list. */
  readonly #roster = new Map<string, Set<string>>();
  /** Who left their last group: off the roster, unless they are spoken about again. */
  readonly #groupless = new Set<string>();
  readonly #pings: { askedAt: number; askedMs: number; isBarrier: boolean }[] = [];
  #pongs = 0;
  #hasAskedForSnapshot = false;
  #isBarrierSent = false;
  #lastChunk: WireEntry | undefined;
  #line: number[] = [];
  /** Payload bytes still to come. */
  #skip = 0;
  #entry = { atMs: 0, position: 0 };

  constructor(connection: number) {
    this.#connection = connection;
  }

  read(entry: WireEntry, position: number): void {
    this.#entry = { atMs: entry.atMs, position };
    if (entry.kind === "heard") this.#hear(entry.line);
    if (entry.kind !== "sent") return;
    this.#prolong(entry, position);
    for (const byte of entry.bytes) {
      if (this.#skip > 0) this.#skip--;
      else if (byte !== 10) this.#line.push(byte);
      else this.#readLine(tokensOf(this.#line.splice(0)));
    }
  }

  #hear(line: string): void {
    const verb = line.slice(0, 3);
    if (verb === "CHG") this.#hasAskedForSnapshot = true;
    if (verb !== "PNG") return;
    const isBarrier = this.#hasAskedForSnapshot && !this.#isBarrierSent;
    if (isBarrier) this.#isBarrierSent = true;
    this.#pings.push({ askedAt: this.#entry.position, askedMs: this.#entry.atMs, isBarrier });
  }

  /** A chunk of bytes is a proof of life: it goes on with the run, or begins another. */
  #prolong(entry: WireEntry, position: number): void {
    const run = this.runs.at(-1);
    const { atMs } = entry;
    if (run && this.#lastChunk && isBridged(this.#lastChunk, entry)) {
      run.toMs = atMs;
      run.last = position;
    } else this.runs.push({ connection: this.#connection, fromMs: atMs, toMs: atMs, first: position, last: position });
    this.#lastChunk = entry;
  }

  #readLine(tokens: string[]): void {
    const [verb, a = "", b = "", c = "", d = "", e = "", f = "", g = "", h = ""] = tokens;
    if (verb === "MSG" || verb === "NOT") this.#skip = Number(tokens.at(-1)) || 0;
    else if (verb === "LST" && b === "FL" && f !== "") this.#list(f, g, h);
    else if (verb === "ADD" && b === "FL") this.#list(d, e, f);
    else if (verb === "REM" && b === "FL") this.#unlist(d.toLowerCase(), e);
    else if (verb === "ILN") this.#speak(b, c, d);
    else if (verb === "NLN") this.#speak(a, b, c);
    else if (verb === "FLN") this.#speak("FLN", a, "");
    else if (verb === "QNG") {
      const ping = this.#pings[this.#pongs++];
      if (ping) this.#tell({ kind: "pong", ...ping });
    }
  }

  #list(who: string, name: string, groups: string): void {
    const address = who.toLowerCase();
    const groupIds = groups.split(",").filter((group) => group !== "");
    if (name !== "") this.#tell({ kind: "named", address, name: textOf(name), isOwn: false });
    const known = this.#roster.get(address);
    for (const group of groupIds) known?.add(group);
    if (known) return;
    this.#groupless.delete(address);
    this.#roster.set(address, new Set(groupIds));
    this.#tell({ kind: "listed", address });
  }

  #unlist(address: string, group: string): void {
    const groups = this.#roster.get(address);
    if (!groups) return;
    groups.delete(group);
    if (group !== "" && groups.size > 0) return;
    this.#roster.delete(address);
    if (group !== "") this.#groupless.add(address);
    this.#tell({ kind: "removed", address });
  }

  #speak(code: string, who: string, name: string): void {
    const address = who.toLowerCase();
    if (this.#groupless.has(address)) this.#list(address, "", "");
    if (!this.#roster.has(address)) return;
    if (name !== "") this.#tell({ kind: "named", address, name: textOf(name), isOwn: true });
    this.#tell({ kind: "presence", address, said: { status: WORDS.get(code) ?? "other", raw: code } });
  }

  #tell(told: Told): void {
    this.moments.push({ ...told, ...this.#entry } as Moment);
  }
}

function isBridged(before: WireEntry, after: WireEntry): boolean {
  const wallMs = after.atMs - before.atMs;
  const driftMs = wallMs - (after.monotonicMs - before.monotonicMs);
  return wallMs >= 0 && wallMs <= MAX_SILENCE_MS && Math.abs(driftMs) <= MAX_DRIFT_MS;
}

function tokensOf(bytes: number[]): string[] {
  const line = String.fromCharCode(...bytes).replace(/\r$/, "");
  return line.split(" ").filter((token) => token !== "");
}

function textOf(token: string): string {
  const bytes: number[] = [];
  for (let at = 0; at < token.length; at++) {
    const hex = token.slice(at + 1, at + 3);
    if (token[at] === "%" && /^[0-9a-fA-F]{2}$/.test(hex)) {
      bytes.push(Number.parseInt(hex, 16));
      at += 2;
    } else bytes.push(token.charCodeAt(at));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** Brings what is known of each contact forward by one moment. */
export function apply(known: Map<string, Said | undefined>, moment: Moment): void {
  if (moment.kind === "listed") known.set(moment.address, known.get(moment.address));
  else if (moment.kind === "removed") known.delete(moment.address);
  else if (moment.kind === "presence") known.set(moment.address, moment.said);
  else if (moment.kind === "pong" && moment.isBarrier) {
    // Whom the snapshot does not mention is offline.
    for (const [address, said] of known) known.set(address, said ?? { status: "offline", raw: "" });
  }
}

/** What is known of each contact after so many moments; undefined for whom nothing has been said of. */
export function knownAfter(moments: readonly Moment[], count: number): Map<string, Said | undefined> {
  const known = new Map<string, Said | undefined>();
  for (const moment of moments.slice(0, count)) apply(known, moment);
  return known;
}
