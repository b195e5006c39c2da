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
  const days: LocalDay[] = [];
  let date = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone).toPlainDate();
  let startMs = startOf(date, zone);
  while (startMs < toMs) {
    const next = date.add({ days: 1 });
    const endMs = startOf(next, zone);
    // A day that a zone skipped (Pacific/Apia, 2011-12-30) has no length.
    if (endMs > startMs) days.push({ date: date.toString(), fromMs: startMs, toMs: endMs });
    date = next;
    startMs = endMs;
  }
  return days;
}

function startOf(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}
