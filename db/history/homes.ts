/** What holds a person together; the rules stand in persons.ts. */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** Links, or an address alone. */
export type Home = { personId: number } | { network: string; address: string };

/** From here on one look at everybody costs less than many at each. */
const MANY = 50;

/** What a contact belongs to; undefined when there is no such contact. */
export function homeOf(db: Handle, contactId: number): Home | undefined {
  const contact = prepared(
    db,
    `SELECT a.network, c.address, l.person_id AS personId FROM contact c JOIN account a ON a.id = c.account_id
     LEFT JOIN person_link l ON l.contact_id = c.id AND l.unlinked_ms IS NULL WHERE c.id = ?`,
  ).get(contactId) as { network: string; address: string; personId: number | null } | undefined;
  if (!contact) return undefined;
  const { network, address } = contact;
  const personId = contact.personId ?? personOfAddress(db, network, address);
  return personId === null ? { network, address } : { personId };
}

/** Whoever belongs there, ascending. */
export function membersOfHome(db: Handle, home: Home): number[] {
  const candidates = "personId" in home ? nearPerson(db, home.personId) : contactsWith(db, home.network, home.address);
  const name = nameOf(home);
  return candidates.filter((id) => nameOf(homeOf(db, id) as Home) === name);
}

/** These contacts, each once, put together by person. In the order of their first ones; what does not exist is left out. */
export function groupsOf(db: Handle, contactIds: readonly number[]): number[][] {
  const ids = [...new Set(contactIds)];
  if (ids.length <= MANY) return together(ids, (id) => nameOf(homeOf(db, id)));
  const there = new Set(prepared(db, "SELECT id FROM contact").pluck().all());
  const find = homesAmong(db, MAY_BE_SHARED);
  return together(ids, (id) => find(id) ?? (there.has(id) ? `c${id}` : undefined));
}

function together(ids: readonly number[], find: (contactId: number) => string | undefined): number[][] {
  const groups = new Map<string, number[]>();
  for (const id of ids) {
    const name = find(id);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(id);
    else groups.set(name, [id]);
  }
  return [...groups.values()];
}

/** Those groups of several contacts that are one person each, among all contacts or those of one account. */
export function sharedGroups(db: Handle, accountId?: number): number[][] {
  if (!canBeShared(db)) return [];
  // Within one account no two contacts have the same address; only links join them.
  const ids =
    accountId === undefined
      ? prepared(db, MAY_BE_SHARED).pluck().all()
      : prepared(
          db,
          `SELECT l.contact_id FROM person_link l JOIN contact c ON c.id = l.contact_id
           WHERE l.unlinked_ms IS NULL AND c.account_id = ? ORDER BY 1`,
        )
          .pluck()
          .all(accountId);
  return together(ids as number[], homesAmong(db, MAY_BE_SHARED)).filter((group) => group.length > 1);
}

/** Whoever is linked, or is not alone with an address. Nobody else has anything to do with who these are. */
const MAY_BE_SHARED = `
  SELECT contact_id FROM person_link WHERE unlinked_ms IS NULL
  UNION
  SELECT id FROM contact WHERE address IN (SELECT address FROM contact GROUP BY address HAVING count(*) > 1)`;

/** With one account and no link, nobody is anybody else. */
function canBeShared(db: Handle): boolean {
  const sql = `SELECT (SELECT count(*) FROM account) > 1
    OR EXISTS (SELECT 1 FROM person_link WHERE unlinked_ms IS NULL)`;
  return prepared(db, sql).pluck().get() === 1;
}

/** The same as `homeOf`, by name, for all at once whom the SQL `among` selects. */
function homesAmong(db: Handle, among: string): (contactId: number) => string | undefined {
  const rows = prepared(
    db,
    `SELECT c.id, a.network || ' ' || c.address, l.person_id FROM contact c JOIN account a ON a.id = c.account_id
     LEFT JOIN person_link l ON l.contact_id = c.id AND l.unlinked_ms IS NULL WHERE c.id IN (${among})`,
  )
    .raw()
    .all() as [id: number, where: string, personId: number | null][];
  const links = new Map<number, number>();
  for (const [, , personId] of rows) if (personId !== null) links.set(personId, (links.get(personId) ?? 0) + 1);
  const joined = new Map<string, number>();
  for (const [, where, personId] of rows) {
    if (personId === null || (links.get(personId) ?? 0) < 2) continue;
    joined.set(where, Math.min(personId, joined.get(where) ?? personId));
  }
  const homes = new Map<number, string>();
  for (const [id, where, own] of rows) {
    const personId = own ?? joined.get(where);
    homes.set(id, personId === undefined ? where : `p${personId}`);
  }
  return (contactId) => homes.get(contactId);
}

function nameOf(home: Home): string;
function nameOf(home: Home | undefined): string | undefined;
function nameOf(home: Home | undefined): string | undefined {
  if (!home) return undefined;
  return "personId" in home ? `p${home.personId}` : `${home.network} ${home.address}`;
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
