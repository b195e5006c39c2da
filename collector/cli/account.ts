/** `rollcall account`: who signs in where. */
import { readFileSync } from "node:fs";
import password from "@inquirer/password";
import { Command } from "commander";
import { listAccounts } from "../../db/history/accounts.ts";
import { lockUnlessHeld } from "../../db/lock.ts";
import { type Handle, openForReading, openForWriting, readerOrNothing } from "../../db/open.ts";
import {
  type AccountOptions,
  noSuchAccount,
  parseAddress,
  parseServer,
  parseServiceUrl,
  putAccount,
  putWish,
  removeAccount,
  storedAccounts,
} from "../../db/settings/accounts.ts";
import { chooseDatabase, dataFolder, ownDatabase, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { secretFrom } from "../../db/settings/secrets.ts";
import { credential } from "../../db/settings/settings.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { DIALECTS, dialectNamed } from "../network/messenger/dialects.ts";
import { HttpFailure } from "../network/messenger/net/http.ts";
import { createHttpClient } from "../network/messenger/net/node-http.ts";
import { EXIT, Failure } from "./exit.ts";
import { passwordFromFile, requireOneLine } from "./password-file.ts";
import { plain } from "./plain.ts";
import { tellMigrating } from "./progress.ts";
import { tryAccount } from "./try-account.ts";

const SPOKEN = `${DIALECTS.at(-1)?.name} to ${DIALECTS[0]?.name}`;
const DEFAULT_PORT = 1863;

interface AddOptions {
  network: string;
  server: string;
  dialect?: string;
  nexus?: string;
  rst?: string;
  addressBook?: string;
  sharing?: string;
  offlineMessages?: string;
  gateway?: string;
  ca?: string;
  visible?: true;
  takeBack?: string;
  moved?: true;
  passwordFile?: string;
}

/** The web services beside a Messenger server that can be somewhere else than usual. */
const SERVICES = ["nexus", "rst", "addressBook", "sharing", "offlineMessages"] as const;

const add = new Command("add")
  .description("record this account, or give it other settings")
  .argument("<address>", "the account's address on the network")
  .requiredOption("--server <host[:port]>", "the network's dispatch or notification server")
  .option("--network <name>", "the kind of network", "messenger")
  .option("--dialect <name>", `speak only this dialect (${SPOKEN}); without it, the best that the server has`)
  .option("--nexus <url>", "where MSNP8 to MSNP11 sign in; without it, the network's usual place")
  .option("--rst <url>", "where MSNP12 and later get their tokens")
  .option("--address-book <url>", "where MSNP13 and later read the contacts")
  .option("--sharing <url>", "where MSNP13 and later read who may see whom")
  .option("--offline-messages <url>", "where offline messages are read")
  .option("--gateway <url>", "go through this HTTP gateway, where port 1863 is closed")
  .option("--ca <file>", "certificates (PEM) to trust besides those of the system")
  .option("--visible", "show the account as available instead of appearing offline")
  .option(
    "--take-back <minutes>",
    "signed in elsewhere: take the session back after so long, three times a day at most",
  )
  .option("--moved", "the account's server has another name now; its history goes on")
  .option("--password-file <file>", "read the password from a file; - is standard input")
  .addHelpText(
    "after",
    "\nThe password comes from --password-file, from $ROLLCALL_PASSWORD, or from a prompt; never from an argument.",
  )
  .action(async (address: string, options: AddOptions) => {
    if (options.network !== "messenger")
      throw new SettingsError(`there is no network "${options.network}"; this version knows: messenger`);
    const account = {
      network: options.network,
      address: parseAddress(address),
      ...parseServer(options.server, DEFAULT_PORT),
      options: readOptions(options),
    };
    const folder = dataFolder();
    prepareDataFolder(folder);
    const path = ownDatabase(folder);
    // Nobody should type a password for a history that cannot be used.
    readerOrNothing(path, { anyAge: true })?.close();
    const secret = await readPassword(account.address, options.passwordFile);
    const db = openForWriting(path, tellMigrating);
    try {
      const sealed = await sealPassword(db, folder, secret);
      const isNew = putAccount(db, account, sealed, systemClock.nowMs(), options.moved);
      console.log(
        `${isNew ? "Added" : "Changed"} ${account.address} at ${account.host}:${account.port}. ${whenRecorded(folder, account.address)}`,
      );
    } finally {
      db.close();
    }
  });

const list = new Command("list")
  .description("list the accounts")
  .option("--json", "for scripts")
  .action(async ({ json }: { json?: true }) => {
    const db = readerOrNothing(chooseDatabase(dataFolder()).path);
    const accounts = db ? await listAccounts(db, systemClock.nowMs()) : [];
    db?.close();
    if (json) return console.log(JSON.stringify(accounts, null, 2));
    if (accounts.length === 0)
      return console.log("No account yet. Add yours with: rollcall account add you@example.com --server HOST");
    for (const { address, network, host, port, state, stateDetail } of accounts) {
      console.log(plain(`${address}  ${network} at ${host}:${port}  ${state}${stateDetail ? `: ${stateDetail}` : ""}`));
    }
  });

const test = new Command("test")
  .description("sign in once, without recording, and say how it went")
  .argument("<address>", "an account that has been added")
  .action(async (text: string) => {
    const address = parseAddress(text).toLowerCase();
    const folder = dataFolder();
    prepareDataFolder(folder);
    const lock = lockUnlessHeld(folder, systemClock.nowMs());
    try {
      const db = openForReading(ownDatabase(folder));
      const stored = storedAccounts(db).find((one) => one.address === address);
      db.close();
      if (!stored) throw noSuchAccount(address);
      console.log(plain(await tryAccount(folder, stored, lock !== undefined)));
    } finally {
      lock?.release();
    }
  });

const remove = new Command("remove")
  .description("take an account away: its password is deleted, what it recorded stays")
  .argument("<address>", "an account that has been added")
  .action(async (text: string) => {
    const address = parseAddress(text);
    const { removal, isRunning } = change((db, isAlone) => ({
      removal: removeAccount(db, address, systemClock.nowMs(), isAlone),
      isRunning: !isAlone,
    }));
    const out = isRunning ? " The collector signs it out within two seconds." : "";
    const rest =
      removal === "history-stays"
        ? " Its password is gone. What it recorded stays, and goes on when you add it again; `rollcall forget` deletes what is known of a person."
        : "";
    console.log(`Removed ${address}.${rest}${out}`);
  });

function wishCommand(name: "pause" | "resume", description: string, words: { done: string; already: string }): Command {
  return new Command(name)
    .description(description)
    .argument("<address>", "an account that has been added")
    .action(async (text: string) => {
      const address = parseAddress(text);
      const wish = name === "pause" ? "paused" : "record";
      const isChanged = change((db) => putWish(db, address, wish, systemClock.nowMs()));
      console.log(`${address} ${isChanged ? words.done : words.already}.`);
    });
}

const pause = wishCommand("pause", "sign an account out and leave it alone; the time is unknown", {
  done: "is paused: it is not signed in, and its time is unknown until `rollcall account resume`",
  already: "was paused already",
});
const resume = wishCommand("resume", "record a paused account again, or try one again that has stopped", {
  done: "is recorded again, by the collector that runs within two seconds",
  already: "was neither paused nor stopped",
});

/** A small change to an account, beside a collector that runs or alone. */
function change<T>(work: (db: Handle, isAlone: boolean) => T): T {
  const folder = dataFolder();
  prepareDataFolder(folder);
  const lock = lockUnlessHeld(folder, systemClock.nowMs());
  try {
    const db = openForWriting(ownDatabase(folder), tellMigrating);
    try {
      return work(db, lock !== undefined);
    } finally {
      db.close();
    }
  } finally {
    lock?.release();
  }
}

export const accountCommand = new Command("account")
  .description("add, list, test, pause, resume and remove the accounts that are recorded")
  .addCommand(add)
  .addCommand(list)
  .addCommand(test)
  .addCommand(pause)
  .addCommand(resume)
  .addCommand(remove);

function readOptions({ dialect, gateway, ca, visible, takeBack, ...urls }: AddOptions): AccountOptions {
  if (dialect && !dialectNamed(dialect))
    throw new SettingsError(`there is no dialect "${dialect}"; this version speaks ${SPOKEN}`);
  const services: NonNullable<AccountOptions["services"]> = {};
  for (const name of SERVICES) {
    const url = urls[name];
    const option = `--${name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)}`;
    if (url !== undefined) services[name] = parseServiceUrl(url, option);
  }
  return {
    ...(dialect ? { dialect: dialect.toUpperCase() } : {}),
    ...(Object.keys(services).length > 0 ? { services } : {}),
    ...(gateway === undefined ? {} : { gateway: parseServiceUrl(gateway, "--gateway") }),
    ...(ca === undefined ? {} : { ca: readCertificates(ca) }),
    ...(visible ? { visible: true } : {}),
    ...(takeBack === undefined ? {} : { takeBackMinutes: readMinutes(takeBack) }),
  };
}

function readMinutes(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 1_440) return minutes;
  throw new SettingsError(`--take-back ${text}: it should be a number of minutes from 1 to 1440`);
}

/** The certificates themselves are kept, so that the file may go. */
function readCertificates(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new SettingsError(`cannot read the certificate file ${file} (${code})`, { cause: error });
  }
  try {
    // The judge is who will have to use them, so that nothing is stored that no session can be opened with.
    createHttpClient({ ca: text }).close();
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new SettingsError(`${file} will not do for --ca: ${error.message}`, { cause: error });
  }
  return text;
}

async function readPassword(address: string, file: string | undefined): Promise<string> {
  const secret = await findPassword(address, file);
  if (secret === "") throw new SettingsError(`the password of ${address} is empty`);
  return requireOneLine(secret);
}

async function findPassword(address: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return passwordFromFile(file);
  const { ROLLCALL_PASSWORD: said, ROLLCALL_PASSWORD_FILE: named } = process.env;
  if (said !== undefined) return said;
  if (named) return secretFrom(named, "ROLLCALL_PASSWORD_FILE");
  const handed = credential(process.env, "password");
  if (handed) return handed.value;
  if (!process.stdin.isTTY) {
    throw new SettingsError(
      "there is no terminal to ask for the password at: use --password-file FILE or the environment variable ROLLCALL_PASSWORD",
    );
  }
  try {
    return await password({ message: `Password of ${address}`, mask: true });
  } catch (error) {
    throw new Failure(EXIT.failed, "nothing was added: no password was given", { cause: error });
  }
}

function whenRecorded(folder: string, address: string): string {
  const lock = lockUnlessHeld(folder, systemClock.nowMs());
  lock?.release();
  return lock === undefined
    ? "What runs signs it in within seconds; npx rollcall status tells how that went."
    : `It is recorded from the next \`npx rollcall start\` on. To try it first: npx rollcall account test ${address}`;
}
