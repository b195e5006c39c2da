/** How far a timeline may be zoomed in, and the address of each of its windows. Pure, for the server and the browser. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const ZOOMS = ["1h", "6h", "1d", "3d", "1w", "4w"] as const;
export type Zoom = (typeof ZOOMS)[number];
export const USUAL_ZOOM: Zoom = "1d";

interface ZoomFacts {
  words: string;
  lengthMs: number;
  /** How far an arrow key moves the slider. */
  stepMs: number;
  /** As many people as a page has: the longer the time, the more there is to draw of each. */
  rows: number;
}

export const ZOOM_FACTS: Record<Zoom, ZoomFacts> = {
  "1h": { words: "1 hour", lengthMs: HOUR_MS, stepMs: 10_000, rows: 100 },
  "6h": { words: "6 hours", lengthMs: 6 * HOUR_MS, stepMs: MINUTE_MS, rows: 100 },
  "1d": { words: "1 day", lengthMs: DAY_MS, stepMs: 5 * MINUTE_MS, rows: 100 },
  "3d": { words: "3 days", lengthMs: 3 * DAY_MS, stepMs: 15 * MINUTE_MS, rows: 100 },
  "1w": { words: "1 week", lengthMs: 7 * DAY_MS, stepMs: 30 * MINUTE_MS, rows: 100 },
  "4w": { words: "4 weeks", lengthMs: 28 * DAY_MS, stepMs: 2 * HOUR_MS, rows: 40 },
};

/** What stays when the window changes. */
export interface TimelinePlace {
  tz: string | null;
  find: string;
  /** The first is 1. */
  page: number;
}

/** The address of a window. `endMs` undefined: the latest; `atMs` undefined: the slider stands at the end. */
export function timelineHref(
  { tz, find, page }: TimelinePlace,
  { zoom, endMs, atMs }: { zoom: Zoom; endMs: number | undefined; atMs?: number | undefined },
): string {
  const words = new URLSearchParams();
  if (tz) words.set("tz", tz);
  if (zoom !== USUAL_ZOOM) words.set("zoom", zoom);
  if (endMs !== undefined) words.set("end", new Date(endMs).toISOString());
  if (atMs !== undefined) words.set("at", new Date(atMs).toISOString());
  if (find.trim() !== "") words.set("find", find);
  if (page > 1) words.set("page", `${page}`);
  return words.size === 0 ? "/timeline" : `/timeline?${words}`.replaceAll("%2F", "/").replaceAll("%3A", ":");
}

/** Where another zoom's window ends so that `atMs` stays in its middle; undefined: it would reach the end of knowledge. */
export function endAround(atMs: number, zoom: Zoom, horizonMs: number): number | undefined {
  const endMs = Math.round(atMs + ZOOM_FACTS[zoom].lengthMs / 2);
  return endMs >= horizonMs ? undefined : endMs;
}

/** The page with the first of the people of this one, where another zoom has another number of them. */
export function pageAt(page: number, zoom: Zoom, to: Zoom): number {
  return Math.floor(((page - 1) * ZOOM_FACTS[zoom].rows) / ZOOM_FACTS[to].rows) + 1;
}
