/** The oracle's own reading of the database, with raw SQL. */
import type { DatabaseSync } from "node:sqlite";
import type { Status } from "./wire.ts";

export interface Claim {
  id: number;
  fromMs: number;
  toMs: number;
  endReason: string | null;
  events: Recorded[];
}

export interface Recorded extends Status {
  address: string;
  atMs: number;
  isBaseline: boolean;
}

export interface Watch {
  address: string;
  fromMs: number;
  toMs: number | null;
}

export interface History {
  accountId: number;
  claims: Claim[];
  watches: Watch[];
  names: { address: string; name: string }[];
  contacts: { id: number; address: string; name: string; isRemoved: boolean }[];
}

export function readHistory(db: DatabaseSync, account: string): History {
  const all = <Row>(sql: string, ...values: (string | number)[]) => db.prepare(sql).all(...values) as Row[];
  const accountId = all<{ id: number }>("SELECT id FROM account WHERE address = ?", account)[0]?.id ?? -1;
  const claims = all<Claim>(
    "SELECT id, from_ms AS fromMs, to_ms AS toMs, end_reason AS endReason FROM coverage WHERE account_id = ? ORDER BY id",
    accountId,
  );
  const recorded = `
    SELECT c.address, e.at_ms AS atMs, s.status, e.raw, e.origin = 0 AS isBaseline
    FROM event e JOIN contact c ON c.id = e.contact_id JOIN status_code s ON s.code = e.status
    WHERE e.coverage_id = ? ORDER BY e.seq`;
  return {
    accountId,
    claims: claims.map((claim) => ({
      ...claim,
      events: all<Recorded>(recorded, claim.id).map((event) => ({ ...event, isBaseline: Boolean(event.isBaseline) })),
    })),
    watches: all<Watch>(
      `SELECT c.address, w.from_ms AS fromMs, w.to_ms AS toMs FROM watch w JOIN contact c ON c.id = w.contact_id
       WHERE c.account_id = ? ORDER BY w.id`,
      accountId,
    ),
    names: all(
      `SELECT c.address, p.value AS name FROM profile p JOIN contact c ON c.id = p.contact_id
       WHERE c.account_id = ? AND p.field = 'name' ORDER BY p.seq`,
      accountId,
    ),
    contacts: all<History["contacts"][number]>(
      "SELECT id, address, name, removed_ms IS NOT NULL AS isRemoved FROM contact WHERE account_id = ? ORDER BY id",
      accountId,
    ).map((contact) => ({ ...contact, isRemoved: Boolean(contact.isRemoved) })),
  };
}
