/**
 * Days whose raw events are gone: their rolled-up rows are facts of their own, and all that there is. Whoever reads facts
 * reads them through here, or silence would look like "offline".
 */
import { type Span, spanOf, type VisitSpan } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { CHANGED, DAY_MS, dayOf, eachStretch, GOES_ON, type Stretch, stretchOf } from "../rollup/timeline.ts";

type DayRow = [day: number, timeline: Uint8Array];
type ReadFacts = (fromMs: number, toMs: number, visit: VisitSpan) => void;

/**
 * The spans of [fromMs, toMs): from the sealed days in it, with `raw` null, and from `facts` between them, which
 * also tells how a part that follows another one hangs together with it.
 */
export function spansThroughSealed(
  db: Handle,
  contactId: number,
  fromMs: number,
  toMs: number,
  facts: ReadFacts,
): Span[] {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  const rows = sealedDays(db, contactId, dayOf(fromMs), dayOf(toMs - 1) + 1);
  const joint = new Joint();
  let filledMs = fromMs;
  const fill = (untilMs: number): void => {
    if (filledMs >= untilMs) return;
    facts(filledMs, untilMs, (startMs, endMs, code, flags, raw) =>
      joint.add(spanOf(startMs, endMs, code, flags, raw), flags),
    );
  };
  for (const [day, timeline] of rows) {
    fill(Math.max(fromMs, day * DAY_MS));
    eachStretch(day, timeline, (startMs, endMs, code, flags) => {
      if (endMs <= fromMs || startMs >= toMs) return;
      const span = clip(stretchOf(startMs, endMs, code, flags), fromMs, toMs);
      joint.add({ ...span, raw: null }, startMs <= fromMs ? 0 : flags);
    });
    filledMs = Math.min(toMs, (day + 1) * DAY_MS);
  }
  fill(toMs);
  return joint.close(toMs);
}

/** Puts parts together that were cut at midnights. */
class Joint {
  readonly spans: Span[] = [];

  add(span: Span, flags: number): void {
    const last = this.spans.at(-1);
    // What came in after a day was sealed may go on from something that the sealed day does not know.
    const isSame = last?.status === span.status;
    if (last && isSame && (span.status === "unknown" || (flags & GOES_ON) !== 0)) {
      last.toMs = span.toMs;
      last.endCensored = span.endCensored;
      // The same word all along, and known where the event that said it is kept.
      last.raw ??= span.raw;
      return;
    }
    // A change at midnight is seen by the later day only, and ends for certain what was before it.
    if (last && (flags & CHANGED) !== 0) last.endCensored = false;
    this.spans.push(span);
  }

  close(toMs: number): Span[] {
    const last = this.spans.at(-1);
    if (last && last.toMs === toMs && last.status !== "unknown") last.endCensored = true;
    return this.spans;
  }
}

/** What a sealed day says of an instant in it; undefined when the day is not sealed. */
export interface SealedState {
  contactId: number;
  stretch: Stretch;
}

/** Of every contact whose day at this instant is sealed, what it was. */
export function sealedStatesAt(db: Handle, atMs: number): SealedState[] {
  const day = dayOf(atMs);
  const rows = prepared(
    db,
    `SELECT c.id, d.timeline FROM contact c
     CROSS JOIN contact_day d INDEXED BY sealed_day ON d.contact_id = c.id AND d.day = ? AND d.sealed = 1`,
  )
    .raw()
    .all(day) as [number, Uint8Array][];
  return rows.map(([contactId, timeline]) => ({ contactId, stretch: stretchAt(db, contactId, day, timeline, atMs) }));
}

/** The stretch around an instant, from where it began, in whichever sealed day before that was. */
function stretchAt(db: Handle, contactId: number, day: number, timeline: Uint8Array, atMs: number): Stretch {
  let found: Stretch | undefined;
  let goesOn = false;
  eachStretch(day, timeline, (fromMs, toMs, code, flags) => {
    if (atMs < fromMs || atMs >= toMs) return;
    found = stretchOf(fromMs, toMs, code, flags);
    goesOn = (flags & GOES_ON) !== 0;
  });
  if (!found) throw new RangeError(`the timeline of day ${day} has nothing at ${atMs}`);
  if (!goesOn) return found;
  const [before] = sealedDays(db, contactId, day - 1, day);
  if (!before) return { ...found, startCensored: true };
  const earlier = stretchAt(db, contactId, day - 1, before[1], day * DAY_MS - 1);
  if (earlier.status !== found.status) return { ...found, startCensored: true };
  return { ...found, fromMs: earlier.fromMs, startCensored: earlier.startCensored };
}

function clip(stretch: Stretch, fromMs: number, toMs: number): Stretch {
  const isKnown = stretch.status !== "unknown";
  return {
    status: stretch.status,
    fromMs: Math.max(stretch.fromMs, fromMs),
    toMs: Math.min(stretch.toMs, toMs),
    startCensored: stretch.startCensored || (isKnown && stretch.fromMs < fromMs),
    endCensored: stretch.endCensored || (isKnown && stretch.toMs > toMs),
  };
}

function sealedDays(db: Handle, contactId: number, fromDay: number, toDay: number): DayRow[] {
  return prepared(
    db,
    `SELECT day, timeline FROM contact_day INDEXED BY sealed_day
     WHERE contact_id = ? AND day >= ? AND day < ? AND sealed = 1 ORDER BY day`,
  )
    .raw()
    .all(contactId, fromDay, toDay) as DayRow[];
}
