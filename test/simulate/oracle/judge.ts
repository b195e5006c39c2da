/** All that the oracle checks, of a world that is over. */
import type { WorldNotes } from "../world.ts";
import { claimsBehind } from "./claims.ts";
import { checkCosts } from "./costs.ts";
import { readFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { withSecondSource } from "./merged.ts";
import { checkReaders } from "./readers.ts";
import { compareWithTruth } from "./truths.ts";

/** Earliest first. */
export async function judge(notes: WorldNotes): Promise<Finding[]> {
  const findings: Finding[] = notes.mishaps.map((text) => ({ what: "mishap", atMs: notes.script.toMs, text }));
  const facts = readFacts(notes.databasePath);
  const claims = claimsBehind(notes, facts, findings);
  compareWithTruth(notes, facts, claims, findings);
  checkCosts(notes, claims, findings);
  const merged = withSecondSource(notes.databasePath);
  await checkReaders(notes.databasePath, facts, notes.script.toMs, findings);
  const ofMerged: Finding[] = [];
  await checkReaders(merged, readFacts(merged), notes.script.toMs, ofMerged);
  findings.push(
    ...ofMerged.map(({ text, ...finding }) => ({ ...finding, text: `with another source merged in: ${text}` })),
  );
  return findings.toSorted((a, b) => a.atMs - b.atMs);
}
