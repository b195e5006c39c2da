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
  return inSnapshot(db, () =>
    CHECKS.flatMap((check) => {
      onProgress(check.name, 0, 0);
      const tell = (done: number, total: number) => onProgress(check.name, done, total);
      return few(
        check,
        findingsOf(() => check.run(db, { nowMs, isFull, tell })),
      );
    }),
  );
}

function* findingsOf(run: () => Generator<Finding>): Generator<Finding> {
  try {
    yield* run();
  } catch (error) {
    // SQLite's own complaint, or a number out of all ranges: this part of the history cannot be read.
    if (!(error instanceof RangeError) && !/^SQLITE_/.test((error as { code?: string }).code ?? "")) throw error;
    yield { what: `a part of the history cannot be read: ${(error as Error).message}`, advice: RESTORE };
  }
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
