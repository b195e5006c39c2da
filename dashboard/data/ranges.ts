/** The range that a page shows, as its address says it: a name, or two dates with both days in it. */
import { localDays } from "../../db/answers/zone.ts";
import { dateInFull } from "./clock-words.ts";
import { lastDays } from "./day-strips.ts";

export const RANGE_NAMES = ["today", "7d", "4w", "12w", "1y", "all"] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

export const RANGE_WORDS: Record<RangeName, string> = {
  today: "Today",
  "7d": "7 days",
  "4w": "4 weeks",
  "12w": "12 weeks",
  "1y": "1 year",
  all: "All",
};

const DAYS: Record<Exclude<RangeName, "all">, number> = { today: 1, "7d": 7, "4w": 28, "12w": 84, "1y": 365 };

/** The year before which, and after which, nobody looks: dates beyond are slips. */
export const YEARS = { first: 1990, last: 2200 } as const;

export interface ShownRange {
  /** As it stands in the address; undefined for the usual range, which is not written there. */
  asked: string | undefined;
  /** Undefined for dates. */
  name: RangeName | undefined;
  /** [fromMs, toMs): begins with a local day, and ends where knowledge does. */
  fromMs: number;
  toMs: number;
  /** `1 September 2026 – 15 October 2026`: the first and the last day of it. */
  words: string;
  /** What the address said when it cannot be used, and why. */
  refused: string | undefined;
}

interface Now {
  zone: string;
  /** Where knowledge ends. */
  horizonMs: number;
  /** The first instant that was ever observed; undefined when none was. */
  firstMs: number | undefined;
}

/** The range that `?range=` names, or else the usual one. */
export function chooseRange(asked: string | null | undefined, usual: RangeName, now: Now): ShownRange {
  const named = RANGE_NAMES.find((name) => name === (asked ?? usual));
  if (named) return { ...namedRange(named, now), asked: named === usual ? undefined : named, refused: undefined };
  const dates = readDates(asked ?? "");
  if (typeof dates === "string") return { ...namedRange(usual, now), asked: undefined, refused: dates };
  const fromMs = midnight(dates.from, now.zone);
  const endMs = midnight(dates.last.add({ days: 1 }), now.zone);
  if (fromMs >= now.horizonMs) {
    const refused = `${dates.from.toString()} is still to come`;
    return { ...namedRange(usual, now), asked: undefined, refused };
  }
  const toMs = Math.min(endMs, now.horizonMs);
  return {
    asked: asked ?? undefined,
    name: undefined,
    fromMs,
    toMs,
    words: daysWords(fromMs, toMs, now.zone),
    refused: undefined,
  };
}

function namedRange(name: RangeName, { zone, horizonMs, firstMs }: Now): Omit<ShownRange, "asked" | "refused"> {
  // The last day is that of the last instant that is known; a range is never empty.
  const toMs = horizonMs;
  const days =
    name === "all"
      ? localDays(zone, Math.min(firstMs ?? toMs - 1, toMs - 1), toMs)
      : lastDays(zone, toMs - 1, DAYS[name]);
  const fromMs = days[0]?.fromMs ?? toMs - 1;
  return { name, fromMs, toMs, words: daysWords(fromMs, toMs, zone) };
}

/** The first and the last day of [fromMs, toMs): `1 September 2026 – 15 October 2026`, or the one day that it is. */
export function daysWords(fromMs: number, toMs: number, zone: string): string {
  const [first, last] = [dateInFull(fromMs, zone), dateInFull(toMs - 1, zone)];
  return first === last ? first : `${first} – ${last}`;
}

interface Dates {
  from: Temporal.PlainDate;
  last: Temporal.PlainDate;
}

/** Two dates, or what is wrong with them. */
function readDates(text: string): Dates | string {
  const [, first = "", second = ""] = /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  const from = readDate(first);
  const last = readDate(second);
  if (!from || !last)
    return `“${text.slice(0, 40)}” is no range: it should look like 2026-09-01..2026-10-15, or be one of ${RANGE_NAMES.join(", ")}`;
  if (Temporal.PlainDate.compare(from, last) > 0) return `${first} is later than ${second}`;
  return { from, last };
}

function readDate(text: string): Temporal.PlainDate | undefined {
  try {
    const date = Temporal.PlainDate.from(text);
    return date.year >= YEARS.first && date.year <= YEARS.last ? date : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

function midnight(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}
