/**
 * Local time by plain arithmetic: ask Temporal once for the zone's transitions, then add offsets. Adding local hours
 * in a loop goes wrong at daylight-saving changes, and Temporal per instant is too slow for long histories.
 */

/** From `fromMs` on, local wall time is UTC plus `offsetMs`, until the next entry. */
export interface Offset {
  fromMs: number;
  offsetMs: number;
}

/** The zone's offsets over [fromMs, toMs), oldest first, the first one beginning at fromMs. Throws RangeError for a zone that does not exist. */
export function offsetsOf(zone: string, fromMs: number, toMs: number): Offset[] {
  let at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  const offsets: Offset[] = [{ fromMs, offsetMs: at.offsetNanoseconds / 1e6 }];
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (!next || next.epochMilliseconds >= toMs) return offsets;
    offsets.push({ fromMs: next.epochMilliseconds, offsetMs: next.offsetNanoseconds / 1e6 });
    at = next;
  }
}

/** The part of [fromMs, toMs) that has one offset, for each offset in turn. */
export function* byOffset(
  offsets: readonly Offset[],
  fromMs: number,
  toMs: number,
): Generator<{ fromMs: number; toMs: number; offsetMs: number }> {
  for (const [i, offset] of offsets.entries()) {
    const startMs = Math.max(fromMs, offset.fromMs);
    const endMs = Math.min(toMs, offsets[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY);
    if (startMs < endMs) yield { fromMs: startMs, toMs: endMs, offsetMs: offset.offsetMs };
  }
}

export interface LocalDay {
  /** ISO date, `2026-11-22`. */
  date: string;
  fromMs: number;
  /** Exclusive: 23, 24 or 25 hours after `fromMs` in most zones. */
  toMs: number;
}

/** The local days from the one that contains `fromMs` to the one that contains the last instant before `toMs`. */
export function localDays(zone: string, fromMs: number, toMs: number): LocalDay[] {
  const startOf = dayStarts(zone, fromMs, toMs);
  const days: LocalDay[] = [];
  let date = dateAt(zone, fromMs);
  let startMs = startOf(date);
  while (startMs < toMs) {
    const endMs = startOf(date + 1);
    // A day that a zone skipped (Pacific/Apia, 2011-12-30) has no length.
    if (endMs > startMs) days.push({ date: dateWords(date), fromMs: startMs, toMs: endMs });
    date += 1;
    startMs = endMs;
  }
  return days;
}

const DAY_MS = 86_400_000;
/** As far as a change of clocks reaches: no offset is larger, and Samoa's was a whole day. */
const REACH_MS = 3 * DAY_MS;

/** Tells when a local date, as days since the epoch, begins. Temporal is asked only near changes of the clocks. */
function dayStarts(zone: string, fromMs: number, toMs: number): (date: number) => number {
  const offsets = offsetsOf(zone, fromMs - 2 * REACH_MS, toMs + 2 * REACH_MS);
  let i = 0;
  return (date) => {
    while ((offsets[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY) <= date * DAY_MS) i++;
    const { fromMs: sinceMs, offsetMs } = offsets[i] as Offset;
    const startMs = date * DAY_MS - offsetMs;
    const untilMs = offsets[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    const isFar = (i === 0 || startMs - sinceMs > REACH_MS) && untilMs - startMs > REACH_MS;
    return isFar ? startMs : plainDate(date).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
  };
}

function dateAt(zone: string, atMs: number): number {
  const date = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).toPlainDate();
  return Date.UTC(date.year, date.month - 1, date.day) / DAY_MS;
}

function plainDate(date: number): Temporal.PlainDate {
  return Temporal.PlainDate.from(dateWords(date));
}

function dateWords(date: number): string {
  return new Date(date * DAY_MS).toISOString().slice(0, 10);
}

/** All these instants or offsets lie on quarter-hours. */
export function isInQuarters(each: readonly number[]): boolean {
  return each.every((ms) => ms % 900_000 === 0);
}
