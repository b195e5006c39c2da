/** Signing in once, without recording. */
import { lastCollector } from "../../db/history/accounts.ts";
import { openForReading } from "../../db/open.ts";
import type { StoredAccount } from "../../db/settings/accounts.ts";
import { ownDatabase } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { messenger } from "../network/messenger.ts";
import type { SessionEnd } from "../network/network.ts";
import { signInOf } from "../supervise/sign-in.ts";
import { trySignIn, whyOut } from "../supervise/try-sign-in.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";

/**
 * Says how a sign-in went. `isAlone`: no collector runs; otherwise one that records this account is asked instead, for a
 * second sign-in would throw it out. Throws Failure with why it did not go well.
 */
export async function tryAccount(folder: string, stored: StoredAccount, isAlone: boolean): Promise<string> {
  if (!isAlone && isLivedFor(stored) && (await isRecording(folder))) return told(stored);
  const signIn = await signInOf(folder, stored);
  const trial = await trySignIn({ network: messenger, signIn, clock: systemClock, stop: askedToStop() });
  if (trial.kind !== "in") throw failedTest(trial.kind === "out" ? trial.end : { why: "asked" });
  return `${stored.address} can sign in at ${signIn.host}:${signIn.port} and has ${trial.contacts} contacts there.`;
}

/** The running collector signs it in itself, or is about to. */
function isLivedFor({ wish, state }: StoredAccount): boolean {
  return wish === "record" && state !== "stopped";
}

/** A collector that runs records into this history, and not into the sandbox's. */
async function isRecording(folder: string): Promise<boolean> {
  const db = openForReading(ownDatabase(folder));
  try {
    return (await lastCollector(db, systemClock.nowMs()))?.alive ?? false;
  } finally {
    db.close();
  }
}

/** What the running collector knows of it. Throws Failure when that is no good news. */
function told({ displayAddress, host, port, state, stateDetail }: StoredAccount): string {
  if (state === "watching" && stateDetail === "")
    return `${displayAddress} is signed in at ${host}:${port} by the collector that runs.`;
  if (state === "new")
    throw new Failure(
      EXIT.failed,
      `the collector that runs is about to try ${displayAddress}: ask again in a few seconds`,
    );
  throw new Failure(
    EXIT.failed,
    `the collector that runs is trying ${displayAddress} by itself${stateDetail ? `, so far in vain: ${stateDetail}` : ""}`,
  );
}

function failedTest(end: SessionEnd): Failure {
  const isRefused = end.why === "refused" || end.why === "signed-in-elsewhere";
  return new Failure(isRefused ? EXIT.refused : EXIT.failed, whyOut(end));
}
