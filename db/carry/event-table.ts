/** Rows of a file of events, CSV or JSON lines, each with the line on which it begins. */

import { Readable } from "node:stream";
import { parse } from "csv-parse";
import { type Cells, REQUIRED } from "./event-row.ts";
import { BundleRefused } from "./sections.ts";
import { linesOf } from "./text-lines.ts";

export interface TableRow {
  line: number;
  /** Or what is wrong with the line as a whole. */
  cells: Cells | string;
}

/** One JSON object a line, with the columns' names. */
export async function* jsonRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TableRow> {
  let line = 0;
  for await (const text of linesOf(chunks)) {
    line++;
    if (text.trim() === "") continue;
    yield { line, cells: objectIn(text) };
  }
}

function objectIn(text: string): Cells | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Cells;
  } catch {
    // Said below, like everything else that is no object.
  }
  return `no JSON object: ${JSON.stringify(text.slice(0, 40))}`;
}

interface Parsed {
  record: string[];
  info: { lines: number; error?: { message: string } };
}

/**
 * RFC 4180 with a header. One `'` in front of a text comes off, as our export puts it there. Throws BundleRefused when a
 * required column is missing, or a quote is never closed.
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<TableRow> {
  const parser = Readable.from(chunks).pipe(
    parse({ bom: true, info: true, relax_column_count: true, skip_empty_lines: true }),
  );
  let header: string[] | undefined;
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (!header) header = headerOf(record, name);
      else if (record.length !== header.length) {
        yield { line, cells: `${record.length} cells where the header has ${header.length}` };
      } else yield { line, cells: Object.fromEntries(header.map((column, i) => [column, readBack(record[i] ?? "")])) };
      line = info.lines + 1;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && String(error.code).startsWith("CSV_"))) throw error;
    throw new BundleRefused("wrong", `${name} is no CSV that can be read, near line ${line}: ${error.message}`, error);
  }
  if (!header) throw new BundleRefused("wrong", `${name} is empty: its first line should be at_utc,address,status,…`);
}

function headerOf(record: readonly string[], name: string): string[] {
  const header = record.map((column) => column.trim());
  const missing = REQUIRED.filter((column) => !header.includes(column));
  if (missing.length === 0) return header;
  throw new BundleRefused(
    "wrong",
    `${name} has no column ${missing.join(", ")}: its first line should name ${REQUIRED.join(", ")}, and may name name, raw, origin`,
  );
}

function readBack(cell: string): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}
