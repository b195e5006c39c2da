/** The forms about accounts: what is typed becomes a wish in the database, which the collector that runs notices. */
import "server-only";
import { setTimeout } from "node:timers/promises";
import { lastCollector } from "../../db/history/accounts.ts";
import { type Answered, answerOf } from "../../db/keep/requests.ts";
import { askForTest, type TestAnswer } from "../../db/keep/sign-in-tests.ts";
import { DatabaseRefused, type Handle, openForReading, openForWords, openForWriting } from "../../db/open.ts";
import {
  type AccountOptions,
  type AccountSettings,
  parseAddress,
  parseServer,
  parseServiceUrl,
  putAccount,
  putWish,
  removeAccount,
  type StoredAccount,
  storedAccounts,
} from "../../db/settings/accounts.ts";
import { chooseDatabase, dataFolder, ownDatabase } from "../../db/settings/data-folder.ts";
import { wishSandboxAway } from "../../db/settings/sandbox.ts";
import { SealBroken } from "../../db/settings/seal-broken.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import type { Flash } from "./flash.ts";

const USUAL_PORT = 1863;
const NETWORK = "messenger";
const POLL_MS = 100;
/** The collector gives up a little sooner, and says so. */
const PATIENCE_MS = 20_000;

const SERVICES = ["nexus", "rst", "addressBook", "sharing", "offlineMessages"] as const;
/** What is put back into a form that came to nothing. */
const VALUES = ["address", "server", "dialect", "gateway", "visible", "dropSandbox", ...SERVICES] as const;

/** Carries out what a form wishes. Nothing is thrown that a person can put right: it stands in the answer. */
export async function answerAccountForm(form: FormData): Promise<Flash> {
  const said = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.trim() : "";
  };
  const values = Object.fromEntries(VALUES.map((name) => [name, said(name)]));
  try {
    return { ...(await carryOut(said, said("do"))), values };
  } catch (error) {
    const isTold = error instanceof SettingsError || error instanceof SealBroken || error instanceof DatabaseRefused;
    if (!isTold) throw error;
    return { isGood: false, text: `Nothing was changed: ${error.message}.`, values };
  }
}

type Said = (name: string) => string;
type Came = Omit<Flash, "values">;

async function carryOut(said: Said, wish: string): Promise<Came> {
  switch (wish) {
    case "add":
      return add(readAccount(said), said("password"), {
        isTested: said("untested") === "",
        dropsSandbox: said("dropSandbox") !== "",
      });
    case "password":
      return changePassword(said("address"), said("password"));
    case "test":
      return test(said("address"));
    case "pause":
    case "resume": {
      const address = said("address");
      change((db, nowMs) => putWish(db, address, wish === "pause" ? "paused" : "record", nowMs));
      return wish === "pause"
        ? good(`${address} is paused: it is signed out, and its time is unknown until it is resumed.`)
        : good(`${address} is recorded again, by the collector that runs, within two seconds.`);
    }
    case "remove": {
      const address = said("address");
      if (said("sure") === "") return bad("Nothing was removed: tick the box if you mean it.");
      const removal = change((db, nowMs) => removeAccount(db, address, nowMs, false));
      const rest = removal === "history-stays" ? " What it recorded stays, and goes on when you add it again." : "";
      return good(`${address} is removed, and its password is deleted.${rest}`);
    }
    default:
      return bad("Nothing was changed: what was sent is no form of this page.");
  }
}

/** Throws SettingsError for what cannot be an account. */
function readAccount(said: Said): AccountSettings {
  const services: NonNullable<AccountOptions["services"]> = {};
  for (const name of SERVICES) if (said(name) !== "") services[name] = parseServiceUrl(said(name), "a web service");
  const dialect = said("dialect").toUpperCase();
  if (dialect !== "" && !/^MSNP([2-9]|1[0-8])$/.test(dialect))
    throw new SettingsError(`there is no dialect "${said("dialect")}"; it should be one from MSNP2 to MSNP18`);
  const options: AccountOptions = {
    ...(dialect === "" ? {} : { dialect }),
    ...(Object.keys(services).length === 0 ? {} : { services }),
    ...(said("gateway") === "" ? {} : { gateway: parseServiceUrl(said("gateway"), "the gateway") }),
    ...(said("visible") === "" ? {} : { visible: true }),
  };
  return {
    network: NETWORK,
    address: parseAddress(said("address")),
    ...parseServer(said("server"), USUAL_PORT),
    options,
  };
}

async function add(
  account: AccountSettings,
  password: string,
  { isTested, dropsSandbox }: { isTested: boolean; dropsSandbox: boolean },
): Promise<Came> {
  if (password === "") throw new SettingsError("the password is missing");
  const folder = dataFolder();
  if (isTested) {
    const trial = await ask(account, (db) => sealPassword(db, folder, password));
    if (trial && trial.came !== "in" && trial.came !== "recorded") return bad(`Nothing was added: ${trial.message}.`);
  }
  const db = openForWriting(ownDatabase(folder));
  try {
    const sealed = await sealPassword(db, folder, password);
    const isNew = putAccount(db, account, sealed, Date.now());
    if (dropsSandbox) wishSandboxAway(db);
    const who = `${account.address} at ${account.host}:${account.port}`;
    return good(`${isNew ? "Added" : "Changed"} ${who}. ${await whenRecorded(folder)}`);
  } finally {
    db.close();
  }
}

async function changePassword(address: string, password: string): Promise<Came> {
  if (password === "") throw new SettingsError("the password is missing");
  const { network, displayAddress, host, port, options } = requireStored(address);
  return add({ network, address: displayAddress, host, port, options }, password, {
    isTested: true,
    dropsSandbox: false,
  });
}

async function test(address: string): Promise<Came> {
  const { network, displayAddress, host, port, options, sealedPassword, state, stateDetail } = requireStored(address);
  if (!sealedPassword) return bad(`There is no password of ${address} here: give it with "Change password".`);
  const trial = await ask({ network, address: displayAddress, host, port, options }, () => sealedPassword);
  if (!trial) return bad("No collector runs that could try it: start it with npx rollcall start.");
  if (trial.came === "recorded") {
    if (state === "watching" && stateDetail === "") return good(`${address} is signed in at ${host}:${port}.`);
    return bad(`${trial.message}${stateDetail ? `, so far in vain: ${stateDetail}` : ""}.`);
  }
  return { isGood: trial.came === "in", text: `${trial.message}.` };
}

/** A sign-in that the collector tries; undefined where none runs that could. `seal`: with that collector's key. */
async function ask(
  account: AccountSettings,
  seal: (db: Handle) => Uint8Array | Promise<Uint8Array>,
): Promise<TestAnswer | undefined> {
  const db = openWhereCollected();
  if (!db) return undefined;
  try {
    return await askAndWait(db, account, await seal(db));
  } finally {
    db.close();
  }
}

/** The collector that runs may be the sandbox's: it tries sign-ins as well as any. */
function openWhereCollected(): Handle | undefined {
  try {
    return openForWords(chooseDatabase(dataFolder()).path);
  } catch (error) {
    if (error instanceof DatabaseRefused && error.code === "missing") return undefined;
    throw error;
  }
}

async function askAndWait(db: Handle, account: AccountSettings, sealed: Uint8Array): Promise<TestAnswer | undefined> {
  if (!(await lastCollector(db, Date.now()))?.alive) return undefined;
  const id = askForTest(db, account, sealed, Date.now());
  const untilMs = performance.now() + PATIENCE_MS;
  for (let answered: Answered | undefined; performance.now() < untilMs; await setTimeout(POLL_MS)) {
    answered = answerOf(db, id);
    if (answered?.state === "done") return answered.answer as unknown as TestAnswer;
    if (answered?.state === "failed") return { came: "lost", message: String(answered.answer.error) };
  }
  return { came: "lost", message: `the collector has not answered within ${PATIENCE_MS / 1_000} s` };
}

function change<T>(work: (db: Handle, nowMs: number) => T): T {
  const db = openForWords(ownDatabase(dataFolder()));
  try {
    return work(db, Date.now());
  } finally {
    db.close();
  }
}

function requireStored(text: string): StoredAccount {
  const address = parseAddress(text).toLowerCase();
  const db = openForReading(ownDatabase(dataFolder()));
  try {
    const stored = storedAccounts(db).find((one) => one.address === address);
    if (!stored) throw new SettingsError(`there is no account ${address}`);
    return stored;
  } finally {
    db.close();
  }
}

/** `start` leaves the sandbox by itself; who runs the halves apart has to start the other one. */
async function whenRecorded(folder: string): Promise<string> {
  const db = openWhereCollected();
  try {
    const isRunning = db !== undefined && (await lastCollector(db, Date.now()))?.alive;
    if (isRunning) return "It is signed in within a few seconds.";
    return chooseDatabase(folder).isSandbox
      ? "Rollcall leaves the sandbox and signs it in within a few seconds."
      : "It is signed in within a few seconds where a collector runs; otherwise start it with npx rollcall start.";
  } finally {
    db?.close();
  }
}

function good(text: string): Came {
  return { isGood: true, text };
}

function bad(text: string): Came {
  return { isGood: false, text };
}
