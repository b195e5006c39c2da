/** How a usual day goes: for each hour the share of observed time around, on weekdays and on weekends. */
import type { HourTotals } from "../../db/answers/totals.ts";
import { hoursWords, shareWords } from "./durations.ts";

export const KINDS = ["weekdays", "weekends"] as const;
export type DayKind = (typeof KINDS)[number];

export const KIND_WORDS: Record<DayKind, string> = { weekdays: "Monday to Friday", weekends: "Saturday and Sunday" };

export interface TypicalHour {
  /** 0 to 1; null where nothing was observed. */
  share: number | null;
  /** `Monday to Friday, 20:00–21:00: around 74 % of 31 h observed` */
  words: string;
  shareWords: string;
}

/** 24 hours of each. */
export type TypicalDay = Record<DayKind, TypicalHour[]>;

/** `hours`: the 168 of the week, Monday 00:00 first. */
export function shapeTypicalDay(hours: readonly HourTotals[]): TypicalDay {
  const shape = (kind: DayKind, days: readonly number[]) =>
    Array.from({ length: 24 }, (_, hour) => {
      const own = days.map((day) => hours[day * 24 + hour] as HourTotals);
      return shapeHour(kind, hour, sum(own, "aroundMs"), sum(own, "observedMs"));
    });
  return { weekdays: shape("weekdays", [0, 1, 2, 3, 4]), weekends: shape("weekends", [5, 6]) };
}

function shapeHour(kind: DayKind, hour: number, aroundMs: number, observedMs: number): TypicalHour {
  const when = `${KIND_WORDS[kind]}, ${twoDigits(hour)}:00–${twoDigits(hour + 1)}:00`;
  if (observedMs === 0) return { share: null, words: `${when}: not observed`, shareWords: "not observed" };
  const share = Math.min(1, aroundMs / observedMs);
  const words = `${when}: around ${shareWords(share)} of ${hoursWords(observedMs)} observed`;
  return { share, words, shareWords: shareWords(share) };
}

function sum(hours: readonly HourTotals[], what: "aroundMs" | "observedMs"): number {
  return hours.reduce((all, totals) => all + totals[what], 0);
}

function twoDigits(hour: number): string {
  return `${hour}`.padStart(2, "0");
}
