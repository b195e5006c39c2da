import type { Span } from "../answers/spans.ts";
import { horizonOf } from "../history/coverage.ts";
import { spanPagesOf } from "../history/span-pages.ts";
import { firstWatchedMs } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import type { Cell, Page, RowOptions } from "./cells.ts";
import { IsoInstants, LocalTime } from "./iso.ts";
import { textsOf } from "./names.ts";
import { breathe } from "./pages.ts";
import type { ExportQuery } from "./query.ts";
import { whoseOf } from "./whose.ts";

/**
 * Spans of constant presence, contact by contact, unknown time among them. Without `fromMs` a contact's spans begin
 * when it was first watched; without `toMs` they end where the account's observation stands now.
 */
export async function* spanRows(
  db: Handle,
  query: ExportQuery,
  { names, onProgress }: RowOptions,
): AsyncGenerator<Page> {
  const { zone, nowMs } = query;
  const textOf = textsOf();
  const utc = new IsoInstants();
  const contacts = whoseOf(db, query, names);
  for (const [i, { id, accountId, account, address, name }] of contacts.entries()) {
    const fromMs = query.fromMs ?? (await firstWatchedMs(db, id));
    const toMs = Math.min(query.toMs ?? Number.POSITIVE_INFINITY, await horizonOf(db, accountId, nowMs));
    onProgress(i, contacts.length);
    if (fromMs === undefined || fromMs >= toMs) continue;
    const local = new LocalTime(zone, fromMs, toMs);
    const cellsOf = (span: Span): Cell[] => {
      const isUnknown = span.status === "unknown";
      return [
        `${utc.at(span.fromMs)}Z`,
        `${utc.at(span.toMs)}Z`,
        local.at(span.fromMs),
        local.at(span.toMs),
        zone,
        account,
        address,
        name,
        span.status,
        span.raw === null ? null : textOf(span.raw),
        (span.toMs - span.fromMs) / 1000,
        isUnknown ? null : span.startCensored,
        isUnknown ? null : span.endCensored,
      ];
    };
    for await (const spans of spanPagesOf(db, id, fromMs, toMs)) {
      yield spans.map(cellsOf);
      await breathe();
    }
  }
}
