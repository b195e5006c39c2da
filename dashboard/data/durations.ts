const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `12 s`, `7 min`, `3 h 20 min`, `2 d 5 h`, `23 d`: rounded down, at most two units. Negative counts as none. */
export function durationWords(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(0, Math.floor(ms / SECOND_MS))} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return two(ms, HOUR_MS, "h", MINUTE_MS, "min");
  if (ms < 14 * DAY_MS) return two(ms, DAY_MS, "d", HOUR_MS, "h");
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** Hours and minutes, never days: for lengths within one day. `0 min`, `45 min`, `7 h 12 min`, `24 h`. */
export function hoursWords(ms: number): string {
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes === 0) return ms > 0 ? "under 1 min" : "0 min";
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Long lengths that are compared with each other: hours and minutes up to ten hours, whole hours from there on. */
export function longHoursWords(ms: number): string {
  return ms < 10 * HOUR_MS ? hoursWords(ms) : `${Math.round(ms / HOUR_MS).toLocaleString("en")} h`;
}

/** `just now`, `12 s ago`, `4 min ago`. */
export function agoWords(ms: number): string {
  return ms < 2 * SECOND_MS ? "just now" : `${durationWords(ms)} ago`;
}

/** Whole per cent that never claims all or nothing when it is neither. */
export function shareWords(share: number): string {
  const percent = Math.round(share * 100);
  if (percent === 0 && share > 0) return "under 1 %";
  if (percent === 100 && share < 1) return "over 99 %";
  return `${percent} %`;
}

function two(ms: number, bigMs: number, big: string, smallMs: number, small: string): string {
  const rest = Math.floor((ms % bigMs) / smallMs);
  return rest === 0 ? `${Math.floor(ms / bigMs)} ${big}` : `${Math.floor(ms / bigMs)} ${big} ${rest} ${small}`;
}
