/** Hours a day by status. Each bar, time unknown included, adds up to what the range has of its day. */
import type { Span } from "../../db/answers/spans.ts";
import { dailyTotals } from "../../db/answers/totals.ts";
import { READINGS, type Reading } from "../../db/status.ts";
import { longDay, shortDay } from "./clock-words.ts";

const HOUR_MS = 3_600_000;

export interface DayBar {
  date: string;
  label: string;
  longLabel: string;
  /** Hours by status; those that did not occur are 0. */
  hours: Record<Reading, number>;
  /** 23, 24 or 25 for a whole day; less for today. */
  lengthHours: number;
}

/** Oldest first. `spans` fill their range. */
export function shapeDayBars(spans: readonly Span[], zone: string): DayBar[] {
  return dailyTotals(spans, zone).map(({ date, fromMs, byStatus, observedMs, spannedMs }) => {
    const unknownMs = spannedMs - observedMs;
    const hours = READINGS.map((status): [Reading, number] => [
      status,
      (status === "unknown" ? unknownMs : (byStatus[status] ?? 0)) / HOUR_MS,
    ]);
    return {
      date,
      label: shortDay(fromMs, zone),
      longLabel: longDay(fromMs, zone),
      hours: Object.fromEntries(hours) as Record<Reading, number>,
      lengthHours: spannedMs / HOUR_MS,
    };
  });
}
