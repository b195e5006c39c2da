import "server-only";
import { cache } from "react";
import { hourOfWeekTotals, weeksInRange } from "../../db/answers/totals.ts";
import { localDays } from "../../db/answers/zone.ts";
import { type Account, listAccounts } from "../../db/history/accounts.ts";
import { type Contact, findContact } from "../../db/history/contacts.ts";
import { horizonOf } from "../../db/history/coverage.ts";
import { type ContactNotes, notesOf } from "../../db/history/notes.ts";
import { profileChangesOf } from "../../db/history/profile.ts";
import { sessionsOf } from "../../db/history/sessions.ts";
import { firstWatchedMs, spansOf } from "../../db/history/spans.ts";
import { stretchesOf } from "../../db/history/stretches.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf } from "../../db/history/totals.ts";
import type { Handle } from "../../db/open.ts";
import type { Reading } from "../../db/status.ts";
import { type Actogram, shapeActogram } from "./actogram.ts";
import type { AddressState } from "./address-state.ts";
import { type BehindPage, chooseBehind, readBehind } from "./behind.ts";
import type { Seen } from "./board.ts";
import { type CalendarYear, shapeCalendar } from "./calendar.ts";
import { type Comparison, periodBefore, shapeComparison } from "./comparison.ts";
import { type DayBar, shapeDayBars } from "./day-bars.ts";
import { type DayChart, shapeDayChart } from "./day-strips.ts";
import { type Heatmap, shapeHeatmap } from "./heatmap.ts";
import { openHistory } from "./history.ts";
import { chooseRange, type RangeName, type ShownRange } from "./ranges.ts";
import { readSeen } from "./read-board.ts";
import { type SaidLine, shapeSaid } from "./said.ts";
import { type SessionLengths, shapeSessionLengths } from "./session-lengths.ts";
import { shapeTypicalDay, type TypicalDay } from "./typical-day.ts";

export const USUAL_RANGE: RangeName = "4w";
/** As many days fit on a page as strips that can be read to the second; of more, the habit is what one sees. */
const MOST_STRIPS = 31;
const SAID_SHOWN = 30;
/** A line that comes and goes within so short a time is no going away. */
export const BRIDGED_MS = 120_000;

/** The contact that an address names, once per request; undefined when there is none. */
export const contactById = cache(async (id: string): Promise<Contact | undefined> => {
  const history = openHistory();
  return history.kind === "ready" && /^\d{1,12}$/.test(id) ? findContact(history.db, Number(id)) : undefined;
});

/** A few days one by one, or many at a glance. */
export type Days =
  | { kind: "strips"; chart: DayChart; bars: DayBar[] }
  | { kind: "actogram"; chart: Actogram; calendar: CalendarYear[] };

export interface ContactPage {
  account: Account;
  /** The user's own words. */
  notes: ContactNotes;
  /** Since when the contact's presence was to be known; undefined when it never was. */
  firstWatchedMs: number | undefined;
  range: ShownRange;
  days: Days;
  /** The statuses that occur in the range. */
  statuses: ReadonlySet<Reading>;
  heatmap: Heatmap;
  typicalDay: TypicalDay;
  sessions: SessionLengths;
  said: SaidLine[];
  /** When the address asks for it, and there is a time before. */
  comparison: Comparison | undefined;
  /** When they were last there, for who is not there now. */
  seen: Seen;
  /** What stands behind a day or an hour of the week, when the address asks for it. */
  behind: BehindPage | undefined;
}

/**
 * All that a contact's page shows, up to the horizon of their account; later is blank. `contact` must be of this very
 * database. Throws RangeError for a zone that does not exist.
 */
export async function readContactPage(
  db: Handle,
  contact: Contact,
  { asked, zone, nowMs }: { asked: AddressState; zone: string; nowMs: number },
): Promise<ContactPage> {
  const account = (await listAccounts(db, nowMs)).find(({ id }) => id === contact.accountId);
  if (!account) throw new Error(`contact ${contact.id} belongs to account ${contact.accountId}, which does not exist`);
  const horizonMs = await horizonOf(db, account.id, nowMs);
  const firstMs = await firstWatchedMs(db, contact.id);
  const range = chooseRange(asked.range, USUAL_RANGE, { zone, horizonMs, firstMs });
  const { fromMs, toMs } = range;
  const days = localDays(zone, fromMs, toMs);
  const whom = { contactId: contact.id };
  const hours = fromMs < toMs ? await hourOfWeekTotalsOf(db, whom, fromMs, toMs, zone) : hourOfWeekTotals([], zone);
  const behind = chooseBehind(asked, { zone, fromMs, toMs, days });
  const stretches = [...(await stretchesOf(db, contact.id, fromMs, toMs))];
  const sessions = await sessionsOf(db, whom, fromMs, toMs, { bridgeMs: BRIDGED_MS });
  return {
    account,
    notes: await notesOf(db, contact.id),
    firstWatchedMs: firstMs,
    range,
    days: await readDays(),
    statuses: new Set(stretches.map(({ status }) => status)),
    heatmap: shapeHeatmap(hours, weeksInRange(zone, fromMs, toMs), zone, nowMs),
    typicalDay: shapeTypicalDay(hours),
    sessions: shapeSessionLengths(sessions),
    comparison: asked.compare === "before" && range.name !== "all" ? await compare() : undefined,
    seen: await readSeen(db, contact.id, nowMs),
    said: shapeSaid(await profileChangesOf(db, contact.id, fromMs, toMs), zone, SAID_SHOWN),
    behind: behind && (await readBehind(db, contact.id, behind, { zone, after: asked.after })),
  };

  async function compare(): Promise<Comparison> {
    const before = periodBefore(range, zone);
    return shapeComparison(
      { fromMs, toMs, totals: await dailyTotalsOf(db, whom, fromMs, toMs, zone), sessions },
      {
        ...before,
        totals: await dailyTotalsOf(db, whom, before.fromMs, before.toMs, zone),
        sessions: await sessionsOf(db, whom, before.fromMs, before.toMs, { bridgeMs: BRIDGED_MS }),
      },
      zone,
    );
  }

  async function readDays(): Promise<Days> {
    if (days.length <= MOST_STRIPS) {
      const spans = await spansOf(db, contact.id, fromMs, toMs);
      const chart = shapeDayChart(spans, { zone, nowMs, horizonMs, days });
      return { kind: "strips", chart, bars: shapeDayBars(spans, zone) };
    }
    const totals = await dailyTotalsOf(db, whom, fromMs, toMs, zone);
    const listedMs = totals.map(({ spannedMs }) => spannedMs);
    const chart = shapeActogram(stretches, { zone, nowMs, days });
    return { kind: "actogram", chart, calendar: shapeCalendar(totals, listedMs, nowMs, zone) };
  }
}
