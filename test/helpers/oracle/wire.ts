/** The oracle's own reading of the wire: what a client could know, and when. */
import type { ListedContact, Said } from "../../../collector/network/messenger/events.ts";
import { RawFrames, SERVER_PAYLOADS } from "../frames.ts";
import type { WireEntry } from "../raw-server.ts";
import { Listener } from "./listener.ts";

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

/** A status in the house's words, and the network's own. */
export interface Status {
  status: string;
  raw: string;
}

/** When it was sent, where it stands in the log, and what it said. */
export type Moment = { atMs: number; position: number } & (
  | Pong
  | { kind: "presence"; address: string; said: Status }
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
  readonly #listener = new Listener();
  readonly #pings: { askedAt: number; askedMs: number; isBarrier: boolean }[] = [];
  #pongs = 0;
  #hasAskedForSnapshot = false;
  #isBarrierSent = false;
  #lastChunk: WireEntry | undefined;
  /** The forward list, as it has been told. */
  readonly #roster = new Set<string>();
  #memberships = "";
  readonly #frames = new RawFrames(SERVER_PAYLOADS);
  #entry = { atMs: 0, position: 0 };

  constructor(connection: number) {
    this.#connection = connection;
  }

  read(entry: WireEntry, position: number): void {
    this.#entry = { atMs: entry.atMs, position };
    if (entry.kind === "heard") this.#hear(entry.line);
    if (entry.kind === "served") this.#readAnswer(entry.name, entry.body);
    if (entry.kind !== "sent") return;
    this.#prolong(entry, position);
    for (const { line, payload } of this.#frames.push(entry.bytes)) this.#readLine(line, payload);
  }

  #hear(line: string): void {
    this.#listener.overhear(line);
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

  #readLine(line: string, payload: Buffer | undefined): void {
    for (const said of this.#listener.hear(line, payload)) this.#take(said);
    if (line !== "QNG" && !line.startsWith("QNG ")) return;
    const ping = this.#pings[this.#pongs++];
    if (ping) this.#tell({ kind: "pong", ...ping });
  }

  #readAnswer(name: string, body: string): void {
    if (name === "FindMembership") this.#memberships = body;
    else for (const said of this.#listener.hearAddressBook(this.#memberships, body)) this.#take(said);
  }

  #take(said: Said): void {
    switch (said.kind) {
      case "lists":
        for (const contact of said.contacts) this.#list(contact);
        return;
      case "contact-changed":
        return this.#list(said.contact);
      case "presence":
        return this.#speak(said);
    }
  }

  #list({ address, name, lists }: ListedContact): void {
    const isListed = lists.includes("forward");
    if (isListed && name !== "") this.#tell({ kind: "named", address, name, isOwn: false });
    if (isListed === this.#roster.has(address)) return;
    if (isListed) this.#roster.add(address);
    else this.#roster.delete(address);
    this.#tell({ kind: isListed ? "listed" : "removed", address });
  }

  #speak({ address, code, name }: Said & { kind: "presence" }): void {
    if (!this.#roster.has(address)) return;
    if (name !== undefined) this.#tell({ kind: "named", address, name, isOwn: true });
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

/** Brings what is known of each contact forward by one moment. */
export function apply(known: Map<string, Status | undefined>, moment: Moment): void {
  if (moment.kind === "listed") known.set(moment.address, known.get(moment.address));
  else if (moment.kind === "removed") known.delete(moment.address);
  else if (moment.kind === "presence") known.set(moment.address, moment.said);
  else if (moment.kind === "pong" && moment.isBarrier) {
    // Whom the snapshot does not mention is offline.
    for (const [address, said] of known) known.set(address, said ?? { status: "offline", raw: "" });
  }
}

/** What is known of each contact after so many moments; undefined for whom nothing has been said of. */
export function knownAfter(moments: readonly Moment[], count: number): Map<string, Status | undefined> {
  const known = new Map<string, Status | undefined>();
  for (const moment of moments.slice(0, count)) apply(known, moment);
  return known;
}
