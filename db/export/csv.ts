/** The history as CSV: RFC 4180, streaming, safe to open in a spreadsheet. The columns are promised to users' scripts. */
import type { Handle } from "../open.ts";
import type { ExportQuery, Shape } from "./query.ts";
import { type Cell, coverageRows, eventRows, spanRows } from "./rows.ts";

const COLUMNS: Readonly<Record<Shape, readonly string[]>> = {
  events: "at_utc,at_local,utc_offset,tz,account,address,name,status,raw,origin".split(","),
  spans:
    "from_utc,to_utc,from_local,to_local,tz,account,address,name,status,raw,seconds,start_censored,end_censored".split(
      ",",
    ),
  coverage: "from_utc,to_utc,account,source,end_reason".split(","),
};

/** Rows are handed on in chunks of about this many characters. */
const CHUNK_CHARS = 64 * 1024;

/**
 * The answer to `query` as CSV text, in chunks; memory stays constant however long the history is. The same query on
 * the same facts gives the same bytes.
 */
export async function* exportCsv(db: Handle, query: ExportQuery): AsyncGenerator<string> {
  let chunk = `${COLUMNS[query.shape].join(",")}\r\n`;
  for await (const row of rowsOf(db, query)) {
    chunk += `${row.map(encodeCell).join(",")}\r\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = "";
  }
  if (chunk !== "") yield chunk;
}

function rowsOf(db: Handle, query: ExportQuery): AsyncGenerator<Cell[]> {
  switch (query.shape) {
    case "events":
      return eventRows(db, query);
    case "spans":
      return spanRows(db, query);
    case "coverage":
      return coverageRows(db, query);
  }
}

/** Empty means not known. Text that people wrote is marked as text, so that no spreadsheet takes it for a formula. */
function encodeCell(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "object" ? neutralise(cell.text) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One `'` before what a spreadsheet would run, and before a `'` of its own, so that reading back removes exactly one. */
function neutralise(text: string): string {
  return /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
}
