/** Signing in once, without recording. */
import { lastCollector } from "../../db/history/accounts.ts";
import { openForReading } from "../../db/open.ts";
import type { StoredAccount } from "../../db/settings/accounts.ts";
import { ownDatabase } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { messenger } from "../network/messenger.ts";
import type { SessionEnd } from "../network/network.ts";
import { signInOf } from "../supervise/sign-in.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";

/** Escargot loses other people's notifications when somebody leaves in the moment of arriving. */
const SETTLE_MS = 1_000;

/**
 * Says how a sign-in went. `isAlone`: no collector runs; otherwise one that records this account is asked instead, for a
 * second sign-in would throw it out. Throws Failure with why it did not go well.
 */
export async function tryAccount(folder: string, stored: StoredAccount, isAlone: boolean): Promise<string> {
  if (!isAlone && isLivedFor(stored) && (await isRecording(folder))) return told(stored);
  const signIn = await signInOf(folder, stored);
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
  return `${stored.address} can sign in at ${signIn.host}:${signIn.port} and has ${contacts} contacts there.`;
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
