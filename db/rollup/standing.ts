/**
 * What the contacts of an account were at one instant, in one coverage, packed: so that whoever asks for what is newest
 * need not look for the last event of each. Pure.
 *
 * Packed: the network's words that occur, each its length and its bytes in UTF-8; then for each contact how much higher its
 * number is than that of the one before, a head, for how long it has been so in milliseconds, and which word was said, if
 * one was. Head: bits 0-3 the status code; bit 4 it was so already when looking began; bit 5 a word was said. Numbers are
 * base-128.
 */
import { packNumber, unpackNumber } from "./numbers.ts";

const CODE = 0x0f;
const CENSORED = 0x10;
const SAID = 0x20;

export interface Standing {
  contactId: number;
  code: number;
  /** The network's own word; null when the contact is offline because nothing was said. */
  raw: string | null;
  /** Since when the status is known to hold. */
  sinceMs: number;
  /** The status began some time before, while nobody looked. */
  startCensored: boolean;
}

/** Takes the contacts in the order of their numbers. */
export class StandingPacker {
  readonly #words = new Map<string, number>();
  readonly #bytes: number[] = [];
  #lastId = 0;

  add(atMs: number, { contactId, code, raw, sinceMs, startCensored }: Standing): void {
    packNumber(this.#bytes, contactId - this.#lastId);
    this.#lastId = contactId;
    this.#bytes.push(code | (startCensored ? CENSORED : 0) | (raw === null ? 0 : SAID));
    packNumber(this.#bytes, atMs - sinceMs);
    if (raw === null) return;
    const word = this.#words.get(raw) ?? this.#words.size;
    this.#words.set(raw, word);
    packNumber(this.#bytes, word);
  }

  pack(): Uint8Array {
    const head: number[] = [];
    packNumber(head, this.#words.size);
    for (const word of this.#words.keys()) {
      const bytes = Buffer.from(word);
      packNumber(head, bytes.length);
      head.push(...bytes);
    }
    return Uint8Array.from([...head, ...this.#bytes]);
  }
}

/** Visits every contact, in the order of their numbers. Throws RangeError when the bytes end in the middle of one. */
export function eachStanding(atMs: number, packed: Uint8Array, visit: (standing: Standing) => void): void {
  const at = { i: 0 };
  const words: string[] = [];
  for (let n = unpackNumber(packed, at); n > 0; n--) {
    const length = unpackNumber(packed, at);
    words.push(Buffer.from(packed.subarray(at.i, at.i + length)).toString());
    at.i += length;
  }
  let contactId = 0;
  while (at.i < packed.length) {
    contactId += unpackNumber(packed, at);
    const head = unpackNumber(packed, at);
    const sinceMs = atMs - unpackNumber(packed, at);
    const raw = (head & SAID) === 0 ? null : (words[unpackNumber(packed, at)] ?? null);
    visit({ contactId, code: head & CODE, raw, sinceMs, startCensored: (head & CENSORED) !== 0 });
  }
}
