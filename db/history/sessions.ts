import { type Session, sessionsIn } from "../answers/sessions.ts";
import type { Handle } from "../open.ts";
import { readingOf, type Who } from "./persons.ts";
import type { ReadingOptions } from "./stretches.ts";

/**
 * When a contact or a person was around, from coming to going, oldest first, clipped to [fromMs, toMs) (UTC
 * milliseconds). A session that was going on when looking or the range began, or ended, is censored there. `bridgeMs`:
 * times offline shorter than this do not end a session; time that nobody observed always does. Throws RangeError when
 * fromMs >= toMs or bridgeMs < 0.
 */
export async function sessionsOf(
  db: Handle,
  who: Who,
  fromMs: number,
  toMs: number,
  { bridgeMs = 0, ...options }: { bridgeMs?: number } & ReadingOptions = {},
): Promise<Session[]> {
  return sessionsIn(await readingOf(db, who, fromMs, toMs, options), bridgeMs);
}
