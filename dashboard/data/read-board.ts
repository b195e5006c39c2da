import "server-only";
import { localDays } from "../../db/answers/zone.ts";
import { lastCollector, listAccounts } from "../../db/history/accounts.ts";
import { type Contact, contactsById, findContact, inOrder } from "../../db/history/contacts.ts";
import { horizonOf } from "../../db/history/coverage.ts";
import { lastSeen } from "../../db/history/last-seen.ts";
import { aliases } from "../../db/history/notes.ts";
import { spansOf } from "../../db/history/spans.ts";
import { statesNow } from "../../db/history/state.ts";
import type { Handle } from "../../db/open.ts";
import { isAround } from "../../db/status.ts";
import { type Board, type Details, type Person, type Seen, shapeBoard, shapeStrip, type Today } from "./board.ts";
import { hourMarks } from "./hour-marks.ts";

/**
 * The board as the history tells it at `nowMs`; `zone`, which must exist, says which day is today. `contacts`: where they
 * are known, in the order in which people sort names.
 */
export async function readBoard(
  db: Handle,
  isSandbox: boolean,
  nowMs: number,
  zone: string,
  contacts?: Contact[],
): Promise<Board> {
  return shapeBoard({
    nowMs,
    isSandbox,
    collector: await lastCollector(db, nowMs),
    today: todayIn(zone, nowMs),
    accounts: await listAccounts(db, nowMs),
    contacts: contacts ?? inOrder(await calledContacts(db)),
    states: await statesNow(db, nowMs),
  });
}

/** Contacts by the names that the user gave them, where there are any; in the order of their numbers. */
export async function calledContacts(db: Handle): Promise<Contact[]> {
  const own = await aliases(db);
  return contactsById(db).map((contact) => ({ ...contact, name: own.get(contact.id) ?? contact.name }));
}

export function todayIn(zone: string, nowMs: number): Today {
  const [day] = localDays(zone, nowMs, nowMs + 1);
  if (!day) throw new Error(`${zone} has no day that contains ${nowMs}`);
  return { fromMs: day.fromMs, toMs: day.toMs, marks: hourMarks(day, zone) };
}

/** Whose row it is, and as what it shows them. */
export type RowOf = Pick<Person, "id" | "status"> & { accountId: number };

/** What the rows of these people show besides their state, by contact. */
export async function readDetails(
  db: Handle,
  { nowMs, today }: Pick<Board, "nowMs" | "today">,
  rows: Iterable<RowOf>,
): Promise<Record<number, Details>> {
  const details: Record<number, Details> = {};
  const horizons = new Map<number, number>();
  for (const { id, status, accountId } of rows) {
    if (details[id]) continue;
    const horizonMs = horizons.get(accountId) ?? (await horizonOf(db, accountId, nowMs));
    horizons.set(accountId, horizonMs);
    const spans = horizonMs > today.fromMs ? await spansOf(db, id, today.fromMs, horizonMs) : [];
    const seen = isAround(status) ? undefined : await readSeen(db, id, nowMs);
    details[id] = { strip: shapeStrip(spans, status), seen };
  }
  return details;
}

/** The same of contacts by their numbers, as they are now; whoever does not exist is passed over. */
export async function readDetailsOf(
  db: Handle,
  contactIds: ReadonlySet<number>,
  nowMs: number,
  zone: string,
): Promise<Record<number, Details>> {
  const states = (await statesNow(db, nowMs)).filter(({ contactId }) => contactIds.has(contactId));
  const rows = await Promise.all(
    states.map(async ({ contactId: id, status }) => ({
      id,
      status,
      accountId: (await findContact(db, id))?.accountId ?? 0,
    })),
  );
  return readDetails(db, { nowMs, today: todayIn(zone, nowMs) }, rows);
}

/** Every row of a board, in the order in which they stand. */
export function* rowsOf({ accounts }: Board): Generator<RowOf> {
  for (const { id: accountId, groups, gone } of accounts) {
    for (const { people } of [...groups, { people: gone }])
      for (const { id, status } of people) yield { id, status, accountId };
  }
}

/** When a contact was last there. */
export async function readSeen(db: Handle, contactId: number, nowMs: number): Promise<Seen> {
  const { seen, notObservedMs } = await lastSeen(db, { contactId }, nowMs);
  return {
    readMs: nowMs,
    untilMs: seen?.untilMs ?? null,
    isEndKnown: seen?.isEndKnown ?? false,
    missedMs: notObservedMs,
  };
}
