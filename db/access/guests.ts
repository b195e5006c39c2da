/**
 * Guests: people who may look at a few contacts for a while. A link that they were given becomes a session of their own,
 * in a table of its own: no version that knows nothing of guests takes one for the owner's.
 */
import type Database from "better-sqlite3";
import { hashOf, newToken } from "./token-text.ts";

/** A contact as the network names it, lower-cased. Numbers mean somebody else once a history was restored or replaced. */
export interface SharedContact {
  account: string;
  address: string;
}

export interface Guest {
  id: number;
  name: string;
  madeMs: number;
  /** From then on neither the link nor what it opened opens anything. */
  untilMs: number;
  /** To the hour; null: never. */
  seenMs: number | null;
  contacts: SharedContact[];
}

export interface NewGuest {
  name: string;
  contacts: readonly SharedContact[];
  untilMs: number;
}

const MOST_CHARACTERS = 60;
const NOTE_EVERY_MS = 3_600_000;

/** The guest cannot be invited; the message says why. */
export class GuestRefused extends Error {
  override readonly name = "GuestRefused";
  readonly code: "no-name" | "nobody" | "over";
  constructor(code: GuestRefused["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** The secret of the link, which nobody can ask for again. Throws GuestRefused. */
export function inviteGuest(db: Database.Database, { name, contacts, untilMs }: NewGuest, nowMs: number): string {
  const trimmed = name.trim();
  if (trimmed === "" || [...trimmed].length > MOST_CHARACTERS)
    throw new GuestRefused("no-name", `a guest needs a name of ${MOST_CHARACTERS} characters at most`);
  if (contacts.length === 0) throw new GuestRefused("nobody", "a guest needs a contact to look at");
  if (untilMs <= nowMs) throw new GuestRefused("over", "that time is over already");
  endPastGuests(db, nowMs);
  const secret = newToken();
  const { lastInsertRowid } = db
    .prepare("INSERT INTO guest (name, hash, made_ms, until_ms) VALUES (?, ?, ?, ?)")
    .run(trimmed, hashOf(secret), nowMs, untilMs);
  const share = db.prepare("INSERT OR IGNORE INTO guest_contact (guest_id, account, address) VALUES (?, ?, ?)");
  for (const { account, address } of contacts) share.run(lastInsertRowid, account.toLowerCase(), address.toLowerCase());
  return secret;
}

/** The token of a new session, for whoever has the link; undefined when it is none, was taken back or is over. */
export function admitGuest(db: Database.Database, secret: string, nowMs: number): string | undefined {
  const id = db.prepare("SELECT id FROM guest WHERE hash = ? AND until_ms > ?").pluck().get(hashOf(secret), nowMs);
  if (id === undefined) return undefined;
  const token = newToken();
  db.prepare("INSERT INTO guest_session (hash, guest_id) VALUES (?, ?)").run(hashOf(token), id);
  return token;
}

/** Whose session it is. Notes at most once an hour that they were there. */
export function findGuest(db: Database.Database, token: string, nowMs: number): Guest | undefined {
  const found = db
    .prepare(`${SELECT} JOIN guest_session s ON s.guest_id = g.id WHERE s.hash = ? AND g.until_ms > ?`)
    .get(hashOf(token), nowMs) as Row | undefined;
  if (found && (found.seenMs === null || found.seenMs < nowMs - NOTE_EVERY_MS))
    db.prepare("UPDATE guest SET seen_ms = ? WHERE id = ?").run(nowMs, found.id);
  return found && { ...found, contacts: contactsOf(db, found.id) };
}

/** Those whose time is not over, the last invited first. */
export function listGuests(db: Database.Database, nowMs: number): Guest[] {
  const rows = db.prepare(`${SELECT} WHERE g.until_ms > ? ORDER BY g.id DESC`).all(nowMs) as Row[];
  return rows.map((row) => ({ ...row, contacts: contactsOf(db, row.id) }));
}

/** Link, sessions and all. Whether there was one. */
export function endGuest(db: Database.Database, id: number): boolean {
  for (const table of ["guest_session", "guest_contact"]) db.prepare(`DELETE FROM ${table} WHERE guest_id = ?`).run(id);
  return db.prepare("DELETE FROM guest WHERE id = ?").run(id).changes > 0;
}

const SELECT = `
  SELECT g.id, g.name, g.made_ms AS madeMs, g.until_ms AS untilMs, g.seen_ms AS seenMs FROM guest g`;

type Row = Omit<Guest, "contacts">;

function contactsOf(db: Database.Database, guestId: number): SharedContact[] {
  const sql = "SELECT account, address FROM guest_contact WHERE guest_id = ? ORDER BY account, address";
  return db.prepare(sql).all(guestId) as SharedContact[];
}

function endPastGuests(db: Database.Database, nowMs: number): void {
  const past = db.prepare("SELECT id FROM guest WHERE until_ms <= ?").pluck().all(nowMs) as number[];
  for (const id of past) endGuest(db, id);
}
