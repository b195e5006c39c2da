import type { Range } from "./gaps.ts";
import { HOURS_PER_WEEK, slotOf } from "./totals.ts";
import { byOffset, offsetsOf } from "./zone.ts";

const HOUR_MS = 3_600_000;

/**
 * Where an hour of the local week lies in [fromMs, toMs): the ranges that `hourOfWeekTotals` sums up for it, oldest
 * first. `hour`: 0 to 167, 0 is Monday 00:00. An hour that the clocks repeat comes twice in its week, one that they
 * skip not at all. Throws RangeError for another hour, a range that does not end after it begins, or a zone that does
 * not exist.
 */
export function rangesOfHour(zone: string, hour: number, fromMs: number, toMs: number): Range[] {
  if (!Number.isInteger(hour) || hour < 0 || hour >= HOURS_PER_WEEK)
    throw new RangeError(`a week has no hour ${hour}; its hours are 0 (Monday 00:00) to ${HOURS_PER_WEEK - 1}`);
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const ranges: Range[] = [];
  for (const part of byOffset(offsetsOf(zone, fromMs, toMs), fromMs, toMs)) {
    const first = Math.floor((part.fromMs + part.offsetMs) / HOUR_MS);
    const untilNext = (hour - slotOf(first) + HOURS_PER_WEEK) % HOURS_PER_WEEK;
    for (let at = first + untilNext; ; at += HOURS_PER_WEEK) {
      const startMs = Math.max(part.fromMs, at * HOUR_MS - part.offsetMs);
      if (startMs >= part.toMs) break;
      ranges.push({ fromMs: startMs, toMs: Math.min(part.toMs, (at + 1) * HOUR_MS - part.offsetMs) });
    }
  }
  return ranges;
}
