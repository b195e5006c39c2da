/** Leaving out what is probably the server's doing. Pure. */
import { END_CENSORED, START_CENSORED, UNKNOWN_CODE } from "../rollup/timeline.ts";
import { STATUS_CODES } from "../status.ts";
import { Stretches } from "./stretches.ts";

/** Of those who could, more than half went offline (`gone`), or came online (`came`), in [fromMs, toMs]. */
export interface MassChange {
  fromMs: number;
  toMs: number;
  way: "gone" | "came";
  /** How many, of how many who were online before (gone) or are then (came). */
  contacts: number;
  ofContacts: number;
}

/** They went and came back: nobody knows who would have been there between. */
export interface Outage {
  /** They went in [fromMs, goneMs], and the last crowd was back at `toMs`. */
  fromMs: number;
  goneMs: number;
  toMs: number;
}

/** Whoever is not back within so long has really gone. */
export const LONGEST_OUTAGE_MS = 3_600_000;

/** Where a crowd went and a crowd came within the hour, each perhaps in several bursts. `changes`: of one account, oldest first. */
export function outagesIn(changes: readonly MassChange[]): Outage[] {
  const outages: Outage[] = [];
  /** Who went since a crowd last came and went. */
  let out: Outage[] = [];
  let isComing = false;
  for (const { way, fromMs, toMs } of changes) {
    if (way === "gone") {
      if (isComing) out = [];
      isComing = false;
      out.push({ fromMs, goneMs: toMs, toMs: fromMs });
    } else {
      isComing = true;
      for (const outage of out) {
        if (toMs - outage.fromMs > LONGEST_OUTAGE_MS) continue;
        if (outage.toMs === outage.fromMs) outages.push(outage);
        outage.toMs = toMs;
      }
    }
  }
  return outages;
}

/**
 * The same stretches, but for who went with the crowd: until they changed again, or the crowd was back, they are unknown
 * and not offline. They were not seen to go, nor to come.
 */
export function withoutOutages(stretches: Stretches, outages: readonly Outage[]): Stretches {
  if (outages.length === 0) return stretches;
  const pieces: [fromMs: number, toMs: number, code: number, flags: number][] = [];
  const put = (fromMs: number, toMs: number, code: number, flags: number) => {
    const last = pieces.at(-1);
    if (last?.[2] === UNKNOWN_CODE && code === UNKNOWN_CODE) last[1] = toMs;
    else if (fromMs < toMs) pieces.push([fromMs, toMs, code, flags]);
  };
  let isOut = false;
  stretches.each((fromMs, toMs, code, flags) => {
    const wasOut = isOut && code !== UNKNOWN_CODE ? START_CENSORED : 0;
    isOut = false;
    const went = code === STATUS_CODES.offline && (flags & START_CENSORED) === 0;
    const outage = went
      ? outages.find((one) => one.fromMs <= fromMs && fromMs <= one.goneMs && fromMs < one.toMs)
      : undefined;
    if (!outage) return put(fromMs, toMs, code, flags | wasOut);
    const last = pieces.at(-1);
    if (last && last[2] !== UNKNOWN_CODE) last[3] |= END_CENSORED;
    const unknownToMs = Math.min(toMs, outage.toMs);
    put(fromMs, unknownToMs, UNKNOWN_CODE, 0);
    if (unknownToMs < toMs) put(unknownToMs, toMs, code, flags | START_CENSORED);
    else isOut = true;
  });
  const left = new Stretches();
  for (const piece of pieces) left.add(...piece);
  return left;
}
