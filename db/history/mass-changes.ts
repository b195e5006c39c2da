/** What is probably the server's doing: a crowd that goes offline, or comes online, within seconds. */
import { LONGEST_OUTAGE_MS, type MassChange, type Outage, outagesIn } from "../answers/mass-changes.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";

/**
 * The mass changes of an account that touch [fromMs, toMs) (UTC milliseconds), oldest first. This Rollcall's own collector
 * has noticed them; of merged and imported facts none are known. Throws RangeError when fromMs >= toMs.
 */
export async function massChangesOf(
  db: Handle,
  accountId: number,
  fromMs: number,
  toMs: number,
): Promise<MassChange[]> {
  return readMassChanges(db, accountId, fromMs, toMs);
}

/** The outages of an account that touch [fromMs, toMs), whatever of them lies outside. At once. */
export function readOutages(db: Handle, accountId: number, fromMs: number, toMs: number): Outage[] {
  const changes = readMassChanges(db, accountId, fromMs - LONGEST_OUTAGE_MS, toMs + LONGEST_OUTAGE_MS);
  return outagesIn(changes).filter((outage) => outage.toMs > fromMs && outage.fromMs < toMs);
}

function readMassChanges(db: Handle, accountId: number, fromMs: number, toMs: number): MassChange[] {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
  return prepared(
    db,
    `SELECT from_ms AS fromMs, to_ms AS toMs, way, contacts, of_contacts AS ofContacts FROM mass_change
     WHERE account_id = ? AND to_ms >= ? AND from_ms < ? ORDER BY from_ms, way DESC`,
  ).all(accountId, fromMs, toMs) as MassChange[];
}
