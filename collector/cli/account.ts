/** `rollcall account`: who signs in where. */
import { readFileSync } from "node:fs";
import password from "@inquirer/password";
import { Command } from "commander";
import { listAccounts } from "../../db/history/accounts.ts";
import { lockDataFolder } from "../../db/lock.ts";
import { openForReading, openForWriting, readerOrNothing } from "../../db/open.ts";
import {
  type AccountOptions,
  parseAddress,
  parseServer,
  parseServiceUrl,
  putAccount,
  removeAccount,
  type StoredAccount,
  storedAccounts,
} from "../../db/settings/accounts.ts";
import {
  chooseDatabase,
  dataFolder,
  ownDatabase,
  prepareDataFolder,
  SettingsError,
} from "../../db/settings/data-folder.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { systemClock } from "../clock.ts";
import { DIALECTS, dialectNamed } from "../network/messenger/dialects.ts";
import { HttpFailure } from "../network/messenger/net/http.ts";
import { createHttpClient } from "../network/messenger/net/node-http.ts";
import { messenger } from "../network/messenger.ts";
import type { SessionEnd } from "../network/network.ts";
import { signInOf } from "../supervise/sign-in.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";

const SPOKEN = `${DIALECTS.at(-1)?.name} to ${DIALECTS[0]?.name}`;
const DEFAULT_PORT = 1863;
/** Escargot loses other people's notifications when somebody leaves in the moment of arriving. */
const SETTLE_MS = 1_000;

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
    const db = openForWriting(path);
    try {
      const sealed = await sealPassword(db, folder, secret);
      const isNew = putAccount(db, account, sealed, systemClock.nowMs(), options.moved);
      console.log(
        `${isNew ? "Added" : "Changed"} ${account.address} at ${account.host}:${account.port}. It is recorded from the next \`npx rollcall start\` on. To try it first: npx rollcall account test ${account.address}`,
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
    // A second sign-in would throw the collector out.
    const lock = lockDataFolder(folder, systemClock.nowMs());
    try {
      const signIn = await signInOf(folder, findAccount(folder, address));
      let contacts = 0;
      let isIn = false;
      const session = messenger.open(signIn, systemClock, (observation) => {
        if (observation.kind === "roster") contacts = observation.contacts.length;
        if (observation.kind !== "snapshot-complete") return;
        isIn = true;
        systemClock.after(SETTLE_MS, () => session.close());
      });
      void askedToStop().then(() => session.close());
      const end = await session.ended;
      if (!isIn) throw failedTest(end);
      console.log(`${address} can sign in at ${signIn.host}:${signIn.port} and has ${contacts} contacts there.`);
    } finally {
      lock.release();
    }
  });

const remove = new Command("remove")
  .description("take away an account that never recorded anything")
  .argument("<address>", "an account that has been added")
  .action(async (text: string) => {
    const address = parseAddress(text);
    const folder = dataFolder();
    prepareDataFolder(folder);
    // A collector that runs would go on with it.
    const lock = lockDataFolder(folder, systemClock.nowMs());
    try {
      const db = openForWriting(ownDatabase(folder));
      try {
        if (!removeAccount(db, address)) throw noSuchAccount(address);
        console.log(`Removed ${address}.`);
      } finally {
        db.close();
      }
    } finally {
      lock.release();
    }
  });

export const accountCommand = new Command("account")
  .description("add, list, test and remove the accounts that are recorded")
  .addCommand(add)
  .addCommand(list)
  .addCommand(test)
  .addCommand(remove);

function readOptions({ dialect, gateway, ca, visible, ...urls }: AddOptions): AccountOptions {
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
  };
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
  if (/[\r\n]/.test(secret))
    throw new SettingsError("the password has more than one line; the file should hold the password alone");
  return secret;
}

async function findPassword(address: string, file: string | undefined): Promise<string> {
  if (file !== undefined) {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      throw new SettingsError(`cannot read the password file ${file} (${(error as NodeJS.ErrnoException).code})`, {
        cause: error,
      });
    }
  }
  if (process.env.ROLLCALL_PASSWORD !== undefined) return process.env.ROLLCALL_PASSWORD;
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

function findAccount(folder: string, address: string): StoredAccount {
  const db = openForReading(ownDatabase(folder));
  try {
    const account = storedAccounts(db).find((stored) => stored.address === address);
    if (!account) throw noSuchAccount(address);
    return account;
  } finally {
    db.close();
  }
}

function noSuchAccount(address: string): SettingsError {
  return new SettingsError(`there is no account ${address}; see: rollcall account list`);
}

function failedTest(end: SessionEnd): Failure {
  switch (end.why) {
    case "refused":
      return new Failure(EXIT.refused, end.message);
    case "lost":
      return new Failure(EXIT.failed, end.cause.message);
    case "server-closing":
      return new Failure(EXIT.failed, end.message);
    case "signed-in-elsewhere":
      return new Failure(EXIT.refused, "the account signed in elsewhere at the same moment");
    case "asked":
      return new Failure(EXIT.failed, "interrupted before the sign-in was complete");
  }
}
