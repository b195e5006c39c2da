import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** The user's own words about a contact. */
export interface ContactNotes {
  /** What the user calls the contact; empty when nothing. */
  alias: string;
  note: string;
  /** In the order of the alphabet. */
  tags: string[];
}

/** A contact's alias, note and tags; all empty when nothing was written down, or there is no such contact. */
export async function notesOf(db: Handle, contactId: number): Promise<ContactNotes> {
  const sql = "SELECT alias, note FROM contact_note WHERE contact_id = ?";
  const said = prepared(db, sql).get(contactId) as Omit<ContactNotes, "tags"> | undefined;
  const tags = prepared(db, "SELECT tag FROM contact_tag WHERE contact_id = ? ORDER BY tag").pluck().all(contactId);
  return { alias: said?.alias ?? "", note: said?.note ?? "", tags: tags as string[] };
}

/** What the user calls contacts, by their numbers; those without an alias are missing. */
export async function aliases(db: Handle): Promise<Map<number, string>> {
  const sql = "SELECT contact_id, alias FROM contact_note WHERE alias <> ''";
  return new Map(prepared(db, sql).raw().all() as [number, string][]);
}

/** The numbers of the contacts with a tag, ascending. */
export async function contactsTagged(db: Handle, tag: string): Promise<number[]> {
  const sql = "SELECT contact_id FROM contact_tag WHERE tag = ? ORDER BY contact_id";
  return prepared(db, sql).pluck().all(tag.trim()) as number[];
}

/** Every tag with how many contacts have it, in the order of the alphabet. */
export async function listTags(db: Handle): Promise<{ tag: string; contacts: number }[]> {
  const sql = "SELECT tag, count(*) AS contacts FROM contact_tag GROUP BY tag ORDER BY tag";
  return prepared(db, sql).all() as { tag: string; contacts: number }[];
}
