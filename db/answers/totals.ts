/** Milliseconds by status, per local day and per hour of the week. Observed time stands beside every total. */
import { UNKNOWN_CODE } from "../rollup/timeline.ts";
import { STATUS_CODES, STATUSES, type Status } from "../status.ts";
import type { Span } from "./spans.ts";
import { isInQuarters, type LocalDay, localDays, type Offset, offsetsOf } from "./zone.ts";

const HOUR_MS = 3_600_000;
export const HOURS_PER_WEEK = 168;
const CODES = Math.max(...Object.values(STATUS_CODES)) + 1;

export interface Totals {
  byStatus: Partial<Record<Status, number>>;
  /** The denominator: time in which the status was known. */
  observedMs: number;
  /** The part of `observedMs` that was not offline. */
  aroundMs: number;
}

export interface DayTotals extends LocalDay, Totals {
  /** Time of the day that lies in the range, observed or not; less than the day's length at the ends of the range. */
  spannedMs: number;
}

export interface HourTotals extends Totals {
  /** In how many weeks any of this hour was observed, and in how many of those the contact was around in it. */
  weeksObserved: number;
  weeksAround: number;
}

/** Totals that are being made, for a range of time. */
export interface Fold {
  /**
   * No day, hour or change of clocks in the range cuts a quarter-hour of UTC. Elsewhere, as before zones had standard
   * times, sums of quarter-hours do not tell which hour they belong to.
   */
  readonly isInQuarters: boolean;
  /** A stretch within the range. `code`: see STATUS_CODES; unknown time counts for nothing. `times`: -1 to take it back. */
  add(fromMs: number, toMs: number, code: number, times?: number): void;
  /** Milliseconds within the quarter-hour of UTC that begins at `atMs`, summed over any number of contacts. */
  addQuarter(atMs: number, code: number, ms: number): void;
}

/** Totals for each local day that the spans touch, oldest first. The spans are ordered and without overlap. */
export function dailyTotals(spans: readonly Pick<Span, "fromMs" | "toMs" | "status">[], zone: string): DayTotals[] {
  const range = rangeOf(spans);
  if (!range) return [];
  const fold = new DayFold(zone, range.fromMs, range.toMs);
  addSpans(fold, spans);
  return fold.totals();
}

/**
 * Totals for each hour of the local week: 168 of them, Monday 00:00 first. An hour that a clock change repeats counts
 * as one longer hour; one that it skips has no time that week.
 */
export function hourOfWeekTotals(
  spans: readonly Pick<Span, "fromMs" | "toMs" | "status">[],
  zone: string,
): HourTotals[] {
  const { fromMs, toMs } = rangeOf(spans) ?? { fromMs: 0, toMs: 1 };
  const fold = new WeekFold(zone, fromMs, toMs);
  addSpans(fold, spans);
  return fold.totals();
}

/** How often each hour of the local week lies in [fromMs, toMs), at least in part: 168 numbers, Monday 00:00 first. */
export function weeksInRange(zone: string, fromMs: number, toMs: number): number[] {
  if (fromMs >= toMs) return new Array<number>(HOURS_PER_WEEK).fill(0);
  const fold = new WeekFold(zone, fromMs, toMs);
  fold.add(fromMs, toMs, STATUS_CODES.available);
  return fold.totals().map(({ weeksObserved }) => weeksObserved);
}

/** Totals per local day. Throws RangeError for a zone that does not exist. */
export class DayFold implements Fold {
  readonly isInQuarters: boolean;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #days: LocalDay[];
  /** By day, then by status code. */
  readonly #ms: Float64Array;
  /** The day that was added to last: the next stretch is mostly of it, or of the next one. */
  #at = 0;

  constructor(zone: string, fromMs: number, toMs: number) {
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#days = localDays(zone, fromMs, toMs);
    this.#ms = new Float64Array(this.#days.length * CODES);
    this.isInQuarters = isInQuarters(this.#days.slice(1).map((day) => day.fromMs));
  }

  add(fromMs: number, toMs: number, code: number, times = 1): void {
    if (code === UNKNOWN_CODE) return;
    let atMs = fromMs;
    for (let i = this.#seek(fromMs); atMs < toMs; i++) {
      const endMs = Math.min(toMs, (this.#days[i] as LocalDay).toMs);
      const cell = i * CODES + code;
      this.#ms[cell] = (this.#ms[cell] as number) + (endMs - atMs) * times;
      atMs = endMs;
    }
  }

  addQuarter(atMs: number, code: number, ms: number): void {
    const cell = this.#seek(atMs) * CODES + code;
    this.#ms[cell] = (this.#ms[cell] as number) + ms;
  }

  /** Oldest first. */
  totals(): DayTotals[] {
    return this.#days.map((day, i) => ({
      ...day,
      ...totalsOf(this.#ms, i),
      spannedMs: Math.min(day.toMs, this.#toMs) - Math.max(day.fromMs, this.#fromMs),
    }));
  }

  #seek(atMs: number): number {
    while ((this.#days[this.#at] as LocalDay).toMs <= atMs) this.#at++;
    while ((this.#days[this.#at] as LocalDay).fromMs > atMs) this.#at--;
    return this.#at;
  }
}

const OBSERVED = 1;
const AROUND = 2;

/** Totals per hour of the local week. Throws RangeError for a zone that does not exist. */
export class WeekFold implements Fold {
  readonly isInQuarters: boolean;
  readonly #offsets: Offset[];
  /** By hour of the week, then by status code. */
  readonly #ms = new Float64Array(HOURS_PER_WEEK * CODES);
  /** What was seen in each local hour of the range, whoever was seen. */
  readonly #seen: Uint8Array;
  /** The first local hour, counted from the epoch. */
  readonly #firstHour: number;
  #at = 0;

  constructor(zone: string, fromMs: number, toMs: number) {
    this.#offsets = offsetsOf(zone, fromMs, toMs);
    this.isInQuarters =
      isInQuarters(this.#offsets.map(({ offsetMs }) => offsetMs)) &&
      isInQuarters(this.#offsets.slice(1).map((offset) => offset.fromMs));
    const bounds = this.#offsets.flatMap(({ fromMs: startMs, offsetMs }, i) => [
      startMs + offsetMs,
      (this.#offsets[i + 1]?.fromMs ?? toMs) + offsetMs,
    ]);
    this.#firstHour = Math.floor(Math.min(...bounds) / HOUR_MS);
    this.#seen = new Uint8Array(Math.ceil(Math.max(...bounds) / HOUR_MS) - this.#firstHour);
  }

  add(fromMs: number, toMs: number, code: number, times = 1): void {
    if (code === UNKNOWN_CODE) return;
    let atMs = fromMs;
    for (let i = this.#seek(fromMs); atMs < toMs; i++) {
      const endMs = Math.min(toMs, this.#offsets[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY);
      const { offsetMs } = this.#offsets[i] as Offset;
      this.#addLocal(atMs + offsetMs, endMs + offsetMs, code, times);
      atMs = endMs;
    }
  }

  addQuarter(atMs: number, code: number, ms: number): void {
    const localMs = atMs + (this.#offsets[this.#seek(atMs)] as Offset).offsetMs;
    const hour = Math.floor(localMs / HOUR_MS);
    this.#addHour(hour, slotOf(hour), code, ms);
  }

  totals(): HourTotals[] {
    const weeksObserved = new Array<number>(HOURS_PER_WEEK).fill(0);
    const weeksAround = [...weeksObserved];
    let slot = slotOf(this.#firstHour);
    for (const seen of this.#seen) {
      if (seen & OBSERVED) weeksObserved[slot] = (weeksObserved[slot] as number) + 1;
      if (seen & AROUND) weeksAround[slot] = (weeksAround[slot] as number) + 1;
      slot = slot + 1 === HOURS_PER_WEEK ? 0 : slot + 1;
    }
    return weeksObserved.map((weeks, i) => ({
      ...totalsOf(this.#ms, i),
      weeksObserved: weeks,
      weeksAround: weeksAround[i] as number,
    }));
  }

  #addLocal(fromMs: number, toMs: number, code: number, times: number): void {
    let hour = Math.floor(fromMs / HOUR_MS);
    let slot = slotOf(hour);
    let atMs = fromMs;
    while (atMs < toMs) {
      const endMs = Math.min(toMs, (hour + 1) * HOUR_MS);
      this.#addHour(hour, slot, code, (endMs - atMs) * times);
      atMs = endMs;
      hour++;
      slot = slot + 1 === HOURS_PER_WEEK ? 0 : slot + 1;
    }
  }

  #addHour(hour: number, slot: number, code: number, ms: number): void {
    const cell = slot * CODES + code;
    this.#ms[cell] = (this.#ms[cell] as number) + ms;
    const i = hour - this.#firstHour;
    this.#seen[i] = (this.#seen[i] as number) | (code === STATUS_CODES.offline ? OBSERVED : OBSERVED | AROUND);
  }

  #seek(atMs: number): number {
    while ((this.#offsets[this.#at + 1]?.fromMs ?? Number.POSITIVE_INFINITY) <= atMs) this.#at++;
    while (this.#at > 0 && (this.#offsets[this.#at] as Offset).fromMs > atMs) this.#at--;
    return this.#at;
  }
}

/** Which hour of the week a local hour, counted from the epoch, is. The epoch began on a Thursday, 72 hours into a week that begins on Monday. */
export function slotOf(hour: number): number {
  return (((hour + 72) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
}

function addSpans(fold: Fold, spans: readonly Pick<Span, "fromMs" | "toMs" | "status">[]): void {
  for (const { fromMs, toMs, status } of spans) if (status !== "unknown") fold.add(fromMs, toMs, STATUS_CODES[status]);
}

function totalsOf(ms: Float64Array, row: number): Totals {
  const totals: Totals = { byStatus: {}, observedMs: 0, aroundMs: 0 };
  for (const status of STATUSES) {
    const sum = ms[row * CODES + STATUS_CODES[status]] as number;
    if (sum === 0) continue;
    totals.byStatus[status] = sum;
    totals.observedMs += sum;
    if (status !== "offline") totals.aroundMs += sum;
  }
  return totals;
}

function rangeOf(spans: readonly { fromMs: number; toMs: number }[]): { fromMs: number; toMs: number } | undefined {
  const first = spans[0];
  const last = spans.at(-1);
  return first && last && { fromMs: first.fromMs, toMs: last.toMs };
}
