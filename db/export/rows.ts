/** Rows for every export shape, whatever the format. */
import type { Span } from "../answers/spans.ts";
import { type Offset, offsetsOf } from "../answers/zone.ts";
import { coverageOf, firstCoveredMs, horizonOf } from "../history/coverage.ts";
import { firstWatchedMs, spansOf } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { statusFromCode } from "../status.ts";
import type { ExportQuery } from "./query.ts";

/** `{ text }` is something a person or the network wrote; null is not known. */
export type Cell = string | number | boolean | { text: string } | null;

/** Events are read a page at a time, so that a long export holds no lock on the history. */
const PAGE_ROWS = 2_000;
/** Spans of a long history are computed in stretches of this length. */
const STRETCH_MS = 92 * 86_400_000;

interface EventRow {
  seq: number;
  atMs: number;
  account: string;
  address: string;
  name: string;
  status: number;
  raw: string;
  origin: number;
}

/** Every recorded event in the order in which it was recorded. */
export async function* eventRows(db: Handle, query: ExportQuery): AsyncGenerator<Cell[]> {
  const { fromMs = 0, toMs = query.nowMs, zone, contact = null, account = null } = query;
  const page = db.prepare(`
    SELECT e.seq, e.at_ms AS atMs, a.address AS account, c.address, c.name, e.status, e.raw, e.origin
    FROM event e JOIN contact c ON c.id = e.contact_id JOIN account a ON a.id = c.account_id
    WHERE e.seq > @after AND e.seq <= @last AND e.at_ms >= @fromMs AND e.at_ms < @toMs
      AND (@contact IS NULL OR c.address = @contact) AND (@account IS NULL OR a.address = @account)
    ORDER BY e.seq LIMIT ${PAGE_ROWS}`);
  // What is recorded while the export runs is left out, or it might never end.
  const last = db.prepare("SELECT coalesce(max(seq), 0) FROM event").pluck().get() as number;
  const local = new LocalTime(zone, fromMs, toMs);
  for (let after = 0; ; ) {
    const rows = page.all({ after, last, fromMs, toMs, contact, account }) as EventRow[];
    for (const { atMs, account: owner, address, name, status, raw, origin } of rows) {
      yield [
        utc(atMs),
        local.at(atMs),
        local.offset(atMs),
        zone,
        { text: owner },
        { text: address },
        { text: name || address },
        statusFromCode(status),
        { text: raw },
        origin === 1 ? "change" : "baseline",
      ];
    }
    const lastRow = rows.at(-1);
    if (!lastRow || rows.length < PAGE_ROWS) return;
    after = lastRow.seq;
    await breathe();
  }
}

interface Contact {
  id: number;
  accountId: number;
  account: string;
  address: string;
  name: string;
}

/**
 * Spans of constant presence, contact by contact, unknown time among them. Without `fromMs` a contact's spans begin
 * when it was first watched; without `toMs` they end where the account's observation stands now.
 */
export async function* spanRows(db: Handle, query: ExportQuery): AsyncGenerator<Cell[]> {
  const { zone, nowMs, contact = null, account = null } = query;
  const contacts = db
    .prepare(`
      SELECT c.id, c.account_id AS accountId, a.address AS account, c.address, c.name
      FROM contact c JOIN account a ON a.id = c.account_id
      WHERE (@contact IS NULL OR c.address = @contact) AND (@account IS NULL OR a.address = @account)
      ORDER BY a.id, c.id`)
    .all({ contact, account }) as Contact[];
  for (const { id, accountId, account: owner, address, name } of contacts) {
    const fromMs = query.fromMs ?? (await firstWatchedMs(db, id));
    const toMs = Math.min(query.toMs ?? Number.POSITIVE_INFINITY, await horizonOf(db, accountId, nowMs));
    if (fromMs === undefined || fromMs >= toMs) continue;
    const local = new LocalTime(zone, fromMs, toMs);
    for await (const span of spansInStretches(db, id, fromMs, toMs)) {
      const isUnknown = span.status === "unknown";
      yield [
        utc(span.fromMs),
        utc(span.toMs),
        local.at(span.fromMs),
        local.at(span.toMs),
        zone,
        { text: owner },
        { text: address },
        { text: name || address },
        span.status,
        span.raw === null ? null : { text: span.raw },
        (span.toMs - span.fromMs) / 1000,
        isUnknown ? null : span.startCensored,
        isUnknown ? null : span.endCensored,
      ];
    }
  }
}

/** The spans of a range of any length, with constant memory: a span cut between two stretches is sewn together again. */
async function* spansInStretches(db: Handle, contactId: number, fromMs: number, toMs: number): AsyncGenerator<Span> {
  // Nothing is known before the contact was first watched, however long before that the range begins.
  const knownMs = Math.min(toMs, Math.max(fromMs, (await firstWatchedMs(db, contactId)) ?? toMs));
  let held: Span | undefined =
    fromMs < knownMs
      ? { fromMs, toMs: knownMs, status: "unknown", raw: null, startCensored: false, endCensored: false }
      : undefined;
  for (let startMs = knownMs; startMs < toMs; startMs += STRETCH_MS) {
    const endMs = Math.min(startMs + STRETCH_MS, toMs);
    for (const span of await spansOf(db, contactId, startMs, endMs)) {
      if (held && span.fromMs === startMs && held.status === span.status && held.raw === span.raw) {
        held = { ...held, toMs: span.toMs, endCensored: span.endCensored };
        continue;
      }
      // A change at the very seam is seen by the later stretch only, and it ends the span before it for certain.
      const isEnded = span.status !== "unknown" && !span.startCensored;
      if (held) yield isEnded ? { ...held, endCensored: false } : held;
      held = span;
    }
    await breathe();
  }
  if (held) yield held;
}

/** When each account was observed, and why each coverage ended; empty for one that goes on. */
export async function* coverageRows(db: Handle, query: ExportQuery): AsyncGenerator<Cell[]> {
  const { nowMs, account = null, contact = null } = query;
  const accounts = db
    .prepare(`
      SELECT id, address FROM account a
      WHERE (@account IS NULL OR address = @account)
        AND (@contact IS NULL OR EXISTS (SELECT 1 FROM contact c WHERE c.account_id = a.id AND c.address = @contact))
      ORDER BY id`)
    .all({ account, contact }) as { id: number; address: string }[];
  for (const { id, address } of accounts) {
    const fromMs = query.fromMs ?? (await firstCoveredMs(db, id));
    if (fromMs === undefined) continue;
    for (const coverage of await coverageOf(db, id, fromMs, query.toMs ?? nowMs)) {
      yield [
        utc(Math.max(coverage.fromMs, fromMs)),
        utc(Math.min(coverage.toMs, query.toMs ?? coverage.toMs)),
        { text: address },
        { text: coverage.source },
        // A row that the range cuts short did not end there for that reason.
        query.toMs !== undefined && query.toMs < coverage.toMs ? null : coverage.endReason,
      ];
    }
  }
}

/** Local wall time by arithmetic; Temporal for each of a million rows would be too slow. */
class LocalTime {
  readonly #offsets: Offset[];
  #i = 0;

  constructor(zone: string, fromMs: number, toMs: number) {
    this.#offsets = offsetsOf(zone, fromMs, toMs + 1);
  }

  /** `2026-11-22T15:03:34.408`, without an offset. */
  at(ms: number): string {
    return new Date(ms + this.#offsetMs(ms)).toISOString().slice(0, -1);
  }

  /** `+01:00` */
  offset(ms: number): string {
    const offsetMs = this.#offsetMs(ms);
    const [hours, minutes] = [
      Math.floor(Math.abs(offsetMs) / 3_600_000),
      Math.floor((Math.abs(offsetMs) % 3_600_000) / 60_000),
    ];
    return `${offsetMs < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
  }

  #offsetMs(ms: number): number {
    const offsets = this.#offsets;
    // Rows mostly come in order, so the next one is near.
    while (this.#i > 0 && (offsets[this.#i] as Offset).fromMs > ms) this.#i--;
    while (this.#i + 1 < offsets.length && (offsets[this.#i + 1] as Offset).fromMs <= ms) this.#i++;
    return (offsets[this.#i] as Offset).offsetMs;
  }
}

function utc(ms: number): string {
  return new Date(ms).toISOString();
}

/** Lets the process do something else between two pages. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
