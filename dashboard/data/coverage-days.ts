/** An account's coverage, day by day, and its gaps with their reasons. */
import type { LocalDay } from "../../db/answers/zone.ts";
import type { CoverageGap } from "../../db/history/coverage-gaps.ts";
import { type CalendarDay, type CalendarYear, inYears } from "./calendar.ts";
import { dateInFull, exactClock, shortDay } from "./clock-words.ts";
import { durationWords, hoursWords, shareWords } from "./durations.ts";
import { gapWords } from "./gap-words.ts";
import { daysWords } from "./ranges.ts";

interface Shown {
  fromMs: number;
  toMs: number;
  zone: string;
  nowMs: number;
}

export interface GapRow {
  key: number;
  /** `Mon 23 Nov, 09:30:12 – 11:02:45`; the end of one that goes on is `now`. */
  when: string;
  length: string;
  why: string;
  goesOn: boolean;
}

export interface Gaps {
  /** The first and the last day that it is about. */
  days: string;
  /** `98 %`, the part of the range that was observed, and how long it was not. */
  observed: string;
  missing: string;
  /** Newest first. */
  rows: GapRow[];
  /** How many older ones are not among the rows. */
  more: number;
}

const MOST_ROWS = 100;

export function shapeGaps(gaps: readonly CoverageGap[], { fromMs, toMs, zone, nowMs }: Shown): Gaps {
  const missingMs = gaps.reduce((sum, gap) => sum + gap.toMs - gap.fromMs, 0);
  return {
    days: daysWords(fromMs, toMs, zone),
    observed: shareWords(1 - missingMs / (toMs - fromMs)),
    missing: durationWords(missingMs),
    rows: gaps
      .slice(-MOST_ROWS)
      .reverse()
      .map((gap) => {
        // A range that ends in the past cuts a gap off; only one that reaches to now goes on.
        const goesOn = gap.toMs === toMs && toMs >= nowMs;
        return {
          key: gap.fromMs,
          when: `${shortDay(gap.fromMs, zone)}, ${exactClock(gap.fromMs, zone)} – ${goesOn ? "now" : endWords(gap, zone)}`,
          length: durationWords(gap.toMs - gap.fromMs),
          why: gapWords(gap),
          goesOn,
        };
      }),
    more: Math.max(0, gaps.length - MOST_ROWS),
  };
}

function endWords({ fromMs, toMs }: CoverageGap, zone: string): string {
  const day = shortDay(toMs, zone);
  return day === shortDay(fromMs, zone) ? exactClock(toMs, zone) : `${day}, ${exactClock(toMs, zone)}`;
}

/** Which part of each day was observed; a day of which nothing was has no share. */
export function shapeCoverageDays(
  gaps: readonly CoverageGap[],
  days: readonly LocalDay[],
  { fromMs, toMs, zone, nowMs }: Shown,
): CalendarYear[] {
  let next = 0;
  return inYears(
    days.map((day): Omit<CalendarDay, "week" | "weekday"> => {
      const [startMs, endMs] = [Math.max(day.fromMs, fromMs), Math.min(day.toMs, toMs)];
      while ((gaps[next]?.toMs ?? Number.POSITIVE_INFINITY) <= startMs) next++;
      let missingMs = 0;
      for (let i = next; (gaps[i]?.fromMs ?? Number.POSITIVE_INFINITY) < endMs; i++) {
        const gap = gaps[i] as CoverageGap;
        missingMs += Math.min(gap.toMs, endMs) - Math.max(gap.fromMs, startMs);
      }
      const observedMs = endMs - startMs - missingMs;
      const isToday = day.fromMs <= nowMs && nowMs < day.toMs;
      const when = `${dateInFull(day.fromMs, zone)}${isToday ? " (today)" : ""}`;
      return {
        date: day.date,
        share: observedMs === 0 ? null : observedMs / (endMs - startMs),
        isThin: false,
        isToday,
        words:
          observedMs === 0
            ? `${when}: not observed`
            : `${when}: observed for ${hoursWords(observedMs)} of ${hoursWords(endMs - startMs)}`,
      };
    }),
  );
}
