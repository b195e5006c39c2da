/**
 * The connections of one recorded account, between the machine and the network, with everything that can go wrong on the
 * way; and a note of every chunk of bytes that reached the collector, which is what proves life.
 */

import { type HttpClient, HttpFailure } from "../../collector/network/messenger/net/http.ts";
import type { Dial, Endpoint, Link, LinkEvents } from "../../collector/network/messenger/net/link.ts";
import type { Clock } from "../../collector/network/network.ts";
import type { Process } from "./machine.ts";

/** How long the virtual network takes one way. */
export const CROSSING_MS = 3;
/** The pieces of a chunk that is torn up arrive so far apart. */
const PIECE_MS = 40;

/** Bytes that reached the collector. All instants but `wallMs` are true ones. */
export interface Chunk {
  session: number;
  /** When the server wrote the bytes, and when the collector got (the last of) them. */
  writtenMs: number;
  atMs: number;
  /** What the machine's clock showed then. */
  wallMs: number;
  /** It answers a ping. */
  isPong: boolean;
  /** Who is spoken of. */
  about: readonly string[];
}

/** A notification that the network lost. */
export interface Loss {
  session: number;
  address: string;
  writtenMs: number;
}

/** The machine's own network. */
export interface Uplink {
  is: "up" | "silent" | "unplugged";
}

export class Cable {
  readonly #world: Clock;
  readonly #dial: Dial;
  readonly #http: HttpClient;
  readonly #uplink: Uplink;
  readonly #wires = new Set<Wire>();
  readonly chunks: Chunk[] = [];
  readonly losses: Loss[] = [];
  /** When lines broke. */
  readonly breaks: number[] = [];
  /** The session of the account that is under way, which its connections belong to. */
  session = -1;
  /** Bytes until the line breaks. */
  cutAfterBytes: number | undefined;
  lagMs = 0;
  pieceBytes = Number.POSITIVE_INFINITY;
  stalledUntilMs = 0;
  losesNext = 0;
  /** Requests for web services that are under way. */
  openRequests = 0;
  lastRequestMs = Number.NEGATIVE_INFINITY;

  constructor(world: Clock, { dial, http, uplink }: { dial: Dial; http: HttpClient; uplink: Uplink }) {
    this.#world = world;
    this.#dial = dial;
    this.#http = http;
    this.#uplink = uplink;
  }

  dialFor(process: Process): Dial {
    process.atDeath((isPowerCut) => {
      for (const wire of [...this.#wires])
        if (isPowerCut) wire.mute();
        else wire.hangUp();
      this.#wires.clear();
    });
    return (endpoint, events) => this.#connect(process, endpoint, events);
  }

  httpFor(process: Process): HttpClient {
    return async (request) => {
      this.openRequests += 1;
      try {
        const answer = await this.#request(request);
        await new Promise<void>((resolve) => process.run(resolve));
        return answer;
      } finally {
        this.openRequests -= 1;
        this.lastRequestMs = this.#world.monotonicMs();
      }
    };
  }

  /** All lines die in silence. */
  mute(): void {
    for (const wire of this.#wires) wire.mute();
    this.#wires.clear();
  }

  /** All lines break, and this end is told. */
  breakLines(): void {
    for (const wire of [...this.#wires]) wire.breakNow();
  }

  /** Breaks the line when so many more bytes have come through, this one's or the next one's. */
  cut(afterBytes: number): void {
    if (afterBytes === 0 && this.#wires.size > 0) this.breakLines();
    else this.cutAfterBytes = afterBytes;
  }

  #request: HttpClient = (request) => {
    if (this.#uplink.is === "unplugged") return Promise.reject(new HttpFailure("the network is unplugged"));
    if (this.#uplink.is === "up") return this.#http(request);
    const { signal } = request;
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  };

  #connect(process: Process, endpoint: Endpoint, events: LinkEvents): Link {
    const wire = new Wire(this, this.#world, process, events, () => this.#wires.delete(wire));
    if (this.#uplink.is === "silent") return wire.deadEnd();
    if (this.#uplink.is === "unplugged") {
      this.#world.after(1, () => wire.breakNow());
      return wire.deadEnd();
    }
    this.#wires.add(wire);
    return wire.join(this.#dial(endpoint, wire.events()));
  }
}

class Wire {
  readonly #cable: Cable;
  readonly #world: Clock;
  readonly #process: Process;
  readonly #events: LinkEvents;
  readonly #onGone: () => void;
  readonly #session: number;
  #link: Link | undefined;
  #isMute = false;
  #isBehindBarrier = false;
  #isBroken = false;
  #isOver = false;
  #lastDueMs = 0;
  #lastWrittenMs = 0;

  constructor(cable: Cable, world: Clock, process: Process, events: LinkEvents, onGone: () => void) {
    this.#cable = cable;
    this.#world = world;
    this.#process = process;
    this.#events = events;
    this.#onGone = onGone;
    this.#session = cable.session;
  }

  /** This end of the line, as the collector holds it. */
  join(link: Link): Link {
    this.#link = link;
    return {
      write: (bytes) => this.#live()?.write(bytes),
      end: () => this.#live()?.end(),
      destroy: () => {
        this.#isBroken = true;
        this.#live()?.destroy();
        this.#world.after(0, () => this.#over(undefined));
      },
    };
  }

  /** An end that leads nowhere. */
  deadEnd(): Link {
    this.#isMute = true;
    return this.join({ write: () => undefined, end: () => undefined, destroy: () => undefined });
  }

  events(): LinkEvents {
    return {
      connected: () => this.#later(() => this.#events.connected()),
      data: (bytes) => this.#arrive(Buffer.from(bytes)),
      closed: (cause) => this.#later(() => this.#over(cause)),
    };
  }

  mute(): void {
    this.#isMute = true;
  }

  hangUp(): void {
    this.#isBroken = true;
    this.#link?.destroy();
  }

  breakNow(): void {
    if (this.#isOver) return;
    this.#isBroken = true;
    this.#cable.breaks.push(this.#world.nowMs());
    this.#link?.destroy();
    this.#process.run(() => this.#over(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" })));
  }

  #live(): Link | undefined {
    return this.#isMute ? undefined : this.#link;
  }

  #arrive(bytes: Buffer): void {
    if (this.#isMute || this.#isBroken) return;
    const text = bytes.toString("latin1");
    const writtenMs = this.#world.nowMs() - CROSSING_MS;
    if (this.#loses(text, writtenMs)) return;
    const cable = this.#cable;
    const left = cable.cutAfterBytes ?? Number.POSITIVE_INFINITY;
    const arriving = bytes.subarray(0, left);
    const isCut = arriving.length < bytes.length;
    if (cable.cutAfterBytes !== undefined) cable.cutAfterBytes = isCut ? undefined : left - bytes.length;
    const size = Math.min(cable.pieceBytes, Math.max(1, arriving.length));
    for (let at = 0; at < arriving.length; at += size) {
      const isLast = at + size >= arriving.length;
      const whole = isLast ? { text: isCut ? "" : text, writtenMs } : { text: "", writtenMs: writtenMs - 1 };
      const piece = arriving.subarray(at, at + size);
      this.#later(() => this.#hand(piece, whole.text, whole.writtenMs), at === 0 ? 0 : PIECE_MS);
    }
    if (isCut) this.#later(() => this.breakNow());
  }

  /** A notification in mid-session is one write of the server's about one contact. The snapshot is none. */
  #loses(text: string, writtenMs: number): boolean {
    this.#isBehindBarrier ||= isPong(text);
    if (!this.#isBehindBarrier || this.#cable.losesNext === 0 || !/^(NLN|FLN) /.test(text)) return false;
    this.#cable.losesNext -= 1;
    for (const address of spokenOf(text)) this.#cable.losses.push({ session: this.#session, address, writtenMs });
    return true;
  }

  #hand(piece: Buffer, text: string, writtenMs: number): void {
    if (this.#isOver || this.#isBroken) return;
    this.#lastWrittenMs = Math.max(this.#lastWrittenMs, writtenMs);
    this.#cable.chunks.push({
      session: this.#session,
      writtenMs: this.#lastWrittenMs,
      atMs: this.#world.nowMs(),
      wallMs: this.#process.nowMs(),
      isPong: isPong(text),
      about: spokenOf(text),
    });
    this.#events.data(piece);
  }

  /** In the order in which it came, as late as the line makes it. */
  #later(act: () => void, apartMs = 0): void {
    const nowMs = this.#world.nowMs();
    const dueMs = Math.max(nowMs + this.#cable.lagMs, this.#cable.stalledUntilMs, this.#lastDueMs + apartMs, nowMs);
    this.#lastDueMs = dueMs;
    const deliver = () => {
      if (!this.#isMute) this.#process.run(act);
    };
    if (dueMs === nowMs) deliver();
    else this.#world.after(dueMs - nowMs, deliver);
  }

  #over(cause: Error | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onGone();
    if (!this.#process.isDead) this.#events.closed(cause);
  }
}

function isPong(text: string): boolean {
  return /(^|[\n>])QNG/.test(text);
}

/** Whom lines of presence speak of: `ILN n NLN bob@… name`, `NLN BSY 1:bob@…`, `FLN bob@…`. */
function spokenOf(text: string): string[] {
  if (!text.includes("LN ")) return [];
  const found = text.matchAll(/(?:^|[\n>])(?:ILN \d+ \w+|NLN \w+|FLN) (?:1:)?([^\s;]+@[^\s;]+)/g);
  return [...found].map(([, address = ""]) => address.toLowerCase());
}
