/** Milliseconds by status, per local day and per hour of the week. Observed time stands beside every total. */
import { isAround, type Status } from "../status.ts";
import type { Span } from "./spans.ts";
import { byOffset, type LocalDay, localDays, offsetsOf } from "./zone.ts";

const HOUR_MS = 3_600_000;
export const HOURS_PER_WEEK = 168;

export interface Totals {
  byStatus: Partial<Record<Status, number>>;
  /** The denominator: time in which the status was known. */
  observedMs: number;
  /** The part of `observedMs` that was not offline. */
  aroundMs: number;
}

export interface DayTotals extends LocalDay, Totals {
  /** Time of the day that the spans cover, observed or not; less than the day's length at the ends of the range. */
  spannedMs: number;
}

/** Totals for each local day that the spans touch, oldest first. The spans are ordered and without overlap. */
export function dailyTotals(spans: readonly Span[], zone: string): DayTotals[] {
  const range = rangeOf(spans);
  if (!range) return [];
  const days = localDays(zone, range.fromMs, range.toMs).map(
    (day): DayTotals => ({ ...day, ...noTotals(), spannedMs: 0 }),
  );
  let first = 0;
  for (const span of spans) {
    while ((days[first]?.toMs ?? Number.POSITIVE_INFINITY) <= span.fromMs) first++;
    for (let i = first; i < days.length; i++) {
      const day = days[i] as DayTotals;
      if (day.fromMs >= span.toMs) break;
      const ms = Math.min(span.toMs, day.toMs) - Math.max(span.fromMs, day.fromMs);
      day.spannedMs += ms;
      add(day, span, ms);
    }
  }
  return days;
}

export interface HourTotals extends Totals {
  /** In how many weeks any of this hour was observed, and in how many of those the contact was around in it. */
  weeksObserved: number;
  weeksAround: number;
}

/**
 * Totals for each hour of the local week: 168 of them, Monday 00:00 first. An hour that a clock change repeats counts
 * as one longer hour; one that it skips has no time that week.
 */
export function hourOfWeekTotals(spans: readonly Span[], zone: string): HourTotals[] {
  const hours = Array.from(
    { length: HOURS_PER_WEEK },
    (): HourTotals => ({ ...noTotals(), weeksObserved: 0, weeksAround: 0 }),
  );
  const range = rangeOf(spans);
  if (!range) return hours;
  const offsets = offsetsOf(zone, range.fromMs, range.toMs);
  // The local hour, counted from the epoch, that was last seen observed (around) in each slot.
  const lastObserved = new Array<number>(HOURS_PER_WEEK).fill(Number.NEGATIVE_INFINITY);
  const lastAround = [...lastObserved];
  for (const span of spans) {
    if (span.status === "unknown") continue;
    for (const part of byOffset(offsets, span.fromMs, span.toMs)) {
      const endMs = part.toMs + part.offsetMs;
      let localMs = part.fromMs + part.offsetMs;
      while (localMs < endMs) {
        const hour = Math.floor(localMs / HOUR_MS);
        const nextMs = Math.min(endMs, (hour + 1) * HOUR_MS);
        // The epoch began on a Thursday, 72 hours into a week that begins on Monday.
        const slot = (((hour + 72) % HOURS_PER_WEEK) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
        const totals = hours[slot] as HourTotals;
        add(totals, span, nextMs - localMs);
        if (lastObserved[slot] !== hour) totals.weeksObserved++;
        lastObserved[slot] = hour;
        if (isAround(span.status)) {
          if (lastAround[slot] !== hour) totals.weeksAround++;
          lastAround[slot] = hour;
        }
        localMs = nextMs;
      }
    }
  }
  return hours;
}

function noTotals(): Totals {
  return { byStatus: {}, observedMs: 0, aroundMs: 0 };
}

function add(totals: Totals, span: Span, ms: number): void {
  if (span.status === "unknown") return;
  totals.byStatus[span.status] = (totals.byStatus[span.status] ?? 0) + ms;
  totals.observedMs += ms;
  if (isAround(span.status)) totals.aroundMs += ms;
}

function rangeOf(spans: readonly Span[]): { fromMs: number; toMs: number } | undefined {
  const first = spans[0];
  const last = spans.at(-1);
  return first && last && { fromMs: first.fromMs, toMs: last.toMs };
}
