/** The server's end of one connection: the client's bytes become frames, and answers become bytes. */
import { isUtf8 } from "node:buffer";
import type { Link, LinkEvents } from "../network/messenger/net/link.ts";
import { CLIENT_PAYLOAD_VERBS, type Frame, FrameDecoder, WireError } from "../network/messenger/wire/frame.ts";
import { bytesOf, type Line, line, payloadLine } from "./line.ts";

/** Long answers are written in pieces of about this size: 10,000 lines are not 10,000 packets. */
const PIECE_BYTES = 64 * 1024;

export class Conversation {
  readonly #link: Link;
  readonly #decoder = new FrameDecoder(CLIENT_PAYLOAD_VERBS);
  #open = true;

  constructor(link: Link) {
    this.#link = link;
  }

  say(verb: string, ...params: (string | number)[]): void {
    this.tell(line(verb, ...params));
  }

  sayWithPayload(verb: string, params: (string | number)[], payload: Uint8Array | string): void {
    this.tell(payloadLine(payload, verb, ...params));
  }

  tell(one: Line): void {
    if (this.#open) this.#link.write(bytesOf(one));
  }

  tellAll(lines: Iterable<Line>): void {
    if (!this.#open) return;
    let piece: Buffer[] = [];
    let sizeBytes = 0;
    for (const one of lines) {
      const bytes = bytesOf(one);
      piece.push(bytes);
      sizeBytes += bytes.length;
      if (sizeBytes < PIECE_BYTES) continue;
      this.#link.write(Buffer.concat(piece));
      piece = [];
      sizeBytes = 0;
    }
    if (sizeBytes > 0) this.#link.write(Buffer.concat(piece));
  }

  /** Sends what was said and closes; nothing is heard after it. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#link.end();
  }

  /** `hear` gets every frame while the conversation is open; `left` is called once, when the link is gone. */
  events(hear: (frame: Frame) => void, left: () => void): LinkEvents {
    return {
      // Links are handed over when they are connected.
      connected: () => undefined,
      data: (bytes) => this.#read(bytes, hear),
      closed: () => {
        this.#open = false;
        left();
      },
    };
  }

  #read(bytes: Uint8Array, hear: (frame: Frame) => void): void {
    if (!this.#open) return;
    try {
      for (const frame of this.#decoder.push(bytes)) {
        if (isNonsense(frame)) return this.close();
        hear(frame);
        if (!this.#open) return;
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.close();
    }
  }
}

/** What the recorded server hangs up on: bytes that are not UTF-8, a payload verb without a length (msnp02-bad-input). */
function isNonsense({ verb, params, payload }: Frame): boolean {
  // SDC may come without one (protocol reference 1.4).
  if (CLIENT_PAYLOAD_VERBS.has(verb) && verb !== "SDC" && payload === undefined) return true;
  return !isUtf8(Buffer.from(params.join(" "), "latin1"));
}
