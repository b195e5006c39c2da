/** The facts of a database, read with SQL of the oracle's own. */
import Database from "better-sqlite3";

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
}

export interface ContactFact {
  id: number;
  accountId: number;
  address: string;
}

export interface Facts {
  accounts: { id: number; address: string }[];
  contacts: ContactFact[];
  /** In the order in which they began. */
  runIds: number[];
  coverages: CoverageFact[];
  watchesOf(contactId: number): WatchFact[];
  /** In the order in which they were recorded. */
  eventsOf(contactId: number): EventFact[];
}

export function readFacts(path: string): Facts {
  const db = new Database(path, { readonly: true });
  try {
    const all = <Row>(sql: string) => db.prepare(sql).all() as Row[];
    const watches = Map.groupBy(
      all<WatchFact>(`SELECT contact_id contactId, from_ms fromMs, to_ms toMs, coalesce(source_id, (
           SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))) sourceId
         FROM watch ORDER BY from_ms, id`),
      ({ contactId }) => contactId,
    );
    const events = Map.groupBy(
      all<EventFact>("SELECT contact_id contactId, coverage_id coverageId, at_ms atMs, status FROM event ORDER BY seq"),
      ({ contactId }) => contactId,
    );
    return {
      accounts: all("SELECT id, address FROM account ORDER BY id"),
      contacts: all("SELECT id, account_id accountId, address FROM contact ORDER BY id"),
      runIds: all<{ id: number }>("SELECT id FROM run ORDER BY id").map(({ id }) => id),
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
