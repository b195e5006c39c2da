/** Rows for every export shape, whatever the format: pages of them, so that a long export holds no lock on the history. */
import type { Handle } from "../open.ts";
import type { Page, RowOptions } from "./cells.ts";
import { coverageRows } from "./coverage-rows.ts";
import { eventRows } from "./event-rows.ts";
import { namesFor } from "./names.ts";
import type { ExportQuery } from "./query.ts";
import { spanRows } from "./span-rows.ts";
import { dailyRows, hourlyRows } from "./sum-rows.ts";

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
