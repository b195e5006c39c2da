/**
 * How long many contacts were in each status, for each quarter-hour of a UTC day: 96 sums of milliseconds a status. A
 * quarter-hour is what every zone's days and hours are made of. Pure.
 *
 * Packed: the number of status codes that occur, then for each its code and 96 base-128 numbers.
 */
import { STATUS_CODES } from "../status.ts";
import { packNumber, unpackNumber } from "./numbers.ts";
import { DAY_MS, eachStretch, UNKNOWN_CODE } from "./timeline.ts";

export const QUARTER_MS = 900_000;
export const QUARTERS = DAY_MS / QUARTER_MS;
const CODES = Math.max(...Object.values(STATUS_CODES)) + 1;

/** The sums of one UTC day while they are being made. */
export class QuarterSums {
  /** By code, then by quarter-hour. */
  readonly #ms = new Float64Array(CODES * QUARTERS);

  /** Milliseconds in a status during the nth quarter-hour of the day, summed over all that was added. */
  at(code: number, quarter: number): number {
    return this.#ms[code * QUARTERS + quarter] ?? 0;
  }

  addTimeline(day: number, timeline: Uint8Array): void {
    const midnightMs = day * DAY_MS;
    eachStretch(day, timeline, (fromMs, toMs, code) => {
      if (code !== UNKNOWN_CODE) this.add(code, fromMs - midnightMs, toMs - midnightMs);
    });
  }

  /** The opposite of adding it. */
  takeTimeline(day: number, timeline: Uint8Array): void {
    const midnightMs = day * DAY_MS;
    eachStretch(day, timeline, (fromMs, toMs, code) => {
      if (code !== UNKNOWN_CODE) this.add(code, fromMs - midnightMs, toMs - midnightMs, -1);
    });
  }

  addPacked(packed: Uint8Array): void {
    eachSum(packed, (code, quarter, ms) => {
      this.#ms[code * QUARTERS + quarter] = this.at(code, quarter) + ms;
    });
  }

  /** Undefined when nothing was observed that day. */
  pack(): Uint8Array | undefined {
    const codes = Object.values(STATUS_CODES).filter((code) => this.#has(code));
    if (codes.length === 0) return undefined;
    const bytes: number[] = [codes.length];
    for (const code of codes) {
      bytes.push(code);
      for (let quarter = 0; quarter < QUARTERS; quarter++) packNumber(bytes, this.at(code, quarter));
    }
    return Uint8Array.from(bytes);
  }

  #has(code: number): boolean {
    return this.#ms.subarray(code * QUARTERS, (code + 1) * QUARTERS).some((ms) => ms > 0);
  }

  /** Milliseconds of the day, [fromMs, toMs). */
  add(code: number, fromMs: number, toMs: number, sign = 1): void {
    let atMs = fromMs;
    while (atMs < toMs) {
      const quarter = Math.floor(atMs / QUARTER_MS);
      const nextMs = Math.min(toMs, (quarter + 1) * QUARTER_MS);
      const i = code * QUARTERS + quarter;
      this.#ms[i] = (this.#ms[i] ?? 0) + sign * (nextMs - atMs);
      atMs = nextMs;
    }
  }
}

/** Every sum that is not zero. Throws RangeError when the bytes are no packed day. */
export function eachSum(packed: Uint8Array, visit: (code: number, quarter: number, ms: number) => void): void {
  const at = { i: 0 };
  const codes = unpackNumber(packed, at);
  for (let n = 0; n < codes; n++) {
    const code = unpackNumber(packed, at);
    if (code >= CODES) throw new RangeError(`a day's sums speak of status code ${code}, which there is not`);
    for (let quarter = 0; quarter < QUARTERS; quarter++) {
      const ms = unpackNumber(packed, at);
      if (ms > 0) visit(code, quarter, ms);
    }
  }
  if (at.i !== packed.length) throw new RangeError("a day's sums have something behind their end");
}
