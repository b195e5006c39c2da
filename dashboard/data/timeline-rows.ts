/** The rows of a timeline as they travel to the browser: small, and exact to the millisecond. */
import type { Stretch } from "../../db/rollup/timeline.ts";
import { isAround, READINGS, type Reading } from "../../db/status.ts";

/** One person's stretches, which follow each other without a hole. */
export interface TimelineRow {
  id: number;
  name: string;
  address: string;
  /** Where each stretch begins, in milliseconds after the window does. */
  begins: number[];
  /** What each of them is: a place in READINGS, with START and END where that end is not its own. */
  heads: number[];
  /** Where knowledge ends, in milliseconds after the window begins; 0 where none of it is known yet. */
  untilMs: number;
  aroundMs: number;
  observedMs: number;
}

const START = 32;
const END = 64;

export type TimelineStretch = Pick<Stretch, "fromMs" | "toMs" | "status" | "startCensored" | "endCensored">;

/** `stretches` fill [fromMs, the end of what is known). */
export function shapeRow(
  { id, name, address }: Pick<TimelineRow, "id" | "name" | "address">,
  stretches: Iterable<TimelineStretch>,
  fromMs: number,
): TimelineRow {
  const row: TimelineRow = { id, name, address, begins: [], heads: [], untilMs: 0, aroundMs: 0, observedMs: 0 };
  for (const one of stretches) {
    row.begins.push(one.fromMs - fromMs);
    row.heads.push(READINGS.indexOf(one.status) | (one.startCensored ? START : 0) | (one.endCensored ? END : 0));
    row.untilMs = one.toMs - fromMs;
    const lengthMs = one.toMs - one.fromMs;
    if (one.status !== "unknown") row.observedMs += lengthMs;
    if (isAround(one.status)) row.aroundMs += lengthMs;
  }
  return row;
}

/** All stretches of a row, in milliseconds after the window begins. */
export function stretchesIn(row: TimelineRow): TimelineStretch[] {
  return row.begins.map((_, index) => stretchIn(row, index));
}

/** The stretch that holds an instant; undefined: so far nobody knows. */
export function stretchAt(row: TimelineRow, atMs: number): TimelineStretch | undefined {
  const { begins, untilMs } = row;
  if (atMs < 0 || atMs >= untilMs) return undefined;
  let [low, high] = [0, begins.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((begins[middle] as number) <= atMs) low = middle;
    else high = middle;
  }
  return stretchIn(row, low);
}

/** The statuses that occur in any of the rows. */
export function statusesIn(rows: readonly TimelineRow[]): ReadonlySet<Reading> {
  return new Set(rows.flatMap(({ heads }) => heads.map(readingOf)));
}

function stretchIn({ begins, heads, untilMs }: TimelineRow, index: number): TimelineStretch {
  const head = heads[index] as number;
  return {
    fromMs: begins[index] as number,
    toMs: begins[index + 1] ?? untilMs,
    status: readingOf(head),
    startCensored: (head & START) !== 0,
    endCensored: (head & END) !== 0,
  };
}

function readingOf(head: number): Reading {
  return READINGS[head & (START - 1)] as Reading;
}

/** `3 around · 7 offline or hidden · 1 unknown`: those of the rows, at an instant. */
export function whoWords(rows: readonly TimelineRow[], atMs: number): string {
  const states = rows.map((row) => stretchAt(row, atMs)?.status ?? "unknown");
  const around = states.filter(isAround).length;
  const unknown = states.filter((status) => status === "unknown").length;
  const offline = states.length - around - unknown;
  return [
    `${around} around`,
    ...(offline > 0 ? [`${offline} offline or hidden`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ].join(" · ");
}
