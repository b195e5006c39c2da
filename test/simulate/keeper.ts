/**
 * Follows the facts on the disk through a trial, with SQL of its own: what was recorded once stays as it was, but for
 * what the user wished away, and what was acknowledged is there. What retention takes is remembered here, so that the
 * oracle can hold the days that stay against all that there was.
 */
import Database from "better-sqlite3";
import { prepared } from "../../db/prepared.ts";
import type { Fact } from "../../db/record/facts.ts";
import { wronglySealed } from "./oracle/sealing.ts";
import { changesOf, type Row, type Rows, readRows, type Table } from "./rows.ts";
import { barredOf, isAbout, type Wishes, type WishNote } from "./wishes.ts";

const DAY_MS = 86_400_000;

/** A day of which retention may have taken the events: as packed as it was when it was first seen. */
export interface SealedDay {
  contactId: number;
  day: number;
  timeline: Uint8Array;
  /** When it was first seen to be sealed. */
  seenMs: number;
}

export interface Complaint {
  atMs: number;
  text: string;
}

export class Keeper {
  readonly #path: string;
  readonly #nowMs: () => number;
  readonly #wishes: Wishes;
  readonly complaints: Complaint[] = [];
  /** Every event that was ever committed, but for those of people who were forgotten. */
  events: Row[] = [];
  readonly sealed = new Map<string, SealedDay>();
  #db: Database.Database | undefined;
  #before: Rows | undefined;
  #lastSeq = 0;
  #contacts = new Map<unknown, [account: string, contact: string]>();
  #people = "";
  #acknowledgedSeq = 0;
  #acknowledged: Fact[] = [];

  constructor(path: string, nowMs: () => number, wishes: Wishes) {
    this.#path = path;
    this.#nowMs = nowMs;
    this.#wishes = wishes;
  }

  /** After COMMIT has returned, as the collector says. */
  acknowledged(facts: readonly Fact[], lastSeq: number): void {
    this.#acknowledgedSeq = lastSeq;
    this.#acknowledged.push(...facts);
  }

  begin(): void {
    this.#db = new Database(this.#path, { readonly: true });
    this.#gather(this.#db);
    this.#compare(this.#db);
  }

  /** To be called before and after whatever may take something away. */
  gather(): void {
    if (this.#db) this.#gather(this.#db);
  }

  /** The collector has stopped, or was killed. */
  end(): void {
    const db = this.#db;
    if (!db) return;
    this.#db = undefined;
    try {
      this.#gather(db);
      const rows = this.#compare(db);
      if (this.#lastSeq < this.#acknowledgedSeq) {
        this.#complain(
          `lost: event ${this.#acknowledgedSeq} was acknowledged, the last one on the disk is ${this.#lastSeq}`,
        );
      }
      this.#checkAcknowledged(rows);
      this.#acknowledged = [];
    } finally {
      db.close();
    }
  }

  /** The same, of what is done while no collector runs. */
  async around(work: () => Promise<unknown>): Promise<void> {
    if (this.#db) return void (await work());
    this.begin();
    try {
      await work();
    } finally {
      this.end();
    }
  }

  #gather(db: Database.Database): void {
    const sql = "SELECT seq, contact_id, coverage_id, at_ms, status, raw, origin FROM event WHERE seq > ? ORDER BY seq";
    const news = prepared(db, sql).raw().all(this.#lastSeq) as Row[];
    this.#lastSeq = Number(news.at(-1)?.[0] ?? this.#lastSeq);
    this.events.push(...news);
    this.#lookForPeople(db);
    const sealed = prepared(
      db,
      "SELECT contact_id contactId, day, timeline FROM contact_day WHERE sealed = 1",
    ).all() as Omit<SealedDay, "seenMs">[];
    const fresh: SealedDay[] = [];
    const gone = new Set(this.sealed.keys());
    for (const row of sealed) {
      const key = `${row.contactId} ${row.day}`;
      gone.delete(key);
      const before = this.sealed.get(key);
      if (!before) {
        const day = { ...row, seenMs: this.#nowMs() };
        this.sealed.set(key, day);
        fresh.push(day);
      } else if (Buffer.compare(before.timeline, row.timeline) !== 0) this.#complain(`changed: the sealed day ${key}`);
    }
    for (const text of wronglySealed(this.#path, this.events, fresh)) this.#complain(text);
    for (const key of gone) {
      const contactId = this.sealed.get(key)?.contactId ?? 0;
      if (!this.#isForgotten(db, contactId)) this.#complain(`lost: the sealed day ${key}`);
      this.sealed.delete(key);
    }
    this.#wishes.look(db, this.#nowMs());
  }

  /** Whoever comes next may get the number of somebody who has gone; and some must not come. */
  #lookForPeople(db: Database.Database): void {
    // Mostly they are the same.
    const people = String(prepared(db, "SELECT count(*), max(id) FROM contact").raw().get());
    if (people === this.#people) return;
    this.#people = people;
    const rows = db.prepare("SELECT c.id, a.address, c.address FROM contact c JOIN account a ON a.id = c.account_id");
    const now = new Map((rows.raw().all() as [unknown, string, string][]).map(([id, ...whose]) => [id, whose]));
    for (const [id, before] of this.#contacts) {
      if (String(now.get(id)) !== String(before)) this.events = this.events.filter((row) => row[1] !== id);
    }
    for (const [id, whose] of now) {
      if (String(this.#contacts.get(id)) === String(whose)) continue;
      const barred = barredOf(this.#wishes.notes, ...whose).filter(({ isPause }) => !isPause);
      if (barred.some(({ fromMs, toMs }) => fromMs < this.#nowMs() && toMs >= this.#nowMs()))
        this.#complain(`stored against a wish: ${whose[1]}`);
    }
    this.#contacts = now;
  }

  #compare(db: Database.Database): Rows {
    const rows = readRows(db);
    if (this.#before) {
      for (const change of changesOf(this.#before, rows)) {
        const { table, row } = change;
        if ((change.isLost || table === "watch" || table === "contact") && this.#mayGo(db, table, row)) continue;
        this.#complain(change.text);
      }
    }
    this.#before = rows;
    return rows;
  }

  #mayGo(db: Database.Database, table: Table, row: Row): boolean {
    switch (table) {
      case "event":
        return this.#isForgotten(db, Number(row[1])) || this.#isPurged(Number(row[1]), Number(row[3]));
      case "watch":
      case "profile":
        return this.#isForgotten(db, Number(row[1]));
      case "contact":
        return this.#wishes.notes.some((wish) => isForget(wish) && wish.person === row[2]);
      case "coverage":
        return false;
      default:
        return table satisfies never;
    }
  }

  /** Old enough for a limit that was asked for, with the day that it was rolled up into sealed. */
  #isPurged(contactId: number, atMs: number): boolean {
    const day = Math.floor(atMs / DAY_MS);
    if (!this.sealed.has(`${contactId} ${day}`)) return false;
    const shortest = Math.min(
      ...this.#wishes.notes.map((wish) =>
        wish.kind === "retention" && wish.days !== null ? wish.days : Number.POSITIVE_INFINITY,
      ),
    );
    // Purged under a clock that was ahead by two days at most.
    return atMs + shortest * DAY_MS <= this.#nowMs() + 2 * DAY_MS;
  }

  #isForgotten(db: Database.Database, contactId: number): boolean {
    const known = this.#before?.contact.find(([id]) => id === contactId);
    const address = known?.[2] ?? db.prepare("SELECT address FROM contact WHERE id = ?").pluck().get(contactId);
    return this.#wishes.notes.some((wish) => isForget(wish) && wish.person === address);
  }

  /** Each acknowledged change is a row, and each acknowledged proof lies within a coverage. */
  #checkAcknowledged({ contact, coverage, account }: Rows): void {
    const accounts = new Map(account.map(([id, address]) => [id, String(address)]));
    const contacts = new Map(contact.map(([id, accountId, address]) => [id, `${accountId} ${address}`]));
    const kept = new Set(this.events.map((row) => `${contacts.get(row[1])} ${row[3]}`));
    for (const fact of this.#acknowledged) {
      if (fact.kind === "change" || fact.kind === "watch-open") {
        const isWished = this.#wishes.notes.some((wish) =>
          mayBeAbout(wish, accounts.get(fact.accountId), fact.address),
        );
        if (!isWished && !kept.has(`${fact.accountId} ${fact.address} ${fact.atMs}`)) {
          this.#complain(`lost: ${fact.address} ${fact.status} at ${new Date(fact.atMs).toISOString()}`);
        }
      }
      if (fact.kind !== "proof") continue;
      const isClaimed = coverage.some(
        ([, accountId, , , fromMs, toMs]) =>
          accountId === fact.accountId && Number(fromMs) <= fact.atMs && Number(toMs) >= fact.atMs,
      );
      if (!isClaimed) this.#complain(`lost: the proof of life at ${new Date(fact.atMs).toISOString()}`);
    }
  }

  #complain(text: string): void {
    this.complaints.push({ atMs: this.#nowMs(), text });
  }
}

function isForget(wish: WishNote): wish is WishNote & { kind: "forget" } {
  return wish.kind === "forget";
}

function mayBeAbout(wish: WishNote, account: string | undefined, contact: string): boolean {
  return account !== undefined && isAbout(wish, account, contact);
}
