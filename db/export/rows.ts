/** Rows for every export shape, whatever the format: pages of them, so that a long export holds no lock on the history. */
import type { Handle } from "../open.ts";
import { coverageRows } from "./coverage-rows.ts";
import { eventRows } from "./event-rows.ts";
import { type Names, namesFor, type Text } from "./names.ts";
import type { ExportQuery } from "./query.ts";
import { spanRows } from "./span-rows.ts";
import { dailyRows, hourlyRows } from "./sum-rows.ts";

/** A string is a word of ours that no format needs to mark; `Text` is what others wrote; null is not known. */
export type Cell = string | number | boolean | Text | null;
export type Page = Cell[][];

export interface RowOptions {
  names: Names;
  /** In units that mean nothing but how much is done of how much. */
  onProgress(done: number, total: number): void;
}

/** The rows that answer `query`; memory stays constant however long the history is. */
export function pagesOf(
  db: Handle,
  query: ExportQuery,
  onProgress: RowOptions["onProgress"] = () => undefined,
): AsyncGenerator<Page> {
  const options = { names: namesFor(query.hasPseudonyms ?? false), onProgress };
  switch (query.shape) {
    case "events":
      return eventRows(db, query, options);
    case "spans":
      return spanRows(db, query, options);
    case "daily":
      return dailyRows(db, query, options);
    case "hourly":
      return hourlyRows(db, query, options);
    case "coverage":
      return coverageRows(db, query, options);
    default:
      return query.shape satisfies never;
  }
}
