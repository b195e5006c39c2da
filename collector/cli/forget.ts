/** `rollcall forget`: every trace of a contact goes. */
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { forgetParams } from "../../db/keep/forget.ts";
import { forgottenAt } from "../../db/keep/tombstones.ts";
import type { FoundContact } from "../../db/keep/whom.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";
import { carryOutWish, requireContacts, withHistory } from "./wish.ts";

interface Options {
  account?: string;
  yes?: true;
  list?: true;
}

export const forgetCommand = new Command("forget")
  .description("delete everything about a contact, for good, and never record it again")
  .argument("[address]", "a contact of yours")
  .option("--account <address>", "only on this account of yours")
  .option("--yes", "do not ask first")
  .option("--list", "say how many have been forgotten, and when; not who, which nobody knows")
  .action((address: string | undefined, { account, yes, list }: Options) =>
    withHistory(async (db, folder) => {
      if (list) return tell(forgottenAt(db));
      if (address === undefined) throw new SettingsError("say whom to forget: rollcall forget ADDRESS");
      const contacts = requireContacts(db, address, account);
      if (!yes) await confirm(contacts);
      for (const contact of contacts) {
        const answer = await carryOutWish(db, folder, "forget", forgetParams(db, contact.id));
        console.log(plain(`Forgotten: ${contact.address} (on ${contact.account}), ${answer.events} events.`));
        if (!answer.isLogClean) {
          console.error(
            "rollcall: somebody reads the history at this moment, so scraps may stay in its write-ahead log until Rollcall is stopped",
          );
        }
      }
      console.log(
        "Copies that you made of the history know them still, until they are put back with `rollcall restore`.",
      );
    }),
  );

function tell(instants: readonly number[]): void {
  if (instants.length === 0) return console.log("Nobody has been forgotten.");
  console.log(`${instants.length} forgotten:`);
  for (const atMs of instants) console.log(new Date(atMs).toISOString());
}

async function confirm(contacts: readonly FoundContact[]): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new SettingsError("there is no terminal to ask whether you are sure at: say so with --yes");
  }
  const who = contacts.map(({ address, account }) => `${address} (on ${account})`).join(" and ");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const said = await terminal.question(plain(`Delete everything about ${who}, for good? [y/N] `));
    if (!/^y(es)?$/i.test(said.trim())) throw new Failure(EXIT.failed, "nobody was forgotten");
  } finally {
    terminal.close();
  }
}
