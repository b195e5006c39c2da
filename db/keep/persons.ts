/**
 * Links between contacts, made and taken back by the user; db/history/persons.ts says how they are read. A link that is
 * taken back stays as its own history. These are small transactions that any process may make: no fact is touched.
 */
import { memberIds, type PersonKey } from "../history/persons.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { requireContact } from "./whom.ts";

/**
 * Says that these contacts are one person, with everyone who belonged to one of them before. Returns that person's key.
 * Throws RequestRefused when one of them does not exist, RangeError for fewer than two.
 */
export function linkContacts(db: Handle, contactIds: readonly number[], nowMs: number, name = ""): PersonKey {
  if (new Set(contactIds).size < 2) throw new RangeError("a link joins two contacts or more");
  return db
    .transaction((): PersonKey => {
      for (const contactId of contactIds) requireContact(db, contactId);
      // Those who only go with their address stay free to do so, wherever that takes them.
      const joined = contactIds.flatMap((id) => [id, ...linkedWith(db, id)]);
      const known = joined.map((id) => personIdOf(db, id)).filter((id) => id !== undefined);
      const personId = known.length > 0 ? Math.min(...known) : addPerson(db, name, nowMs);
      for (const contactId of new Set(joined)) move(db, contactId, personId, nowMs);
      if (name !== "") prepared(db, "UPDATE person SET name = ? WHERE id = ?").run(name, personId);
      return `p${personId}`;
    })
    .immediate();
}

/**
 * Takes a contact out of its person: from here on it is one of its own, also when others have the same address. Returns
 * false when it was so already. Throws RequestRefused when there is no such contact.
 */
export function unlinkContact(db: Handle, contactId: number, nowMs: number): boolean {
  return db
    .transaction(() => {
      requireContact(db, contactId);
      if (memberIds(db, `c${contactId}`).length === 1) return false;
      leavePerson(db, contactId, nowMs);
      // Others with its address are left: only a person of its own keeps it apart from them.
      if (memberIds(db, `c${contactId}`).length > 1) move(db, contactId, addPerson(db, "", nowMs), nowMs);
      return true;
    })
    .immediate();
}

/** Ends the contact's link, if it has one. The others stay together; one who is left alone is no longer kept apart. */
export function leavePerson(db: Handle, contactId: number, nowMs: number): void {
  const personId = personIdOf(db, contactId);
  if (personId === undefined) return;
  const others = memberIds(db, `p${personId}`).filter((id) => id !== contactId);
  endLink(db, contactId, nowMs);
  // Some of them may have belonged to it only by the address that leaves.
  if (others.length > 1) for (const id of others) move(db, id, personId, nowMs);
  else for (const id of others) endLink(db, id, nowMs);
}

/** Gives a person a name of the user's own; an empty one takes it back. Returns false when there is no such person. */
export function namePerson(db: Handle, key: `p${number}`, name: string): boolean {
  return prepared(db, "UPDATE person SET name = ? WHERE id = ?").run(name.trim(), Number(key.slice(1))).changes > 0;
}

function move(db: Handle, contactId: number, personId: number, nowMs: number): void {
  if (personIdOf(db, contactId) === personId) return;
  endLink(db, contactId, nowMs);
  prepared(db, "INSERT INTO person_link (person_id, contact_id, linked_ms) VALUES (?, ?, ?)").run(
    personId,
    contactId,
    nowMs,
  );
}

function endLink(db: Handle, contactId: number, nowMs: number): void {
  const sql = "UPDATE person_link SET unlinked_ms = max(linked_ms, ?) WHERE contact_id = ? AND unlinked_ms IS NULL";
  prepared(db, sql).run(nowMs, contactId);
}

/** Whoever is linked to the person that this contact belongs to, by a link of its own or by its address. */
function linkedWith(db: Handle, contactId: number): number[] {
  return memberIds(db, `c${contactId}`).filter((id) => personIdOf(db, id) !== undefined);
}

function personIdOf(db: Handle, contactId: number): number | undefined {
  const sql = "SELECT person_id FROM person_link WHERE contact_id = ? AND unlinked_ms IS NULL";
  return prepared(db, sql).pluck().get(contactId) as number | undefined;
}

function addPerson(db: Handle, name: string, nowMs: number): number {
  const { lastInsertRowid } = prepared(db, "INSERT INTO person (name, created_ms) VALUES (?, ?)").run(name, nowMs);
  return Number(lastInsertRowid);
}
