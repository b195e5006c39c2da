/**
 * Rolls up the days that are over: what the facts say of them, contact by contact, and the sums of all. It works in
 * slices, so that whoever writes facts never waits for long; a day counts only when its last slice has moved the mark.
 *
 * A day of an account is final when nothing can be added to it: its open coverage has been proved beyond midnight, or
 * it has none and the day is over. Whoever changes the past moves the mark back (`reopenDays`), and the days are rolled
 * again; rows whose events are gone (`sealed`) stay as they are.
 */
import { spansFromFacts } from "../history/spans.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { QuarterSums } from "./quarters.ts";
import { DAY_MS, dayOf, packDay } from "./timeline.ts";

/** Between two looks at the clock. */
const CONTACTS_AT_ONCE = 20;

/** The day of an account that is being rolled up. */
interface Work {
  accountId: number;
  day: number;
  /** Who is still to be done. */
  contactIds: number[];
  sums: QuarterSums;
}

export class Roller {
  readonly #db: Handle;
  #work: Work | undefined;

  constructor(db: Handle) {
    this.#db = db;
  }

  /**
   * Works for about `budgetMs`, in one transaction, and returns whether there is more to do. `nowMs`: the wall clock;
   * a day that it has not left is not final.
   */
  roll(nowMs: number, budgetMs: number): boolean {
    const untilMs = performance.now() + budgetMs;
    try {
      return this.#db
        .transaction(() => {
          do {
            this.#work ??= this.#nextDay(nowMs);
            if (!this.#work) return this.#sumEveryone(untilMs);
            this.#advance(this.#work);
          } while (performance.now() < untilMs);
          return true;
        })
        .immediate();
    } catch (error) {
      // What this slice wrote has been rolled back; what it remembers of the day has not.
      this.#work = undefined;
      throw error;
    }
  }

  /** The facts of days under way may have changed. */
  restart(): void {
    this.#work = undefined;
  }

  /** The next final day that is not rolled up; days without any coverage are passed over in one step. */
  #nextDay(nowMs: number): Work | undefined {
    for (const { accountId, mark } of this.#accounts()) {
      const finalDay = this.#finalDay(accountId, nowMs);
      const day = Math.min(this.#coveredDay(accountId, mark) ?? finalDay, finalDay);
      if (day > mark) this.#setMark(accountId, day);
      if (day < finalDay)
        return { accountId, day, contactIds: this.#watchedOn(accountId, day), sums: new QuarterSums() };
    }
    return undefined;
  }

  #advance(work: Work): void {
    const { accountId, day, contactIds, sums } = work;
    for (const contactId of contactIds.splice(0, CONTACTS_AT_ONCE)) {
      const timeline = this.#sealed(contactId, day) ?? this.#put(contactId, day);
      if (timeline) sums.addTimeline(day, timeline);
    }
    if (contactIds.length > 0) return;
    const quarters = sums.pack();
    if (quarters) {
      prepared(this.#db, "INSERT OR REPLACE INTO account_day (account_id, day, quarters) VALUES (?, ?, ?)").run(
        accountId,
        day,
        quarters,
      );
    }
    this.#setMark(accountId, day + 1);
    this.#work = undefined;
  }

  #put(contactId: number, day: number): Uint8Array | undefined {
    const timeline = packDay(day, spansFromFacts(this.#db, contactId, day * DAY_MS, (day + 1) * DAY_MS));
    if (timeline) {
      prepared(this.#db, "INSERT OR REPLACE INTO contact_day (contact_id, day, timeline) VALUES (?, ?, ?)").run(
        contactId,
        day,
        timeline,
      );
    }
    return timeline;
  }

  #sealed(contactId: number, day: number): Uint8Array | undefined {
    return prepared(this.#db, "SELECT timeline FROM contact_day WHERE contact_id = ? AND day = ? AND sealed = 1")
      .pluck()
      .get(contactId, day) as Uint8Array | undefined;
  }

  /** Sums up the days that all accounts have; returns whether there are more. */
  #sumEveryone(untilMs: number): boolean {
    const accounts = [...this.#accounts()];
    const toDay = Math.min(...accounts.map(({ mark }) => mark));
    if (!Number.isFinite(toDay)) return false;
    const days = prepared(
      this.#db,
      `SELECT DISTINCT day FROM account_day
       WHERE day > (SELECT coalesce(max(day), -1000000) FROM everyone_day) AND day < ? ORDER BY day`,
    )
      .pluck()
      .all(toDay) as number[];
    for (const [i, day] of days.entries()) {
      const sums = new QuarterSums();
      const parts = prepared(this.#db, "SELECT quarters FROM account_day WHERE day = ?")
        .pluck()
        .all(day) as Uint8Array[];
      for (const part of parts) sums.addPacked(part);
      const quarters = sums.pack();
      if (quarters)
        prepared(this.#db, "INSERT OR REPLACE INTO everyone_day (day, quarters) VALUES (?, ?)").run(day, quarters);
      if (performance.now() >= untilMs) return i + 1 < days.length;
    }
    return false;
  }

  #accounts(): { accountId: number; mark: number }[] {
    return prepared(
      this.#db,
      `SELECT a.id AS accountId, coalesce(m.to_day, -1000000) AS mark
       FROM account a LEFT JOIN rollup_mark m ON m.account_id = a.id
       WHERE EXISTS (SELECT 1 FROM coverage WHERE account_id = a.id) ORDER BY a.id`,
    ).all() as { accountId: number; mark: number }[];
  }

  /** The first day that something may still be added to. */
  #finalDay(accountId: number, nowMs: number): number {
    const provedMs = prepared(this.#db, "SELECT min(to_ms) FROM coverage WHERE account_id = ? AND end_reason IS NULL")
      .pluck()
      .get(accountId) as number | null;
    return dayOf(Math.min(provedMs ?? nowMs, nowMs));
  }

  /** The first day from `day` on that a coverage of the account touches. */
  #coveredDay(accountId: number, day: number): number | undefined {
    const fromMs = prepared(this.#db, "SELECT min(max(from_ms, ?)) FROM coverage WHERE account_id = ? AND to_ms > ?")
      .pluck()
      .get(day * DAY_MS, accountId, day * DAY_MS) as number | null;
    return fromMs === null ? undefined : dayOf(fromMs);
  }

  /** Whose day is not unknown from end to end, as far as watches tell; those with a sealed row among them. */
  #watchedOn(accountId: number, day: number): number[] {
    return prepared(
      this.#db,
      `SELECT c.id FROM contact c WHERE c.account_id = @accountId AND (
         EXISTS (SELECT 1 FROM watch w WHERE w.contact_id = c.id AND w.from_ms < @toMs AND (w.to_ms IS NULL OR w.to_ms > @fromMs))
         OR EXISTS (SELECT 1 FROM contact_day d WHERE d.contact_id = c.id AND d.day = @day AND d.sealed = 1))
       ORDER BY c.id`,
    )
      .pluck()
      .all({ accountId, day, fromMs: day * DAY_MS, toMs: (day + 1) * DAY_MS }) as number[];
  }

  #setMark(accountId: number, toDay: number): void {
    prepared(
      this.#db,
      `INSERT INTO rollup_mark (account_id, to_day) VALUES (?, ?)
       ON CONFLICT (account_id) DO UPDATE SET to_day = excluded.to_day`,
    ).run(accountId, toDay);
  }
}

/**
 * The facts of an account have changed from `fromMs` on: its rollups from that day on count for nothing until they are
 * made again. To be called in the transaction that changes them; the Roller must be restarted.
 */
export function reopenDays(db: Handle, accountId: number, fromMs: number): void {
  const day = dayOf(fromMs);
  prepared(db, "UPDATE rollup_mark SET to_day = min(to_day, ?) WHERE account_id = ?").run(day, accountId);
  prepared(db, "DELETE FROM account_day WHERE account_id = ? AND day >= ?").run(accountId, day);
  prepared(
    db,
    `DELETE FROM contact_day WHERE sealed = 0 AND day >= ?
     AND contact_id IN (SELECT id FROM contact WHERE account_id = ?)`,
  ).run(day, accountId);
  prepared(db, "DELETE FROM everyone_day WHERE day >= ?").run(day);
}
