/** The hour-of-week heatmap: around-time as a share of observed time, with the observation that stands behind it. */
import type { HourTotals } from "../../db/answers/totals.ts";
import { shareWords } from "./durations.ts";

export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export interface HeatCell {
  /** 0 to 1; null where nothing was observed. */
  share: number | null;
  /** Less than half an hour in all, or seen in one week only: a number, but not one to lean on. */
  isThin: boolean;
  isNow: boolean;
  /** `Tuesday 20:00–21:00: around 74 % of observed time; observed in 7 of 8 weeks, around in 6 of them` */
  words: string;
  /** For the table: `74 %` and `7 of 8`. */
  shareWords: string;
  weeksWords: string;
}

export interface Heatmap {
  /** Seven days of 24 cells, Monday 00:00 first. */
  days: HeatCell[][];
  isEmpty: boolean;
}

const ENOUGH_MS = 30 * 60_000;
const ENOUGH_WEEKS = 2;

/** `cells` and `weeks`, how often the range has each of them, begin on Monday at 00:00; they are of one, or of many. */
export function shapeHeatmap(
  cells: readonly HourTotals[],
  weeks: readonly number[],
  zone: string,
  nowMs: number,
  whose: "one" | "many" = "one",
): Heatmap {
  const now = hourOfWeek(nowMs, zone);
  const shaped = cells.map((totals, slot) => shapeCell(totals, slot, weeks[slot] ?? 0, slot === now, whose));
  return {
    days: WEEKDAYS.map((_, day) => shaped.slice(day * 24, day * 24 + 24)),
    isEmpty: cells.every(({ observedMs }) => observedMs === 0),
  };
}

function shapeCell(totals: HourTotals, slot: number, weeks: number, isNow: boolean, whose: "one" | "many"): HeatCell {
  const { observedMs, aroundMs, weeksObserved, weeksAround } = totals;
  const hour = slot % 24;
  const when = `${WEEKDAYS[Math.floor(slot / 24)]} ${twoDigits(hour)}:00–${twoDigits(hour + 1)}:00`;
  const suffix = isNow ? " (this hour)" : "";
  if (observedMs === 0) {
    const words = `${when}: not observed in any of ${weeks} ${weekWord(weeks)}${suffix}`;
    return { share: null, isThin: false, isNow, words, shareWords: "not observed", weeksWords: `0 of ${weeks}` };
  }
  const share = aroundMs / observedMs;
  const isThin = observedMs < ENOUGH_MS || weeksObserved < ENOUGH_WEEKS;
  const around =
    whose === "one"
      ? `around ${shareWords(share)} of observed time`
      : `on average ${shareWords(share)} of those observed were around`;
  const inWeeks = whose === "one" ? `, around in ${weeksAround} of them` : "";
  const words =
    `${when}: ${around}; observed in ${weeksObserved} of ${weeks} ${weekWord(weeks)}${inWeeks}` +
    `${isThin ? " — too little to lean on" : ""}${suffix}`;
  return { share, isThin, isNow, words, shareWords: shareWords(share), weeksWords: `${weeksObserved} of ${weeks}` };
}

function hourOfWeek(atMs: number, zone: string): number {
  const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return (local.dayOfWeek - 1) * 24 + local.hour;
}

function weekWord(weeks: number): string {
  return weeks === 1 ? "week" : "weeks";
}

function twoDigits(hour: number): string {
  return `${hour}`.padStart(2, "0");
}
