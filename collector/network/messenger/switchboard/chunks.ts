/**
 * Messages larger than one packet, both ways (protocol reference 4.3). The first packet has all headers and
 * `Message-ID` and `Chunks: n`; the others `Message-ID` and `Chunk: k` only. Bodies are cut and joined as bytes, so a
 * character may lie across two packets.
 */
import { formatMime, type MimeMessage } from "../wire/mime.ts";

/** A switchboard hangs up on a larger payload, headers included (1.6). */
export const MAX_PACKET_BYTES = 1664;
const MAX_CHUNKS = 1023;
/** What one conversation remembers of messages that are not complete. */
const MAX_JOINING_BYTES = 1024 * 1024;
const MAX_JOINING = 16;
const EXPIRE_MS = 30_000;

/** The payloads to send, in order: one if it fits. `undefined`: it does not even fit into as many as there may be. */
export function splitMessage(
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  messageId: string,
): Uint8Array[] | undefined {
  const whole = formatMime(headers, body);
  if (whole.length <= MAX_PACKET_BYTES) return [whole];
  const first = { ...headers, "Message-ID": messageId, Chunks: String(MAX_CHUNKS) };
  const firstRoom = roomBeside(first);
  const room = roomBeside({ "Message-ID": messageId, Chunk: String(MAX_CHUNKS) });
  if (firstRoom <= 0) return undefined;
  const count = 1 + Math.ceil((body.length - firstRoom) / room);
  if (count > MAX_CHUNKS) return undefined;
  const packets = [formatMime({ ...first, Chunks: String(count) }, body.subarray(0, firstRoom))];
  for (let at = firstRoom; at < body.length; at += room) {
    const chunk = { "Message-ID": messageId, Chunk: String(packets.length) };
    packets.push(formatMime(chunk, body.subarray(at, at + room)));
  }
  return packets;
}

/** How many bytes of a body fit into a packet with these headers. */
export function roomBeside(headers: Readonly<Record<string, string>>): number {
  return MAX_PACKET_BYTES - formatMime(headers, new Uint8Array()).length;
}

interface Joining {
  headers: ReadonlyMap<string, string>;
  bodies: Uint8Array[];
  sizeBytes: number;
  count: number;
  sinceMs: number;
}

/** Joins what one conversation's people send in parts: in order, each once, within half a minute, and not too much. */
export class ChunkJoiner {
  readonly #joining = new Map<string, Joining>();

  /** The message, when it is whole; `undefined` while parts are missing, and for parts that are of no use. */
  receive(from: string, message: MimeMessage, nowMs: number): MimeMessage | undefined {
    const id = message.headers.get("message-id");
    const chunks = message.headers.get("chunks");
    const chunk = message.headers.get("chunk");
    if (id === undefined || (chunks === undefined && chunk === undefined)) return message;
    this.#expire(nowMs);
    const key = `${from} ${id}`;
    return chunks === undefined ? this.#goOn(key, message, chunk) : this.#begin(key, message, chunks, nowMs);
  }

  clear(): void {
    this.#joining.clear();
  }

  #begin(key: string, { headers, body }: MimeMessage, chunks: string, nowMs: number): MimeMessage | undefined {
    const count = readNumber(chunks);
    if (count === undefined || count < 1 || count > MAX_CHUNKS || this.#joining.has(key)) return undefined;
    if (count === 1) return { headers, body };
    this.#joining.set(key, { headers, bodies: [copy(body)], sizeBytes: body.length, count, sinceMs: nowMs });
    this.#limit();
    return undefined;
  }

  #goOn(key: string, { body }: MimeMessage, chunk: string | undefined): MimeMessage | undefined {
    const joining = this.#joining.get(key);
    // Not the next one: a repeat, or one whose predecessor was lost. The rest expires.
    if (!joining || readNumber(chunk) !== joining.bodies.length) return undefined;
    joining.bodies.push(copy(body));
    joining.sizeBytes += body.length;
    this.#limit();
    if (joining.bodies.length < joining.count || !this.#joining.delete(key)) return undefined;
    return { headers: joining.headers, body: Buffer.concat(joining.bodies) };
  }

  #expire(nowMs: number): void {
    for (const [key, { sinceMs }] of this.#joining) if (nowMs - sinceMs > EXPIRE_MS) this.#joining.delete(key);
  }

  /** Forgets the oldest when there is too much of it. */
  #limit(): void {
    let sizeBytes = 0;
    for (const one of this.#joining.values()) sizeBytes += one.sizeBytes;
    for (const [key, one] of this.#joining) {
      if (sizeBytes <= MAX_JOINING_BYTES && this.#joining.size <= MAX_JOINING) return;
      this.#joining.delete(key);
      sizeBytes -= one.sizeBytes;
    }
  }
}

/** What arrives is a view of a larger buffer, which would be kept with it. */
function copy(body: Uint8Array): Uint8Array {
  return Uint8Array.from(body);
}

function readNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
