/** The board: who is where now. Plain data, for the page and for the live stream alike. */
import type { Span } from "../../db/answers/spans.ts";
import type { Account, Collector } from "../../db/history/accounts.ts";
import type { Contact } from "../../db/history/contacts.ts";
import type { ContactState } from "../../db/history/state.ts";
import type { Reading } from "../../db/status.ts";
import { isAround } from "../../db/status.ts";
import type { HourMark } from "./hour-marks.ts";
import { shownName } from "./names.ts";

/** Part of a day's strip, [fromMs, toMs). */
export interface StripPart {
  fromMs: number;
  toMs: number;
  status: Reading;
}

export interface Strip {
  parts: StripPart[];
  /** The last part goes on: until the last proof of life, or until now when nobody is looking. */
  isOpen: boolean;
}

/** When somebody was last there, as of `readMs`. */
export interface Seen {
  readMs: number;
  /** Null: never, since they were first watched. */
  untilMs: number | null;
  /** They were seen to go then; otherwise looking ended first. */
  isEndKnown: boolean;
  /** The caveat: how long since then nobody was looking. */
  missedMs: number;
}

/** What a row shows of somebody besides their state. */
export interface Details {
  strip: Strip;
  /** Undefined for who is around. */
  seen: Seen | undefined;
}

export interface Person {
  id: number;
  /** Their place among all, by name. */
  place: number;
  name: string;
  address: string;
  status: Reading;
  /** The network's own word where ours is only "other". */
  raw: string | null;
  sinceMs: number | null;
  startCensored: boolean;
}

export interface Group {
  name: string;
  people: Person[];
}

/** What an account is doing. */
export interface AccountNow {
  id: number;
  address: string;
  host: string;
  port: number;
  network: string;
  state: Account["state"];
  stateDetail: string;
  stateSinceMs: number | null;
  stateUntilMs: number | null;
  /** Signed in and observed since; null when nobody is looking. */
  coveredSinceMs: number | null;
  /** The last proof of life: it confirms every status below it. */
  confirmedMs: number | null;
}

export interface AccountBoard extends AccountNow {
  groups: Group[];
  /** Left the contact list; their history stays. */
  gone: Person[];
}

/** The day that the strips show, [fromMs, toMs). */
export interface Today {
  fromMs: number;
  toMs: number;
  marks: HourMark[];
}

export interface Board {
  nowMs: number;
  isSandbox: boolean;
  /** When the collector was last heard from; null when it never ran. */
  collector: { heardMs: number; isAlive: boolean } | null;
  today: Today;
  accounts: AccountBoard[];
}

export interface BoardFacts {
  nowMs: number;
  isSandbox: boolean;
  collector: Collector | null;
  today: Today;
  accounts: Account[];
  /** In the order in which people sort names. */
  contacts: Contact[];
  states: ContactState[];
}

/** Of so many, a page has everybody's details at once; of more, those that it shows. */
export const FEW_PEOPLE = 300;

const NO_GROUP = "Other contacts";

/**
 * Every account with its people by group: whoever is around comes first, else in the order of `contacts`. A contact
 * stands in each of their groups; one without a state is unknown, and one who left the list is in `gone` only.
 */
export function shapeBoard({ accounts, contacts, states, collector, ...rest }: BoardFacts): Board {
  const stateOf = new Map(states.map((state) => [state.contactId, state]));
  const placeOf = new Map(contacts.map(({ id }, place) => [id, place]));
  return {
    ...rest,
    collector: collector && { heardMs: collector.heartbeatMs, isAlive: collector.alive },
    accounts: accounts.map((account) => {
      const own = contacts.filter(({ accountId }) => accountId === account.id);
      const here = own.filter(({ removedMs }) => removedMs === null);
      const person = (contact: Contact) => shapePerson(contact, placeOf.get(contact.id) ?? 0, stateOf.get(contact.id));
      return {
        id: account.id,
        address: account.address,
        host: account.host,
        port: account.port,
        network: account.network,
        state: account.state,
        stateDetail: account.stateDetail,
        stateSinceMs: account.stateSinceMs,
        stateUntilMs: account.stateUntilMs,
        coveredSinceMs: account.covered?.sinceMs ?? null,
        confirmedMs: account.covered?.provedMs ?? null,
        groups: groupUp(here).map(([name, members]) => ({ name, people: aroundFirst(members.map(person)) })),
        gone: own.filter(({ removedMs }) => removedMs !== null).map(person),
      };
    }),
  };
}

function shapePerson(contact: Contact, place: number, state: ContactState | undefined): Person {
  return {
    id: contact.id,
    place,
    name: shownName(contact.name, contact.address),
    address: contact.address,
    status: state?.status ?? "unknown",
    raw: state?.status === "other" ? state.raw : null,
    sinceMs: state?.sinceMs ?? null,
    startCensored: state?.startCensored ?? false,
  };
}

/** The network's groups by name; whoever is in several stands in each, whoever is in none comes last. */
function groupUp(contacts: Contact[]): [string, Contact[]][] {
  const groups = new Map<string, Contact[]>();
  for (const contact of contacts) {
    const names = new Set(contact.groups.map((name) => name.trim()).filter((name) => name !== ""));
    for (const name of names.size > 0 ? names : [NO_GROUP]) {
      const members = groups.get(name);
      if (members) members.push(contact);
      else groups.set(name, [contact]);
    }
  }
  if (groups.size === 1 && groups.has(NO_GROUP)) return [["Contacts", contacts]];
  const collator = new Intl.Collator("en", { sensitivity: "base" });
  return [...groups].sort(([a], [b]) => Number(a === NO_GROUP) - Number(b === NO_GROUP) || collator.compare(a, b));
}

/** Only coming and going moves a row; a change between statuses does not. */
export function aroundFirst(people: readonly Person[]): Person[] {
  return people.toSorted((a, b) => Number(isAround(b.status)) - Number(isAround(a.status)) || a.place - b.place);
}

/** Everyone on the board once, whoever's group they are in. */
export function everyone(board: Board): Person[] {
  const people = board.accounts.flatMap(({ groups, gone }) => [...groups.flatMap((group) => group.people), ...gone]);
  return [...new Map(people.map((person) => [person.id, person])).values()];
}

/** Whether anybody is being looked at: at least one account is signed in and observed. */
export function isObserved({ accounts }: Board): boolean {
  return accounts.some(({ coveredSinceMs }) => coveredSinceMs !== null);
}

export interface HeadCount {
  around: number;
  offline: number;
  unknown: number;
  all: number;
}

/** Head counts for the page's heading; those who left the list are not counted. */
export function headCount(board: Board): HeadCount {
  const listed = board.accounts.flatMap(({ groups }) => groups.flatMap((group) => group.people));
  const people = [...new Map(listed.map((person) => [person.id, person])).values()];
  const around = people.filter(({ status }) => isAround(status)).length;
  const unknown = people.filter(({ status }) => status === "unknown").length;
  return { around, unknown, offline: people.length - around - unknown, all: people.length };
}

/** The board with no more than the first so many rows. */
export function firstRows(board: Board, most: number): Board {
  let left = most;
  const take = (people: Person[]) => {
    const taken = people.slice(0, left);
    left -= taken.length;
    return taken;
  };
  return {
    ...board,
    accounts: board.accounts.map((account) => ({
      ...account,
      groups: account.groups
        .map((group) => ({ ...group, people: take(group.people) }))
        .filter(({ people }) => people.length > 0),
      gone: take(account.gone),
    })),
  };
}

/** A strip from spans that end at the horizon. Neighbours of one status become one part. */
export function shapeStrip(spans: readonly Span[], status: Reading): Strip {
  const parts: StripPart[] = [];
  for (const { fromMs, toMs, status } of spans) {
    const last = parts.at(-1);
    if (last?.status === status) last.toMs = toMs;
    else parts.push({ fromMs, toMs, status });
  }
  return { parts, isOpen: parts.at(-1)?.status === status };
}

/** The strip as it stands at `nowMs`: its open end follows the last proof of life, and never claims more. */
export function stripAt(strip: Strip, confirmedMs: number | null, nowMs: number, dayToMs: number): StripPart[] {
  const last = strip.parts.at(-1);
  if (!strip.isOpen || !last) return strip.parts;
  const untilMs = last.status === "unknown" ? nowMs : (confirmedMs ?? last.toMs);
  return [...strip.parts.slice(0, -1), { ...last, toMs: Math.min(dayToMs, Math.max(last.toMs, untilMs)) }];
}
