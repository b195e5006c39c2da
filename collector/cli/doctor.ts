/** `rollcall doctor`: looks at everything that has to work, and says what to do about what does not. */
import { Command } from "commander";
import { lockUnlessHeld } from "../../db/lock.ts";
import type { Handle } from "../../db/open.ts";
import { type StoredAccount, storedAccounts } from "../../db/settings/accounts.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { readSettings } from "../../db/settings/settings.ts";
import { systemClock } from "../clock.ts";
import { accountFindings } from "../doctor/account.ts";
import type { Finding } from "../doctor/finding.ts";
import { collectorFinding, openHistory } from "../doctor/history.ts";
import { clockFinding, diskFindings, permissionFindings } from "../doctor/machine.ts";
import { isMachineOffline, isOnThisMachine } from "../supervise/machine.ts";
import { EXIT } from "./exit.ts";
import { plain } from "./plain.ts";
import { tryAccount } from "./try-account.ts";

const MARKS = { good: "ok  ", odd: "note", bad: "BAD " } as const;

export const doctorCommand = new Command("doctor")
  .description(
    "look at the clock, the disk, the history and every account, and say what to do; ends with 1 if something is bad",
  )
  .option("--json", "for programs")
  .option("--no-sign-in", "do not sign in to try an account")
  .action(async ({ json, signIn }: { json?: true; signIn: boolean }) => {
    const findings: Finding[] = [];
    for await (const finding of examine(signIn)) {
      findings.push(finding);
      if (!json) print(finding);
    }
    if (json) console.log(JSON.stringify(findings, undefined, 2));
    if (findings.some(({ verdict }) => verdict === "bad")) process.exitCode = EXIT.failed;
  });

async function* examine(mayTry: boolean): AsyncGenerator<Finding> {
  const settings = readSettings();
  const folder = dataFolder();
  prepareDataFolder(folder);
  const { path, isSandbox } = chooseDatabase(folder);
  const nowMs = systemClock.nowMs();
  const { db, finding } = openHistory(path);
  try {
    yield clockFinding(db, nowMs);
    yield* diskFindings(folder);
    yield* permissionFindings(folder, settings);
    yield finding;
    yield await collectorFinding(folder, db, nowMs);
    // The sandbox's people live where the sandbox runs.
    if (db && !isSandbox) yield* accounts(folder, db, mayTry);
  } finally {
    db?.close();
  }
}

async function* accounts(folder: string, db: Handle, mayTry: boolean): AsyncGenerator<Finding> {
  const all = storedAccounts(db);
  const wished = all.filter(({ wish }) => wish === "record");
  if (wished.length === 0) {
    const advice = "rollcall account add you@example.com --server HOST";
    yield { about: "accounts", verdict: "odd", found: "there is none to record", advice };
  }
  if (isMachineOffline() && wished.some(({ host }) => !isOnThisMachine(host))) {
    const advice = "no server can be reached, and none is to blame";
    yield { about: "network", verdict: "bad", found: "this machine is offline", advice };
    return;
  }
  for (const account of wished) yield* await accountFindings(account, () => signInOnce(folder, account, mayTry));
}

async function signInOnce(folder: string, account: StoredAccount, mayTry: boolean): Promise<string> {
  if (!mayTry) return "not tried (--no-sign-in)";
  const lock = lockUnlessHeld(folder, systemClock.nowMs());
  try {
    return await tryAccount(folder, account, lock !== undefined);
  } finally {
    lock?.release();
  }
}

function print({ about, verdict, found, advice }: Finding): void {
  console.log(plain(`${MARKS[verdict]}  ${about}: ${found}`));
  if (advice !== undefined) console.log(plain(`      ${advice}`));
}
