/** `rollcall password`: what the dashboard asks for at its door. */
import { readFileSync } from "node:fs";
import password from "@inquirer/password";
import { Command } from "commander";
import { Access } from "../../db/access/access.ts";
import { hashPassword, PasswordRefused, requireUsable } from "../../db/access/password.ts";
import { dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { isLoopback, listenSettings } from "../../db/settings/listen.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";

export const passwordCommand = new Command("password")
  .description("set or change the dashboard's password; every browser has to sign in afresh")
  .option("--file <file>", "read it from the first line of a file; - for standard input")
  .option("--remove", "take it away: the dashboard opens with a printed address again, on this computer alone")
  .action(async ({ file, remove }: { file?: string; remove?: true }) => {
    const { host } = listenSettings();
    if (remove && !isLoopback(host)) {
      throw new SettingsError(
        `the dashboard listens on ${host}, and beyond this computer it needs a password: set another one, or have it listen on 127.0.0.1 first`,
      );
    }
    const folder = dataFolder();
    prepareDataFolder(folder);
    const hash = remove ? undefined : await hashed(file === undefined ? await askTwice() : readIt(file));
    const access = new Access(folder);
    try {
      access.putPassword(hash, systemClock.nowMs());
    } finally {
      access.close();
    }
    console.log(
      remove
        ? "The dashboard has no password any more; `rollcall key` prints an address that opens it."
        : "The dashboard asks for this password from now on, in every browser.",
    );
  });

async function hashed(text: string): Promise<string> {
  try {
    return await hashPassword(text);
  } catch (error) {
    if (error instanceof PasswordRefused) throw new SettingsError(error.message, { cause: error });
    throw error;
  }
}

function readIt(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8").split(/\r?\n/, 1)[0] ?? "";
  } catch (error) {
    throw new SettingsError(`cannot read the password file ${file} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

async function askTwice(): Promise<string> {
  if (!process.stdin.isTTY)
    throw new SettingsError(
      "there is no terminal to ask for the password at: use --file FILE, or --file - for standard input",
    );
  try {
    const first = await password({ message: "New password for the dashboard", mask: true, validate: problemOf });
    await password({ message: "The same again", mask: true, validate: (again) => again === first || "it differs" });
    return first;
  } catch (error) {
    throw new Failure(EXIT.failed, "nothing was changed: no password was given", { cause: error });
  }
}

function problemOf(text: string): true | string {
  try {
    requireUsable(text);
    return true;
  } catch (error) {
    if (error instanceof PasswordRefused) return error.message;
    throw error;
  }
}
