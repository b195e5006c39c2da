/** All that the oracle checks, of a world that is over. */
import type { WorldNotes } from "../world.ts";
import { checkCarried } from "./carried.ts";
import { type Claim, claimsBehind } from "./claims.ts";
import { checkCosts } from "./costs.ts";
import { type Facts, ownOf, readFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { withSecondSource } from "./merged.ts";
import { checkReaders } from "./readers.ts";
import { checkTraces } from "./traces.ts";
import { compareWithTruth } from "./truths.ts";

/** Earliest first. */
export async function judge(notes: WorldNotes): Promise<Finding[]> {
  const { databasePath: path, events, sealed, script, another } = notes;
  const findings: Finding[] = [];
  checkTraces(notes, findings);
  const facts = readFacts(path, events);
  judgeRecorded(notes, facts, findings);
  if (another) {
    const ofAnother: Finding[] = [];
    judgeRecorded(another.notes, readFacts(another.notes.databasePath, another.notes.events), ofAnother);
    findings.push(...told("of the other Rollcall", ofAnother));
    checkCarried(notes, findings);
  }
  // Before rollups are made of what is not rolled up yet.
  const merged = sealed.length === 0 ? withSecondSource(path) : undefined;
  await checkReaders({ path, facts, sealed, nowMs: script.toMs }, findings);
  if (merged !== undefined) {
    const ofMerged: Finding[] = [];
    await checkReaders({ path: merged, facts: readFacts(merged), sealed, nowMs: script.toMs }, ofMerged);
    findings.push(...told("with another source merged in", ofMerged));
  }
  return findings.toSorted((a, b) => a.atMs - b.atMs);
}

/** What one Rollcall recorded itself, against what it could know of the world. */
function judgeRecorded(notes: WorldNotes, facts: Facts, findings: Finding[]): void {
  findings.push(...notes.mishaps.map((complaint) => ({ what: "mishap" as const, ...complaint })));
  const own = ownOf(facts);
  const claims: Claim[] = claimsBehind(notes, own, findings);
  compareWithTruth(notes, own, claims, findings);
  checkCosts(notes, claims, findings);
}

function told(where: string, findings: readonly Finding[]): Finding[] {
  return findings.map(({ text, ...finding }) => ({ ...finding, text: `${where}: ${text}` }));
}
