/**
 * Instants in a zone, in words. Put together from parts with fixed separators, so that the server and every browser
 * write the same text; and by Intl, because not every browser has Temporal.
 */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

type Parts = Record<"weekday" | "day" | "month" | "year" | "hour" | "minute" | "second", string>;

function partsOf(atMs: number, zone: string): Parts {
  let format = FORMATS.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      hourCycle: "h23",
      weekday: "long",
      day: "numeric",
      month: "long",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
    FORMATS.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value])) as Parts;
}

/** `09:05` */
export function clock(atMs: number, zone: string): string {
  const { hour, minute } = partsOf(atMs, zone);
  return `${hour}:${minute}`;
}

/** `09:05:07` */
export function exactClock(atMs: number, zone: string): string {
  return `${clock(atMs, zone)}:${partsOf(atMs, zone).second}`;
}

/** `Mon 23 Nov` */
export function shortDay(atMs: number, zone: string): string {
  const { weekday, day, month } = partsOf(atMs, zone);
  return `${weekday.slice(0, 3)} ${day} ${month.slice(0, 3)}`;
}

/** `Monday 23 November` */
export function longDay(atMs: number, zone: string): string {
  const { weekday, day, month } = partsOf(atMs, zone);
  return `${weekday} ${day} ${month}`;
}

/** `23 November 2026` */
export function dateInFull(atMs: number, zone: string): string {
  const { day, month, year } = partsOf(atMs, zone);
  return `${day} ${month} ${year}`;
}

/** `09:05` when it is on the same local day as `nowMs`, `Mon 23 Nov, 09:05` when it is not. */
export function whenWords(atMs: number, nowMs: number, zone: string): string {
  const day = shortDay(atMs, zone);
  const isToday = day === shortDay(nowMs, zone) && Math.abs(nowMs - atMs) < 2 * 86_400_000;
  return isToday ? clock(atMs, zone) : `${day}, ${clock(atMs, zone)}`;
}

/** `UTC+01:00`, the zone's offset at an instant. */
export function offsetWords(atMs: number, zone: string): string {
  const name = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" })
    .formatToParts(atMs)
    .find(({ type }) => type === "timeZoneName")?.value;
  // `GMT+01:00`; some write a bare `GMT` for none.
  return `UTC${name?.slice(3) || "+00:00"}`;
}
