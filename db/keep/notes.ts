/** The user's own words about contacts. Small transactions that any process may make: no fact is touched. */
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { RequestRefused } from "./handler.ts";
import { requireContact } from "./whom.ts";

const LONGEST_ALIAS = 200;
const LONGEST_NOTE = 20_000;
const LONGEST_TAG = 60;

/** What the user calls a contact; empty takes it back. Throws RequestRefused for nobody's number or too long a name. */
export function setAlias(db: Handle, contactId: number, alias: string): void {
  put(db, contactId, "alias", oneLine(alias, "an alias", LONGEST_ALIAS));
}

/** What the user wrote down about a contact; empty takes it back. Throws RequestRefused as `setAlias` does. */
export function setNote(db: Handle, contactId: number, note: string): void {
  put(db, contactId, "note", atMost(note.trim(), "a note", LONGEST_NOTE));
}

/**
 * Puts all of the user's own words about a contact in place of what was written down before: all of them, or none. Throws
 * RequestRefused as the others do.
 */
export function putWords(
  db: Handle,
  contactId: number,
  { alias, note, tags }: { alias: string; note: string; tags: readonly string[] },
): void {
  db.transaction(() => {
    setAlias(db, contactId, alias);
    setNote(db, contactId, note);
    prepared(db, "DELETE FROM contact_tag WHERE contact_id = ?").run(contactId);
    for (const tag of tags) if (tag.trim() !== "") addTag(db, contactId, tag);
  }).immediate();
}

/** Returns false when the contact had the tag already. Tags are compared letter by letter. Throws RequestRefused. */
export function addTag(db: Handle, contactId: number, tag: string): boolean {
  const word = oneLine(tag, "a tag", LONGEST_TAG);
  if (word === "") throw new RequestRefused("a tag needs a name");
  return db
    .transaction(() => {
      requireContact(db, contactId);
      const sql = "INSERT OR IGNORE INTO contact_tag (contact_id, tag) VALUES (?, ?)";
      return prepared(db, sql).run(contactId, word).changes > 0;
    })
    .immediate();
}

/** Returns false when the contact did not have the tag. */
export function removeTag(db: Handle, contactId: number, tag: string): boolean {
  const sql = "DELETE FROM contact_tag WHERE contact_id = ? AND tag = ?";
  return prepared(db, sql).run(contactId, tag.trim()).changes > 0;
}

function put(db: Handle, contactId: number, column: "alias" | "note", text: string): void {
  db.transaction(() => {
    requireContact(db, contactId);
    prepared(
      db,
      `INSERT INTO contact_note (contact_id, ${column}) VALUES (?, ?)
       ON CONFLICT (contact_id) DO UPDATE SET ${column} = excluded.${column}`,
    ).run(contactId, text);
    // Nothing said is no row.
    prepared(db, "DELETE FROM contact_note WHERE contact_id = ? AND alias = '' AND note = ''").run(contactId);
  }).immediate();
}

function oneLine(text: string, what: string, longest: number): string {
  return atMost(text.trim().replace(/\s+/g, " "), what, longest);
}

function atMost(text: string, what: string, longest: number): string {
  if (text.length <= longest) return text;
  throw new RequestRefused(`${what} of ${text.length} characters is too long; ${longest} is the most`);
}
