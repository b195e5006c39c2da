/** The facts of a database, read with SQL of the oracle's own. */
import Database from "better-sqlite3";
import type { Row } from "../rows.ts";

export interface CoverageFact {
  id: number;
  accountId: number;
  sourceId: number;
  runId: number;
  fromMs: number;
  toMs: number;
  endReason: string | null;
}

export interface WatchFact {
  contactId: number;
  /** The Rollcall that watched. */
  sourceId: number;
  fromMs: number;
  toMs: number | null;
}

export interface EventFact {
  contactId: number;
  coverageId: number;
  atMs: number;
  status: number;
  /** It became so then; otherwise it was so already. */
  isChange: boolean;
}

export interface ContactFact {
  id: number;
  accountId: number;
  address: string;
}

export interface Facts {
  accounts: { id: number; address: string }[];
  contacts: ContactFact[];
  /** The Rollcall whose database it is. */
  ownSourceId: number;
  /** Its own, in the order in which they began. */
  runIds: number[];
  coverages: CoverageFact[];
  watchesOf(contactId: number): WatchFact[];
  /** In the order in which they were recorded. */
  eventsOf(contactId: number): EventFact[];
}

/** `kept`: all events that there ever were, of which retention may have taken some away. */
export function readFacts(path: string, kept?: readonly Row[]): Facts {
  const db = new Database(path, { readonly: true });
  try {
    const all = <Row>(sql: string) => db.prepare(sql).all() as Row[];
    const watches = Map.groupBy(
      all<WatchFact>(`SELECT contact_id contactId, from_ms fromMs, to_ms toMs, coalesce(source_id, (
           SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))) sourceId
         FROM watch ORDER BY from_ms, id`),
      ({ contactId }) => contactId,
    );
    const rows = kept ?? (db.prepare(EVENTS).raw().all() as Row[]);
    const events = Map.groupBy(
      rows.map(([, contactId, coverageId, atMs, status, , origin]) => ({
        contactId: Number(contactId),
        coverageId: Number(coverageId),
        atMs: Number(atMs),
        status: Number(status),
        isChange: origin === 1,
      })),
      ({ contactId }) => contactId,
    );
    const own = "(SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))";
    return {
      accounts: all("SELECT id, address FROM account ORDER BY id"),
      contacts: all("SELECT id, account_id accountId, address FROM contact ORDER BY id"),
      ownSourceId: db.prepare(`SELECT ${own}`).pluck().get() as number,
      runIds: all<{ id: number }>(`SELECT id FROM run WHERE source_id = ${own} ORDER BY id`).map(({ id }) => id),
      coverages: all(
        `SELECT id, account_id accountId, source_id sourceId, run_id runId, from_ms fromMs, to_ms toMs, end_reason endReason
         FROM coverage ORDER BY id`,
      ),
      watchesOf: (contactId) => watches.get(contactId) ?? [],
      eventsOf: (contactId) => events.get(contactId) ?? [],
    };
  } finally {
    db.close();
  }
}

const EVENTS = "SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event ORDER BY seq";

/** What this Rollcall recorded itself. */
export function ownOf(facts: Facts): Facts {
  return { ...facts, coverages: facts.coverages.filter(({ sourceId }) => sourceId === facts.ownSourceId) };
}
