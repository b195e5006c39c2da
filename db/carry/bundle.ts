/** The whole history as one text, line by line: header, sections, and at the end how many rows there were and their hashes. */
import { createHash, type Hash } from "node:crypto";
import type { Handle } from "../open.ts";
import { factsOf } from "./facts.ts";
import { BUNDLE_VERSION, SECTIONS, type Section, type SectionLines } from "./sections.ts";

/** Lines are handed on in chunks of about this many characters. */
const CHUNK_CHARS = 64 * 1024;

/**
 * Every fact of the history as a bundle's text. The same facts give the same bytes, whatever the numbers of their rows.
 * One state of the history is read from beginning to end, so the write-ahead log grows by what is recorded meanwhile.
 */
export function* bundleOf(db: Handle, onProgress?: (done: number, total: number) => void): Generator<string> {
  // A part that was read before somebody was forgotten, and another from after it, would be no history at all.
  db.exec("BEGIN");
  try {
    yield* bundleText(factsOf(db, onProgress));
  } finally {
    db.exec("COMMIT");
  }
}

export function* bundleText(sections: SectionLines): Generator<string> {
  const ends: Record<string, SectionEnd> = {};
  let chunk = `${JSON.stringify({ bundle: "rollcall", version: BUNDLE_VERSION })}\n`;
  for (const section of SECTIONS) {
    chunk += `${headOf(section)}\n`;
    const tally = new Tally();
    let rows = "";
    for (const row of sections[section.name]()) {
      rows += `${row}\n`;
      tally.count();
      if (rows.length < CHUNK_CHARS) continue;
      tally.add(rows);
      yield chunk + rows;
      chunk = rows = "";
    }
    tally.add(rows);
    chunk += rows;
    ends[section.name] = tally.end();
  }
  yield `${chunk}${JSON.stringify({ end: "bundle", sections: ends })}\n`;
}

export function headOf({ name, columns }: Section): string {
  return JSON.stringify({ section: name, columns: Object.keys(columns) });
}

export interface SectionEnd {
  rows: number;
  /** Of the section's rows as they stand, each with its line feed. */
  sha256: string;
}

export class Tally {
  readonly #hash: Hash = createHash("sha256");
  #rows = 0;

  count(): void {
    this.#rows++;
  }

  add(text: string): void {
    this.#hash.update(text);
  }

  end(): SectionEnd {
    return { rows: this.#rows, sha256: this.#hash.digest("hex") };
  }
}
