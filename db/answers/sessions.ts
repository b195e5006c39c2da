/** From stretches to sessions: being around from coming to going, whatever the status in between. Pure. */
import { END_CENSORED, START_CENSORED, UNKNOWN_CODE } from "../rollup/timeline.ts";
import { STATUS_CODES } from "../status.ts";
import type { Stretches } from "./stretches.ts";

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
 * The sessions in stretches, oldest first. Times offline shorter than `bridgeMs` do not end a session; time that nobody
 * observed always does. Throws RangeError for a `bridgeMs` below 0.
 */
export function sessionsIn(stretches: Stretches, bridgeMs = 0): Session[] {
  const fold = new SessionFold(bridgeMs);
  stretches.each((...stretch) => fold.add(...stretch));
  return fold.sessions;
}

class SessionFold {
  readonly sessions: Session[] = [];
  readonly #bridgeMs: number;
  /** How long offline since the last session; infinite when it cannot be bridged. */
  #awayMs = Number.POSITIVE_INFINITY;

  constructor(bridgeMs: number) {
    if (!(bridgeMs >= 0)) throw new RangeError(`a flap cannot be shorter than ${bridgeMs} ms; 0 bridges none`);
    this.#bridgeMs = bridgeMs;
  }

  /** `code`: see STATUS_CODES, 15 for unknown. `flags`: START_CENSORED, END_CENSORED. */
  add(fromMs: number, toMs: number, code: number, flags: number): void {
    if (code === UNKNOWN_CODE) this.#awayMs = Number.POSITIVE_INFINITY;
    else if (code === STATUS_CODES.offline) this.#awayMs += toMs - fromMs;
    else this.#addAround(fromMs, toMs, flags);
  }

  #addAround(fromMs: number, toMs: number, flags: number): void {
    const last = this.sessions.at(-1);
    const endCensored = (flags & END_CENSORED) !== 0;
    if (last && (this.#awayMs === 0 || this.#awayMs < this.#bridgeMs)) {
      last.toMs = toMs;
      last.endCensored = endCensored;
      last.aroundMs += toMs - fromMs;
      if (this.#awayMs > 0) last.flaps++;
    } else {
      const startCensored = (flags & START_CENSORED) !== 0;
      this.sessions.push({ fromMs, toMs, startCensored, endCensored, aroundMs: toMs - fromMs, flaps: 0 });
    }
    this.#awayMs = 0;
  }
}
