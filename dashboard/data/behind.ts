import "server-only";
import type { Range } from "../../db/answers/gaps.ts";
import { rangesOfHour } from "../../db/answers/hours.ts";
import type { LocalDay } from "../../db/answers/zone.ts";
import { type EventPlace, eventsBehind } from "../../db/history/events.ts";
import type { Handle } from "../../db/open.ts";
import { exactClock, longDay, shortDay } from "./clock-words.ts";
import { WEEKDAYS } from "./heatmap.ts";
import { STATUS_WORDS } from "./status-words.ts";

const EVENTS_A_PAGE = 50;

/** What somebody wants to look behind. */
export interface Behind {
  /** `Monday 23 November`, `Tuesdays, 20:00–21:00` */
  title: string;
  ranges: Range[];
}

export interface BehindPage {
  title: string;
  events: { key: number; when: string; status: string; raw: string; how: string; source: string }[];
  /** Where the next page begins; undefined on the last one. */
  next: string | undefined;
  isPurged: boolean;
}

interface Asked {
  day: string | null;
  hour: string | null;
}

interface Shown {
  zone: string;
  fromMs: number;
  toMs: number;
  days: readonly LocalDay[];
}

/** Undefined when nothing is asked for, or nothing that the range shown has. */
export function chooseBehind({ day, hour }: Asked, { zone, fromMs, toMs, days }: Shown): Behind | undefined {
  const found = days.find(({ date }) => date === day);
  if (found) {
    const range = { fromMs: Math.max(fromMs, found.fromMs), toMs: Math.min(toMs, found.toMs) };
    return { title: longDay(found.fromMs, zone), ranges: [range] };
  }
  if (hour === null || !/^\d{1,3}$/.test(hour) || Number(hour) >= 168) return undefined;
  const [weekday, first] = [Math.floor(Number(hour) / 24), Number(hour) % 24];
  const [from, to] = [first, first + 1].map((one) => `${one}`.padStart(2, "0"));
  return {
    title: `${WEEKDAYS[weekday]}s, ${from}:00–${to}:00`,
    ranges: rangesOfHour(zone, Number(hour), fromMs, toMs),
  };
}

/** The raw events behind it, a page at a time; `after`: as the page before said where this one begins. */
export async function readBehind(
  db: Handle,
  contactId: number,
  { title, ranges }: Behind,
  { zone, after }: { zone: string; after: string | null },
): Promise<BehindPage> {
  const place = placeOf(after);
  const found = await eventsBehind(db, [contactId], ranges, {
    limit: EVENTS_A_PAGE,
    ...(place ? { after: place } : {}),
  });
  const last = found.events.at(-1);
  return {
    title,
    events: found.events.map(({ seq, atMs, status, raw, origin, source, isBefore }) => ({
      key: seq,
      when: `${shortDay(atMs, zone)}, ${exactClock(atMs, zone)}`,
      status: STATUS_WORDS[status],
      raw,
      how: isBefore ? "before it began" : origin === "baseline" ? "was so already" : "became so",
      source,
    })),
    next: found.hasMore && last ? `${last.atMs}.${last.seq}` : undefined,
    isPurged: found.isPurged,
  };
}

function placeOf(after: string | null): EventPlace | undefined {
  const [, atMs, seq] = /^(\d{1,15})\.(\d{1,15})$/.exec(after ?? "") ?? [];
  return atMs === undefined ? undefined : { atMs: Number(atMs), seq: Number(seq) };
}
