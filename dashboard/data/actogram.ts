/** Many days as thin rows below each other, newest first: the habit, and where it changed. */
import type { Span } from "../../db/answers/spans.ts";
import { dailyTotals } from "../../db/answers/totals.ts";
import type { LocalDay } from "../../db/answers/zone.ts";
import type { Reading } from "../../db/status.ts";
import { boxPath } from "./box-path.ts";
import { dateInFull, longDay } from "./clock-words.ts";
import { axisTicks, dayAxisMs } from "./day-axis.ts";
import type { DayChart } from "./day-strips.ts";
import { hoursWords, shareWords } from "./durations.ts";

/** How many units the day's axis has; rows are one unit high. */
export const AXIS_UNITS = 1_000;
/** So that a row does not touch the next one. */
const ROW_UNITS = 0.84;

export interface ActogramRow {
  date: string;
  /** On the newest row of each month: `Nov 2026`. */
  month: string | undefined;
  /** `Monday 23 November: around 7 h 12 min of 22 h observed` */
  words: string;
  /** For the table: `7 h 12 min` and `22 h`. */
  around: string;
  observed: string;
}

export interface Actogram {
  /** Newest first. */
  rows: ActogramRow[];
  /** All of one status as the outline of an SVG path, a row a unit. */
  shapes: { status: Reading; path: string }[];
  ticks: DayChart["ticks"];
  /** Where it is now: in which row, and how far on its axis (0 to 1). */
  now: { row: number; at: number } | undefined;
}

/** `spans` fill the days, oldest first, as far as they are known. */
export function shapeActogram(
  spans: readonly Pick<Span, "fromMs" | "toMs" | "status">[],
  { zone, nowMs, days }: { zone: string; nowMs: number; days: readonly LocalDay[] },
): Actogram {
  const axisMs = dayAxisMs(days);
  const totals = new Map(dailyTotals(spans, zone).map((day) => [day.date, day]));
  const paths = new Map<Reading, string[]>();
  let next = 0;
  const rowOf = (index: number) => days.length - 1 - index;
  for (const [index, day] of days.entries()) {
    // A span that goes on over midnight is a piece of both days.
    while (next > 0 && (spans[next - 1]?.toMs ?? 0) > day.fromMs) next--;
    for (; next < spans.length && (spans[next]?.fromMs ?? 0) < day.toMs; next++) {
      const { fromMs, toMs, status } = spans[next] as Span;
      const [left, right] = [Math.max(fromMs, day.fromMs), Math.min(toMs, day.toMs)];
      if (left >= right) continue;
      const units = (ms: number) => ((ms - day.fromMs) / axisMs) * AXIS_UNITS;
      const path = paths.get(status) ?? [];
      paths.set(status, path);
      path.push(boxPath(units(left), units(right), rowOf(index), ROW_UNITS));
    }
  }
  const today = days.findIndex(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  const rows = days.map((day, index): ActogramRow => {
    const total = totals.get(day.date);
    const isObserved = total !== undefined && total.observedMs > 0;
    return {
      date: day.date,
      month: monthOf(day, days[index + 1], zone),
      words: rowWords(day, total, zone),
      around: isObserved ? hoursWords(total.aroundMs) : "—",
      observed: isObserved ? hoursWords(total.observedMs) : "not observed",
    };
  });
  return {
    rows: rows.reverse(),
    shapes: [...paths].map(([status, path]) => ({ status, path: path.join("") })),
    ticks: axisTicks(axisMs),
    now: today === -1 ? undefined : { row: rowOf(today), at: (nowMs - (days[today] as LocalDay).fromMs) / axisMs },
  };
}

function rowWords(day: LocalDay, total: { aroundMs: number; observedMs: number } | undefined, zone: string): string {
  const when = longDay(day.fromMs, zone);
  if (!total || total.observedMs === 0) return `${when}: not observed`;
  const { aroundMs, observedMs } = total;
  return `${when}: around ${hoursWords(aroundMs)} of ${hoursWords(observedMs)} observed, ${shareWords(aroundMs / observedMs)}`;
}

function monthOf({ date, fromMs }: LocalDay, after: LocalDay | undefined, zone: string): string | undefined {
  if (after?.date.startsWith(date.slice(0, 7))) return undefined;
  const [, month = "", year = ""] = dateInFull(fromMs, zone).split(" ");
  return `${month.slice(0, 3)} ${year}`;
}
