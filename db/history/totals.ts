/**
 * How long somebody, or many, were in each status: by local day and by hour of the local week. Days that are rolled up
 * come from the rollups, the rest from the facts; the numbers are the same to the millisecond.
 */
import { DayFold, type DayTotals, type Fold, type HourTotals, WeekFold } from "../answers/totals.ts";
import type { Handle } from "../open.ts";
import { prepared } from "../prepared.ts";
import { everyoneMark, isSealedFrom, markOf, NEVER } from "../rollup/marks.ts";
import { eachSum, QUARTER_MS } from "../rollup/quarters.ts";
import { codeOf, DAY_MS, dayOf } from "../rollup/timeline.ts";
import { inSnapshot } from "../snapshot.ts";
import { contactIdsOf } from "./contacts.ts";
import { eachKnownPieceOf } from "./fleet.ts";
import { groupsOf, sharedGroups } from "./homes.ts";
import { Newest } from "./newest.ts";
import { memberIds, type PersonKey } from "./persons.ts";
import { eachPersonPiece, eachPieceAsOne, piecesOf } from "./pieces.ts";
import { coveragesTouching } from "./spans.ts";
import { eachPieceOf } from "./stretches.ts";

/** Whose time is summed. `group`: those who are in it now. Of several, a person counts once, as far as it is among them. */
export type Whom =
  | { contactId: number }
  | { personKey: PersonKey }
  | { contactIds: readonly number[] }
  | { accountId: number; group?: string }
  | { everyone: true };

/**
 * Milliseconds by status for each local day of `zone` that [fromMs, toMs) touches, oldest first, with observed
 * milliseconds beside them; time unknown is in neither. For several contacts they are summed over the persons, and
 * `spannedMs` stays what the range has of the day. Throws RangeError when fromMs >= toMs, or for a zone that does not
 * exist.
 */
export async function dailyTotalsOf(
  db: Handle,
  whom: Whom,
  fromMs: number,
  toMs: number,
  zone: string,
): Promise<DayTotals[]> {
  checkRange(fromMs, toMs);
  const fold = new DayFold(zone, fromMs, toMs);
  inSnapshot(db, () => sumUp(db, whom, fromMs, toMs, fold));
  return fold.totals();
}

/**
 * The same for each hour of the local week: 168 of them, Monday 00:00 first. An hour that a clock change repeats counts
 * as one longer hour. For several contacts, a week counts as observed (around) when any of them was.
 */
export async function hourOfWeekTotalsOf(
  db: Handle,
  whom: Whom,
  fromMs: number,
  toMs: number,
  zone: string,
): Promise<HourTotals[]> {
  checkRange(fromMs, toMs);
  const fold = new WeekFold(zone, fromMs, toMs);
  inSnapshot(db, () => sumUp(db, whom, fromMs, toMs, fold));
  return fold.totals();
}

function checkRange(fromMs: number, toMs: number): void {
  if (fromMs >= toMs) throw new RangeError(`a range must end after it begins: ${fromMs} to ${toMs}`);
}

function sumUp(db: Handle, whom: Whom, fromMs: number, toMs: number, fold: Fold): void {
  if ("everyone" in whom) {
    sumEveryone(db, fromMs, toMs, fold);
    return countOnce(db, sharedGroups(db), fromMs, toMs, fold);
  }
  if ("accountId" in whom && whom.group === undefined) {
    sumAccount(db, whom.accountId, fromMs, toMs, fold);
    return countOnce(db, sharedGroups(db, whom.accountId), fromMs, toMs, fold);
  }
  const groups = groupsOf(db, namedBy(db, whom));
  const single = groups.filter((ids) => ids.length === 1).flat();
  sumContacts(db, single, fromMs, toMs, fold);
  for (const ids of groups) if (ids.length > 1) sumPerson(db, ids, fromMs, toMs, fold);
}

function namedBy(db: Handle, whom: Exclude<Whom, { everyone: true }>): readonly number[] {
  if ("contactId" in whom) return [whom.contactId];
  if ("personKey" in whom) return memberIds(db, whom.personKey);
  if ("contactIds" in whom) return whom.contactIds;
  return groupOf(db, whom.accountId, whom.group ?? "");
}

/** Sums hold every contact. Those of one person are taken out of them, and the person is put there instead. */
function countOnce(db: Handle, groups: readonly number[][], fromMs: number, toMs: number, fold: Fold): void {
  for (const ids of groups) {
    const members = ids.map((id) => piecesOf(db, id, fromMs, toMs));
    for (const piece of members.flat()) fold.add(piece.fromMs, piece.toMs, codeOf(piece.status), -1);
    eachPieceAsOne(members, (startMs, endMs, code) => fold.add(startMs, endMs, code));
  }
}

function sumPerson(db: Handle, contactIds: readonly number[], fromMs: number, toMs: number, fold: Fold): void {
  eachPersonPiece(db, contactIds, fromMs, toMs, (startMs, endMs, code) => fold.add(startMs, endMs, code));
}

/** Everyone's days where they are summed up, and behind them account by account. */
function sumEveryone(db: Handle, fromMs: number, toMs: number, fold: Fold): void {
  const read = (days: [number, number]) =>
    prepared(db, "SELECT day, quarters FROM everyone_day WHERE day >= ? AND day < ?")
      .raw()
      .all(...days);
  const [startMs, endMs] = sumQuarters(read as ReadDays, (everyoneMark(db) ?? NEVER) * DAY_MS, fromMs, toMs, fold);
  const accountIds = prepared(db, "SELECT id FROM account").pluck().all() as number[];
  const newest = new Newest(db, accountIds, toMs);
  for (const accountId of accountIds) {
    if (fromMs < startMs) sumAccount(db, accountId, fromMs, startMs, fold);
    if (endMs < toMs) sumAccount(db, accountId, endMs, toMs, fold, newest);
  }
}

/**
 * The account's days where they are summed up, also the unfinished one as far as it is. What is newer comes from the
 * newest facts, and what is cut off at the ends of the range contact by contact.
 */
function sumAccount(
  db: Handle,
  accountId: number,
  fromMs: number,
  toMs: number,
  fold: Fold,
  newest = new Newest(db, [accountId], toMs),
): void {
  const soFar = newest.soFarOf(accountId);
  const read = (days: [number, number]) => {
    const sql = "SELECT day, quarters FROM account_day WHERE account_id = ? AND day >= ? AND day < ?";
    const rows = prepared(db, sql)
      .raw()
      .all(accountId, ...days) as [number, Uint8Array][];
    return soFar ? [...rows, [dayOf(soFar.toMs - 1), soFar.quarters] as [number, Uint8Array]] : rows;
  };
  const summedMs = soFar?.toMs ?? markOf(db, accountId) * DAY_MS;
  const [startMs, endMs] = sumQuarters(read, summedMs, fromMs, toMs, fold);
  if (fromMs < startMs) sumContactsOf(db, accountId, undefined, fromMs, startMs, fold);
  if (endMs >= toMs) return;
  const isRead = newest.eachPiece(accountId, endMs, toMs, (...piece) => fold.add(...piece));
  if (!isRead) sumContactsOf(db, accountId, undefined, endMs, toMs, fold);
}

type ReadDays = (days: [fromDay: number, toDay: number]) => [day: number, quarters: Uint8Array][];

/** Adds all whole quarter-hours of the range that lie before `summedMs`, and returns which part of it that was. */
function sumQuarters(read: ReadDays, summedMs: number, fromMs: number, toMs: number, fold: Fold): [number, number] {
  const startMs = Math.ceil(fromMs / QUARTER_MS) * QUARTER_MS;
  const endMs = Math.min(Math.floor(toMs / QUARTER_MS) * QUARTER_MS, summedMs);
  if (!fold.isInQuarters || startMs >= endMs) return [fromMs, fromMs];
  for (const [day, quarters] of read([dayOf(startMs), dayOf(endMs - 1) + 1])) {
    const midnightMs = day * DAY_MS;
    eachSum(quarters, (code, quarter, ms) => {
      const atMs = midnightMs + quarter * QUARTER_MS;
      if (atMs >= startMs && atMs < endMs) fold.addQuarter(atMs, code, ms);
    });
  }
  return [startMs, endMs];
}

/** Contact by contact, each once. */
function sumContacts(db: Handle, contactIds: readonly number[], fromMs: number, toMs: number, fold: Fold): void {
  const accountOf = prepared(db, "SELECT account_id FROM contact WHERE id = ?").pluck();
  const byAccount = Map.groupBy(new Set(contactIds), (id) => accountOf.get(id) as number | undefined);
  for (const [accountId, ids] of byAccount)
    if (accountId !== undefined) sumContactsOf(db, accountId, ids, fromMs, toMs, fold);
}

/** Contacts of one account, all of them when none are named. */
function sumContactsOf(
  db: Handle,
  accountId: number,
  contactIds: readonly number[] | undefined,
  fromMs: number,
  toMs: number,
  fold: Fold,
): void {
  const mark = markOf(db, accountId);
  const ids = contactIds ?? contactIdsOf(db, accountId);
  const add = (startMs: number, endMs: number, code: number) => fold.add(startMs, endMs, code);
  const newMs = Math.min(toMs, Math.max(fromMs, mark * DAY_MS));
  // From the millisecond before the mark, which tells how the day hangs together with the last one.
  const coverages = coveragesTouching(db, accountId, newMs - 1, toMs);
  if (isSealedFrom(db, accountId, mark)) {
    for (const contactId of ids) eachPieceOf(db, contactId, fromMs, toMs, add, { mark, coverages });
    return;
  }
  if (fromMs < newMs) for (const contactId of ids) eachPieceOf(db, contactId, fromMs, newMs, add, { mark });
  if (newMs < toMs) eachKnownPieceOf(db, ids, coverages, newMs, toMs, add);
}

function groupOf(db: Handle, accountId: number, group: string): number[] {
  return prepared(
    db,
    `SELECT id FROM contact WHERE account_id = ? AND EXISTS (SELECT 1 FROM json_each(contact.groups) WHERE value = ?)`,
  )
    .pluck()
    .all(accountId, group) as number[];
}
