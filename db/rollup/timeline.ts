/**
 * One contact's UTC day in a few dozen bytes: what it was from midnight to midnight, without a hole.
 *
 * A timeline is a row of stretches, each one a head byte and how long it lasts in milliseconds as a base-128 number
 * (seven bits a byte, lowest first). Head: bits 0-3 the status code, 15 for unknown; bit 4 the status held already when
 * looking began; bit 5 it held still when looking ended. Durations add up to the day. Pure.
 */
import { type Reading, STATUS_CODES, statusFromCode } from "../status.ts";
import { packNumber, unpackNumber } from "./numbers.ts";

export const DAY_MS = 86_400_000;
/** The code of time that nobody observed; no status has it. */
export const UNKNOWN_CODE = 15;
const START_CENSORED = 0x10;
const END_CENSORED = 0x20;

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
 * Packs the stretches of one day, which fill it in order. Undefined for a day that was unknown from end to end, which
 * needs no row. Throws RangeError when they do not fill [day, day + 1).
 */
export function packDay(day: number, stretches: readonly Stretch[]): Uint8Array | undefined {
  const bytes: number[] = [];
  let atMs = day * DAY_MS;
  for (const stretch of stretches) {
    if (stretch.fromMs !== atMs || stretch.toMs <= stretch.fromMs) {
      throw new RangeError(`a day's stretches leave a hole or overlap at ${atMs}`);
    }
    bytes.push(headOf(stretch));
    packNumber(bytes, stretch.toMs - stretch.fromMs);
    atMs = stretch.toMs;
  }
  if (atMs !== (day + 1) * DAY_MS) throw new RangeError(`a day's stretches end at ${atMs}, not at midnight`);
  return stretches.every(({ status }) => status === "unknown") ? undefined : Uint8Array.from(bytes);
}

/** The stretches of a packed day. Throws RangeError when the bytes are no whole day. */
export function unpackDay(day: number, timeline: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  eachStretch(day, timeline, (fromMs, toMs, code, flags) => {
    const status = code === UNKNOWN_CODE ? "unknown" : statusFromCode(code);
    const startCensored = (flags & START_CENSORED) !== 0;
    stretches.push({ fromMs, toMs, status, startCensored, endCensored: (flags & END_CENSORED) !== 0 });
  });
  return stretches;
}

/** The same without an object for each stretch, for sums over years. `code`: see STATUS_CODES; 15 for unknown. */
export function eachStretch(
  day: number,
  timeline: Uint8Array,
  visit: (fromMs: number, toMs: number, code: number, flags: number) => void,
): void {
  let fromMs = day * DAY_MS;
  const at = { i: 0 };
  while (at.i < timeline.length) {
    const head = timeline[at.i++] as number;
    const toMs = fromMs + unpackNumber(timeline, at);
    visit(fromMs, toMs, head & 0x0f, head & 0x30);
    fromMs = toMs;
  }
  if (fromMs !== (day + 1) * DAY_MS) throw new RangeError(`the timeline of day ${day} does not end at midnight`);
}

function headOf({ status, startCensored, endCensored }: Stretch): number {
  const code = status === "unknown" ? UNKNOWN_CODE : STATUS_CODES[status];
  return code | (startCensored ? START_CENSORED : 0) | (endCensored ? END_CENSORED : 0);
}
