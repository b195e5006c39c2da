/** Makes a failing world smaller, as long as it fails in the same way: less time, fewer troubles, fewer people. */
import type { Finding } from "./oracle/finding.ts";
import type { Script } from "./script.ts";

const HOUR_MS = 3_600_000;

export interface ShrinkOptions {
  attempt(script: Script): Promise<Finding[]>;
  /** Gives up after so much real time, with the smallest world so far. */
  patienceMs: number;
}

export interface Failure {
  script: Script;
  finding: Finding;
}

export async function shrink(failure: Failure, { attempt, patienceMs }: ShrinkOptions): Promise<Failure> {
  const untilMs = performance.now() + patienceMs;
  let smallest = failure;
  for (let isSmaller = true; isSmaller && performance.now() < untilMs; ) {
    isSmaller = false;
    for (const script of smallerOnes(smallest)) {
      if (performance.now() >= untilMs) break;
      const finding = (await attempt(script)).find(({ what }) => what === failure.finding.what);
      if (!finding) continue;
      smallest = { script, finding };
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** The boldest first. */
function* smallerOnes({ script, finding }: Failure): Generator<Script> {
  const { fromMs, toMs, incidents, another, people, watchers } = script;
  const endMs = Math.ceil(finding.atMs + 2 * HOUR_MS);
  if (endMs < toMs - HOUR_MS) yield { ...script, toMs: endMs, incidents: incidents.filter(({ atMs }) => atMs < endMs) };
  for (const hours of [24, 6, 1]) {
    const startMs = Math.floor(finding.atMs - hours * HOUR_MS);
    if (startMs > fromMs + HOUR_MS)
      yield {
        ...script,
        fromMs: startMs,
        incidents: incidents.filter(({ atMs }) => atMs > startMs),
        another: another.filter(({ atMs }) => atMs > startMs),
      };
  }
  for (const rest of without(incidents)) yield { ...script, incidents: rest };
  if (another.length > 0) yield { ...script, another: [] };
  for (const rest of without(another)) yield { ...script, another: rest };
  for (const rest of without(people)) if (rest.length > 0) yield { ...script, people: rest };
  if (watchers.length > 1) {
    yield {
      ...script,
      watchers: watchers.slice(0, 1),
      incidents: incidents.filter((one) => !("account" in one) || one.account === 0),
    };
  }
}

/** Halves, quarters and so on taken away, down to single ones. */
function* without<Thing>(things: readonly Thing[]): Generator<Thing[]> {
  for (let size = Math.ceil(things.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < things.length; at += size) yield things.filter((_, i) => i < at || i >= at + size);
  }
}
