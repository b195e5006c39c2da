import type { Handle } from "../open.ts";
import type { AccountState } from "../record/facts.ts";
import { OWN_SOURCE } from "../record/source.ts";

/** While a coverage is open, its last proof is committed at least this often; an older one means nobody is looking. */
export const PROOF_IS_FRESH_MS = 60_000;
/** A collector that lives says so this often, with a margin. */
export const HEARTBEAT_IS_FRESH_MS = 75_000;
/** What lies further ahead of the clock is no proof that is fresh: the clock has gone back. */
export const AHEAD_MS = 1_000;

export interface Account {
  id: number;
  network: string;
  address: string;
  host: string;
  port: number;
  state: AccountState;
  /** Why it is in that state, in words for a person; may be empty. */
  stateDetail: string;
  stateSinceMs: number | null;
  /** While it waits: when it is tried again; null where that is not known. */
  stateUntilMs: number | null;
  /** The coverage that goes on now: since when, and the last proof of life. Null when the account is not observed. */
  covered: { sinceMs: number; provedMs: number } | null;
}

interface Row extends Omit<Account, "covered"> {
  sinceMs: number | null;
  provedMs: number | null;
}

/** Every account, oldest first, as of `nowMs`. */
export async function listAccounts(db: Handle, nowMs: number): Promise<Account[]> {
  const rows = db
    .prepare(`
      SELECT a.id, a.network, a.address, a.host, a.port, a.state, a.state_detail AS stateDetail,
             a.state_since_ms AS stateSinceMs, a.state_until_ms AS stateUntilMs, c.from_ms AS sinceMs, c.to_ms AS provedMs
      FROM account a
      LEFT JOIN coverage c ON c.account_id = a.id AND c.end_reason IS NULL AND c.to_ms BETWEEN ? AND ?
      ORDER BY a.id`)
    .all(nowMs - PROOF_IS_FRESH_MS, nowMs + AHEAD_MS) as Row[];
  return rows.map(({ sinceMs, provedMs, ...account }) => ({
    ...account,
    covered: sinceMs === null || provedMs === null ? null : { sinceMs, provedMs },
  }));
}

export interface Collector {
  pid: number;
  startedMs: number;
  /** When the collector last wrote that it lives. */
  heartbeatMs: number;
  /** It has not ended and was heard from lately. */
  alive: boolean;
}

/** The latest run of this Rollcall's collector, or null when there was none. */
export async function lastCollector(db: Handle, nowMs: number): Promise<Collector | null> {
  const row = db
    .prepare(`
      SELECT pid, started_ms AS startedMs, heartbeat_ms AS heartbeatMs, ended_ms AS endedMs
      FROM run WHERE source_id = ${OWN_SOURCE} ORDER BY id DESC LIMIT 1`)
    .get() as { pid: number; startedMs: number; heartbeatMs: number; endedMs: number | null } | undefined;
  if (!row) return null;
  const { endedMs, ...run } = row;
  const isFresh = run.heartbeatMs >= nowMs - HEARTBEAT_IS_FRESH_MS && run.heartbeatMs <= nowMs + AHEAD_MS;
  return { ...run, alive: endedMs === null && isFresh };
}
