import type { Handle } from "../open.ts";
import { statusFromCode } from "../status.ts";
import type { Page, RowOptions } from "./cells.ts";
import { IsoInstants, LocalTime } from "./iso.ts";
import { textsOf } from "./names.ts";
import { breathe } from "./pages.ts";
import type { ExportQuery } from "./query.ts";
import { whoseOf } from "./whose.ts";

const PAGE_ROWS = 2_000;

type EventRow = [seq: number, contactId: number, atMs: number, status: number, raw: string, origin: number];

/** Every recorded event in the order in which it was recorded. */
export async function* eventRows(
  db: Handle,
  query: ExportQuery,
  { names, onProgress }: RowOptions,
): AsyncGenerator<Page> {
  const { fromMs = 0, toMs = query.nowMs, zone } = query;
  // What is recorded while the export runs is left out, or it might never end.
  const last = db.prepare("SELECT coalesce(max(seq), 0) FROM event").pluck().get() as number;
  const contacts = new Map(whoseOf(db, query, names).map((whose) => [whose.id, whose]));
  const isEveryone = query.contacts === undefined && query.account === undefined;
  const page = db
    .prepare(`
      SELECT seq, contact_id, at_ms, status, raw, origin FROM event
      WHERE seq > ? AND seq <= ? AND at_ms >= ? AND at_ms < ?
      ${isEveryone ? "" : "AND contact_id IN (SELECT value FROM json_each(?))"}
      ORDER BY seq LIMIT ${PAGE_ROWS}`)
    .raw();
  const only = isEveryone ? [] : [JSON.stringify([...contacts.keys()])];
  const utc = new IsoInstants();
  const local = new LocalTime(zone, fromMs, toMs);
  const textOf = textsOf();
  for (let after = 0; ; ) {
    const rows = page.all(after, last, fromMs, toMs, ...only) as EventRow[];
    const cells: Page = [];
    for (const [, contactId, atMs, status, raw, origin] of rows) {
      const whose = contacts.get(contactId);
      // Forgotten since the export began.
      if (!whose) continue;
      cells.push([
        `${utc.at(atMs)}Z`,
        local.at(atMs),
        local.offset(atMs),
        zone,
        whose.account,
        whose.address,
        whose.name,
        statusFromCode(status),
        textOf(raw),
        origin === 1 ? "change" : "baseline",
      ]);
    }
    yield cells;
    const lastRow = rows.at(-1);
    if (!lastRow || rows.length < PAGE_ROWS) return;
    [after] = lastRow;
    onProgress(after, last);
    await breathe();
  }
}
