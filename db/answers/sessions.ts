/** From stretches to sessions: being around from coming to going, whatever the status in between. Pure. */
import type { Stretch } from "../rollup/timeline.ts";
import { isAround } from "../status.ts";

/** [fromMs, toMs) of being around. */
export interface Session {
  fromMs: number;
  toMs: number;
  /** Was around already when looking (or the range) began: the session may have begun earlier. */
  startCensored: boolean;
  /** Was around still when looking (or the range) ended: the session may have ended later. */
  endCensored: boolean;
  /** Milliseconds around; less than the session's length by the flaps that were bridged. */
  aroundMs: number;
  /** How many times offline were bridged. */
  flaps: number;
}

/**
 * The sessions in stretches that follow each other, oldest first. Times offline shorter than `bridgeMs` do not end one;
 * time that nobody observed always does. Throws RangeError for a `bridgeMs` below 0.
 */
export function sessionsIn(stretches: readonly Stretch[], bridgeMs = 0): Session[] {
  if (!(bridgeMs >= 0)) throw new RangeError(`a flap cannot be shorter than ${bridgeMs} ms; 0 bridges none`);
  const sessions: Session[] = [];
  // How long offline since the last session; infinite when it cannot be bridged.
  let awayMs = Number.POSITIVE_INFINITY;
  for (const stretch of stretches) {
    const { fromMs, toMs, status, startCensored, endCensored } = stretch;
    const last = sessions.at(-1);
    if (status === "unknown") awayMs = Number.POSITIVE_INFINITY;
    else if (!isAround(status)) awayMs += toMs - fromMs;
    else {
      if (last && (awayMs === 0 || awayMs < bridgeMs)) {
        last.toMs = toMs;
        last.endCensored = endCensored;
        last.aroundMs += toMs - fromMs;
        if (awayMs > 0) last.flaps++;
      } else sessions.push({ fromMs, toMs, startCensored, endCensored, aroundMs: toMs - fromMs, flaps: 0 });
      awayMs = 0;
    }
  }
  return sessions;
}
