/** `rollcall pause` and `rollcall resume`: nothing is recorded of a contact for a while. */
import { Command } from "commander";
import { plain } from "./plain.ts";
import { carryOutWish, requireContacts, withHistory } from "./wish.ts";

export const pauseCommand = new Command("pause")
  .description("record nothing about a contact until it is resumed; the time between is unknown")
  .argument("<address>", "a contact of yours")
  .option("--account <address>", "only on this account of yours")
  .action((address: string, { account }: { account?: string }) =>
    askForEach("pause", address, account, {
      done: "is paused: nothing is recorded, and that time is unknown",
      already: "was paused already",
    }),
  );

export const resumeCommand = new Command("resume")
  .description("record a paused contact again, from the next word about it or the next sign-in on")
  .argument("<address>", "a paused contact")
  .option("--account <address>", "only on this account of yours")
  .action((address: string, { account }: { account?: string }) =>
    askForEach("resume", address, account, {
      done: "is recorded again, from the next word about it or the next sign-in on",
      already: "was not paused",
    }),
  );

function askForEach(
  kind: "pause" | "resume",
  address: string,
  account: string | undefined,
  words: { done: string; already: string },
): Promise<void> {
  return withHistory(async (db, folder) => {
    for (const contact of requireContacts(db, address, account)) {
      const { changed } = await carryOutWish(db, folder, kind, { contactId: contact.id });
      console.log(plain(`${contact.address} (on ${contact.account}) ${changed ? words.done : words.already}.`));
    }
  });
}
