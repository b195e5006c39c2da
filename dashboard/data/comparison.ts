/** A range of a contact beside the one before it: as many days, and the same hours of the last of them. Pure. */
import type { Session } from "../../db/answers/sessions.ts";
import type { Totals } from "../../db/answers/totals.ts";
import { localDays } from "../../db/answers/zone.ts";
import { hoursWords, shareWords } from "./durations.ts";
import { daysWords } from "./ranges.ts";
import { shapeSessionLengths } from "./session-lengths.ts";

const DAY_MS = 86_400_000;
/** Of less than this of a range nobody should conclude anything. */
const ENOUGH = 0.1;

export interface PeriodFacts {
  fromMs: number;
  toMs: number;
  totals: readonly Totals[];
  sessions: readonly Session[];
}

export interface Figures {
  /** `1 November 2026 – 27 November 2026` */
  days: string;
  /** Little of it was observed: numbers, but not ones to lean on. */
  isThin: boolean;
  /** Each in words; `—` where nothing was observed. */
  share: string;
  aroundADay: string;
  sessions: string;
  usualLength: string;
  observed: string;
}

export interface Comparison {
  now: Figures;
  before: Figures;
  /** `Around for 3 points more of the observed time`, or why there is nothing to compare. */
  words: string;
}

/** The period before [fromMs, toMs): both ends earlier by as many days of the zone as it has. */
export function periodBefore(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  zone: string,
): { fromMs: number; toMs: number } {
  const days = localDays(zone, fromMs, toMs).length;
  const earlier = (atMs: number) =>
    Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).subtract({ days }).epochMilliseconds;
  return { fromMs: earlier(fromMs), toMs: earlier(toMs) };
}

export function shapeComparison(now: PeriodFacts, before: PeriodFacts, zone: string): Comparison {
  const [one, other] = [sumsOf(now), sumsOf(before)];
  return { now: figures(now, one, zone), before: figures(before, other, zone), words: wordsOf(one, other) };
}

interface Sums {
  aroundMs: number;
  observedMs: number;
  isThin: boolean;
}

function sumsOf({ fromMs, toMs, totals }: PeriodFacts): Sums {
  const sum = (one: keyof Pick<Totals, "aroundMs" | "observedMs">) => totals.reduce((ms, each) => ms + each[one], 0);
  const observedMs = sum("observedMs");
  return { aroundMs: sum("aroundMs"), observedMs, isThin: observedMs < (toMs - fromMs) * ENOUGH };
}

function figures(
  { fromMs, toMs, sessions }: PeriodFacts,
  { aroundMs, observedMs, isThin }: Sums,
  zone: string,
): Figures {
  const share = aroundMs / observedMs;
  const isKnown = observedMs > 0;
  const lengths = shapeSessionLengths(sessions);
  return {
    days: daysWords(fromMs, toMs, zone),
    isThin,
    share: isKnown ? shareWords(share) : "—",
    // Of a day as long as most are: what was not observed is taken to be like what was, and the words say "at that rate".
    aroundADay: isKnown ? hoursWords(share * DAY_MS) : "—",
    sessions: isKnown ? lengths.count.toLocaleString("en") : "—",
    usualLength: lengths.medianWords ?? "—",
    observed: shareWords(observedMs / (toMs - fromMs)),
  };
}

function wordsOf(now: Sums, before: Sums): string {
  if (before.observedMs === 0) return "Nothing was observed before: there is nothing to compare with.";
  if (now.observedMs === 0) return "Nothing was observed in this time: there is nothing to compare.";
  const points = Math.round((now.aroundMs / now.observedMs - before.aroundMs / before.observedMs) * 100);
  const words =
    points === 0
      ? "Around for about the same part of the observed time as before"
      : `Around for ${Math.abs(points)} ${Math.abs(points) === 1 ? "point" : "points"} ${points > 0 ? "more" : "less"} of the observed time than before`;
  return now.isThin || before.isThin ? `${words}, but too little was observed to say so for sure.` : `${words}.`;
}
