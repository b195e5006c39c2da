import { Occurrences } from "./occurrences.ts";
import type { Rows } from "./rows.ts";
import type { BundleRow } from "./sections.ts";

export type WishSection = "pause" | "note" | "tag" | "retention";

/** Takes a user's own words and wishes about contacts, and who is which person. */
export class WishMerger {
  readonly #rows: Rows;
  readonly #occurrences = new Occurrences();
  /** By the numbers that the bundle gives them. */
  readonly #persons: number[] = [];

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  /** A user's own words and wishes: ours stand where there are any. */
  take(section: WishSection, id: number, rest: BundleRow): void {
    switch (section) {
      case "pause": {
        const [fromMs, toMs] = rest;
        const has = toMs === null ? "" : "AND from_ms = @fromMs";
        this.#rows.run(
          `INSERT INTO pause (contact_id, from_ms, to_ms) SELECT @id, @fromMs, @toMs
           WHERE NOT EXISTS (SELECT 1 FROM pause WHERE contact_id = @id ${has})`,
          { id, fromMs, toMs },
        );
        return;
      }
      case "note":
        this.#rows.run("INSERT OR IGNORE INTO contact_note (contact_id, alias, note) VALUES (?, ?, ?)", id, ...rest);
        return;
      case "tag":
        this.#rows.run("INSERT OR IGNORE INTO contact_tag (contact_id, tag) VALUES (?, ?)", id, ...rest);
        return;
      case "retention":
        this.#rows.run("INSERT OR IGNORE INTO contact_retention (contact_id, days) VALUES (?, ?)", id, ...rest);
        return;
      default:
        section satisfies never;
    }
  }

  takePerson([name, createdMs]: [string, number]): void {
    const nth = this.#occurrences.next(`person ${createdMs}`);
    const found = this.#rows.number(
      "SELECT id FROM person WHERE created_ms = ? ORDER BY id LIMIT 1 OFFSET ?",
      createdMs,
      nth,
    );
    this.#persons.push(
      found ?? this.#rows.insert("INSERT INTO person (name, created_ms) VALUES (?, ?)", name, createdMs),
    );
  }

  takeLink(id: number, person: number, linkedMs: number, unlinkedMs: number | null): void {
    // Who is linked here by hand stays so.
    this.#rows.run(
      `INSERT OR IGNORE INTO person_link (person_id, contact_id, linked_ms, unlinked_ms)
       SELECT @personId, @contactId, @linkedMs, @unlinkedMs WHERE NOT EXISTS (
         SELECT 1 FROM person_link WHERE person_id = @personId AND contact_id = @contactId AND linked_ms = @linkedMs)`,
      { personId: this.#persons[person], contactId: id, linkedMs, unlinkedMs },
    );
  }
}
