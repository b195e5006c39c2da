/** Who was seen most, and who least, as a share of the time in which each was observed. */
import type { AroundDuring } from "../../db/history/together.ts";
import { longHoursWords, shareWords } from "./durations.ts";

export interface RankedPerson {
  key: string;
  /** Of one of its contacts: where its page is. */
  contactId: number;
  name: string;
  share: number;
  /** `41 %` */
  shareWords: string;
  /** `96 h of 234 h observed` */
  timeWords: string;
  /** Observed for less than a tenth of the range: a number, but not one to lean on. */
  isThin: boolean;
}

export interface RankedPeople {
  /** Both from most to least; nobody is in both. */
  most: RankedPerson[];
  least: RankedPerson[];
  /** How many more stand between the two. */
  between: number;
  /** On the list, and never seen around in the range: offline or hidden, or not observed. */
  notSeen: { contactId: number; name: string }[];
}

const SHOWN = 10;
const ENOUGH = 0.1;

export interface OnTheList {
  key: string;
  name: string;
  contactIds: readonly number[];
}

/** `seen`: everyone who was around in the range of `rangeMs`. `listed`: who is on a list now. */
export function rankPeople(seen: readonly AroundDuring[], listed: readonly OnTheList[], rangeMs: number): RankedPeople {
  const ranked = seen
    .map(({ key, contactIds, name, aroundMs, observedMs }): RankedPerson => {
      const share = aroundMs / observedMs;
      return {
        key,
        contactId: contactIds[0] as number,
        name,
        share,
        shareWords: shareWords(share),
        timeWords: `${longHoursWords(aroundMs)} of ${longHoursWords(observedMs)} observed`,
        isThin: observedMs < rangeMs * ENOUGH,
      };
    })
    .sort((a, b) => b.share - a.share);
  const half = Math.min(SHOWN, Math.ceil(ranked.length / 2));
  const least = ranked.slice(half).slice(-SHOWN);
  const keys = new Set(ranked.map(({ key }) => key));
  return {
    most: ranked.slice(0, half),
    least,
    between: ranked.length - half - least.length,
    notSeen: listed.flatMap(({ key, name, contactIds }) =>
      keys.has(key) ? [] : [{ contactId: contactIds[0] as number, name }],
    ),
  };
}
