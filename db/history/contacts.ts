import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

export interface Contact {
  id: number;
  accountId: number;
  /** Lower-cased; identifies the contact within its account. */
  address: string;
  name: string;
  groups: string[];
  firstSeenMs: number;
  /** When the contact left the roster; null while on it. */
  removedMs: number | null;
}

interface Row extends Omit<Contact, "groups"> {
  groups: string;
}

const COLUMNS = `
  c.id, c.account_id AS accountId, c.address, c.name, c.groups, c.first_seen_ms AS firstSeenMs, c.removed_ms AS removedMs`;

const COLLATOR = new Intl.Collator("en", { sensitivity: "base", ignorePunctuation: true });

/** All contacts there ever were, by name as people sort names, then address. */
export async function listContacts(db: Handle): Promise<Contact[]> {
  return inOrder(contactsById(db));
}

/** By their numbers, which is sooner done; at once. */
export function contactsById(db: Handle): Contact[] {
  return (prepared(db, `SELECT ${COLUMNS} FROM contact c ORDER BY c.id`).all() as Row[]).map(fromRow);
}

/** By name as people sort names, then address. */
export function inOrder(contacts: readonly Contact[]): Contact[] {
  return contacts.toSorted((a, b) => COLLATOR.compare(a.name, b.name) || (a.address < b.address ? -1 : 1));
}

/** One contact, or undefined when there is none with this id. */
export async function findContact(db: Handle, id: number): Promise<Contact | undefined> {
  const row = db.prepare(`SELECT ${COLUMNS} FROM contact c WHERE c.id = ?`).get(id) as Row | undefined;
  return row && fromRow(row);
}

/** The contact with this address on this account, both lower-cased; undefined when there is none. */
export function contactAt(db: Handle, account: string, address: string): { id: number; name: string } | undefined {
  const sql = `
    SELECT c.id, c.name FROM contact c JOIN account a ON a.id = c.account_id WHERE a.address = ? AND c.address = ?`;
  return prepared(db, sql).get(account, address) as { id: number; name: string } | undefined;
}

/** The numbers of all contacts that an account ever had, ascending; at once, for whoever reads within a snapshot. */
export function contactIdsOf(db: Handle, accountId: number): number[] {
  return prepared(db, "SELECT id FROM contact WHERE account_id = ? ORDER BY id").pluck().all(accountId) as number[];
}

function fromRow(row: Row): Contact {
  return { ...row, name: row.name || row.address, groups: JSON.parse(row.groups) as string[] };
}
