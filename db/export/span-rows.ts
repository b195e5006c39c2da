import type { Span } from "../answers/spans.ts";
import { horizonOf } from "../history/coverage.ts";
import { firstWatchedMs, spansOf } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { IsoInstants, LocalTime } from "./iso.ts";
import { textsOf } from "./names.ts";
import { breathe } from "./pages.ts";
import type { ExportQuery } from "./query.ts";
import type { Cell, Page, RowOptions } from "./rows.ts";
import { whoseOf } from "./whose.ts";

/** Spans of a long history are computed in stretches of this length. */
const STRETCH_MS = 92 * 86_400_000;

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
    for await (const spans of spansInStretches(db, id, fromMs, toMs)) yield spans.map(cellsOf);
  }
}

/** The spans of a range of any length, with constant memory: a span cut between two stretches is sewn together again. */
async function* spansInStretches(db: Handle, contactId: number, fromMs: number, toMs: number): AsyncGenerator<Span[]> {
  // Nothing is known before the contact was first watched, however long before that the range begins.
  const knownMs = Math.min(toMs, Math.max(fromMs, (await firstWatchedMs(db, contactId)) ?? toMs));
  let held: Span | undefined =
    fromMs < knownMs
      ? { fromMs, toMs: knownMs, status: "unknown", raw: null, startCensored: false, endCensored: false }
      : undefined;
  for (let startMs = knownMs; startMs < toMs; startMs += STRETCH_MS) {
    const endMs = Math.min(startMs + STRETCH_MS, toMs);
    const done: Span[] = [];
    for (const span of await spansOf(db, contactId, startMs, endMs)) {
      if (held && span.fromMs === startMs && held.status === span.status && held.raw === span.raw) {
        held = { ...held, toMs: span.toMs, endCensored: span.endCensored };
        continue;
      }
      // A change at the very seam is seen by the later stretch only, and it ends the span before it for certain.
      const isEnded = span.status !== "unknown" && !span.startCensored;
      if (held) done.push(isEnded ? { ...held, endCensored: false } : held);
      held = span;
    }
    yield done;
    await breathe();
  }
  if (held) yield [held];
}
