/** What somebody should be told of. */
import { statfsSync } from "node:fs";
import { listAccounts } from "../../db/history/accounts.ts";
import { openForReading } from "../../db/open.ts";
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
  const db = openForReading(databasePath);
  try {
    for (const { address, state, stateDetail } of await listAccounts(db, nowMs())) {
      if (state === "stopped")
        found.push({ name: `account:${address}`, message: `${address} has stopped: ${stateDetail}` });
    }
  } finally {
    db.close();
  }
  return found;
}
