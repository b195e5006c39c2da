/** What an export says about itself, so that whoever gets it can tell whether it is whole and what it tells of. */
import { createHash } from "node:crypto";
import { COLUMNS } from "./columns.ts";
import type { ExportQuery, Format } from "./query.ts";

export interface Manifest {
  rollcall: string;
  shape: string;
  format: Format;
  columns: readonly string[];
  rows: number;
  bytes: number;
  sha256: string;
  /** As asked for, ISO 8601; null where the range was left open. */
  from: string | null;
  to: string | null;
  tz: string;
  /** Whom it was narrowed down to; with pseudonyms, only that it was. */
  contact: string | boolean;
  account: string | boolean;
  pseudonyms: boolean;
  /** What was recorded later is not in it. */
  asOf: string;
}

/** Listens to an export going by. */
export class ManifestMaker {
  readonly #hash = createHash("sha256");
  #rows = 0;
  #bytes = 0;

  count(rows: number): void {
    this.#rows += rows;
  }

  async *watch(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const chunk of chunks) {
      this.#hash.update(chunk);
      this.#bytes += Buffer.byteLength(chunk);
      yield chunk;
    }
  }

  /** To be asked once, at the end. */
  finish(query: ExportQuery, format: Format, version: string): Manifest {
    const { shape, fromMs, toMs, zone, contacts, account, hasPseudonyms = false, nowMs } = query;
    const narrowed = (word: string | undefined) => (word === undefined ? false : hasPseudonyms || word);
    return {
      rollcall: version,
      shape,
      format,
      columns: COLUMNS[shape],
      rows: this.#rows,
      bytes: this.#bytes,
      sha256: this.#hash.digest("hex"),
      from: fromMs === undefined ? null : new Date(fromMs).toISOString(),
      to: toMs === undefined ? null : new Date(toMs).toISOString(),
      tz: zone,
      contact: narrowed(contacts?.join(",")),
      account: narrowed(account),
      pseudonyms: hasPseudonyms,
      asOf: new Date(nowMs).toISOString(),
    };
  }
}
