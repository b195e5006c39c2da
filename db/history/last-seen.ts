import type { Handle } from "../open.ts";
import type { Stretch } from "../rollup/timeline.ts";
import { isAround, type Status } from "../status.ts";
import { membersOf, readingOf, type Who } from "./persons.ts";
import { firstWatchedMs } from "./spans.ts";

export interface LastSeen {
  /** Until when they were last known to be around (exclusive). */
  untilMs: number;
  /** As what. */
  status: Status;
  /** They were seen to go. Otherwise looking ended first, and they may have been around for longer. */
  isEndKnown: boolean;
}

export interface LastSeenReading {
  /** Null when they were never seen around. */
  seen: LastSeen | null;
  /** Until when anything was known of them, around or not; null when nothing ever was. Within seconds of now while watched. */
  confirmedMs: number | null;
  /** The caveat: so many milliseconds since `seen` (since they were first watched, if never) nobody was looking. */
  notObservedMs: number;
}

const FIRST_LOOK_MS = 2 * 86_400_000;

/** When a contact or a person was last known to be around before `nowMs`. Somebody who does not exist was never seen. */
export async function lastSeen(db: Handle, who: Who, nowMs: number): Promise<LastSeenReading> {
  const firstMs = await watchedSince(db, who);
  if (firstMs === undefined || firstMs >= nowMs) return { seen: null, confirmedMs: null, notObservedMs: 0 };
  // Mostly it was lately: look back further and further.
  for (let backMs = FIRST_LOOK_MS; ; backMs *= 8) {
    const fromMs = Math.max(firstMs, nowMs - backMs);
    const stretches = [...(await readingOf(db, who, fromMs, nowMs))];
    if (fromMs === firstMs || stretches.some(({ status }) => isAround(status))) return lastIn(stretches, nowMs);
  }
}

function lastIn(stretches: readonly Stretch[], nowMs: number): LastSeenReading {
  const last = stretches.findLast(({ status }) => isAround(status));
  const known = stretches.findLast(({ status }) => status !== "unknown");
  const sinceMs = last?.toMs ?? Number.NEGATIVE_INFINITY;
  const gaps = stretches.filter(({ status, fromMs }) => status === "unknown" && fromMs >= sinceMs);
  return {
    seen: last
      ? { untilMs: last.toMs, status: last.status as Status, isEndKnown: last.toMs < nowMs && !last.endCensored }
      : null,
    confirmedMs: known?.toMs ?? null,
    notObservedMs: gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0),
  };
}

async function watchedSince(db: Handle, who: Who): Promise<number | undefined> {
  const ids = "contactId" in who ? [who.contactId] : await membersOf(db, who.personKey);
  const first = (await Promise.all(ids.map((id) => firstWatchedMs(db, id)))).filter((ms) => ms !== undefined);
  return first.length > 0 ? Math.min(...first) : undefined;
}
