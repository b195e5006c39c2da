/** What somebody should be told of. */
import { statfsSync } from "node:fs";
import { listAccounts } from "../../db/history/accounts.ts";
import { DatabaseRefused, type Handle, openForReading } from "../../db/open.ts";
import type { Condition } from "./alerts.ts";
import type { Vitals } from "./vitals.ts";

/** Less than this is soon nothing. */
const LITTLE_ROOM = 200_000_000;

export interface ConditionParts {
  folder: string;
  databasePath: string;
  vitals: Vitals;
  nowMs(): number;
  startedMs: number;
  /** To have recorded nothing for longer than this is worth a word. */
  silenceMs: number;
}

export async function conditionsOf(parts: ConditionParts): Promise<Condition[]> {
  const { folder, databasePath, vitals, nowMs, startedMs, silenceMs } = parts;
  const found: Condition[] = [];
  const lastMs = Math.max(vitals.lastProofMs, startedMs);
  if (nowMs() - lastMs > silenceMs) {
    const minutes = Math.round(silenceMs / 60_000);
    found.push({ name: "silence", message: `nothing has been recorded for more than ${minutes} minutes` });
  }
  const { held } = vitals;
  const { bavail, bsize } = statfsSync(folder);
  if (held.why !== null) found.push({ name: "disk", message: `the disk refuses what is recorded: ${held.why}` });
  else if (bavail * bsize < LITTLE_ROOM) {
    found.push({ name: "disk", message: `the disk of ${folder} has ${Math.floor((bavail * bsize) / 1e6)} MB left` });
  }
  return [...found, ...(await stoppedAccounts(databasePath, nowMs()))];
}

async function stoppedAccounts(databasePath: string, nowMs: number): Promise<Condition[]> {
  let db: Handle;
  try {
    db = openForReading(databasePath);
  } catch (error) {
    if (!(error instanceof DatabaseRefused)) throw error;
    // Nobody can tell how the accounts are, and that is worth a word of its own.
    return [{ name: "history", message: error.message }];
  }
  try {
    return (await listAccounts(db, nowMs))
      .filter(({ state }) => state === "stopped")
      .map(({ address, stateDetail }) => ({
        name: `account:${address}`,
        message: `${address} has stopped: ${stateDetail}`,
      }));
  } finally {
    db.close();
  }
}
