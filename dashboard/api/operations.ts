/** Every question of the API. The routes and the OpenAPI document are made of this list; adding one is an entry. */
import { z } from "zod";
import { type Account, listAccounts } from "../../db/history/accounts.ts";
import { type Contact, findContact, listContacts } from "../../db/history/contacts.ts";
import { firstCoveredMs, horizonOf } from "../../db/history/coverage.ts";
import { coverageGaps } from "../../db/history/coverage-gaps.ts";
import { eventsAfter } from "../../db/history/events-after.ts";
import { lastSeen } from "../../db/history/last-seen.ts";
import { massChangesOf } from "../../db/history/mass-changes.ts";
import { aliases } from "../../db/history/notes.ts";
import { sessionsOf } from "../../db/history/sessions.ts";
import { type ContactState, statesAt, statesNow } from "../../db/history/state.ts";
import { stretchesOf } from "../../db/history/stretches.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf, type Whom } from "../../db/history/totals.ts";
import type { Handle } from "../../db/open.ts";
import type { Stretch } from "../../db/rollup/timeline.ts";
import { CONTACT_IDS, MOST_CONTACTS } from "../data/contact-ids.ts";
import { knownStretches } from "../data/known-stretches.ts";
import { askedInstant, askedRange, rangeQuery } from "./asked-range.ts";
import { type Operation, operation } from "./operation.ts";
import { BadParameters } from "./problem.ts";
import {
  accountShape,
  contactShape,
  dayShape,
  eventShape,
  gapShape,
  hourShape,
  massChangeShape,
  ms,
  reading,
  sessionShape,
  stateShape,
  stretchShape,
  totalsOf,
} from "./shapes.ts";

const NOTHING = z.strictObject({});
const RANGE = z.strictObject(rangeQuery);
const OUTAGES = z.enum(["as-recorded", "left-out"]).default("as-recorded").meta({
  description: "left-out: who went offline with a crowd that came back within the hour is unknown until then",
});
/** As many events as one answer holds. */
const MOST_EVENTS = 1_000;

export const OPERATIONS: readonly Operation[] = [
  operation({
    path: "/now",
    summary: "Everyone's status now, and what each account is doing",
    query: NOTHING,
    answer: z.strictObject({ at_ms: z.int(), accounts: z.array(accountShape), states: z.array(stateShape) }),
    handle: async ({ db, nowMs }) => ({
      at_ms: nowMs,
      accounts: (await listAccounts(db, nowMs)).map(accountOf),
      states: (await statesNow(db, nowMs)).map(stateOf),
    }),
  }),
  operation({
    path: "/states",
    summary: "Everyone's status at an instant, as far as somebody was looking",
    query: z.strictObject({
      at: rangeQuery.to.meta({ description: "2026-11-22T14:00:00Z; now, unless given" }),
      tz: rangeQuery.tz,
    }),
    answer: z.strictObject({ at_ms: z.int(), states: z.array(stateShape) }),
    async handle({ db, nowMs, query }) {
      const atMs = askedInstant(query, nowMs);
      // Now is behind the last proof of life of any account: what counts is whether that is fresh.
      const states = atMs === nowMs ? await statesNow(db, nowMs) : await statesAt(db, atMs);
      return { at_ms: atMs, states: states.map(stateOf) };
    },
  }),
  operation({
    path: "/accounts",
    summary: "The accounts, and what each is doing",
    query: NOTHING,
    answer: z.strictObject({ accounts: z.array(accountShape) }),
    handle: async ({ db, nowMs }) => ({ accounts: (await listAccounts(db, nowMs)).map(accountOf) }),
  }),
  operation({
    path: "/accounts/{id}/gaps",
    summary: "When nobody observed an account, and why",
    query: RANGE,
    answer: z.strictObject({ from_ms: z.int(), to_ms: z.int(), gaps: z.array(gapShape) }),
    async handle({ db, nowMs, id, query }) {
      if (!(await listAccounts(db, nowMs)).some((account) => account.id === id)) return undefined;
      const asked = askedRange(query, nowMs);
      // Before the first coverage nobody had asked for it to be observed; behind the last proof nobody knows yet.
      const fromMs = Math.max(asked.fromMs, (await firstCoveredMs(db, id)) ?? asked.toMs);
      const toMs = Math.min(asked.toMs, await horizonOf(db, id, nowMs));
      if (fromMs >= toMs) return { from_ms: toMs, to_ms: toMs, gaps: [] };
      const gaps = await coverageGaps(db, id, fromMs, toMs);
      return {
        from_ms: fromMs,
        to_ms: toMs,
        gaps: gaps.map((gap) => ({
          from_ms: gap.fromMs,
          to_ms: gap.toMs,
          why: gap.why,
          collector_ms: gap.collectorMs,
        })),
      };
    },
  }),
  operation({
    path: "/accounts/{id}/mass-changes",
    summary: "When more than half of those online went, or came, within seconds: probably the server's doing",
    query: RANGE,
    answer: z.strictObject({ from_ms: z.int(), to_ms: z.int(), mass_changes: z.array(massChangeShape) }),
    async handle({ db, nowMs, id, query }) {
      if (!(await listAccounts(db, nowMs)).some((account) => account.id === id)) return undefined;
      const { fromMs, toMs } = askedRange(query, nowMs);
      return {
        from_ms: fromMs,
        to_ms: toMs,
        mass_changes: (await massChangesOf(db, id, fromMs, toMs)).map((one) => ({
          from_ms: one.fromMs,
          to_ms: one.toMs,
          way: one.way,
          contacts: one.contacts,
          of_contacts: one.ofContacts,
        })),
      };
    },
  }),
  operation({
    path: "/contacts",
    summary: "Everyone who was ever on a list",
    query: NOTHING,
    answer: z.strictObject({ contacts: z.array(contactShape) }),
    async handle({ db }) {
      const own = await aliases(db);
      return { contacts: (await listContacts(db)).map((contact) => contactOf(contact, own)) };
    },
  }),
  operation({
    path: "/contacts/{id}",
    summary: "One contact, and when they were last seen",
    query: NOTHING,
    answer: z.strictObject({
      contact: contactShape,
      last_seen: z.strictObject({ until_ms: z.int(), status: reading, is_end_known: z.boolean() }).nullable(),
      confirmed_ms: z.int().nullable(),
      not_observed_ms: ms.meta({ description: "the caveat: so much of the time since then nobody was looking" }),
    }),
    async handle({ db, nowMs, id }) {
      const contact = await findContact(db, id);
      if (!contact) return undefined;
      const { seen, confirmedMs, notObservedMs } = await lastSeen(db, { contactId: id }, nowMs);
      return {
        contact: contactOf(contact, await aliases(db)),
        last_seen: seen && { until_ms: seen.untilMs, status: seen.status, is_end_known: seen.isEndKnown },
        confirmed_ms: confirmedMs,
        not_observed_ms: notObservedMs,
      };
    },
  }),
  operation({
    path: "/contacts/{id}/stretches",
    summary: "Stretches of constant presence; they add up to the range",
    query: z.strictObject({ ...rangeQuery, outages: OUTAGES }),
    answer: z.strictObject({ from_ms: z.int(), to_ms: z.int(), stretches: z.array(stretchShape) }),
    async handle({ db, nowMs, id, query }) {
      const range = await contactRange(db, id, query, nowMs);
      if (!range) return undefined;
      const { fromMs, toMs } = range;
      const stretches = await stretchesOf(db, id, fromMs, toMs, { withoutOutages: query.outages === "left-out" });
      return {
        from_ms: fromMs,
        to_ms: toMs,
        stretches: Array.from(stretches, stretchOf),
      };
    },
  }),
  operation({
    path: "/contacts/{id}/sessions",
    summary: "From coming to going, whatever the status in between",
    query: z.strictObject({
      ...rangeQuery,
      outages: OUTAGES,
      bridge_ms: z.coerce.number().int().min(0).max(86_400_000).default(0).meta({
        description: "times offline shorter than this do not end a session",
      }),
    }),
    answer: z.strictObject({ from_ms: z.int(), to_ms: z.int(), sessions: z.array(sessionShape) }),
    async handle({ db, nowMs, id, query }) {
      const range = await contactRange(db, id, query, nowMs);
      if (!range) return undefined;
      const { fromMs, toMs } = range;
      const sessions = await sessionsOf(db, { contactId: id }, fromMs, toMs, {
        bridgeMs: query.bridge_ms,
        withoutOutages: query.outages === "left-out",
      });
      return {
        from_ms: fromMs,
        to_ms: toMs,
        sessions: sessions.map((one) => ({
          from_ms: one.fromMs,
          to_ms: one.toMs,
          around_ms: one.aroundMs,
          flaps: one.flaps,
          start_censored: one.startCensored,
          end_censored: one.endCensored,
        })),
      };
    },
  }),
  daysOf("/contacts/{id}/days", "Milliseconds by status for each local day of one contact"),
  hoursOf("/contacts/{id}/hours-of-week", "The same for each of the 168 hours of the local week"),
  daysOf("/everyone/days", "Milliseconds by status for each local day, summed over everyone"),
  hoursOf("/everyone/hours-of-week", "The same for each of the 168 hours of the local week"),
  operation({
    path: "/timeline",
    summary: "Stretches of constant presence of several contacts; each ends where knowledge of that one does",
    query: z.strictObject({
      ...rangeQuery,
      contacts: z
        .string()
        .regex(CONTACT_IDS, "it should be numbers of contacts with commas between them")
        .refine((words) => words.split(",").length <= MOST_CONTACTS, `it may name ${MOST_CONTACTS} contacts at most`)
        .meta({ description: `numbers of contacts with commas between them, at most ${MOST_CONTACTS}` }),
    }),
    answer: z.strictObject({
      from_ms: z.int(),
      to_ms: z.int(),
      contacts: z.array(z.strictObject({ contact_id: z.int(), stretches: z.array(stretchShape) })),
    }),
    async handle({ db, nowMs, query: { contacts, ...words } }) {
      const { fromMs, toMs } = askedRange(words, nowMs);
      const asked: Contact[] = [];
      for (const id of new Set(contacts.split(",").map(Number))) {
        const contact = await findContact(db, id);
        if (!contact) throw new BadParameters([{ name: "contacts", detail: `there is no contact ${id}` }]);
        asked.push(contact);
      }
      const known = await knownStretches(db, asked, { fromMs, toMs }, nowMs);
      return {
        from_ms: fromMs,
        to_ms: toMs,
        contacts: Array.from(known, ([id, stretches]) => ({
          contact_id: id,
          stretches: Array.from(stretches, stretchOf),
        })),
      };
    },
  }),
  operation({
    path: "/events",
    summary: "What was recorded, in the order of recording; ask again with the last seq for what follows",
    query: z.strictObject({
      after: z.coerce.number().int().min(0).default(0).meta({ description: "only what was recorded behind this seq" }),
      limit: z.coerce.number().int().min(1).max(MOST_EVENTS).default(MOST_EVENTS),
    }),
    answer: z.strictObject({ events: z.array(eventShape), has_more: z.boolean() }),
    async handle({ db, query: { after, limit } }) {
      const found = eventsAfter(db, after, limit + 1);
      return { events: found.slice(0, limit).map(eventOf), has_more: found.length > limit };
    },
  }),
];

function stateOf(state: ContactState): z.input<typeof stateShape> {
  return {
    contact_id: state.contactId,
    status: state.status,
    raw: state.raw,
    since_ms: state.sinceMs,
    start_censored: state.startCensored,
    confirmed_ms: state.confirmedMs,
  };
}

function stretchOf(one: Stretch): z.input<typeof stretchShape> {
  return {
    from_ms: one.fromMs,
    to_ms: one.toMs,
    status: one.status,
    start_censored: one.startCensored,
    end_censored: one.endCensored,
  };
}

export function eventOf(event: ReturnType<typeof eventsAfter>[number]): z.input<typeof eventShape> {
  const { seq, contactId, atMs, status, raw, origin } = event;
  return { seq, contact_id: contactId, at_ms: atMs, status, raw, origin };
}

function daysOf(path: string, summary: string): Operation {
  return operation({
    path,
    summary,
    query: RANGE,
    answer: z.strictObject({ tz: z.string(), days: z.array(dayShape) }),
    async handle({ db, nowMs, id, query }) {
      const asked = await whomAsked(db, path, id, query, nowMs);
      if (!asked) return undefined;
      const days = await dailyTotalsOf(db, asked.whom, asked.fromMs, asked.toMs, asked.zone);
      return {
        tz: asked.zone,
        days: days.map((day) => ({
          date: day.date,
          from_ms: day.fromMs,
          to_ms: day.toMs,
          spanned_ms: day.spannedMs,
          ...totalsOf(day),
        })),
      };
    },
  });
}

function hoursOf(path: string, summary: string): Operation {
  return operation({
    path,
    summary,
    query: RANGE,
    answer: z.strictObject({ tz: z.string(), hours: z.array(hourShape) }),
    async handle({ db, nowMs, id, query }) {
      const asked = await whomAsked(db, path, id, query, nowMs);
      if (!asked) return undefined;
      const hours = await hourOfWeekTotalsOf(db, asked.whom, asked.fromMs, asked.toMs, asked.zone);
      return {
        tz: asked.zone,
        hours: hours.map((hour, at) => ({
          hour_of_week: at,
          weeks_observed: hour.weeksObserved,
          weeks_around: hour.weeksAround,
          ...totalsOf(hour),
        })),
      };
    },
  });
}

type RangeWords = Parameters<typeof askedRange>[0];

async function whomAsked(
  db: Handle,
  path: string,
  id: number,
  words: RangeWords,
  nowMs: number,
): Promise<({ whom: Whom } & ReturnType<typeof askedRange>) | undefined> {
  if (path.startsWith("/everyone")) return { whom: { everyone: true }, ...askedRange(words, nowMs) };
  const range = await contactRange(db, id, words, nowMs);
  return range && { whom: { contactId: id }, ...range };
}

/** Undefined for nobody's number. As on the pages, it ends where the account was last proved to be there. */
async function contactRange(
  db: Handle,
  id: number,
  words: RangeWords,
  nowMs: number,
): Promise<ReturnType<typeof askedRange> | undefined> {
  const contact = await findContact(db, id);
  if (!contact) return undefined;
  const asked = askedRange(words, nowMs);
  const toMs = Math.min(asked.toMs, await horizonOf(db, contact.accountId, nowMs));
  return { ...asked, toMs: Math.max(toMs, asked.fromMs + 1) };
}

function accountOf(account: Account): z.input<typeof accountShape> {
  const { id, network, address, host, port, state, stateDetail, stateSinceMs, stateUntilMs, covered } = account;
  return {
    ...{ id, network, address, host, port, state },
    state_detail: stateDetail,
    state_since_ms: stateSinceMs,
    state_until_ms: stateUntilMs,
    observed_since_ms: covered?.sinceMs ?? null,
    confirmed_ms: covered?.provedMs ?? null,
  };
}

function contactOf(contact: Contact, own: ReadonlyMap<number, string>): z.input<typeof contactShape> {
  const { id, accountId, address, name, groups, firstSeenMs, removedMs } = contact;
  return {
    ...{ id, address, name, groups },
    account_id: accountId,
    alias: own.get(id) ?? "",
    first_seen_ms: firstSeenMs,
    removed_ms: removedMs,
  };
}
