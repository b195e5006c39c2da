/**
 * Rolls up the days that are over: what the facts say of them, contact by contact, and the sums of all. It works in
 * slices, so that whoever writes facts never waits for long; a day counts only when its last slice has moved the mark.
 *
 * A day of an account is final when nothing can be added to it: its open coverage has been proved beyond midnight, or
 * it has none and the day is over. Whoever changes the past moves the mark back (`reopenDays`), and the days are rolled
 * again; rows whose events are gone (`sealed`) stay as they are. Rows from the mark on count for nothing. When all that is
 * done, the unfinished days are summed up as far as they are proved (so-far.ts).
 */
import { contactIdsOf } from "../history/contacts.ts";
import { type CoverageRow, coveragesTouching, eachSpanBehindCut } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { everyoneMark, isSealedFrom, NEVER } from "./marks.ts";
import { QuarterSums } from "./quarters.ts";
import { dropFinished, dropSoFar, putSoFar, SoFarWork, soFarGoesTo } from "./so-far.ts";
import { DAY_MS, DayPacker, dayOf, type VisitStretch } from "./timeline.ts";

/** The day of an account that is being rolled up. */
interface Work {
  accountId: number;
  day: number;
  coverages: CoverageRow[];
  /** The timelines of those whose events are gone: they stay. */
  sealed: ReadonlyMap<number, Uint8Array>;
  /** Who is still to be done, the last one first. */
  contactIds: number[];
  sums: QuarterSums;
}

export class Roller {
  readonly #db: Handle;
  #work: Work | undefined;
  #soFar: SoFarWork | undefined;
  /** How often the past had changed when the work began. */
  #reopenings = 0;

  constructor(db: Handle) {
    this.#db = db;
  }

  /**
   * Works for about `budgetMs`, in one transaction, and returns whether there is more to do. `nowMs`: the wall clock;
   * a day that it has not left is not final.
   */
  roll(nowMs: number, budgetMs: number): boolean {
    const untilMs = performance.now() + budgetMs;
    if (this.isReopened) this.restart();
    this.#reopenings = reopenings(this.#db);
    // Mostly there is nothing to do, and then nobody needs the right to write.
    if (!this.#work && !this.#soFar && !this.#isDue(nowMs)) return false;
    try {
      return this.#db
        .transaction(() => {
          do {
            // Whatever an unfinished day was begun behind is done.
            if (!this.#soFar) {
              this.#work ??= this.#nextDay(nowMs);
              if (!this.#work && this.#sumEveryone(untilMs)) return true;
            }
            if (this.#work) this.#advance(this.#work);
            else if (!this.#advanceSoFar(nowMs)) return false;
          } while (performance.now() < untilMs);
          return true;
        })
        .immediate();
    } catch (error) {
      // What this slice wrote has been rolled back; what it remembers of the day has not.
      this.restart();
      throw error;
    }
  }

  /** The past has changed since the last slice. */
  get isReopened(): boolean {
    return this.#reopenings !== reopenings(this.#db);
  }

  /** Begins the day under way afresh. */
  restart(): void {
    this.#work = undefined;
    this.#soFar = undefined;
  }

  #isDue(nowMs: number): boolean {
    if (this.#accounts().some(({ accountId, mark }) => mark < this.#finalDay(accountId, nowMs))) return true;
    const { day, toDay } = this.#unsummed();
    return day < toDay || this.#dueSoFar(nowMs) !== undefined;
  }

  /** The next final day that is not rolled up; days without any coverage are passed over in one step. */
  #nextDay(nowMs: number): Work | undefined {
    for (const { accountId, mark } of this.#accounts()) {
      const finalDay = this.#finalDay(accountId, nowMs);
      const day = Math.min(this.#coveredDay(accountId, mark) ?? finalDay, finalDay);
      if (day > mark) this.#passOver(accountId, mark, day);
      if (day < finalDay) {
        return {
          accountId,
          day,
          // From the millisecond before midnight, which tells how the day hangs together with the last one.
          coverages: coveragesTouching(this.#db, accountId, day * DAY_MS - 1, (day + 1) * DAY_MS),
          sealed: this.#sealedOn(accountId, day),
          contactIds: contactIdsOf(this.#db, accountId).reverse(),
          sums: new QuarterSums(),
        };
      }
    }
    return undefined;
  }

  /** One contact's day; after the last one, the sums and the mark. */
  #advance(work: Work): void {
    const { accountId, day, sealed, sums } = work;
    const contactId = work.contactIds.pop();
    if (contactId !== undefined) {
      const timeline = sealed.get(contactId) ?? this.#put(contactId, work);
      if (timeline) sums.addTimeline(day, timeline);
      return;
    }
    this.#putSums(accountId, day, sums.pack());
    this.#setMark(accountId, day + 1);
    this.#work = undefined;
  }

  #put(contactId: number, { day, coverages }: Work): Uint8Array | undefined {
    const timeline = dayFromFacts(this.#db, contactId, day, coverages);
    if (timeline) {
      prepared(this.#db, "INSERT OR REPLACE INTO contact_day (contact_id, day, timeline) VALUES (?, ?, ?)").run(
        contactId,
        day,
        timeline,
      );
    } else {
      // Before the past changed, this day may have been known.
      prepared(this.#db, "DELETE FROM contact_day WHERE contact_id = ? AND day = ?").run(contactId, day);
    }
    return timeline;
  }

  #sealedOn(accountId: number, day: number): ReadonlyMap<number, Uint8Array> {
    const sql = `SELECT c.id, d.timeline FROM contact c
      CROSS JOIN contact_day d ON d.contact_id = c.id AND d.day = ? AND d.sealed = 1 WHERE c.account_id = ?`;
    return new Map(prepared(this.#db, sql).raw().all(day, accountId) as [number, Uint8Array][]);
  }

  #putSums(accountId: number, day: number, quarters: Uint8Array | undefined): void {
    if (quarters) {
      prepared(this.#db, "INSERT OR REPLACE INTO account_day (account_id, day, quarters) VALUES (?, ?, ?)").run(
        accountId,
        day,
        quarters,
      );
    } else {
      prepared(this.#db, "DELETE FROM account_day WHERE account_id = ? AND day = ?").run(accountId, day);
    }
  }

  /** Nobody was observed in [fromDay, toDay), whatever was thought before the past changed. */
  #passOver(accountId: number, fromDay: number, toDay: number): void {
    prepared(
      this.#db,
      `DELETE FROM contact_day WHERE day >= ? AND day < ? AND sealed = 0
       AND contact_id IN (SELECT id FROM contact WHERE account_id = ?)`,
    ).run(fromDay, toDay, accountId);
    prepared(this.#db, "DELETE FROM account_day WHERE account_id = ? AND day >= ? AND day < ?").run(
      accountId,
      fromDay,
      toDay,
    );
    this.#setMark(accountId, toDay);
  }

  /** Sums up the days that all accounts have, day by day without a hole; returns whether there are more. */
  #sumEveryone(untilMs: number): boolean {
    const { day: firstDay, toDay } = this.#unsummed();
    for (let day = firstDay; day < toDay; day++) {
      const sums = new QuarterSums();
      const parts = prepared(this.#db, "SELECT quarters FROM account_day WHERE day = ?").pluck().all(day);
      for (const part of parts as Uint8Array[]) sums.addPacked(part);
      prepared(this.#db, "INSERT OR REPLACE INTO everyone_day (day, quarters) VALUES (?, ?)").run(
        day,
        sums.pack() ?? NOTHING,
      );
      if (performance.now() >= untilMs) return day + 1 < toDay;
    }
    return false;
  }

  /** One contact of an account's unfinished day; false when all of them are as far as they can be. */
  #advanceSoFar(nowMs: number): boolean {
    const due = this.#soFar ? undefined : this.#dueSoFar(nowMs);
    if (due) this.#soFar = new SoFarWork(this.#db, due.accountId, due.day, due.toMs);
    const soFar = this.#soFar?.step();
    if (soFar) {
      putSoFar(this.#db, soFar);
      this.#soFar = undefined;
    }
    return soFar !== undefined || this.#soFar !== undefined;
  }

  /** An account whose unfinished day can be summed up further than it is, and up to where. */
  #dueSoFar(nowMs: number): { accountId: number; day: number; toMs: number } | undefined {
    for (const { accountId, mark: day } of this.#accounts()) {
      const toMs = soFarGoesTo(this.#provedMs(accountId, nowMs), this.#lastCoveredMs(accountId));
      const since = prepared(this.#db, "SELECT to_ms FROM day_so_far WHERE account_id = ?").pluck().get(accountId);
      if (dayOf(toMs - 1) !== day || toMs <= ((since as number | undefined) ?? day * DAY_MS)) continue;
      // Where events are gone, the facts do not tell.
      if (!isSealedFrom(this.#db, accountId, day)) return { accountId, day, toMs };
    }
    return undefined;
  }

  /** The days that all accounts have and everyone has not. Behind the last coverage of all there is nothing to sum. */
  #unsummed(): { day: number; toDay: number } {
    const accounts = this.#accounts();
    const lastMs = Math.max(...accounts.map(({ accountId }) => this.#lastCoveredMs(accountId)));
    const toDay = Math.min(dayOf(lastMs) + 1, ...accounts.map(({ mark }) => mark));
    return { day: everyoneMark(this.#db) ?? this.#firstSummedDay() ?? toDay, toDay };
  }

  #firstSummedDay(): number | undefined {
    // Account by account, so that the key answers.
    const first = prepared(
      this.#db,
      "SELECT min((SELECT min(day) FROM account_day WHERE account_id = a.id)) FROM account a",
    )
      .pluck()
      .get() as number | null;
    return first ?? undefined;
  }

  #accounts(): { accountId: number; mark: number }[] {
    return prepared(
      this.#db,
      `SELECT a.id AS accountId, coalesce(m.to_day, ${NEVER}) AS mark
       FROM account a LEFT JOIN rollup_mark m ON m.account_id = a.id
       WHERE EXISTS (SELECT 1 FROM coverage WHERE account_id = a.id) ORDER BY a.id`,
    ).all() as { accountId: number; mark: number }[];
  }

  /** The first day that something may still be added to. */
  #finalDay(accountId: number, nowMs: number): number {
    return dayOf(this.#provedMs(accountId, nowMs));
  }

  /** The instant from which on something may still be added. Only this Rollcall's own open coverage grows. */
  #provedMs(accountId: number, nowMs: number): number {
    const provedMs = prepared(
      this.#db,
      `SELECT min(to_ms) FROM coverage WHERE account_id = ? AND end_reason IS NULL AND source_id IN (
         SELECT id FROM source WHERE uuid = (SELECT value FROM setting WHERE key = 'source'))`,
    )
      .pluck()
      .get(accountId) as number | null;
    return Math.min(provedMs ?? nowMs, nowMs);
  }

  /** The first day from `day` on that a coverage of the account touches. */
  #coveredDay(accountId: number, day: number): number | undefined {
    const touching = "FROM coverage WHERE account_id = ? AND to_ms > ? AND to_ms > from_ms";
    const next = prepared(this.#db, `SELECT from_ms ${touching} ORDER BY to_ms LIMIT 1`).pluck();
    const fromMs = next.get(accountId, day * DAY_MS) as number | undefined;
    if (fromMs === undefined) return undefined;
    if (dayOf(fromMs) <= day) return day;
    // One of another source may end later and have begun earlier; rare, so that it may cost a look at all of them.
    const first = prepared(this.#db, `SELECT min(from_ms) ${touching}`)
      .pluck()
      .get(accountId, day * DAY_MS);
    return Math.max(day, dayOf(first as number));
  }

  #lastCoveredMs(accountId: number): number {
    const last = prepared(this.#db, "SELECT max(to_ms) FROM coverage WHERE account_id = ?").pluck().get(accountId);
    return (last as number | null) ?? Number.NEGATIVE_INFINITY;
  }

  #setMark(accountId: number, toDay: number): void {
    prepared(
      this.#db,
      `INSERT INTO rollup_mark (account_id, to_day) VALUES (?, ?)
       ON CONFLICT (account_id) DO UPDATE SET to_day = excluded.to_day`,
    ).run(accountId, toDay);
    dropFinished(this.#db, accountId, toDay);
  }
}

/** A contact's day, packed; undefined when it was unknown. `coverages`: all of the account that touch it and the millisecond before. */
export function dayFromFacts(
  db: Handle,
  contactId: number,
  day: number,
  coverages: readonly CoverageRow[],
): Uint8Array | undefined {
  const packer = new DayPacker(day);
  const add: VisitStretch = (fromMs, toMs, code, flags) => packer.add(fromMs, toMs, code, flags);
  eachSpanBehindCut(db, contactId, day * DAY_MS, (day + 1) * DAY_MS, add, { coverages });
  return packer.pack();
}

/** The sums of a day on which nothing was observed. */
const NOTHING = Uint8Array.of(0);

/**
 * The facts of an account have changed, or will, from `fromMs` on: its rollups from that day on count for nothing until
 * they are made again. To be called in the transaction that changes them; a Roller on the same handle notices. Costs
 * little when nothing has been rolled up there, so whoever is in doubt calls it.
 */
export function reopenDays(db: Handle, accountId: number, fromMs: number): void {
  const day = dayOf(fromMs);
  prepared(db, "UPDATE rollup_mark SET to_day = @day WHERE account_id = @accountId AND to_day > @day").run({
    day,
    accountId,
  });
  // The rows of contacts stay until they are made again: nobody reads them beyond the mark, and they are many.
  prepared(db, "DELETE FROM account_day WHERE account_id = ? AND day >= ?").run(accountId, day);
  prepared(db, "DELETE FROM everyone_day WHERE day >= ?").run(day);
  reopenSoFar(db, accountId, fromMs);
}

/**
 * The same for the unfinished day alone: somebody's watch has ended at `fromMs`, behind the last coverage or where nothing
 * but the unfinished day is rolled up.
 */
export function reopenSoFar(db: Handle, accountId: number, fromMs: number): void {
  counts.set(db, reopenings(db) + 1);
  dropSoFar(db, accountId, fromMs);
}

const counts = new WeakMap<Handle, number>();

/** How often the past was reopened through this handle. */
export function reopenings(db: Handle): number {
  return counts.get(db) ?? 0;
}
