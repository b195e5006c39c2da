/** A server's link that treats what is sent over it as a plan says. The server below it notices nothing. */
import type { Clock } from "../network/messenger/clock.ts";
import type { Link, LinkEvents } from "../network/messenger/net/link.ts";
import { SERVER_PAYLOAD_VERBS } from "../network/messenger/wire/frame.ts";
import type { FaultPlan, FrameFate } from "./faults.ts";

export class FaultLink implements Link {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #plan: FaultPlan;
  #sentBytes = 0;
  #isBroken = false;
  /** The frame that changes places with the next. */
  #held: Buffer | undefined;

  constructor(link: Link, clock: Clock, plan: FaultPlan) {
    this.#link = link;
    this.#clock = clock;
    this.#plan = plan;
  }

  /** The events with which the server hears, deaf when the plan says so. */
  hearing(events: LinkEvents): LinkEvents {
    return {
      connected: () => events.connected(),
      data: (bytes) => {
        if (!this.#plan.isSilent) events.data(bytes);
      },
      closed: (cause) => events.closed(cause),
    };
  }

  write(bytes: Uint8Array): void {
    for (const frame of framesIn(Buffer.from(bytes))) this.#send(frame, this.#plan.onFrame?.(firstLine(frame)));
  }

  end(): void {
    this.#release();
    this.#later(() => this.#link.end());
  }

  destroy(): void {
    this.#link.destroy();
  }

  #send(frame: Buffer, fate: FrameFate | undefined): void {
    if (fate === "lose") return;
    if (fate === "after-the-next") {
      this.#release();
      this.#held = frame;
      return;
    }
    this.#transmit(typeof fate === "object" ? withLengthOff(frame, fate.lengthOffBy) : frame);
    if (fate === "twice") this.#transmit(frame);
    this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) this.#transmit(held);
  }

  #transmit(frame: Buffer): void {
    const { cutAfterBytes = Number.POSITIVE_INFINITY, pieceBytes = frame.length } = this.#plan;
    const left = Math.max(0, cutAfterBytes - this.#sentBytes);
    const sent = frame.subarray(0, left);
    this.#sentBytes += sent.length;
    for (let at = 0; at < sent.length; at += pieceBytes) this.#write(sent.subarray(at, at + pieceBytes));
    if (sent.length < frame.length) this.#break();
  }

  #write(piece: Buffer): void {
    this.#later(() => this.#link.write(piece));
  }

  /** What was sent arrives; then the line ends in the middle of a word. */
  #break(): void {
    this.#later(() => this.#link.end());
    this.#isBroken = true;
  }

  #later(act: () => void): void {
    if (this.#isBroken || this.#plan.isSilent) return;
    const { delayMs } = this.#plan;
    if (delayMs === undefined) return act();
    this.#clock.after(delayMs, () => {
      if (!this.#plan.isSilent) act();
    });
  }
}

/** The server writes whole frames, one or many at a time. */
function* framesIn(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf(0x0a, at) + 1;
    const end = lineEnd === 0 ? bytes.length : lineEnd + payloadBytes(bytes.toString("latin1", at, lineEnd));
    yield bytes.subarray(at, end);
    at = end;
  }
}

function payloadBytes(line: string): number {
  const words = line.trimEnd().split(" ");
  const [verb = ""] = words;
  // An error number may carry a payload: its second number is the length (protocol reference 1.4).
  const carries = SERVER_PAYLOAD_VERBS.has(verb) || (/^\d{3}$/.test(verb) && words.length === 3);
  const last = words.at(-1) ?? "";
  return carries && words.length > 1 && /^\d+$/.test(last) ? Number(last) : 0;
}

function firstLine(frame: Buffer): string {
  return frame.toString("latin1", 0, frame.indexOf(0x0a)).trimEnd();
}

function withLengthOff(frame: Buffer, by: number): Buffer {
  const lineEnd = frame.indexOf(0x0a) + 1;
  const line = frame.toString("latin1", 0, lineEnd).replace(/\d+(\r?\n)$/, (said, end: string) => {
    return `${Math.max(0, Number.parseInt(said, 10) + by)}${end}`;
  });
  return Buffer.concat([Buffer.from(line, "latin1"), frame.subarray(lineEnd)]);
}
