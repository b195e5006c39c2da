/** The history as text for people and their scripts: a shape, a format, and on request a manifest of what was written. */
import type { Handle } from "../open.ts";
import type { Encoder } from "./cells.ts";
import { COLUMNS } from "./columns.ts";
import { csvEncoder } from "./csv.ts";
import { jsonlEncoder } from "./jsonl.ts";
import type { ExportQuery, Format } from "./query.ts";
import { pagesOf } from "./rows.ts";

export interface ExportOptions {
  onProgress?(done: number, total: number): void;
  /** Called for each page with the number of its rows. */
  onRows?(count: number): void;
  /** Rows are handed on in chunks of about this many characters: little for who looks at the first ones only. */
  chunkChars?: number;
}

const CHUNK_CHARS = 64 * 1024;

/**
 * The answer to `query`, in chunks; memory stays constant however long the history is. The same query on the same facts
 * gives the same bytes.
 */
export async function* exportRows(
  db: Handle,
  query: ExportQuery,
  format: Format,
  { onProgress, onRows, chunkChars = CHUNK_CHARS }: ExportOptions = {},
): AsyncGenerator<string> {
  const encoder = encoderOf(format, COLUMNS[query.shape]);
  let chunk = encoder.head;
  for await (const page of pagesOf(db, query, onProgress)) {
    for (const row of page) {
      chunk += encoder.row(row);
      if (chunk.length < chunkChars) continue;
      yield chunk;
      chunk = "";
    }
    onRows?.(page.length);
  }
  if (chunk !== "") yield chunk;
}

function encoderOf(format: Format, columns: readonly string[]): Encoder {
  switch (format) {
    case "csv":
      return csvEncoder(columns);
    case "jsonl":
      return jsonlEncoder(columns);
    default:
      return format satisfies never;
  }
}
