/** The questions that are timed, each with the function that answers it. */

import { rangesOfHour } from "../../../db/answers/hours.ts";
import { listAccounts } from "../../../db/history/accounts.ts";
import { coverageOf } from "../../../db/history/coverage.ts";
import { coverageGaps } from "../../../db/history/coverage-gaps.ts";
import { eventsBehind } from "../../../db/history/events.ts";
import { lastSeen } from "../../../db/history/last-seen.ts";
import { personStatesNow } from "../../../db/history/person-states.ts";
import { readPerson } from "../../../db/history/persons.ts";
import { profileAt, profileChangesOf } from "../../../db/history/profile.ts";
import { sessionsOf } from "../../../db/history/sessions.ts";
import { spanPagesOf } from "../../../db/history/span-pages.ts";
import { statesAt, statesNow } from "../../../db/history/state.ts";
import { stretchesOf } from "../../../db/history/stretches.ts";
import { togetherWith } from "../../../db/history/together.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf } from "../../../db/history/totals.ts";
import type { Handle } from "../../../db/open.ts";

/** What is asked about: one contact of an account, and a range. */
export interface Subject {
  contactId: number;
  accountId: number;
  fromMs: number;
  toMs: number;
}

export interface Question {
  name: string;
  ask(db: Handle, subject: Subject): Promise<unknown>;
}

export const ZONE = "Europe/Berlin";

export const ABOUT_ONE: readonly Question[] = [
  {
    name: "days by status",
    ask: (db, { contactId, fromMs, toMs }) => dailyTotalsOf(db, { contactId }, fromMs, toMs, ZONE),
  },
  {
    name: "hours of the week",
    ask: (db, { contactId, fromMs, toMs }) => hourOfWeekTotalsOf(db, { contactId }, fromMs, toMs, ZONE),
  },
  {
    name: "stretches",
    ask: async (db, { contactId, fromMs, toMs }) => goThrough(await stretchesOf(db, contactId, fromMs, toMs)),
  },
  {
    name: "spans, with the network's words, a page",
    ask: (db, { contactId, fromMs, toMs }) => spanPagesOf(db, contactId, (fromMs + toMs) / 2, toMs).next(),
  },
  {
    name: "the same, all pages",
    async ask(db, { contactId, fromMs, toMs }) {
      for await (const _page of spanPagesOf(db, contactId, fromMs, toMs));
    },
  },
  {
    name: "sessions",
    ask: (db, { contactId, fromMs, toMs }) => sessionsOf(db, { contactId }, fromMs, toMs, { bridgeMs: 60_000 }),
  },
  { name: "last seen", ask: (db, { contactId, toMs }) => lastSeen(db, { contactId }, toMs) },
  {
    name: "the person's stretches",
    ask: async (db, { contactId, fromMs, toMs }) => goThrough(await readPerson(db, `c${contactId}`, fromMs, toMs)),
  },
  {
    name: "together with another",
    ask: (db, { contactId, fromMs, toMs }) =>
      togetherWith(db, { contactId }, [{ contactId: contactId + 1 }], fromMs, toMs),
  },
  { name: "profile changes", ask: (db, { contactId, fromMs, toMs }) => profileChangesOf(db, contactId, fromMs, toMs) },
  {
    name: "profile at an instant",
    ask: (db, { contactId, fromMs, toMs }) => profileAt(db, contactId, (fromMs + toMs) / 2),
  },
  { name: "the account's coverage", ask: (db, { accountId, fromMs, toMs }) => coverageOf(db, accountId, fromMs, toMs) },
  { name: "its gaps", ask: (db, { accountId, fromMs, toMs }) => coverageGaps(db, accountId, fromMs, toMs) },
  {
    name: "events behind an hour of the week",
    ask: (db, { contactId, fromMs, toMs }) =>
      eventsBehind(db, [contactId], rangesOfHour(ZONE, 34, fromMs, toMs), { limit: 100 }),
  },
];

/** As whoever draws them does: one object after the other. */
function goThrough(stretches: Iterable<unknown>): void {
  for (const _stretch of stretches);
}

export const ABOUT_ALL: readonly Question[] = [
  {
    name: "everyone's hours of the week",
    ask: (db, { fromMs, toMs }) => hourOfWeekTotalsOf(db, { everyone: true }, fromMs, toMs, ZONE),
  },
  { name: "everyone's days", ask: (db, { fromMs, toMs }) => dailyTotalsOf(db, { everyone: true }, fromMs, toMs, ZONE) },
];

export const ABOUT_AN_INSTANT: readonly Question[] = [
  { name: "everyone now", ask: (db, { toMs }) => statesNow(db, toMs) },
  { name: "every person now", ask: (db, { toMs }) => personStatesNow(db, toMs) },
  { name: "the accounts now", ask: (db, { toMs }) => listAccounts(db, toMs) },
  { name: "everyone at an instant long ago", ask: (db, { fromMs, toMs }) => statesAt(db, (fromMs + toMs) / 2) },
];
