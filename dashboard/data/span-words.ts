import type { Span } from "../../db/answers/spans.ts";
import { exactClock, shortDay } from "./clock-words.ts";
import { durationWords } from "./durations.ts";
import { STATUS_WORDS } from "./status-words.ts";

/** `Busy, 09:30:12 – 11:02:45, 1 h 32 min`, and what is not known about its ends. */
export function spanWords(span: Span, zone: string, isCurrent: boolean): string {
  const { fromMs, toMs, status } = span;
  const sameDay = shortDay(fromMs, zone) === shortDay(toMs - 1, zone);
  const from = sameDay ? exactClock(fromMs, zone) : `${shortDay(fromMs, zone)} ${exactClock(fromMs, zone)}`;
  const to = sameDay ? exactClock(toMs, zone) : `${shortDay(toMs, zone)} ${exactClock(toMs, zone)}`;
  const word =
    status === "other" && span.raw ? `${STATUS_WORDS.other} (“${span.raw.slice(0, 20)}”)` : STATUS_WORDS[status];
  const length = `${span.startCensored || span.endCensored ? "at least " : ""}${durationWords(toMs - fromMs)}`;
  return [`${word}, ${from} – ${isCurrent ? "now" : to}`, length, ...doubts(span, isCurrent)].join(", ");
}

function doubts({ startCensored, endCensored }: Span, isCurrent: boolean): string[] {
  const lostEnd = endCensored && !isCurrent;
  if (startCensored && lostEnd) return ["began earlier and may have gone on, unobserved"];
  if (startCensored) return ["began some time before"];
  return lostEnd ? ["may have gone on, unobserved"] : [];
}
