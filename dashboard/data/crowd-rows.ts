/** What is probably the server's doing, in words. */
import type { MassChange } from "../../db/answers/mass-changes.ts";
import { exactClock, shortDay } from "./clock-words.ts";
import { durationWords } from "./durations.ts";

export interface CrowdRow {
  key: string;
  /** `Mon 23 Nov, 12:10:00` */
  when: string;
  /** `8 of 9 went offline within 2 s` */
  what: string;
}

export interface Crowds {
  /** Newest first. */
  rows: CrowdRow[];
  /** How many older ones are not among the rows. */
  more: number;
}

const MOST_ROWS = 20;

export function shapeCrowds(changes: readonly MassChange[], zone: string): Crowds {
  return {
    rows: changes
      .slice(-MOST_ROWS)
      .reverse()
      .map(({ fromMs, toMs, way, contacts, ofContacts }) => ({
        key: `${way} ${fromMs}`,
        when: `${shortDay(fromMs, zone)}, ${exactClock(fromMs, zone)}`,
        what:
          way === "gone"
            ? `${contacts} of the ${ofContacts} who were online went offline ${within(toMs - fromMs)}`
            : `${contacts} of the ${ofContacts} who were online then had come ${within(toMs - fromMs)}`,
      })),
    more: Math.max(0, changes.length - MOST_ROWS),
  };
}

function within(ms: number): string {
  return ms < 1_000 ? "at once" : `within ${durationWords(ms)}`;
}
