/** `rollcall password`: the one password of the dashboard. */
import prompt from "@inquirer/password";
import { Command } from "commander";
import { Access } from "../../db/access/access.ts";
import { checkNewPassword, PasswordRefused } from "../../db/access/password.ts";
import { dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { listenSettings } from "../../db/settings/listen.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { passwordFromFile, requireOneLine } from "./password-file.ts";

interface Options {
  file?: string;
  remove?: true;
  withoutCodes?: true;
}

export const passwordCommand = withSettings(
  new Command("password").description("set or change the dashboard's password; every browser signs in anew"),
  "dashboard.host",
)
  .option("--file <file>", "read it from a file; - is standard input")
  .option("--remove", "have none any more: the address that is printed opens the dashboard again")
  .option("--without-codes", "have sign-in ask for no codes any more; the password stays")
  .addHelpText("after", "\nIt is asked for on a terminal, or comes from a file; never from an argument.")
  .action(async ({ file, remove, withoutCodes }: Options) => {
    const { open } = listenSettings();
    if (remove && open !== undefined)
      throw new SettingsError(
        `the password stays: ${open}, and beyond this computer the dashboard needs one. Take that back first`,
      );
    const folder = dataFolder();
    prepareDataFolder(folder);
    const access = new Access(folder);
    try {
      if (remove) return tellRemoved(access.removePassword());
      if (withoutCodes) {
        const had = access.removeCodes();
        return console.log(had ? "Sign-in asks for no codes any more." : "Sign-in asked for no codes.");
      }
      const had = access.hasPassword();
      await access.setPassword(await newPassword(file), systemClock.nowMs());
      console.log(
        `The dashboard's password is ${had ? "changed" : "set"}, and every browser signs in anew. On this computer \`rollcall key\` opens it, too.`,
      );
    } catch (error) {
      throw error instanceof PasswordRefused ? new SettingsError(error.message, { cause: error }) : error;
    } finally {
      access.close();
    }
  });

function tellRemoved(isRemoved: boolean): void {
  console.log(
    isRemoved
      ? "The dashboard has no password any more; `rollcall key` prints an address that opens it."
      : "The dashboard had no password.",
  );
}

async function newPassword(file: string | undefined): Promise<string> {
  if (file !== undefined) return requireOneLine(passwordFromFile(file));
  if (!process.stdin.isTTY)
    throw new SettingsError(
      "there is no terminal to ask for the password at: use --file FILE, or --file - to pipe it in",
    );
  try {
    const first = await prompt({ message: "New password of the dashboard", mask: true });
    // Before it is typed a second time.
    checkNewPassword(first);
    const second = await prompt({ message: "The same again", mask: true });
    if (first !== second) throw new Failure(EXIT.failed, "nothing was changed: the two were not the same");
    return first;
  } catch (error) {
    if (error instanceof Failure || error instanceof PasswordRefused) throw error;
    throw new Failure(EXIT.failed, "nothing was changed: no password was given", { cause: error });
  }
}
