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

/** Their first parameter is a transaction number and never a length: `UUX 12` is a reply without payload. */
const NUMBERED_VERBS: ReadonlySet<string> = new Set("UUX ADL RML FQY GCF PUT DEL SDG QRY UUN UUM".split(" "));

export interface Frame {
  /** Three upper-case letters, or three digits for an error. */
  verb: string;
  params: string[];
  /** May share memory with the chunk in which it arrived: copy it to keep it. */
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

export interface FrameDecoderOptions {
  /**
   * The verb of our command with this transaction number, when it waits for its answer. Asked about error lines with a
   * second number, which is the length of a payload if the command had one, too (protocol reference 1.4, rule 3).
   */
  failedVerb?(trId: string): string | undefined;
}

/** A frame whose payload has not arrived in full, and the size of that payload. */
interface Pending {
  frame: Frame;
  sizeBytes: number;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);
/**
 * So many bytes become text at once: a call for each line would take as long as all the rest. Not more, because a name
 * that is kept keeps the text that it was cut from.
 */
const TEXT_BYTES = 4 * 1024;

export class FrameDecoder {
  readonly #payloadVerbs: ReadonlySet<string>;
  readonly #failedVerb: FrameDecoderOptions["failedVerb"];
  /** What has arrived; read up to `#at`, and without a line's end from there to `#scannedTo`. */
  #bytes: Buffer = NOTHING;
  #at = 0;
  #scannedTo = 0;
  /** The text of the bytes from `#textAt` on. */
  #text = "";
  #textAt = 0;
  /** What `#bytes` is the beginning of, when it is ours to append to. */
  #storage: Buffer | undefined;
  #pending: Pending | undefined;
  #refusal: WireError | undefined;

  constructor(payloadVerbs: ReadonlySet<string>, { failedVerb }: FrameDecoderOptions = {}) {
    this.#payloadVerbs = payloadVerbs;
    this.#failedVerb = failedVerb;
  }

  /**
   * Takes the next bytes in any cut and yields the frames they complete, in order. It is a generator so that frames
   * before a broken one are still delivered; throws WireError at the broken one, and from then on. The chunk must not
   * be written to afterwards.
   */
  push(chunk: Uint8Array): Generator<Frame, void, undefined> {
    if (!this.#refusal) this.#append(chunk);
    return this.#frames();
  }

  *#frames(): Generator<Frame, void, undefined> {
    if (this.#refusal) throw this.#refusal;
    for (;;) {
      const frame = this.#pending ? this.#takePayload(this.#pending) : this.#takeLine();
      if (frame === "incomplete") return;
      if (frame) yield frame;
    }
  }

  #append(chunk: Uint8Array): void {
    const restBytes = this.#bytes.length - this.#at;
    if (restBytes === 0) return this.#hold(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length), undefined);
    const end = this.#bytes.length;
    if (this.#storage && end + chunk.length <= this.#storage.length) {
      this.#storage.set(chunk, end);
      this.#bytes = this.#storage.subarray(0, end + chunk.length);
      return;
    }
    // Twice what is there, so that a payload in a million chunks is not copied a million times; always a new buffer,
    // because payloads that were handed out may lie in the old one.
    const storage = Buffer.allocUnsafe(Math.max(restBytes + chunk.length, 2 * restBytes));
    storage.set(this.#bytes.subarray(this.#at), 0);
    storage.set(chunk, restBytes);
    const scannedBytes = this.#scannedTo - this.#at;
    this.#hold(storage.subarray(0, restBytes + chunk.length), storage);
    this.#scannedTo = scannedBytes;
  }

  #hold(bytes: Buffer, storage: Buffer | undefined): void {
    this.#bytes = bytes;
    this.#storage = storage;
    this.#at = 0;
    this.#scannedTo = 0;
    this.#text = "";
    this.#textAt = 0;
  }

  #takePayload({ frame, sizeBytes }: Pending): Frame | "incomplete" {
    const end = this.#at + sizeBytes;
    if (this.#bytes.length < end) return "incomplete";
    frame.payload = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    this.#scannedTo = end;
    this.#pending = undefined;
    return frame;
  }

  /** A frame, nothing for an empty line or a line whose payload follows, or "incomplete". */
  #takeLine(): Frame | undefined | "incomplete" {
    let end = this.#text.indexOf("\n", this.#at - this.#textAt);
    if (end < 0) {
      if (!this.#readText()) return "incomplete";
      end = this.#text.indexOf("\n");
    }
    const start = this.#at - this.#textAt;
    this.#at += end + 1 - start;
    this.#scannedTo = this.#at;
    return this.#readLine(start, end > start && this.#text.charCodeAt(end - 1) === CR ? end - 1 : end);
  }

  /** Makes text of the next bytes, at least of one line; not when none is complete. */
  #readText(): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    if (start === bytes.length) {
      // Nothing is kept of what is understood: a connection is at rest most of its life.
      this.#hold(NOTHING, undefined);
      return false;
    }
    const end = bytes.indexOf(LF, this.#scannedTo);
    if ((end < 0 ? bytes.length : end) - start > MAX_LINE_BYTES) {
      this.#refuse("line-too-long", `it sent a line of more than ${MAX_LINE_BYTES} bytes`);
    }
    this.#scannedTo = bytes.length;
    if (end < 0) return false;
    this.#text = bytes.toString("latin1", start, Math.max(end + 1, Math.min(start + TEXT_BYTES, bytes.length)));
    this.#textAt = start;
    return true;
  }

  #readLine(from: number, end: number): Frame | undefined {
    const text = this.#text;
    const start = skipSpaces(text, from);
    if (start === end) return undefined;
    const space = text.indexOf(" ", start);
    const verbEnd = space < 0 || space > end ? end : space;
    const verb = readVerb(text.slice(start, verbEnd));
    if (verb === undefined) {
      const line = quoteText(text.slice(from, end));
      this.#refuse("not-messenger", `it said ${line}, which no Messenger server says`);
    }
    const frame: Frame = { verb, params: words(text, verbEnd, end) };
    const sizeBytes = this.#payloadSize(frame);
    if (sizeBytes === undefined) return frame;
    this.#pending = { frame, sizeBytes };
    return undefined;
  }

  #payloadSize({ verb, params }: Frame): number | undefined {
    const last = params.at(-1);
    // Asked in this order because most lines do not end in a number.
    if (last === undefined || !isNumber(last) || !this.#carriesPayload(verb, params)) return undefined;
    const sizeBytes = Number(last);
    if (sizeBytes > MAX_PAYLOAD_BYTES) {
      const announced = last.length > 20 ? `${last.slice(0, 20)}…` : last;
      this.#refuse(
        "payload-too-long",
        `it announced a ${verb} payload of ${announced} bytes, more than ${MAX_PAYLOAD_BYTES}`,
      );
    }
    return sizeBytes;
  }

  #carriesPayload(verb: string, params: readonly string[]): boolean {
    if (this.#payloadVerbs.has(verb)) return params.length > 1 || !NUMBERED_VERBS.has(verb);
    const [trId] = params;
    if (!isDigit(verb.charCodeAt(0)) || params.length < 2 || trId === undefined) return false;
    const failed = this.#failedVerb?.(trId);
    return failed !== undefined && CLIENT_PAYLOAD_VERBS.has(failed);
  }

  #refuse(code: WireError["code"], message: string): never {
    this.#hold(NOTHING, undefined);
    this.#pending = undefined;
    this.#refusal = new WireError(code, message);
    throw this.#refusal;
  }
}

/** The bytes of one command; parameters must already be encoded (`encodeText` for anything a person wrote). */
export function encodeFrame(verb: string, params: readonly (string | number)[], payload?: Uint8Array): Buffer {
  const tokens = [verb, ...params, ...(payload ? [payload.length] : [])];
  const line = Buffer.from(`${tokens.join(" ")}\r\n`, "latin1");
  return payload ? Buffer.concat([line, payload]) : line;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at++;
  return at;
}

/** In upper case, when it is one: three letters, or the three digits of an error. */
function readVerb(word: string): string | undefined {
  if (/^(?:[A-Z]{3}|\d{3})$/.test(word)) return word;
  return /^[A-Za-z]{3}$/.test(word) ? word.toUpperCase() : undefined;
}

/** What stands between runs of spaces; in half the time that `split` and `filter` take. */
function words(text: string, start: number, end: number): string[] {
  const found: string[] = [];
  let from = start;
  for (let at = text.indexOf(" ", from); at >= 0 && at < end; at = text.indexOf(" ", from)) {
    if (at > from) found.push(text.slice(from, at));
    from = at + 1;
  }
  if (from < end) found.push(text.slice(from, end));
  return found;
}

function isNumber(word: string): boolean {
  return isDigit(word.charCodeAt(word.length - 1)) && /^\d+$/.test(word);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
