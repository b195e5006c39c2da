/**
 * One contact's UTC day in a few dozen bytes: what it was from midnight to midnight, without a hole.
 *
 * A timeline is a row of stretches, each one a head byte and how long it lasts in milliseconds as a base-128 number
 * (seven bits a byte, lowest first). Head: bits 0-3 the status code, 15 for unknown; bit 4 the status held already when
 * looking began; bit 5 it held still when looking ended. Durations add up to the day. Midnight is nobody's doing, so the
 * first head also says how the day hangs together with the one before, in bits 6 and 7. Pure.
 */
import { type Reading, STATUS_CODES, statusFromCode } from "../status.ts";
import { packNumber } from "./numbers.ts";

export const DAY_MS = 86_400_000;
/** The code of time that nobody observed; no status has it. */
export const UNKNOWN_CODE = 15;
/** Flags of a stretch, as `eachStretch` hands them out. */
export const START_CENSORED = 0x10;
export const END_CENSORED = 0x20;
/** Only on the first stretch of a day: midnight is a cut in the middle of a stretch that began before. */
export const GOES_ON = 0x40;
/** Only there too: midnight is the very instant of a change, which ended the stretch before. Neither: nothing leads over, as where coverage began. */
export const CHANGED = 0x80;

/** A stretch of constant presence, [fromMs, toMs), without the network's own word. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  status: Reading;
  startCensored: boolean;
  endCensored: boolean;
}

export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/**
 * Packs the stretches of one day, which fill it in order; throws RangeError when they do not. `flags`: see
 * START_CENSORED and the others.
 */
export class DayPacker {
  readonly #midnightMs: number;
  readonly #bytes: number[] = [];
  #atMs: number;
  #isKnown = false;

  constructor(day: number) {
    this.#atMs = day * DAY_MS;
    this.#midnightMs = this.#atMs + DAY_MS;
  }

  add(fromMs: number, toMs: number, code: number, flags: number): void {
    if (fromMs !== this.#atMs || toMs <= fromMs) {
      throw new RangeError(`a day's stretches leave a hole or overlap at ${this.#atMs}`);
    }
    this.#isKnown ||= readingFromCode(code) !== "unknown";
    this.#bytes.push(code | flags);
    packNumber(this.#bytes, toMs - fromMs);
    this.#atMs = toMs;
  }

  /** Undefined for a day that was unknown from end to end, which needs no row. */
  pack(): Uint8Array | undefined {
    if (this.#atMs !== this.#midnightMs)
      throw new RangeError(`a day's stretches end at ${this.#atMs}, not at midnight`);
    return this.#isKnown ? Uint8Array.from(this.#bytes) : undefined;
  }
}

/** The stretches of a packed day. Throws RangeError when the bytes are no whole day. */
export function unpackDay(day: number, timeline: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  eachStretch(day, timeline, (fromMs, toMs, code, flags) => stretches.push(stretchOf(fromMs, toMs, code, flags)));
  return stretches;
}

export type VisitStretch = (fromMs: number, toMs: number, code: number, flags: number) => void;

/** The same without an object for each stretch, for sums over years. `code`: see STATUS_CODES; 15 for unknown. */
export function eachStretch(day: number, timeline: Uint8Array, visit: VisitStretch): void {
  const midnightMs = (day + 1) * DAY_MS;
  const { length } = timeline;
  let fromMs = day * DAY_MS;
  // Unpacked on the spot and not by unpackNumber: ten years of a contact are 300,000 bytes.
  for (let i = 0; i < length; ) {
    const head = timeline[i++] as number;
    let lastsMs = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = timeline[i++];
      if (byte === undefined || shift > 21) throw new RangeError(`the timeline of day ${day} is cut off`);
      lastsMs |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const toMs = fromMs + lastsMs;
    if (toMs > midnightMs || toMs === fromMs)
      throw new RangeError(`the timeline of day ${day} does not end at midnight`);
    visit(fromMs, toMs, head & 0x0f, head & 0xf0);
    fromMs = toMs;
  }
  if (fromMs !== midnightMs) throw new RangeError(`the timeline of day ${day} does not end at midnight`);
}

export function stretchOf(fromMs: number, toMs: number, code: number, flags: number): Stretch {
  const status = readingFromCode(code);
  const startCensored = (flags & START_CENSORED) !== 0;
  return { fromMs, toMs, status, startCensored, endCensored: (flags & END_CENSORED) !== 0 };
}

/** Throws RangeError on a code that no version of Rollcall has written. */
export function readingFromCode(code: number): Reading {
  return code === UNKNOWN_CODE ? "unknown" : statusFromCode(code);
}

export function codeOf(status: Reading): number {
  return status === "unknown" ? UNKNOWN_CODE : STATUS_CODES[status];
}

export function flagsOf({ startCensored, endCensored }: Pick<Stretch, "startCensored" | "endCensored">): number {
  return (startCensored ? START_CENSORED : 0) | (endCensored ? END_CENSORED : 0);
}
