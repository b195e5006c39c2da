import type { Person } from "../data/board.ts";
import { whenWords } from "../data/clock-words.ts";
import { durationWords } from "../data/durations.ts";
import { STATUS_WORDS } from "../data/status-words.ts";

/** The status as a word; a network's word that we do not know is shown as it came. */
export function StatusWord({ person: { status, raw } }: { person: Pick<Person, "status" | "raw"> }) {
  if (status !== "other" || !raw) return STATUS_WORDS[status];
  return (
    <>
      {STATUS_WORDS.other} (“<bdi>{raw.slice(0, 20)}</bdi>”)
    </>
  );
}

/** `3 h 20 min`, or `at least 3 h 20 min` when it began while nobody looked. Nothing while the state is unknown. */
export function sinceWords(
  { sinceMs, startCensored }: Pick<Person, "sinceMs" | "startCensored">,
  nowMs: number,
): string {
  if (sinceMs === null) return "";
  return `${startCensored ? "at least " : ""}${durationWords(nowMs - sinceMs)}`;
}

/** `since Mon 23 Nov, 09:05`, or since some time before that. */
export function sinceTitle(
  { sinceMs, startCensored }: Pick<Person, "sinceMs" | "startCensored">,
  nowMs: number,
  zone: string,
): string {
  if (sinceMs === null) return "";
  return `${startCensored ? "since some time before" : "since"} ${whenWords(sinceMs, nowMs, zone)}`;
}
