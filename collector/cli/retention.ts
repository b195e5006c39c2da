/** `rollcall retention`: how long raw events are kept. */
import { Command } from "commander";
import { ownRetentions, retentionDays } from "../../db/keep/retention.ts";
import type { Handle } from "../../db/open.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { plain } from "./plain.ts";
import { carryOutWish, requireContacts, withHistory } from "./wish.ts";

interface Options {
  contact?: string;
  account?: string;
}

export const retentionCommand = new Command("retention")
  .description("say how long raw events are kept, or change it; what days were like stays for ever")
  .argument("[days]", "a number of days, `forever`, or with --contact `default`")
  .option("--contact <address>", "for this contact alone")
  .option("--account <address>", "for this contact on this account of yours alone")
  .action((text: string | undefined, { contact, account }: Options) =>
    withHistory(async (db, folder) => {
      if (text === undefined) return tell(db);
      const days = parseDays(text);
      if (contact === undefined && (days === "default" || account !== undefined))
        throw new SettingsError("say with --contact ADDRESS whose events this is about");
      const contacts = contact === undefined ? [undefined] : requireContacts(db, contact, account);
      for (const one of contacts) {
        const params = { days, ...(one ? { contactId: one.id } : {}) };
        const { events } = await carryOutWish(db, folder, "retention", params);
        const whose = one ? ` of ${one.address} (on ${one.account})` : "";
        console.log(
          plain(
            `Raw events${whose} are kept ${wordsOf(days)}. ${events === 0 ? "None was older" : `${events} were older, and are gone`}.`,
          ),
        );
      }
    }),
  );

function tell(db: Handle): void {
  console.log(`Raw events are kept ${wordsOf(retentionDays(db))}.`);
  const named = db.prepare("SELECT address FROM contact WHERE id = ?").pluck();
  for (const { contactId, days } of ownRetentions(db))
    console.log(plain(`Those of ${named.get(contactId)} are kept ${wordsOf(days)}.`));
}

function parseDays(text: string): number | null | "default" {
  if (text === "default") return text;
  if (text === "forever") return null;
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 36_500) return days;
  throw new SettingsError(`"${text}" is not a number of days; it should look like 365, or be "forever"`);
}

function wordsOf(days: number | null | "default"): string {
  if (days === null) return "for ever";
  if (days === "default") return "as long as everybody's";
  return days === 1 ? "for one day" : `for ${days} days`;
}
