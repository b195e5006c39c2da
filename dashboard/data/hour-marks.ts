/** The hours that a day's axis is marked with, where the zone puts them. */
import type { LocalDay } from "../../db/answers/zone.ts";

export interface HourMark {
  atMs: number;
  /** Two digits. */
  label: string;
}

/**
 * Midnight, 06, 12, 18 and midnight again, in order. On a day on which the clocks change they do not lie at the
 * quarters of the day, nor a multiple of six hours after midnight.
 */
export function hourMarks({ date, fromMs, toMs }: LocalDay, zone: string): HourMark[] {
  const day = Temporal.PlainDate.from(date);
  const within = [6, 12, 18].map((hour) => ({
    atMs: day.toZonedDateTime({ timeZone: zone, plainTime: { hour } }).epochMilliseconds,
    label: `${hour}`.padStart(2, "0"),
  }));
  return [{ atMs: fromMs, label: "00" }, ...within, { atMs: toMs, label: "24" }];
}
