/** The axis that days are drawn against: as long as the longest of them, because not every day has 24 hours. */
import type { LocalDay } from "../../db/answers/zone.ts";

const HOUR_MS = 3_600_000;

export function dayAxisMs(days: readonly LocalDay[]): number {
  return days.reduce((longest, { fromMs, toMs }) => Math.max(longest, toMs - fromMs), 24 * HOUR_MS);
}

/** The hours of a day of 24, as parts of the axis. */
export function axisTicks(axisMs: number): { at: number; label: string }[] {
  return [0, 6, 12, 18, 24].map((hour) => ({ at: (hour * HOUR_MS) / axisMs, label: `${hour}`.padStart(2, "0") }));
}
