/**
 * MSNP framing: bytes in, frames out (protocol reference 1.3 and 1.4). Pure: no socket, no clock.
 *
 * A frame is `VERB param … CRLF`; some verbs announce in their last parameter how many payload bytes follow. Tokens
 * are kept as latin-1 strings, one character per byte, so that nothing is lost before `decodeText` reads them.
 */

import { quoteText } from "./text.ts";

/** Longer lines are nonsense: the longest legal one carries a 387-byte name. */
export const MAX_LINE_BYTES = 16 * 1024;
export const MAX_PAYLOAD_BYTES = 1024 * 1024;

export const SERVER_PAYLOAD_VERBS: ReadonlySet<string> = new Set(
  "MSG UBX UBN UBM GCF NOT IPG ADL RML FQY NFY SDG PUT DEL UUX".split(" "),
);
export const CLIENT_PAYLOAD_VERBS: ReadonlySet<string> = new Set(
  "MSG QRY UUX ADL RML FQY UUN UUM SDC PAG PGD NOT PUT DEL SDG VAS".split(" "),
);

export interface Frame {
  /** Three upper-case letters, or three digits for an error. */
  verb: string;
  params: string[];
  payload?: Uint8Array;
}

/** The far end said something that no Messenger server says; the stream cannot be trusted after it. */
export class WireError extends Error {
  readonly code: "line-too-long" | "payload-too-long" | "not-messenger";
  constructor(code: WireError["code"], message: string) {
    super(message);
    this.name = "WireError";
    this.code = code;
  }
}

/** A frame whose payload has not arrived in full, and the size of that payload. */
interface Pending {
  frame: Frame;
  sizeBytes: number;
}

export class FrameDecoder {
  readonly #payloadVerbs: ReadonlySet<string>;
  #buffer: Buffer = Buffer.alloc(0);
  #pending: Pending | undefined;

  constructor(payloadVerbs: ReadonlySet<string>) {
    this.#payloadVerbs = payloadVerbs;
  }

  /**
   * Takes the next bytes in any cut and yields the frames they complete, in order. It is a generator so that frames
   * before a broken one are still delivered; throws WireError at the broken one.
   */
  *push(chunk: Uint8Array): Generator<Frame> {
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const frame = this.#pending ? this.#takePayload(this.#pending) : this.#takeLine();
      if (frame === "incomplete") return;
      if (frame) yield frame;
    }
  }

  #takePayload({ frame, sizeBytes }: Pending): Frame | "incomplete" {
    if (this.#buffer.length < sizeBytes) return "incomplete";
    const payload = this.#take(sizeBytes);
    this.#pending = undefined;
    return { ...frame, payload };
  }

  /** A frame, nothing for an empty line or a line whose payload follows, or "incomplete". */
  #takeLine(): Frame | undefined | "incomplete" {
    const end = this.#buffer.indexOf(0x0a);
    if (end > MAX_LINE_BYTES || (end < 0 && this.#buffer.length > MAX_LINE_BYTES)) {
      throw new WireError("line-too-long", `it sent a line of more than ${MAX_LINE_BYTES} bytes`);
    }
    if (end < 0) return "incomplete";
    const line = this.#take(end + 1)
      .toString("latin1")
      .replace(/\r?\n$/, "");
    const [verb, ...params] = line.split(" ").filter((token) => token !== "");
    if (verb === undefined) return undefined;
    if (!/^([A-Za-z]{3}|\d{3})$/.test(verb)) {
      throw new WireError("not-messenger", `it said ${quoteText(line)}, which no Messenger server says`);
    }
    const frame: Frame = { verb: verb.toUpperCase(), params };
    const sizeBytes = this.#payloadSize(frame);
    if (sizeBytes === undefined) return frame;
    this.#pending = { frame, sizeBytes };
    return undefined;
  }

  #payloadSize({ verb, params }: Frame): number | undefined {
    const last = params.at(-1);
    if (!this.#payloadVerbs.has(verb) || last === undefined || !/^\d+$/.test(last)) return undefined;
    const sizeBytes = Number(last);
    if (sizeBytes > MAX_PAYLOAD_BYTES) {
      throw new WireError(
        "payload-too-long",
        `it announced a ${verb} payload of ${last} bytes, more than ${MAX_PAYLOAD_BYTES}`,
      );
    }
    return sizeBytes;
  }

  #take(sizeBytes: number): Buffer {
    const taken = this.#buffer.subarray(0, sizeBytes);
    this.#buffer = this.#buffer.subarray(sizeBytes);
    return taken;
  }
}

/** The bytes of one command; parameters must already be encoded (`encodeText` for anything a person wrote). */
export function encodeFrame(verb: string, params: readonly (string | number)[], payload?: Uint8Array): Buffer {
  const tokens = [verb, ...params, ...(payload ? [payload.length] : [])];
  const line = Buffer.from(`${tokens.join(" ")}\r\n`, "latin1");
  return payload ? Buffer.concat([line, payload]) : line;
}
