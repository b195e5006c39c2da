/** Whether a history keeps its own rules: what no reader could notice, and nobody should have to trust. */
import type { Handle } from "../open.ts";
import { inSnapshot } from "../snapshot.ts";
import { coverages, runs, watches } from "./claims.ts";
import { events } from "./events.ts";
import { pages, references, versions } from "./file.ts";
import { type Check, type Finding, RESTORE } from "./finding.ts";
import { days, marks, sums } from "./rollups.ts";

/** In the order in which one relies on the other. */
export const CHECKS: readonly Check[] = [
  pages,
  references,
  versions,
  runs,
  coverages,
  watches,
  events,
  days,
  sums,
  marks,
];

/** Of one part, so many findings are told; of the others, how many they are. */
const MOST = 20;

export interface CheckHistoryOptions {
  nowMs: number;
  isFull?: boolean;
  onProgress?(name: string, done: number, total: number): void;
}

/** Runs all checks on one state of the history. An empty list: all is as it should be. */
export function checkHistory(
  db: Handle,
  { nowMs, isFull = false, onProgress = () => undefined }: CheckHistoryOptions,
): Finding[] {
  const findings: Finding[] = [];
  const runAll = () => {
    for (const check of CHECKS) {
      onProgress(check.name, 0, 0);
      const tell = (done: number, total: number) => onProgress(check.name, done, total);
      findings.push(
        ...few(
          check,
          findingsOf(check.name, () => check.run(db, { nowMs, isFull, tell })),
        ),
      );
    }
  };
  try {
    inSnapshot(db, runAll);
  } catch (error) {
    // On a damaged file even the end of reading can fail; what has been found stays found.
    if (findings.length === 0 || !isOfSqlite(error)) throw error;
  }
  return findings;
}

function* findingsOf(name: string, run: () => Generator<Finding>): Generator<Finding> {
  try {
    yield* run();
  } catch (error) {
    // SQLite's own complaint, or a number out of all ranges: this part of the history cannot be read.
    if (!(error instanceof RangeError) && !isOfSqlite(error)) throw error;
    yield { what: `the ${name} cannot be read: ${(error as Error).message}`, advice: RESTORE };
  }
}

function isOfSqlite(error: unknown): boolean {
  return (error as { code?: string }).code?.startsWith("SQLITE_") ?? false;
}

function few({ name }: Check, findings: Iterable<Finding>): Finding[] {
  const told: Finding[] = [];
  let count = 0;
  let advice = RESTORE;
  for (const finding of findings) {
    if (++count <= MOST) told.push(finding);
    ({ advice } = finding);
  }
  if (count > MOST) told.push({ what: `${count - MOST} more like that (${name})`, advice });
  return told;
}
