/**
 * The reading of a contact over any range: from its rolled days below the account's mark, from the facts above it, and
 * the same as from the facts alone. Only the network's own word is left out.
 */
import { withoutOutages as leaveOut } from "../answers/mass-changes.ts";
import { Stretches } from "../answers/stretches.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { markOf } from "../rollup/marks.ts";
import {
  CHANGED,
  DAY_MS,
  dayOf,
  END_CENSORED,
  eachStretch,
  GOES_ON,
  START_CENSORED,
  UNKNOWN_CODE,
  type VisitStretch,
} from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { readOutages } from "./mass-changes.ts";
import { accountOf, type CoverageRow, eachSpanBehindCut, eachSpanFromFacts } from "./spans.ts";

/**
 * Stretches of constant presence of one contact, oldest first, never overlapping, adding up to [fromMs, toMs) (UTC
 * milliseconds). Time that nobody observed comes back as "unknown". The same as `spansOf` without `raw`, and fast over
 * years. Throws RangeError when fromMs >= toMs.
 */
export async function stretchesOf(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  options?: ReadingOptions,
): Promise<Stretches> {
  return inSnapshot(db, () => readStretches(db, contactId, fromMs, toMs, options));
}

export interface ReadingOptions {
  /** What is probably the server's doing is left out: who went offline with a crowd that came back is unknown until then. */
  withoutOutages?: boolean;
}

/** The same at once, for whoever reads several things from one state of the history. */
export function readStretches(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  { withoutOutages = false }: ReadingOptions = {},
): Stretches {
  const outages = withoutOutages ? readOutages(db, accountOf(db, contactId), fromMs, toMs) : [];
  // Whether somebody went with a crowd shows where they went, which may be before the range.
  const earlierMs = Math.min(fromMs, ...outages.map((outage) => outage.fromMs - 1));
  const stretches = new Stretches();
  eachWholeStretch(db, contactId, earlierMs, toMs, (...stretch) => stretches.add(...stretch));
  return outages.length === 0 ? stretches : leaveOut(stretches, outages).within(fromMs, toMs);
}

function eachWholeStretch(db: Handle, contactId: number, fromMs: number, toMs: number, visit: VisitStretch): void {
  let held: { fromMs: number; toMs: number; code: number; flags: number } | undefined;
  eachPieceOf(db, contactId, fromMs, toMs, (startMs, endMs, code, flags) => {
    // What came in after a day was sealed may go on from something that the sealed day does not know.
    if (held?.code === code && ((flags & GOES_ON) !== 0 || code === UNKNOWN_CODE)) {
      held.toMs = endMs;
      held.flags = (held.flags & START_CENSORED) | (flags & END_CENSORED);
      return;
    }
    // A change at midnight is seen by the later day only, and ends for certain what was before it.
    if (held && (flags & CHANGED) !== 0) held.flags &= ~END_CENSORED;
    if (held) visit(held.fromMs, held.toMs, held.code, held.flags);
    held = { fromMs: startMs, toMs: endMs, code, flags: flags & (START_CENSORED | END_CENSORED) };
  });
  if (!held) return;
  const isKnown = held.code !== UNKNOWN_CODE;
  visit(held.fromMs, held.toMs, held.code, isKnown ? held.flags | END_CENSORED : held.flags);
}

/**
 * The same, cut at midnights: for sums, to which cuts do not matter. At once, for whoever reads many contacts. A piece
 * that only midnight cut off from the one before carries GOES_ON; one that began with a change at midnight, CHANGED.
 * `coverages`: all of the contact's account from the mark on, where they are known already.
 */
export function eachPieceOf(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  visit: VisitStretch,
  {
    mark = markOf(db, accountOf(db, contactId)),
    coverages,
  }: { mark?: number; coverages?: readonly CoverageRow[] } = {},
): void {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const cut = clipped(fromMs, toMs, visit);
  const endDay = dayOf(toMs - 1) + 1;
  const markDay = Math.max(dayOf(fromMs), Math.min(mark, endDay));
  let filledMs = fromMs;
  const fill = (untilMs: number) => {
    if (filledMs >= untilMs) return;
    if (filledMs < markDay * DAY_MS) visit(filledMs, untilMs, UNKNOWN_CODE, 0);
    else if (filledMs > fromMs) eachSpanBehindCut(db, contactId, filledMs, untilMs, visit, { coverages });
    else eachSpanFromFacts(db, contactId, filledMs, untilMs, visit, { coverages });
    filledMs = untilMs;
  };
  const readRow = (day: number, timeline: Uint8Array) => {
    fill(Math.max(fromMs, day * DAY_MS));
    eachStretch(day, timeline, cut);
    filledMs = Math.min(toMs, (day + 1) * DAY_MS);
  };
  for (const [day, timeline] of rolledDays(db, contactId, dayOf(fromMs), markDay)) readRow(day, timeline);
  fill(Math.min(toMs, markDay * DAY_MS));
  // Beyond the mark too, where the events are gone, the rows are all there is.
  for (const [day, timeline] of sealedDays(db, contactId, markDay, endDay)) readRow(day, timeline);
  fill(toMs);
}

/** What lies in the range; the first and the last piece end where the range ends. */
function clipped(fromMs: number, toMs: number, visit: VisitStretch): VisitStretch {
  return (startMs, endMs, code, flags) => {
    if (endMs <= fromMs || startMs >= toMs) return;
    const isKnown = code !== UNKNOWN_CODE;
    // Where the range begins, nothing goes on from before.
    let seen = startMs <= fromMs ? flags & ~(GOES_ON | CHANGED) : flags;
    if (isKnown && startMs < fromMs) seen |= START_CENSORED;
    if (isKnown && endMs > toMs) seen |= END_CENSORED;
    visit(Math.max(startMs, fromMs), Math.min(endMs, toMs), code, seen);
  };
}

type DayRow = [day: number, timeline: Uint8Array];

function rolledDays(db: Handle, contactId: number, fromDay: number, toDay: number): DayRow[] {
  if (fromDay >= toDay) return [];
  const sql = "SELECT day, timeline FROM contact_day WHERE contact_id = ? AND day >= ? AND day < ? ORDER BY day";
  return prepared(db, sql).raw().all(contactId, fromDay, toDay) as DayRow[];
}

function sealedDays(db: Handle, contactId: number, fromDay: number, toDay: number): DayRow[] {
  if (fromDay >= toDay) return [];
  const sql = `SELECT day, timeline FROM contact_day INDEXED BY sealed_day
    WHERE contact_id = ? AND day >= ? AND day < ? AND sealed = 1 ORDER BY day`;
  return prepared(db, sql).raw().all(contactId, fromDay, toDay) as DayRow[];
}
