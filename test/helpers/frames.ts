/** Lines and what follows them, as the tests' own servers and clients cut them; shared with nobody (reference 1.4). */

export interface RawFrame {
  /** Without its line end; one character per byte. */
  line: string;
  payload: Buffer | undefined;
}

/** Whose last word is the size of what follows: what clients say, and what servers say. */
export const CLIENT_PAYLOADS = /^(MSG|QRY|UUX|ADL|RML|FQY|UUN|UUM|SDC|PAG|PGD|NOT|PUT|DEL|SDG|VAS) (.* )?\d+$/;
export const SERVER_PAYLOADS = /^(MSG|NOT|UBX|UBN|UBM|GCF|IPG|ADL|RML|FQY|NFY|SDG|PUT|DEL|UUX) (.* )?\d+$/;

export class RawFrames {
  readonly #payloads: RegExp;
  #unread = "";

  constructor(payloads: RegExp) {
    this.#payloads = payloads;
  }

  push(bytes: Buffer): RawFrame[] {
    this.#unread += bytes.toString("latin1");
    const frames: RawFrame[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): RawFrame | undefined {
    const end = this.#unread.indexOf("\n");
    if (end < 0) return undefined;
    const line = this.#unread.slice(0, end).replace(/\r$/, "");
    const size = this.#payloads.test(line) ? Number(/\d+$/.exec(line)?.[0]) : undefined;
    const next = end + 1 + (size ?? 0);
    if (this.#unread.length < next) return undefined;
    const payload = size === undefined ? undefined : Buffer.from(this.#unread.slice(end + 1, next), "latin1");
    this.#unread = this.#unread.slice(next);
    return { line, payload };
  }
}
