/** How many people were around, on average over a day, a week or a month. Every bar adds up to all who were listed. */
import type { DayTotals } from "../../db/answers/totals.ts";
import { READINGS, type Reading } from "../../db/status.ts";
import { dateInFull, longDay, shortDay } from "./clock-words.ts";

export interface PeopleBar {
  /** The first day of it. */
  date: string;
  label: string;
  longLabel: string;
  /** People by status, on average; `unknown` are those who were on the list and not observed. */
  people: Record<Reading, number>;
  around: number;
  listed: number;
}

export type Step = "day" | "week" | "month";

export interface PeopleChart {
  step: Step;
  bars: PeopleBar[];
  /** The top of the axis. */
  most: number;
}

const MOST_DAYS = 92;
const MOST_WEEKS = 3 * 366;

/** `days`: everyone's totals, oldest first; `listedMs`: for each day, how long all people together were listed. */
export function shapePeopleDays(days: readonly DayTotals[], listedMs: readonly number[], zone: string): PeopleChart {
  const step: Step = days.length <= MOST_DAYS ? "day" : days.length <= MOST_WEEKS ? "week" : "month";
  const parts = Map.groupBy(days.keys(), (index) => firstDate((days[index] as DayTotals).date, step));
  const bars = [...parts].map(([date, indexes]) => {
    const part = indexes.map((index) => days[index] as DayTotals);
    const all = indexes.reduce((sum, index) => sum + (listedMs[index] as number), 0);
    return shapeBar(date, part, all, step, zone);
  });
  return { step, bars, most: Math.max(1, ...bars.map((bar) => Math.ceil(bar.listed))) };
}

function shapeBar(date: string, part: readonly DayTotals[], listedMs: number, step: Step, zone: string): PeopleBar {
  const sum = (of: (day: DayTotals) => number) => part.reduce((total, day) => total + of(day), 0);
  const spannedMs = sum((day) => day.spannedMs);
  const observedMs = sum((day) => day.observedMs);
  const unknownMs = Math.max(0, listedMs - observedMs);
  const of = (status: Reading) => (status === "unknown" ? unknownMs : sum((day) => day.byStatus[status] ?? 0));
  const fromMs = (part[0] as DayTotals).fromMs;
  const lastMs = (part.at(-1) as DayTotals).fromMs;
  return {
    date,
    label: step === "month" ? dateInFull(fromMs, zone).replace(/^\d+ /, "") : shortDay(fromMs, zone).slice(4),
    longLabel: step === "day" ? longDay(fromMs, zone) : `${dateInFull(fromMs, zone)} – ${dateInFull(lastMs, zone)}`,
    people: Object.fromEntries(READINGS.map((status) => [status, of(status) / spannedMs])) as Record<Reading, number>,
    around: sum((day) => day.aroundMs) / spannedMs,
    listed: (observedMs + unknownMs) / spannedMs,
  };
}

function firstDate(date: string, step: Step): string {
  const day = Temporal.PlainDate.from(date);
  switch (step) {
    case "day":
      return date;
    case "week":
      return day.subtract({ days: day.dayOfWeek - 1 }).toString();
    case "month":
      return day.with({ day: 1 }).toString();
    default:
      return step satisfies never;
  }
}
