import "server-only";
import { localDays } from "../../db/answers/zone.ts";
import { lastCollector, listAccounts } from "../../db/history/accounts.ts";
import { type Contact, listContacts } from "../../db/history/contacts.ts";
import { horizonOf } from "../../db/history/coverage.ts";
import { aliases } from "../../db/history/notes.ts";
import { spansOf } from "../../db/history/spans.ts";
import { statesNow } from "../../db/history/state.ts";
import type { Handle } from "../../db/open.ts";
import { type Board, type Person, type Strip, shapeBoard, shapeStrip, type Today } from "./board.ts";
import { hourMarks } from "./hour-marks.ts";

/** The board as the history tells it at `nowMs`; `zone`, which must exist, says which day is today. */
export async function readBoard(db: Handle, isSandbox: boolean, nowMs: number, zone: string): Promise<Board> {
  return shapeBoard({
    nowMs,
    isSandbox,
    collector: await lastCollector(db, nowMs),
    today: todayIn(zone, nowMs),
    accounts: await listAccounts(db, nowMs),
    contacts: await calledContacts(db),
    states: await statesNow(db, nowMs),
  });
}

/** Contacts by the names that the user gave them, where there are any. */
async function calledContacts(db: Handle): Promise<Contact[]> {
  const own = await aliases(db);
  return (await listContacts(db)).map((contact) => ({ ...contact, name: own.get(contact.id) ?? contact.name }));
}

export function todayIn(zone: string, nowMs: number): Today {
  const [day] = localDays(zone, nowMs, nowMs + 1);
  if (!day) throw new Error(`${zone} has no day that contains ${nowMs}`);
  return { fromMs: day.fromMs, toMs: day.toMs, marks: hourMarks(day, zone) };
}

/** Today's strips of these people, by contact. */
export async function readStrips(
  db: Handle,
  { nowMs, today, accounts }: Board,
  wanted: (person: Person) => boolean,
): Promise<Record<number, Strip>> {
  const strips: Record<number, Strip> = {};
  for (const { id, groups } of accounts) {
    const horizonMs = await horizonOf(db, id, nowMs);
    for (const person of groups.flatMap(({ people }) => people)) {
      if (strips[person.id] || !wanted(person)) continue;
      const spans = horizonMs > today.fromMs ? await spansOf(db, person.id, today.fromMs, horizonMs) : [];
      strips[person.id] = shapeStrip(spans, person.status);
    }
  }
  return strips;
}
