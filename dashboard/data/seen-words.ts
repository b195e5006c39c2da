/** When somebody was last there, in words, with the caveat that belongs to it. Pure. */
import type { Reading } from "../../db/status.ts";
import type { Seen } from "./board.ts";
import { whenWords } from "./clock-words.ts";
import { durationWords } from "./durations.ts";

/** Less than this not looked at is not worth a word. */
const MISSED_MS = 60_000;

/**
 * `3 d ago`, `3 d ago, not watched for 2 d of it`, `3 d ago, not watched since`, `never`, `never, not watched for 2 d`. Time
 * that nobody looks goes on while the status is unknown.
 */
export function seenWords({ untilMs, readMs, missedMs }: Seen, status: Reading, nowMs: number): string {
  const missedNowMs = missedMs + (status === "unknown" ? Math.max(0, nowMs - readMs) : 0);
  const missed = missedNowMs < MISSED_MS ? "" : `, not watched for ${durationWords(missedNowMs)}`;
  if (untilMs === null) return `never${missed}`;
  const agoMs = nowMs - untilMs;
  // All of it: nobody has looked since.
  const isAll = missed !== "" && durationWords(missedNowMs) === durationWords(agoMs);
  return `${durationWords(agoMs)} ago${isAll ? ", not watched since" : missed && `${missed} of it`}`;
}

/** `last seen on Mon 23 Nov, 09:05`, or later, where looking ended while they were there. */
export function seenTitle({ untilMs, isEndKnown }: Seen, nowMs: number, zone: string): string {
  if (untilMs === null) return "never seen since they were first watched";
  const when = whenWords(untilMs, nowMs, zone);
  return isEndKnown ? `seen to go at ${when}` : `last seen at ${when}; they may have been there for longer`;
}
