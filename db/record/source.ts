/** Which Rollcall a fact comes from. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/** SQL for the number of this Rollcall's own source; null before it has one. A null `source_id` means this one, too. */
export const OWN_SOURCE = "(SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))";

/**
 * The number of this Rollcall's own source, which it gets at the first use. Sources answer in the order of their
 * numbers, so whoever brings facts of others calls this first. To be called in a transaction.
 */
export function ownSource(db: Handle): number {
  const found = prepared(db, `SELECT ${OWN_SOURCE}`).pluck().get() as number | null;
  if (found !== null) return found;
  const uuid = randomUUID();
  prepared(db, "INSERT INTO setting (key, value) VALUES ('source', ?)").run(uuid);
  const { lastInsertRowid } = prepared(db, "INSERT INTO source (uuid, name) VALUES (?, ?)").run(uuid, hostname());
  return Number(lastInsertRowid);
}
