/** Whether the history can be read, and whether somebody records into it. */
import { statSync } from "node:fs";
import { lastCollector } from "../../db/history/accounts.ts";
import { DatabaseRefused, type Handle, readerOrNothing } from "../../db/open.ts";
import { askReadiness } from "../service/socket.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 5_000;
/** What is looked through in about a second. */
const QUICK_BYTES = 300_000_000;

/** The history for further questions, where it can be asked. */
export function openHistory(path: string): { db: Handle | undefined; finding: Finding } {
  const about = "history";
  try {
    const db = readerOrNothing(path);
    if (!db) return { db, finding: { about, verdict: "good", found: "nothing has been recorded yet" } };
    const sizeBytes = statSync(path).size;
    if (sizeBytes > QUICK_BYTES) {
      const found = `${path} can be read; with ${Math.round(sizeBytes / 1e6)} MB it was not looked through`;
      return { db, finding: { about, verdict: "good", found, advice: "rollcall db check does that" } };
    }
    const [problem] = db.pragma("quick_check(1)", { simple: false }) as { quick_check: string }[];
    if (problem?.quick_check === "ok") return { db, finding: { about, verdict: "good", found: `${path} is whole` } };
    db.close();
    return { db: undefined, finding: damaged(path, problem?.quick_check ?? "") };
  } catch (error) {
    if (!(error instanceof DatabaseRefused)) throw error;
    if (error.code === "damaged") return { db: undefined, finding: damaged(path, error.message) };
    return { db: undefined, finding: { about, verdict: "bad", found: error.message, advice: "see above" } };
  }
}

function damaged(path: string, why: string): Finding {
  const found = `${path} is damaged: ${why.split("\n").at(-1)}`;
  return {
    about: "history",
    verdict: "bad",
    found,
    advice: "stop the collector and put a backup back: rollcall restore",
  };
}

export async function collectorFinding(folder: string, db: Handle | undefined, nowMs: number): Promise<Finding> {
  const about = "collector";
  const last = db ? await lastCollector(db, nowMs) : null;
  const readiness = await askReadiness(folder, PATIENCE_MS);
  if (!readiness) {
    if (!last?.alive)
      return { about, verdict: "odd", found: "not running", advice: "rollcall start, or rollcall service install" };
    const advice = `if it stays so, end process ${last.pid} and start it again`;
    return {
      about,
      verdict: "bad",
      found: `process ${last.pid} was heard of a minute ago and does not answer`,
      advice,
    };
  }
  const { held } = readiness;
  if (held.why !== null) {
    const found = `runs, and holds ${held.facts} facts in memory: ${held.why}`;
    return {
      about,
      verdict: "bad",
      found,
      advice: "the disk has to take writes again, or they are lost when it stops",
    };
  }
  return { about, verdict: "good", found: readiness.isReady ? "runs" : "runs, and is still trying its accounts" };
}
