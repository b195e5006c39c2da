/** Sorts events from elsewhere on disk, in a nameless file that goes when it is closed. */
import Database from "better-sqlite3";
import type { ForeignEvent } from "./event-row.ts";

export interface SortedEvent {
  contact: number;
  atMs: number;
  status: string;
  raw: string;
  origin: number;
}

export class Scratch {
  readonly #db = new Database("");
  readonly #insert;
  #count = 0;
  /** By address, lower-cased. */
  readonly contacts = new Map<string, { number: number; displayAddress: string; name: string; firstMs: number }>();

  constructor() {
    this.#db.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      CREATE TABLE event (n INTEGER PRIMARY KEY, contact INTEGER, at_ms INTEGER, status TEXT, raw TEXT, origin INTEGER);
      BEGIN`);
    this.#insert = this.#db.prepare("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)");
  }

  get count(): number {
    return this.#count;
  }

  add({ atMs, address, name, status, raw, origin }: ForeignEvent): void {
    const key = address.toLowerCase();
    const known = this.contacts.get(key);
    const contact = known ?? { number: this.contacts.size, displayAddress: address, name, firstMs: atMs };
    contact.firstMs = Math.min(contact.firstMs, atMs);
    if (name !== "") contact.name = name;
    this.contacts.set(key, contact);
    this.#insert.run(this.#count++, contact.number, atMs, status, raw, origin);
  }

  /** In the order in which they happened; those of one instant as they stood in the file. */
  sorted(): IterableIterator<SortedEvent> {
    return this.#db
      .prepare("SELECT contact, at_ms AS atMs, status, raw, origin FROM event ORDER BY at_ms, n")
      .iterate() as IterableIterator<SortedEvent>;
  }

  /** A contact's first event in [fromMs, toMs), for each contact that has one. */
  firstIn(fromMs: number, toMs: number): { contact: number; atMs: number }[] {
    return this.#db
      .prepare(
        "SELECT contact, min(at_ms) AS atMs FROM event WHERE at_ms >= ? AND at_ms < ? GROUP BY contact ORDER BY contact",
      )
      .all(fromMs, toMs) as { contact: number; atMs: number }[];
  }

  /** To be called before the first question. */
  finish(): void {
    this.#db.exec("COMMIT; CREATE INDEX by_time ON event (at_ms, n)");
  }

  close(): void {
    this.#db.close();
  }
}
