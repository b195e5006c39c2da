/** Instants as ISO 8601 with milliseconds, by looking digits up: a Date for each of a million rows would be too slow. */
import { type Offset, offsetsOf } from "../answers/zone.ts";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const MINUTES = Array.from({ length: 1_440 }, (_, i) => `${digits(Math.floor(i / 60))}:${digits(i % 60)}:`);
const SECONDS = Array.from({ length: 60 }, (_, i) => `${digits(i)}.`);
const MILLISECONDS = Array.from({ length: 1_000 }, (_, i) => digits(i, 3));

/** Writes instants of UTC; mostly one is on the same day as the last. */
export class IsoInstants {
  #day = Number.NaN;
  #date = "";

  /** `2026-11-22T14:03:34.408`; what `toISOString` says, but for the Z. */
  at(ms: number): string {
    const day = Math.floor(ms / DAY_MS);
    if (day !== this.#day) {
      this.#date = new Date(day * DAY_MS).toISOString().slice(0, -13);
      this.#day = day;
    }
    const inDay = ms - day * DAY_MS;
    const minute = Math.floor(inDay / MINUTE_MS);
    const inMinute = inDay - minute * MINUTE_MS;
    const second = Math.floor(inMinute / 1_000);
    return `${this.#date}${MINUTES[minute]}${SECONDS[second]}${MILLISECONDS[inMinute - second * 1_000]}`;
  }
}

/** Local wall time by arithmetic; Temporal for each of a million rows would be too slow. */
export class LocalTime {
  readonly #instants = new IsoInstants();
  readonly #offsets: Offset[];
  readonly #words = new Map<number, string>();
  #i = 0;

  constructor(zone: string, fromMs: number, toMs: number) {
    this.#offsets = offsetsOf(zone, fromMs, toMs + 1);
  }

  /** `2026-11-22T15:03:34.408`, without an offset. */
  at(ms: number): string {
    return this.#instants.at(ms + this.offsetMs(ms));
  }

  /** `+01:00` */
  offset(ms: number): string {
    const offsetMs = this.offsetMs(ms);
    const known = this.#words.get(offsetMs) ?? offsetWord(offsetMs);
    this.#words.set(offsetMs, known);
    return known;
  }

  offsetMs(ms: number): number {
    const offsets = this.#offsets;
    // Rows mostly come in order, so the next one is near.
    while (this.#i > 0 && (offsets[this.#i] as Offset).fromMs > ms) this.#i--;
    while (this.#i + 1 < offsets.length && (offsets[this.#i + 1] as Offset).fromMs <= ms) this.#i++;
    return (offsets[this.#i] as Offset).offsetMs;
  }

  /** The first instant after `ms` at which local time is not `ms` and what has passed since; Infinity when there is none. */
  nextTransitionMs(ms: number): number {
    this.offsetMs(ms);
    return this.#offsets[this.#i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
  }
}

function offsetWord(offsetMs: number): string {
  const minutes = Math.floor(Math.abs(offsetMs) / MINUTE_MS);
  return `${offsetMs < 0 ? "-" : "+"}${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}

function digits(number: number, length = 2): string {
  return String(number).padStart(length, "0");
}
