import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import type { Stretch } from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { type Reading, statusFromCode } from "../status.ts";
import { AHEAD_MS, PROOF_IS_FRESH_MS } from "./accounts.ts";
import { contactIdsOf } from "./contacts.ts";
import { Newest } from "./newest.ts";
import { sealedStatesAt } from "./sealed.ts";
import type { CoverageRow } from "./spans.ts";

export interface ContactState {
  contactId: number;
  status: Reading;
  /** The network's own word; null when unknown, or when the contact is offline because nothing was said. */
  raw: string | null;
  /** Since when the status is known to hold; null when unknown. */
  sinceMs: number | null;
  /** The status began some time before `sinceMs`, while nobody looked. */
  startCensored: boolean;
  /** The last proof of life behind this reading; null when unknown. */
  confirmedMs: number | null;
}

/**
 * The state of every contact at an instant. A lookup never leaves the coverage that contains the instant: outside
 * coverage, or outside the contact's own watch, the answer is `unknown`.
 */
export async function statesAt(db: Handle, atMs: number): Promise<ContactState[]> {
  const states = lookUp(db, "cov.from_ms <= @atMs AND cov.to_ms > @atMs", { atMs });
  const sealed = new Map(sealedStatesAt(db, atMs).map(({ contactId, stretch }) => [contactId, stretch]));
  return sealed.size === 0 ? states : states.map((state) => fromStretch(state, sealed.get(state.contactId)));
}

/** Where the events are gone, the sealed day is what there is; the coverage still says when it was confirmed. */
function fromStretch(state: ContactState, stretch: Stretch | undefined): ContactState {
  if (!stretch || stretch.status === "unknown") return stretch ? unknownState(state.contactId) : state;
  const { status, fromMs: sinceMs, startCensored } = stretch;
  return { ...state, status, raw: null, sinceMs, startCensored };
}

/**
 * The state of every contact as last confirmed: known while the account's coverage is open and its last proof of life
 * is fresh, `unknown` otherwise.
 */
export async function statesNow(db: Handle, nowMs: number): Promise<ContactState[]> {
  return inSnapshot(db, () => readStatesNow(db, nowMs));
}

/** The same at once. */
export function readStatesNow(db: Handle, nowMs: number): ContactState[] {
  const open = Map.groupBy(openCoverages(db, nowMs), ({ accountId }) => accountId);
  const newest = new Newest(db, [...open.keys()], nowMs + 1);
  const states = new Map<number, ContactState>();
  const others: number[] = [];
  for (const [accountId, coverages] of open) {
    const [coverage] = coverages as [OpenCoverage];
    const rest =
      coverages.length === 1 &&
      newest.eachStanding(accountId, coverage, (standing) => {
        const { contactId, code, ...since } = standing;
        states.set(contactId, { contactId, status: statusFromCode(code), ...since, confirmedMs: coverage.toMs });
      });
    others.push(...(rest || contactIdsOf(db, accountId)));
  }
  for (const state of lookUpNow(db, nowMs, others)) states.set(state.contactId, state);
  const ids = prepared(db, "SELECT id FROM contact ORDER BY id").pluck().all() as number[];
  return ids.map((contactId) => states.get(contactId) ?? unknownState(contactId));
}

interface OpenCoverage extends CoverageRow {
  accountId: number;
}

/** Those whose last proof of life is fresh. */
const FRESH = "cov.end_reason IS NULL AND cov.to_ms BETWEEN @oldest AND @latest";

function freshness(nowMs: number): { oldest: number; latest: number } {
  return { oldest: nowMs - PROOF_IS_FRESH_MS, latest: nowMs + AHEAD_MS };
}

function openCoverages(db: Handle, nowMs: number): OpenCoverage[] {
  const sql = `SELECT cov.id, cov.account_id AS accountId, cov.source_id AS sourceId, cov.from_ms AS fromMs,
    cov.to_ms AS toMs FROM coverage cov WHERE ${FRESH}`;
  return prepared(db, sql).all(freshness(nowMs)) as OpenCoverage[];
}

function lookUpNow(db: Handle, nowMs: number, contactIds: readonly number[]): ContactState[] {
  if (contactIds.length === 0) return [];
  const among = JSON.stringify(contactIds);
  return lookUp(
    db,
    FRESH,
    { atMs: nowMs, ...freshness(nowMs), among },
    "WHERE c.id IN (SELECT value FROM json_each(@among))",
  );
}

interface Row {
  contactId: number;
  provedMs: number | null;
  watchedMs: number | null;
  fromMs: number | null;
  eventMs: number | null;
  status: number | null;
  raw: string | null;
  origin: number | null;
}

/** The watch that stands beside the coverage `cov`, which is one of the same source. */
const WATCHED = `
  FROM watch WHERE contact_id = c.id AND coalesce(source_id, ${OWN_SOURCE}) = cov.source_id
    AND from_ms <= @atMs AND (to_ms IS NULL OR to_ms > @atMs)`;

function lookUp(db: Handle, covered: string, values: Record<string, number | string>, which = ""): ContactState[] {
  const rows = prepared(
    db,
    `
      SELECT c.id AS contactId, cov.to_ms AS provedMs, cov.from_ms AS fromMs, w.from_ms AS watchedMs,
             e.at_ms AS eventMs, e.status, e.raw, e.origin
      FROM contact c
      LEFT JOIN coverage cov ON cov.id = (
        SELECT cov.id FROM coverage cov
        WHERE cov.account_id = c.account_id AND ${covered} AND EXISTS (SELECT 1 ${WATCHED})
        ORDER BY cov.source_id, cov.id DESC LIMIT 1)
      LEFT JOIN watch w ON w.id = (SELECT id ${WATCHED} LIMIT 1)
      LEFT JOIN event e ON e.seq = (
        SELECT seq FROM event
        WHERE contact_id = c.id AND coverage_id = cov.id AND at_ms <= @atMs AND at_ms >= max(cov.from_ms, w.from_ms)
        ORDER BY at_ms DESC, seq DESC LIMIT 1)
      ${which} ORDER BY c.id`,
  ).all(values) as Row[];
  return rows.map((row): ContactState => {
    const { contactId, provedMs, fromMs, watchedMs } = row;
    if (provedMs === null || fromMs === null || watchedMs === null) {
      return unknownState(contactId);
    }
    if (row.eventMs === null || row.status === null) {
      const sinceMs = Math.max(fromMs, watchedMs);
      return { contactId, status: "offline", raw: null, sinceMs, startCensored: true, confirmedMs: provedMs };
    }
    return {
      contactId,
      status: statusFromCode(row.status),
      raw: row.raw,
      sinceMs: row.eventMs,
      startCensored: row.origin === 0,
      confirmedMs: provedMs,
    };
  });
}

function unknownState(contactId: number): ContactState {
  return { contactId, status: "unknown", raw: null, sinceMs: null, startCensored: false, confirmedMs: null };
}
