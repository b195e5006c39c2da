/**
 * The newest facts of many contacts, for sums: what has come since their accounts' unfinished days were summed up, mostly
 * the last quarter of an hour. Events are read once for all accounts, in the order in which they were recorded.
 */
import { type Answer, answersOf } from "../answers/claims.ts";
import { cutAnswer, type EventRow } from "../answers/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { OWN_SOURCE } from "../record/source.ts";
import { type SoFar, soFarOf } from "../rollup/so-far.ts";
import { eachStanding, type Standing } from "../rollup/standing.ts";
import { STATUS_CODES } from "../status.ts";
import { eachKnownPieceOf } from "./fleet.ts";
import { type CoverageRow, coveragesTouching } from "./spans.ts";

type Visit = (fromMs: number, toMs: number, code: number, times: number) => void;

export class Newest {
  readonly #db: Handle;
  readonly #toMs: number;
  readonly #accounts = new Map<number, { soFar: SoFar; coverages: CoverageRow[] }>();
  #events: ReadonlyMap<number, EventRow[]> | undefined;
  #moved: ReadonlyMap<number, ReadonlySet<number>> | undefined;

  /** Up to `toMs`, of these accounts. */
  constructor(db: Handle, accountIds: readonly number[], toMs: number) {
    this.#db = db;
    this.#toMs = toMs;
    for (const accountId of accountIds) {
      const soFar = soFarOf(db, accountId);
      // From the millisecond before: what ended at that very instant may have said something in it.
      if (soFar)
        this.#accounts.set(accountId, { soFar, coverages: coveragesTouching(db, accountId, soFar.toMs - 1, toMs) });
    }
  }

  /** The account's day as far as it is summed up. */
  soFarOf(accountId: number): SoFar | undefined {
    return this.#accounts.get(accountId)?.soFar;
  }

  /**
   * Visits every stretch of the account's contacts in [fromMs, toMs) that was observed; those that several contacts have
   * in common once, with how many they are. Returns false, having visited nothing, when only reading contact by contact
   * tells: the range begins before the summed-up part ends, or another Rollcall was there, too.
   */
  eachPiece(accountId: number, fromMs: number, toMs: number, visit: Visit): boolean {
    const { soFar, coverages } = this.#accounts.get(accountId) ?? {};
    if (!soFar || !coverages || fromMs < soFar.toMs || toMs > this.#toMs) return false;
    if (!coverages.every(({ id, fromMs: startMs }) => id === soFar.coverageId || startMs >= soFar.toMs)) return false;
    if (coverages.some(({ sourceId }) => sourceId !== ownSourceOf(this.#db))) return false;
    const claims = coverages.map(({ id, ...range }) => ({ coverageId: id, priority: 0, ...range }));
    const answers = answersOf(claims, soFar.toMs, toMs);
    if (answers.length === 0) return true;
    const clipped: Visit = (startMs, endMs, code, times) => {
      if (endMs > fromMs) visit(Math.max(startMs, fromMs), endMs, code, times);
    };
    const moved = this.#movedOf(accountId);
    const silent: number[] = [];
    eachStanding(soFar.toMs, soFar.standing, ({ contactId, code }) => {
      if (moved.has(contactId)) return;
      const events = this.#eventsOf(contactId);
      if (!events) silent[code] = (silent[code] ?? 0) + 1;
      else this.#eachOf(answers, soFar, code, events, (startMs, endMs, is) => clipped(startMs, endMs, is, 1));
    });
    silent.forEach((times, code) => {
      this.#eachOf(answers, soFar, code, [], (startMs, endMs, is) => clipped(startMs, endMs, is, times));
    });
    // Whoever came, went or was paused meanwhile has a watch of their own.
    eachKnownPieceOf(this.#db, [...moved], coverages, fromMs, toMs, (startMs, endMs, code) => {
      visit(startMs, endMs, code, 1);
    });
    return true;
  }

  /**
   * Visits what the account's contacts are in this coverage, as last said. Returns those of whom only a look at each
   * tells; undefined, having visited nobody, when that is so of all.
   */
  eachStanding(
    accountId: number,
    { id: coverageId, sourceId, fromMs }: CoverageRow,
    visit: (standing: Standing) => void,
  ): ReadonlySet<number> | undefined {
    const soFar = this.soFarOf(accountId);
    if (!soFar || this.#toMs <= soFar.toMs || sourceId !== ownSourceOf(this.#db)) return undefined;
    const isNew = fromMs >= soFar.toMs;
    if (!isNew && coverageId !== soFar.coverageId) return undefined;
    const moved = this.#movedOf(accountId);
    eachStanding(soFar.toMs, soFar.standing, (standing) => {
      const { contactId } = standing;
      if (moved.has(contactId)) return;
      const said = this.#eventsOf(contactId)?.findLast((event) => event[1] === coverageId);
      if (said) {
        const [sinceMs, , code, isChange, raw] = said;
        visit({ contactId, code, raw, sinceMs, startCensored: isChange === 0 });
      } else if (isNew) {
        visit({ contactId, code: STATUS_CODES.offline, raw: null, sinceMs: fromMs, startCensored: true });
      } else visit(standing);
    });
    return moved;
  }

  #eachOf(
    answers: readonly Answer[],
    { toMs: sinceMs }: SoFar,
    code: number,
    events: readonly EventRow[],
    visit: (fromMs: number, toMs: number, code: number) => void,
  ): void {
    // In a coverage that began meanwhile, whoever says nothing is offline.
    for (const answer of answers)
      cutAnswer(answer, events, visit, answer.claimFromMs < sinceMs ? code : STATUS_CODES.offline);
  }

  #eventsOf(contactId: number): readonly EventRow[] | undefined {
    this.#events ??= this.#readEvents();
    return this.#events.get(contactId);
  }

  #readEvents(): Map<number, EventRow[]> {
    const since = this.#since();
    const rows = prepared(
      this.#db,
      `SELECT contact_id, at_ms, coverage_id, status, origin, raw FROM event
       WHERE seq > ? AND at_ms >= ? AND at_ms < ? ORDER BY seq`,
    )
      .raw()
      .all(since.seq, since.ms, this.#toMs) as [contactId: number, ...EventRow][];
    const events = new Map<number, EventRow[]>();
    for (const [contactId, ...event] of rows) {
      const known = events.get(contactId);
      if (known) known.push(event);
      else events.set(contactId, [event]);
    }
    // Ties stay in the order in which they were recorded.
    for (const each of events.values()) each.sort((a, b) => a[0] - b[0]);
    return events;
  }

  /** From where on there may be news of any account that has been covered since. */
  #since(): { ms: number; seq: number } {
    const live = [...this.#accounts.values()].filter(({ coverages }) => coverages.length > 0);
    return {
      ms: Math.min(...live.map(({ soFar }) => soFar.toMs)),
      seq: Math.min(...live.map(({ soFar }) => soFar.afterSeq)),
    };
  }

  /** Those whose watch has begun or ended since the account's day was summed up. */
  #movedOf(accountId: number): ReadonlySet<number> {
    this.#moved ??= this.#readMoved();
    return this.#moved.get(accountId) ?? new Set();
  }

  #readMoved(): Map<number, Set<number>> {
    const rows = prepared(
      this.#db,
      `SELECT c.account_id, w.contact_id FROM watch w CROSS JOIN contact c ON c.id = w.contact_id
       WHERE w.from_ms >= @ms OR w.to_ms >= @ms`,
    )
      .raw()
      .all({ ms: this.#since().ms }) as [number, number][];
    const moved = new Map<number, Set<number>>();
    for (const [accountId, contactId] of rows) {
      const known = moved.get(accountId);
      if (known) known.add(contactId);
      else moved.set(accountId, new Set([contactId]));
    }
    return moved;
  }
}

function ownSourceOf(db: Handle): number | null {
  return prepared(db, `SELECT ${OWN_SOURCE}`).pluck().get() as number | null;
}
