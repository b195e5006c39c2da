/** How long somebody stays: sessions by length. Of those that looking cut off, only the least that they lasted is known. */
import type { Session } from "../../db/answers/sessions.ts";
import { durationWords } from "./durations.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Upper ends of the classes. */
const CLASSES: readonly { words: string; belowMs: number }[] = [
  { words: "under 5 min", belowMs: 5 * MINUTE_MS },
  { words: "5 to 15 min", belowMs: 15 * MINUTE_MS },
  { words: "15 to 60 min", belowMs: HOUR_MS },
  { words: "1 to 3 h", belowMs: 3 * HOUR_MS },
  { words: "3 to 8 h", belowMs: 8 * HOUR_MS },
  { words: "8 h and more", belowMs: Number.POSITIVE_INFINITY },
];

export interface LengthClass {
  words: string;
  /** Seen from coming to going. */
  whole: number;
  /** Lasted at least this long. */
  cut: number;
}

export interface SessionLengths {
  /** Of both kinds. */
  count: number;
  cut: number;
  classes: LengthClass[];
  /** Of those that were seen whole; undefined when none was. */
  medianWords: string | undefined;
  /** Of all; `at least` where it was cut off. Undefined without any. */
  longestWords: string | undefined;
}

export function shapeSessionLengths(sessions: readonly Session[]): SessionLengths {
  const lengths = sessions.map(({ fromMs, toMs, startCensored, endCensored }) => ({
    ms: toMs - fromMs,
    isCut: startCensored || endCensored,
  }));
  const whole = lengths.flatMap(({ ms, isCut }) => (isCut ? [] : [ms])).sort((a, b) => a - b);
  const longest = lengths.reduce<(typeof lengths)[number] | undefined>(
    (most, one) => (most === undefined || one.ms > most.ms ? one : most),
    undefined,
  );
  const classOf = (ms: number) => CLASSES.findIndex(({ belowMs }) => ms < belowMs);
  return {
    count: lengths.length,
    cut: lengths.length - whole.length,
    classes: CLASSES.map(({ words }, nth) => ({
      words,
      whole: lengths.filter(({ ms, isCut }) => !isCut && classOf(ms) === nth).length,
      cut: lengths.filter(({ ms, isCut }) => isCut && classOf(ms) === nth).length,
    })),
    medianWords: whole.length === 0 ? undefined : durationWords(whole[(whole.length - 1) >> 1] as number),
    longestWords: longest && `${longest.isCut ? "at least " : ""}${durationWords(longest.ms)}`,
  };
}
