/** What the readers of the house should say of a contact, whatever has been purged or merged in meanwhile. */
import type { SealedDay } from "../keeper.ts";
import type { ContactFact, Facts } from "./facts.ts";
import { DAY_MS, unpackTimeline } from "./packed.ts";
import { readingOf } from "./reading.ts";
import { type Stretch, UNKNOWN } from "./stretch.ts";

export interface Expected {
  contact: ContactFact;
  /** Claimed stretches, oldest first. */
  stretches: readonly Stretch[];
  /** Something was merged into days that are facts of their own; where their borders are, it is not told what was cut. */
  isPatched: boolean;
}

export function expectedOf(facts: Facts, sealed: readonly SealedDay[], contact: ContactFact): Expected {
  const readings = readingOf(facts, contact.id, contact.accountId);
  const days = sealed.filter(({ contactId }) => contactId === contact.id);
  const isPatched = days.some(({ day }) =>
    readings.some(
      ({ coverage, fromMs, toMs }) =>
        coverage.sourceId !== facts.ownSourceId && fromMs < (day + 1) * DAY_MS && toMs > day * DAY_MS,
    ),
  );
  if (!isPatched) return { contact, stretches: readings, isPatched };
  // A sealed day says what was known when it was sealed.
  let stretches: Stretch[] = readings;
  for (const { day, timeline } of days) {
    const fromMs = day * DAY_MS;
    const known = unpackTimeline(day, timeline).filter(({ code }) => code !== UNKNOWN);
    stretches = [...cutOut(stretches, fromMs, fromMs + DAY_MS), ...known];
  }
  return { contact, stretches: stretches.toSorted((a, b) => a.fromMs - b.fromMs), isPatched };
}

function cutOut(stretches: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  return stretches.flatMap((one) => {
    const before = { ...one, toMs: Math.min(one.toMs, fromMs) };
    const after = { ...one, fromMs: Math.max(one.fromMs, toMs) };
    return [before, after].filter((part) => part.fromMs < part.toMs);
  });
}
