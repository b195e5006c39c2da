/** A user's wish that touches facts: written down, and carried out by the collector where one runs, else here. */
import { setTimeout } from "node:timers/promises";
import type { Answer, Progress } from "../../db/keep/handler.ts";
import { type Answered, answerOf, askFor, carryOut } from "../../db/keep/requests.ts";
import { contactsNamed, type FoundContact } from "../../db/keep/whom.ts";
import { lockUnlessHeld } from "../../db/lock.ts";
import { type Handle, openForReading, openForWriting } from "../../db/open.ts";
import { chooseDatabase, dataFolder, prepareDataFolder } from "../../db/settings/data-folder.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { EXIT, Failure } from "./exit.ts";

const POLL_MS = 100;
/** A collector that lives takes a request up within a second. */
const TAKEN_UP_MS = 15_000;

/** Runs `work` on the history that commands read, opened for small transactions. */
export async function withHistory<T>(work: (db: Handle, folder: string) => Promise<T> | T): Promise<T> {
  const folder = dataFolder();
  prepareDataFolder(folder);
  const { path } = chooseDatabase(folder);
  // Nothing is made for somebody who mistyped the folder.
  openForReading(path).close();
  const db = openForWriting(path);
  try {
    return await work(db, folder);
  } finally {
    db.close();
  }
}

/** Asks, waits, and returns what came of it. Throws Failure with the reason when it was not done. */
export async function carryOutWish(
  db: Handle,
  folder: string,
  kind: string,
  params: Answer,
  onProgress: OnProgress = () => undefined,
): Promise<Answer> {
  const id = askFor(db, kind, params, systemClock.nowMs());
  const { state, answer } = await answered(db, folder, id, onProgress);
  if (state === "failed") throw new Failure(EXIT.failed, String(answer.error));
  return answer;
}

type OnProgress = (progress: Progress) => void;

async function answered(db: Handle, folder: string, id: number, onProgress: OnProgress): Promise<Answered> {
  const untilMs = systemClock.monotonicMs() + TAKEN_UP_MS;
  for (;;) {
    const here = await carryOutHere(db, folder, id, onProgress);
    if (here) return here;
    await setTimeout(POLL_MS);
    const answer = answerOf(db, id);
    if (answer?.state === "done" || answer?.state === "failed") return answer;
    if (answer?.answer.progress) onProgress(answer.answer.progress as Progress);
    if (answer?.state === "asked" && systemClock.monotonicMs() > untilMs) {
      throw new Failure(
        EXIT.failed,
        "the collector that runs has not taken this up yet; it is written down, and will be carried out",
      );
    }
  }
}

/** Undefined while a collector runs: it is the one to do it. */
async function carryOutHere(
  db: Handle,
  folder: string,
  id: number,
  onProgress: OnProgress,
): Promise<Answered | undefined> {
  const lock = lockUnlessHeld(folder, systemClock.nowMs());
  if (!lock) return undefined;
  try {
    return await carryOut(db, id, systemClock.nowMs(), onProgress);
  } finally {
    lock.release();
  }
}

/** The contacts with this address. Throws SettingsError when there are none. */
export function requireContacts(db: Handle, address: string, account: string | undefined): FoundContact[] {
  const found = contactsNamed(db, address, account);
  if (found.length > 0) return found;
  throw new SettingsError(
    `this history has no contact ${address.trim()}${account === undefined ? "" : ` on the account ${account}`}`,
  );
}
