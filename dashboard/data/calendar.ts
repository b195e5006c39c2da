/** Days by year: a column a week, a row a weekday. */
import type { DayTotals } from "../../db/answers/totals.ts";
import { dateInFull } from "./clock-words.ts";
import { shareWords } from "./durations.ts";

export interface CalendarDay {
  date: string;
  /** From 0: the week of the year shown, and the day of the week, Monday first. */
  week: number;
  weekday: number;
  /** 0 to 1; null where nothing was observed. */
  share: number | null;
  /** Less than half of what was to be observed was. */
  isThin: boolean;
  isToday: boolean;
  words: string;
}

export interface CalendarYear {
  year: number;
  days: CalendarDay[];
  /** The first week that begins in each month. */
  months: { week: number; label: string }[];
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Around-time. `listedMs`: for each day, how long there was somebody to be observed, all people together. */
export function shapeCalendar(
  days: readonly DayTotals[],
  listedMs: readonly number[],
  nowMs: number,
  zone: string,
): CalendarYear[] {
  return inYears(days.map((day, index) => shapeDay(day, listedMs[index] ?? 0, nowMs, zone)));
}

/** Puts days into years, newest year first. */
export function inYears(days: readonly Omit<CalendarDay, "week" | "weekday">[]): CalendarYear[] {
  const byYear = Map.groupBy(days, ({ date }) => Number(date.slice(0, 4)));
  return [...byYear].reverse().map(([year, own]) => {
    const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
    const offset = first.dayOfWeek - 1;
    const weekOf = (date: Temporal.PlainDate) => Math.floor((date.dayOfYear - 1 + offset) / 7);
    return {
      year,
      days: own.map((day) => {
        const date = Temporal.PlainDate.from(day.date);
        return { ...day, week: weekOf(date), weekday: date.dayOfWeek - 1 };
      }),
      months: MONTHS.map((label, index) => ({ label, week: weekOf(first.with({ month: index + 1 })) })),
    };
  });
}

function shapeDay(
  { date, fromMs, toMs, aroundMs, observedMs }: DayTotals,
  listedMs: number,
  nowMs: number,
  zone: string,
): Omit<CalendarDay, "week" | "weekday"> {
  const isToday = fromMs <= nowMs && nowMs < toMs;
  const when = `${dateInFull(fromMs, zone)}${isToday ? " (today)" : ""}`;
  if (observedMs === 0) return { date, share: null, isThin: false, isToday, words: `${when}: not observed` };
  const share = aroundMs / observedMs;
  const seen = Math.min(1, observedMs / listedMs);
  const words = `${when}: around ${shareWords(share)} of observed time; ${shareWords(seen)} of the day was observed`;
  return { date, share, isThin: seen < 0.5, isToday, words };
}
