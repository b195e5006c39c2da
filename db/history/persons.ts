/**
 * Persons. Contacts with the same network and address are one person by themselves, on however many of the user's
 * accounts they are. Links by hand (db/keep/persons.ts) join others, or keep a contact apart.
 *
 * - A linked contact belongs to the person it is linked to.
 * - One without a link goes with its address: to the person that another contact with it was joined to (the oldest
 *   person, should there be several), otherwise to all others without a link.
 * - A person to which one contact alone is linked is one that is kept apart: nobody follows it.
 *
 * A link says who somebody is, and so holds for all of the history, from before it was made, too.
 */
import { asOne } from "../answers/person.ts";
import { Stretches } from "../answers/stretches.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { inSnapshot } from "../snapshot.ts";
import { type Home, homeOf, membersOfHome, sharedGroups } from "./homes.ts";
import { type ReadingOptions, readStretches, stretchesOf } from "./stretches.ts";

/** `p7`: made by links. `c12`: whoever contact 12 belongs to; every member's number leads to the same person. */
export type PersonKey = `p${number}` | `c${number}`;

/** Somebody whose presence is asked for. */
export type Who = { contactId: number } | { personKey: PersonKey };

export interface Person {
  /** Of a person without links, that of its first contact. */
  key: PersonKey;
  /** The person's own name, else an alias, else what the first contact is called. */
  name: string;
  /** Ascending. */
  contactIds: number[];
}

/** The person that a contact belongs to; undefined when there is no such contact. */
export async function personOf(db: Handle, contactId: number): Promise<Person | undefined> {
  return inSnapshot(db, () => {
    const home = homeOf(db, contactId);
    return home && person(db, home);
  });
}

/** A person by any of its keys; undefined when nobody belongs to it (any more). */
export async function findPerson(db: Handle, key: PersonKey): Promise<Person | undefined> {
  return inSnapshot(db, () => {
    const home = homeByKey(db, key);
    const found = home && person(db, home);
    return found && found.contactIds.length > 0 ? found : undefined;
  });
}

/** The numbers of a person's contacts, ascending; empty when there is no such person. Throws RangeError for what is no key. */
export async function membersOf(db: Handle, key: PersonKey): Promise<number[]> {
  return inSnapshot(db, () => memberIds(db, key));
}

/** Every person, in the order of their first contacts. */
export async function listPersons(db: Handle): Promise<Person[]> {
  return inSnapshot(db, () => allPersons(db));
}

/** The same at once. */
export function allPersons(db: Handle): Person[] {
  const rows = prepared(
    db,
    `SELECT c.id, coalesce(n.alias, ''), coalesce(nullif(c.name, ''), c.address), p.id, coalesce(p.name, '')
     FROM contact c LEFT JOIN contact_note n ON n.contact_id = c.id
     LEFT JOIN person_link l ON l.contact_id = c.id AND l.unlinked_ms IS NULL LEFT JOIN person p ON p.id = l.person_id
     ORDER BY c.id`,
  )
    .raw()
    .all() as Called[];
  const shared = new Map(sharedGroups(db).flatMap((group) => group.map((id) => [id, group] as const)));
  const byId = new Map(rows.filter(([id]) => shared.has(id)).map((row) => [row[0], row]));
  return rows.flatMap((row): Person[] => {
    const [id] = row;
    const contactIds = shared.get(id) ?? [id];
    // A person stands where its first contact does.
    if (contactIds[0] !== id) return [];
    const members = contactIds.length === 1 ? [row] : contactIds.map((each) => byId.get(each) as Called);
    const linked = members.find(([, , , personId]) => personId !== null);
    const alias = members.find(([, alias]) => alias !== "")?.[1];
    const name = linked?.[4] || alias || row[2];
    return [{ key: linked ? `p${linked[3] as number}` : `c${id}`, name, contactIds }];
  });
}

/**
 * A person's stretches of constant presence, oldest first, adding up to [fromMs, toMs) (UTC milliseconds): around when
 * any of the contacts is, observed when any is, the status by PRESENCE_ORDER. Somebody who does not exist is unknown.
 * Throws RangeError when fromMs >= toMs.
 */
export async function readPerson(
  db: Handle,
  key: PersonKey,
  fromMs: number,
  toMs: number,
  options?: ReadingOptions,
): Promise<Stretches> {
  return inSnapshot(db, () => {
    const ids = memberIds(db, key);
    // Nobody's contact: unknown from end to end.
    const members = (ids.length > 0 ? ids : [0]).map((id) => readStretches(db, id, fromMs, toMs, options));
    const [only] = members;
    return only && members.length === 1 ? only : Stretches.from(asOne(members.map((stretches) => [...stretches])));
  });
}

/** The same for a contact or a person. */
export async function readingOf(
  db: Handle,
  who: Who,
  fromMs: number,
  toMs: number,
  options?: ReadingOptions,
): Promise<Stretches> {
  if ("contactId" in who) return stretchesOf(db, who.contactId, fromMs, toMs, options);
  return readPerson(db, who.personKey, fromMs, toMs, options);
}

/** Throws RangeError for a text that is no person's key. */
export function parsePersonKey(text: string): PersonKey {
  if (/^[pc][1-9]\d{0,14}$/.test(text)) return text as PersonKey;
  throw new RangeError(`"${text}" is no person's key; it should look like p7 or c12`);
}

/** `membersOf` at once, for whoever reads within a snapshot. */
export function memberIds(db: Handle, key: PersonKey): number[] {
  const home = homeByKey(db, key);
  return home ? membersOfHome(db, home) : [];
}

type Called = [id: number, alias: string, called: string, personId: number | null, own: string];

function homeByKey(db: Handle, key: PersonKey): Home | undefined {
  const id = Number(parsePersonKey(key).slice(1));
  return key.startsWith("p") ? { personId: id } : homeOf(db, id);
}

function person(db: Handle, home: Home): Person {
  const contactIds = membersOfHome(db, home);
  const key: PersonKey = "personId" in home ? `p${home.personId}` : `c${contactIds[0] as number}`;
  const own = "personId" in home ? prepared(db, "SELECT name FROM person WHERE id = ?").pluck().get(home.personId) : "";
  return { key, name: (own as string | undefined) || nameAmong(db, contactIds), contactIds };
}

function nameAmong(db: Handle, contactIds: readonly number[]): string {
  const sql = `SELECT coalesce(n.alias, '') AS alias, coalesce(nullif(c.name, ''), c.address) AS called FROM contact c
    LEFT JOIN contact_note n ON n.contact_id = c.id WHERE c.id = ?`;
  const rows = contactIds.map((id) => prepared(db, sql).get(id) as { alias: string; called: string });
  return rows.find(({ alias }) => alias !== "")?.alias ?? rows[0]?.called ?? "";
}
