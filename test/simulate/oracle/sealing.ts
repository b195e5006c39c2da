/** Whether days were sealed as the facts told them then: later on there may be other facts, which do not count for them. */
import type { SealedDay } from "../keeper.ts";
import type { Row } from "../rows.ts";
import { instant } from "../script.ts";
import { readFacts } from "./facts.ts";
import { DAY_MS, unpackTimeline } from "./packed.ts";
import { readingOf } from "./reading.ts";
import { filled, firstDifference, uncensored } from "./stretch.ts";

/** `events`: all that there ever were. Returns what is wrong, in words. */
export function wronglySealed(path: string, events: readonly Row[], days: readonly SealedDay[]): string[] {
  if (days.length === 0) return [];
  const facts = readFacts(path, events);
  return days.flatMap(({ contactId, day, timeline }) => {
    const contact = facts.contacts.find(({ id }) => id === contactId);
    if (!contact) return [];
    const readings = readingOf(facts, contactId, contact.accountId);
    const own = uncensored(filled(readings, day * DAY_MS, (day + 1) * DAY_MS));
    const difference = firstDifference(own, uncensored(unpackTimeline(day, timeline)));
    return difference ? [`the day ${instant(day * DAY_MS)} of ${contact.address} was sealed wrong: ${difference}`] : [];
  });
}
