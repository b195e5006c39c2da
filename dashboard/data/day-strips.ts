/** A contact's last days, one strip a local day, newest first. */
import type { Span } from "../../db/answers/spans.ts";
import { dailyTotals } from "../../db/answers/totals.ts";
import { type LocalDay, localDays } from "../../db/answers/zone.ts";
import type { Reading } from "../../db/status.ts";
import { longDay, shortDay } from "./clock-words.ts";
import { axisTicks, dayAxisMs } from "./day-axis.ts";
import { durationWords, hoursWords } from "./durations.ts";
import { hourMarks } from "./hour-marks.ts";
import { spanWords } from "./span-words.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export interface DayPiece {
  status: Reading;
  /** As parts of the axis, which is as long as the longest day shown. */
  left: number;
  width: number;
  /** The whole span with its exact times, also where midnight cuts it. */
  words: string;
}

export interface DayRow {
  date: string;
  /** `Mon 23 Nov` */
  label: string;
  longLabel: string;
  isWeekend: boolean;
  isToday: boolean;
  /** The day's own length as a part of the axis: shorter than 1 where other days are longer. */
  length: number;
  /** Said only of days that are not 24 hours long. */
  lengthNote: string | undefined;
  pieces: DayPiece[];
  /** 06, 12 and 18 o'clock of this very day, as parts of the axis. */
  hours: number[];
  /** Now, as a part of the axis; only today. */
  now: number | undefined;
  around: string;
  /** Said only where some of the day, so far, was not observed: `of 9 h`, or `· 12 s unknown` where both would print alike. */
  observed: string | undefined;
}

export interface DayChart {
  rows: DayRow[];
  /** The hours of a day of 24, as parts of the axis. */
  ticks: { at: number; label: string }[];
}

export interface DaysWanted {
  zone: string;
  nowMs: number;
  /** Where knowledge ends; what is later today is blank. */
  horizonMs: number;
  /** Oldest first. */
  days: readonly LocalDay[];
}

/** The local days to show, oldest first; the last one is today. */
export function lastDays(zone: string, nowMs: number, days: number): LocalDay[] {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone).toPlainDate();
  const first = today.subtract({ days: days - 1 }).toZonedDateTime({ timeZone: zone });
  return localDays(zone, first.epochMilliseconds, nowMs + 1);
}

/** `spans` reach from the first of the days to the horizon, or to the end of the last one. */
export function shapeDayChart(spans: readonly Span[], { zone, nowMs, horizonMs, days }: DaysWanted): DayChart {
  const axisMs = dayAxisMs(days);
  const totals = new Map(dailyTotals(spans, zone).map((day) => [day.date, day]));
  const rows = days.map((day): DayRow => {
    const { fromMs, toMs, date } = day;
    const isToday = fromMs <= nowMs && nowMs < toMs;
    const total = totals.get(date);
    const observedMs = total?.observedMs ?? 0;
    const missingMs = (total?.spannedMs ?? 0) - observedMs;
    const observed = hoursWords(observedMs);
    // Rounding must not make a whole day of one that was not seen whole.
    const mostMs = missingMs > 0 ? toMs - fromMs - MINUTE_MS : toMs - fromMs;
    const around = hoursWords(Math.min(total?.aroundMs ?? 0, mostMs));
    return {
      date,
      label: shortDay(fromMs, zone),
      longLabel: longDay(fromMs, zone),
      isWeekend: Temporal.PlainDate.from(date).dayOfWeek > 5,
      isToday,
      length: (toMs - fromMs) / axisMs,
      lengthNote: lengthNote(day),
      pieces: spans.flatMap((span) => piece(span, day, axisMs, zone, horizonMs)),
      hours: hourMarks(day, zone)
        .slice(1, -1)
        .map(({ atMs }) => (atMs - fromMs) / axisMs),
      now: isToday ? (nowMs - fromMs) / axisMs : undefined,
      around,
      observed: observedNote(around, observed, missingMs, toMs <= horizonMs),
    };
  });
  return { rows: rows.reverse(), ticks: axisTicks(axisMs) };
}

function piece(span: Span, day: LocalDay, axisMs: number, zone: string, horizonMs: number): DayPiece[] {
  const fromMs = Math.max(span.fromMs, day.fromMs);
  const toMs = Math.min(span.toMs, day.toMs, horizonMs);
  if (fromMs >= toMs) return [];
  const isCurrent = span.toMs >= horizonMs;
  return [
    {
      status: span.status,
      left: (fromMs - day.fromMs) / axisMs,
      width: (toMs - fromMs) / axisMs,
      words: spanWords(span, zone, isCurrent),
    },
  ];
}

/**
 * Out of how much; where that prints like the around-time itself, what is missing instead. That is told of a day that
 * is over: of one that goes on it would only flicker.
 */
function observedNote(around: string, observed: string, missingMs: number, isOver: boolean): string | undefined {
  if (missingMs >= MINUTE_MS && observed !== around) return `of ${observed}`;
  if (missingMs <= 0 || !isOver) return undefined;
  return `· ${missingWords(missingMs)} unknown`;
}

/** In one unit, so that it fits its column. */
function missingWords(ms: number): string {
  if (ms < SECOND_MS) return "under 1 s";
  return durationWords(ms < HOUR_MS ? ms : ms - (ms % HOUR_MS));
}

function lengthNote({ fromMs, toMs }: LocalDay): string | undefined {
  const hours = (toMs - fromMs) / HOUR_MS;
  return hours === 24 ? undefined : `${hours} h day, clocks went ${hours < 24 ? "forward" : "back"}`;
}
