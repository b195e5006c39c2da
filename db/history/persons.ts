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
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import type { Stretch } from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { readStretches, stretchesOf } from "./stretches.ts";

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
  const groups = groupsOf(db, prepared(db, "SELECT id FROM contact ORDER BY id").pluck().all() as number[]);
  return groups.map((group) => person(db, homeOf(db, group[0] as number) as Home, group));
}

/**
 * A person's stretches of constant presence, oldest first, adding up to [fromMs, toMs) (UTC milliseconds): around when
 * any of the contacts is, observed when any is, the status by PRESENCE_ORDER. Somebody who does not exist is unknown.
 * Throws RangeError when fromMs >= toMs.
 */
export async function readPerson(db: Handle, key: PersonKey, fromMs: number, toMs: number): Promise<Stretch[]> {
  return inSnapshot(db, () => {
    const ids = memberIds(db, key);
    // Nobody's contact: unknown from end to end.
    return asOne((ids.length > 0 ? ids : [0]).map((id) => readStretches(db, id, fromMs, toMs)));
  });
}

/** The same for a contact or a person. */
export async function readingOf(db: Handle, who: Who, fromMs: number, toMs: number): Promise<Stretch[]> {
  if ("contactId" in who) return stretchesOf(db, who.contactId, fromMs, toMs);
  return readPerson(db, who.personKey, fromMs, toMs);
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

/** These contacts, each once, put together by person. In the order of their first ones; what does not exist is left out. */
export function groupsOf(db: Handle, contactIds: readonly number[]): number[][] {
  const groups = new Map<string, number[]>();
  const joined = arePersonsPossible(db);
  for (const id of new Set(contactIds)) {
    const home = joined ? homeOf(db, id) : undefined;
    if (joined && !home) continue;
    const name = home ? nameOfHome(home) : String(id);
    const group = groups.get(name);
    if (group) group.push(id);
    else groups.set(name, [id]);
  }
  return [...groups.values()];
}

/**
 * Those groups of several contacts that are one person each, among all contacts or those of one account: found without
 * asking about everybody.
 */
export function sharedGroups(db: Handle, accountId?: number): number[][] {
  if (!arePersonsPossible(db)) return [];
  const linked = prepared(
    db,
    `SELECT l.contact_id FROM person_link l JOIN contact c ON c.id = l.contact_id
     WHERE l.unlinked_ms IS NULL AND (@accountId IS NULL OR c.account_id = @accountId)`,
  )
    .pluck()
    .all({ accountId: accountId ?? null }) as number[];
  // Within one account no two contacts have the same address; only links join them.
  const ids = accountId === undefined ? [...linked, ...sharingAddress(db)] : linked;
  const groups = groupsOf(
    db,
    ids.sort((a, b) => a - b),
  );
  return groups.filter((group) => group.length > 1);
}

/** With one account and no link, nobody is anybody else. */
function arePersonsPossible(db: Handle): boolean {
  const sql = `SELECT (SELECT count(*) FROM account) > 1
    OR EXISTS (SELECT 1 FROM person_link WHERE unlinked_ms IS NULL)`;
  return prepared(db, sql).pluck().get() === 1;
}

function sharingAddress(db: Handle): number[] {
  const pairs = prepared(
    db,
    `SELECT c.id, d.id FROM account a CROSS JOIN account b ON b.id > a.id AND b.network = a.network
     CROSS JOIN contact c ON c.account_id = b.id
     CROSS JOIN contact d ON d.account_id = a.id AND d.address = c.address`,
  )
    .raw()
    .all() as [number, number][];
  return pairs.flat();
}

/** What holds a person together: links, or an address alone. */
type Home = { personId: number } | { network: string; address: string; contactId: number };

function nameOfHome(home: Home): string {
  return "personId" in home ? `p${home.personId}` : `${home.network} ${home.address}`;
}

function homeByKey(db: Handle, key: PersonKey): Home | undefined {
  const id = Number(parsePersonKey(key).slice(1));
  return key.startsWith("p") ? { personId: id } : homeOf(db, id);
}

function homeOf(db: Handle, contactId: number): Home | undefined {
  const contact = prepared(
    db,
    `SELECT a.network, c.address, l.person_id AS personId FROM contact c JOIN account a ON a.id = c.account_id
     LEFT JOIN person_link l ON l.contact_id = c.id AND l.unlinked_ms IS NULL WHERE c.id = ?`,
  ).get(contactId) as { network: string; address: string; personId: number | null } | undefined;
  if (!contact) return undefined;
  const { network, address } = contact;
  const personId = contact.personId ?? personOfAddress(db, network, address);
  return personId === null ? { network, address, contactId } : { personId };
}

function personOfAddress(db: Handle, network: string, address: string): number | null {
  return prepared(
    db,
    `SELECT min(l.person_id) FROM account a
     CROSS JOIN contact c ON c.account_id = a.id AND c.address = ?
     CROSS JOIN person_link l ON l.contact_id = c.id AND l.unlinked_ms IS NULL
     WHERE a.network = ?
       AND (SELECT count(*) FROM person_link o WHERE o.person_id = l.person_id AND o.unlinked_ms IS NULL) > 1`,
  )
    .pluck()
    .get(address, network) as number | null;
}

function membersOfHome(db: Handle, home: Home): number[] {
  const candidates = "personId" in home ? nearPerson(db, home.personId) : contactsWith(db, home.network, home.address);
  const name = nameOfHome(home);
  return candidates.filter((id) => nameOfHome(homeOf(db, id) as Home) === name);
}

/** Whoever is linked to a person, and whoever shares an address with them. */
function nearPerson(db: Handle, personId: number): number[] {
  const linked = prepared(
    db,
    `SELECT l.contact_id AS id, a.network, c.address FROM person_link l
     JOIN contact c ON c.id = l.contact_id JOIN account a ON a.id = c.account_id
     WHERE l.person_id = ? AND l.unlinked_ms IS NULL`,
  ).all(personId) as { id: number; network: string; address: string }[];
  const near = linked.flatMap(({ id, network, address }) => [id, ...contactsWith(db, network, address)]);
  return [...new Set(near)].sort((a, b) => a - b);
}

function contactsWith(db: Handle, network: string, address: string): number[] {
  return prepared(
    db,
    `SELECT c.id FROM account a CROSS JOIN contact c ON c.account_id = a.id AND c.address = ?
     WHERE a.network = ? ORDER BY c.id`,
  )
    .pluck()
    .all(address, network) as number[];
}

function person(db: Handle, home: Home, contactIds = membersOfHome(db, home)): Person {
  const key: PersonKey = "personId" in home ? `p${home.personId}` : `c${contactIds[0] as number}`;
  const own = "personId" in home ? prepared(db, "SELECT name FROM person WHERE id = ?").pluck().get(home.personId) : "";
  return { key, name: (own as string | undefined) || nameOf(db, contactIds), contactIds };
}

function nameOf(db: Handle, contactIds: readonly number[]): string {
  return (
    (prepared(
      db,
      `SELECT coalesce(nullif(n.alias, ''), nullif(c.name, ''), c.address) FROM contact c
       LEFT JOIN contact_note n ON n.contact_id = c.id
       WHERE c.id IN (SELECT value FROM json_each(?)) ORDER BY coalesce(n.alias, '') = '', c.id LIMIT 1`,
    )
      .pluck()
      .get(JSON.stringify(contactIds)) as string | undefined) ?? ""
  );
}
