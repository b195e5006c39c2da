/**
 * Takes the facts of a bundle into this history, each with its source. Idempotent: every fact is known by its natural
 * key, so merging the same again adds nothing, and a later bundle of the same Rollcall adds what is new.
 *
 * The history never lies meanwhile either: a new coverage claims nothing (it ends where it begins) until all events and
 * watches are in. Whoever is interrupted begins again from the start.
 */
import type { Handle } from "../open.ts";
import { reopenDays } from "../rollup/roller.ts";
import { LineFile } from "./line-file.ts";
import { type Counts, Merger } from "./merger.ts";
import type { BundleRow, SectionName } from "./sections.ts";

/** Between two batches of a collector, a step takes about this long, its commit not counted. */
const STEP_MS = 10;

/**
 * `path`: a bundle's text, not packed, that `checkedLines` has let pass. Whoever is alone with the history may take
 * longer steps, which cost fewer commits.
 */
export function* mergeSteps(
  db: Handle,
  path: string,
  stepMs = STEP_MS,
): Generator<{ done: number; total: number }, Counts, unknown> {
  const file = new LineFile(path);
  try {
    const merger = new Merger(db);
    let section: SectionName | undefined;
    for (let isOver = false; !isOver; ) {
      inOneStep(db, merger, stepMs, () => {
        const line = file.next();
        if (line === undefined) isOver = true;
        else if (line.startsWith("[")) merger.take(section as SectionName, JSON.parse(line) as BundleRow);
        else section = (JSON.parse(line) as { section?: SectionName }).section;
        return !isOver;
      });
      yield { done: file.readBytes, total: file.sizeBytes };
    }
    for (let hasMore = true; hasMore; ) {
      inOneStep(db, merger, stepMs, () => {
        hasMore = merger.claimNext();
        return hasMore;
      });
      yield { done: file.sizeBytes, total: file.sizeBytes };
    }
    return merger.counts;
  } finally {
    file.close();
  }
}

/** Goes on while there is more and the step is young, in one transaction. */
function inOneStep(db: Handle, merger: Merger, stepMs: number, next: () => boolean): void {
  const untilMs = performance.now() + stepMs;
  db.transaction(() => {
    while (next() && performance.now() < untilMs);
    for (const [accountId, fromMs] of merger.takeTouched()) reopenDays(db, accountId, fromMs);
  }).immediate();
}
