import "server-only";
import { cache } from "react";
import { hourOfWeekTotals, weeksInRange } from "../../db/answers/totals.ts";
import { type Account, listAccounts } from "../../db/history/accounts.ts";
import { type Contact, findContact } from "../../db/history/contacts.ts";
import { horizonOf } from "../../db/history/coverage.ts";
import { firstWatchedMs, spansOf } from "../../db/history/spans.ts";
import { hourOfWeekTotalsOf } from "../../db/history/totals.ts";
import type { Handle } from "../../db/open.ts";
import type { HeatRange } from "./address-state.ts";
import { type DayBar, shapeDayBars } from "./day-bars.ts";
import { type DayChart, lastDays, shapeDayChart } from "./day-strips.ts";
import { type Heatmap, shapeHeatmap } from "./heatmap.ts";
import { openHistory } from "./history.ts";

export const DAYS_SHOWN = 14;
const HEAT_DAYS: Record<Exclude<HeatRange, "all">, number> = { "14d": 14, "8w": 56 };

/** The contact that an address names, once per request; undefined when there is none. */
export const contactById = cache(async (id: string): Promise<Contact | undefined> => {
  const history = openHistory();
  return history.kind === "ready" && /^\d{1,12}$/.test(id) ? findContact(history.db, Number(id)) : undefined;
});

export interface ContactPage {
  account: Account;
  /** Since when the contact's presence was to be known; undefined when it never was. */
  firstWatchedMs: number | undefined;
  days: DayChart;
  bars: DayBar[];
  heatmap: Heatmap;
}

/**
 * All that a contact's page shows, up to the horizon of their account; later is blank. `heat` is the range of the
 * heatmap alone. `contact` must be of this very database. Throws RangeError for a zone that does not exist.
 */
export async function readContactPage(
  db: Handle,
  contact: Contact,
  { zone, heat, nowMs }: { zone: string; heat: HeatRange; nowMs: number },
): Promise<ContactPage> {
  const account = (await listAccounts(db, nowMs)).find(({ id }) => id === contact.accountId);
  if (!account) throw new Error(`contact ${contact.id} belongs to account ${contact.accountId}, which does not exist`);
  const horizonMs = await horizonOf(db, account.id, nowMs);
  const firstMs = await firstWatchedMs(db, contact.id);
  const fromMs = (days: number) => lastDays(zone, nowMs, days)[0]?.fromMs ?? nowMs;
  const daysFromMs = fromMs(DAYS_SHOWN);
  const daySpans = daysFromMs < horizonMs ? await spansOf(db, contact.id, daysFromMs, horizonMs) : [];
  const heatFromMs = heat === "all" ? (firstMs ?? horizonMs) : fromMs(HEAT_DAYS[heat]);
  return {
    account,
    firstWatchedMs: firstMs,
    days: shapeDayChart(daySpans, { zone, nowMs, horizonMs, days: DAYS_SHOWN }),
    bars: shapeDayBars(daySpans, zone),
    heatmap: shapeHeatmap(
      heatFromMs < horizonMs
        ? await hourOfWeekTotalsOf(db, { contactId: contact.id }, heatFromMs, horizonMs, zone)
        : hourOfWeekTotals([], zone),
      weeksInRange(zone, heatFromMs, horizonMs),
      zone,
      nowMs,
    ),
  };
}
