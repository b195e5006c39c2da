/** Which time a timeline shows, as its address says it, and the marks on its axis. Pure. */
import { localDays } from "../../db/answers/zone.ts";
import { parseInstant } from "../../db/export/query.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { clock, shortDay } from "./clock-words.ts";
import { YEARS } from "./ranges.ts";
import { USUAL_ZOOM, ZOOM_FACTS, ZOOMS, type Zoom } from "./timeline-address.ts";

const STEP_MS = 10 * 60_000;
const EARLIEST_MS = Date.UTC(YEARS.first, 0);
const LATEST_MS = Date.UTC(YEARS.last + 1, 0);

/** What the address says, as it was typed. */
export interface WindowWords {
  zoom: string | null;
  /** Where the window ends, exclusive. */
  end: string | null;
  /** The same as a date: with its last instant. */
  day: string | null;
  /** Where the slider stands. */
  at: string | null;
}

export interface TimelineWindow {
  zoom: Zoom;
  /** [fromMs, toMs), UTC milliseconds. */
  fromMs: number;
  toMs: number;
  /** It ends where knowledge does, and moves on with it. */
  isLatest: boolean;
  /** Where the slider stands; undefined: at the end. */
  atMs: number | undefined;
  /** What of the address cannot be used, and why. */
  refused: string | undefined;
}

/** The window that the address asks for, or else the last day. It never reaches beyond `horizonMs`, where knowledge ends. */
export function chooseWindow(
  asked: WindowWords,
  { zone, horizonMs }: { zone: string; horizonMs: number },
): TimelineWindow {
  const refused: string[] = [];
  const zoom = ZOOMS.find((one) => one === (asked.zoom ?? USUAL_ZOOM)) ?? USUAL_ZOOM;
  if (asked.zoom !== null && zoom !== asked.zoom)
    refused.push(`"${asked.zoom.slice(0, 40)}" is no zoom: it should be one of ${ZOOMS.join(", ")}`);
  const instantOf = (name: "end" | "day" | "at") => {
    try {
      const ms = parseInstant(asked[name]?.slice(0, 40), zone, name);
      if (ms === undefined || (ms >= EARLIEST_MS && ms < LATEST_MS)) return ms;
      refused.push(
        `"${asked[name]}" is not a time for "${name}": it should lie in the years ${YEARS.first} to ${YEARS.last}`,
      );
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      refused.push(error.message);
    }
    return undefined;
  };
  const dayMs = instantOf("day");
  const dayEndMs = dayMs === undefined ? undefined : localDays(zone, dayMs, dayMs + 1)[0]?.toMs;
  const toMs = Math.min(horizonMs, instantOf("end") ?? dayEndMs ?? horizonMs);
  const fromMs = toMs - ZOOM_FACTS[zoom].lengthMs;
  const atMs = instantOf("at");
  return {
    zoom,
    fromMs,
    toMs,
    isLatest: toMs === horizonMs,
    atMs: atMs !== undefined && atMs >= fromMs && atMs < toMs ? atMs : undefined,
    refused: refused.length > 0 ? refused.join("; ") : undefined,
  };
}

export interface TimelineTick {
  /** As a part of the window. */
  at: number;
  label: string;
  /** A local day begins. */
  isDay: boolean;
}

/** The marks of a window: whole minutes, hours or days of the zone, however long its days are. */
export function timelineTicks(window: Pick<TimelineWindow, "zoom" | "fromMs" | "toMs">, zone: string): TimelineTick[] {
  const { zoom, fromMs, toMs } = window;
  const days = localDays(zone, fromMs, toMs);
  const instants = new Map<number, boolean>();
  if (zoom === "1h") {
    // No zone in use is off by less than ten minutes.
    for (let ms = Math.ceil(fromMs / STEP_MS) * STEP_MS; ms < toMs; ms += STEP_MS) instants.set(ms, false);
  } else {
    for (const { date, fromMs: beginMs } of days) {
      const day = Temporal.PlainDate.from(date);
      if (zoom === "4w" && day.dayOfWeek !== 1) continue;
      for (const hour of HOURS[zoom]) {
        const ms =
          hour === 0 ? beginMs : day.toZonedDateTime({ timeZone: zone, plainTime: { hour } }).epochMilliseconds;
        instants.set(ms, hour === 0);
      }
    }
  }
  return [...instants]
    .filter(([ms]) => ms >= fromMs && ms < toMs)
    .sort(([a], [b]) => a - b)
    .map(([ms, isDay]) => ({ at: (ms - fromMs) / (toMs - fromMs), label: label(ms, zoom, isDay, zone), isDay }));
}

const HOURS: Record<Exclude<Zoom, "1h">, readonly number[]> = {
  "6h": Array.from({ length: 24 }, (_, hour) => hour),
  "1d": [0, 3, 6, 9, 12, 15, 18, 21],
  "3d": [0, 12],
  "1w": [0],
  "4w": [0],
};

/** `14:10`, `15`, `Mon 23`, or `23 Nov` where weeks pass. */
function label(ms: number, zoom: Zoom, isDay: boolean, zone: string): string {
  const [weekday, day, month] = shortDay(ms, zone).split(" ");
  if (zoom === "4w") return `${day} ${month}`;
  if (isDay) return `${weekday} ${day}`;
  return zoom === "1h" ? clock(ms, zone) : clock(ms, zone).slice(0, 2);
}

/** `Thu 26 Nov, 14:00 – Fri 27 Nov, 14:00`, or with one day and two times. */
export function windowWords({ fromMs, toMs }: Pick<TimelineWindow, "fromMs" | "toMs">, zone: string): string {
  const [from, to] = [shortDay(fromMs, zone), shortDay(toMs, zone)];
  return from === to
    ? `${from}, ${clock(fromMs, zone)} – ${clock(toMs, zone)}`
    : `${from}, ${clock(fromMs, zone)} – ${to}, ${clock(toMs, zone)}`;
}
