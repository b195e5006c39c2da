/**
 * An account's unfinished day, summed up to the last quarter-hour that is over, so that questions up to now read only
 * what is newer from the facts. Made from the facts afresh each time, never from what was there before.
 */
import { contactIdsOf } from "../history/contacts.ts";
import { eachKnownPieceOf } from "../history/fleet.ts";
import { type CoverageRow, coveragesTouching } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { STATUS_CODES } from "../status.ts";
import { QUARTER_MS, QuarterSums } from "./quarters.ts";
import { type Standing, StandingPacker } from "./standing.ts";
import { DAY_MS } from "./timeline.ts";

export interface SoFar {
  accountId: number;
  /** The sums hold from the midnight before until then. */
  toMs: number;
  /** Packed sums of quarter-hours. */
  quarters: Uint8Array;
  /** This Rollcall's coverage that was open at `toMs`, when one alone was; null otherwise. */
  coverageId: number | null;
  /** Who may have been watched at `toMs`, and what they were in that coverage, packed (standing.ts). */
  standing: Uint8Array;
  /** The account's events from `toMs` on have higher numbers. */
  afterSeq: number;
}

/** What is kept of an account; undefined for nothing. */
export function soFarOf(db: Handle, accountId: number): SoFar | undefined {
  return prepared(
    db,
    `SELECT account_id AS accountId, to_ms AS toMs, quarters, coverage_id AS coverageId, standing, after_seq AS afterSeq
     FROM day_so_far WHERE account_id = ?`,
  ).get(accountId) as SoFar | undefined;
}

export function putSoFar(db: Handle, soFar: SoFar): void {
  prepared(
    db,
    `INSERT OR REPLACE INTO day_so_far (account_id, to_ms, quarters, coverage_id, standing, after_seq)
     VALUES (@accountId, @toMs, @quarters, @coverageId, @standing, @afterSeq)`,
  ).run(soFar);
}

/** Nobody reads what goes beyond `fromMs` any more, in the transaction that changes what happened then. */
export function dropSoFar(db: Handle, accountId: number, fromMs: number): void {
  prepared(db, "DELETE FROM day_so_far WHERE account_id = ? AND to_ms > ?").run(accountId, fromMs);
}

/** A day that is over is kept as such. `day`: the first one that is not. */
export function dropFinished(db: Handle, accountId: number, day: number): void {
  prepared(db, "DELETE FROM day_so_far WHERE account_id = ? AND to_ms <= ?").run(accountId, day * DAY_MS);
}

/**
 * Up to where the unfinished day `day` can be summed up: whole quarter-hours that are proved, and none behind the last
 * coverage. Not beyond `provedMs`, to which nothing is added any more.
 */
export function soFarGoesTo(provedMs: number, lastCoveredMs: number): number {
  const coveredMs = Math.ceil(lastCoveredMs / QUARTER_MS) * QUARTER_MS;
  return Math.min(Math.floor(provedMs / QUARTER_MS) * QUARTER_MS, coveredMs);
}

/** A day so far that is being made, contact by contact. */
export class SoFarWork {
  readonly accountId: number;
  readonly #db: Handle;
  readonly #fromMs: number;
  readonly #toMs: number;
  readonly #coverages: CoverageRow[];
  readonly #open: { id: number; fromMs: number } | undefined;
  readonly #sums = new QuarterSums();
  readonly #standing = new StandingPacker();
  #afterSeq: number;
  /** Who is still to be done, the last one first. */
  readonly #contactIds: number[];

  /** [day, toMs): midnight to a whole quarter-hour of the same day, of which no more than `toMs` is claimed to be known. */
  constructor(db: Handle, accountId: number, day: number, toMs: number) {
    this.#db = db;
    this.accountId = accountId;
    this.#fromMs = day * DAY_MS;
    this.#toMs = toMs;
    this.#coverages = coveragesTouching(db, accountId, this.#fromMs, toMs);
    this.#open = openAt(db, accountId, toMs);
    this.#contactIds = contactIdsOf(db, accountId).reverse();
    // The highest number ever given; that of the last event may have gone with it.
    const last = prepared(db, "SELECT seq FROM sqlite_sequence WHERE name = 'event'").pluck().get();
    this.#afterSeq = (last as number | undefined) ?? 0;
  }

  /** Does one contact; the result when all are done. What is recorded meanwhile lies beyond `toMs`. */
  step(): SoFar | undefined {
    const contactId = this.#contactIds.pop();
    if (contactId === undefined) return this.#result();
    eachKnownPieceOf(this.#db, [contactId], this.#coverages, this.#fromMs, this.#toMs, (fromMs, toMs, code) => {
      this.#sums.add(code, fromMs - this.#fromMs, toMs - this.#fromMs);
    });
    const watchedMs = watchedAt(this.#db, contactId, this.#toMs);
    if (watchedMs !== undefined) this.#standing.add(this.#toMs, this.#standingOf(contactId, watchedMs));
    // With the plus, or SQLite would walk through all events in the order of their numbers.
    const firstSeq = prepared(this.#db, "SELECT min(+seq) FROM event WHERE contact_id = ? AND at_ms >= ?")
      .pluck()
      .get(contactId, this.#toMs) as number | null;
    if (firstSeq !== null) this.#afterSeq = Math.min(this.#afterSeq, firstSeq - 1);
    return undefined;
  }

  #standingOf(contactId: number, watchedMs: number): Standing {
    const sinceMs = Math.max(watchedMs, this.#open?.fromMs ?? watchedMs);
    const silence = { contactId, code: STATUS_CODES.offline, raw: null, sinceMs, startCensored: true };
    if (!this.#open) return silence;
    const said = prepared(
      this.#db,
      `SELECT status AS code, raw, at_ms AS sinceMs, origin FROM event
       WHERE contact_id = ? AND coverage_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, seq DESC LIMIT 1`,
    ).get(contactId, this.#open.id, sinceMs, this.#toMs) as Said | undefined;
    return said ? { contactId, ...said, startCensored: said.origin === 0 } : silence;
  }

  #result(): SoFar {
    return {
      accountId: this.accountId,
      toMs: this.#toMs,
      quarters: this.#sums.pack() ?? Uint8Array.of(0),
      coverageId: this.#open?.id ?? null,
      standing: this.#standing.pack(),
      afterSeq: this.#afterSeq,
    };
  }
}

/** Since when a contact has been watched, by a watch that reaches up to the instant at least: how much further may change. */
function watchedAt(db: Handle, contactId: number, atMs: number): number | undefined {
  const sql = `SELECT from_ms FROM watch WHERE contact_id = @contactId AND from_ms < @atMs
    AND (to_ms IS NULL OR to_ms >= @atMs) AND coalesce(source_id, ${OWN_SOURCE}) = ${OWN_SOURCE}
    ORDER BY from_ms DESC LIMIT 1`;
  return prepared(db, sql).pluck().get({ contactId, atMs }) as number | undefined;
}

/** The one coverage that reaches across an instant or up to it; undefined for none, several, or another's. */
function openAt(db: Handle, accountId: number, atMs: number): { id: number; fromMs: number } | undefined {
  const rows = prepared(
    db,
    `SELECT id, from_ms AS fromMs, source_id = ${OWN_SOURCE} AS isOwn FROM coverage
     WHERE account_id = ? AND to_ms >= ? AND from_ms < ?`,
  ).all(accountId, atMs, atMs) as { id: number; fromMs: number; isOwn: number }[];
  const [only] = rows;
  return only?.isOwn && rows.length === 1 ? only : undefined;
}

interface Said {
  code: number;
  raw: string;
  sinceMs: number;
  origin: number;
}
