/**
 * Finds the bytes behind each coverage: it must begin at the answer to a ping, be borne on by bytes of the same session
 * that lie no further apart than a silence may last, and end with bytes that really reached the collector.
 */
import type { Chunk } from "../cable.ts";
import { instant } from "../script.ts";
import type { WorldNotes } from "../world.ts";
import type { CoverageFact, Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";

/** Longer than this without a byte is a gap. */
const MAX_SILENCE_MS = 45_000;

/** A coverage with the chunks that prove it, and so with its place in true time. */
export interface Claim {
  coverage: CoverageFact;
  account: number;
  session: number;
  chunks: readonly Chunk[];
  fromMs: number;
  toMs: number;
}

export function claimsBehind(notes: WorldNotes, facts: Facts, findings: Finding[]): Claim[] {
  const claims: Claim[] = [];
  for (const coverage of facts.coverages) {
    const address = facts.accounts.find(({ id }) => id === coverage.accountId)?.address;
    const account = notes.accounts.findIndex((one) => one.address === address);
    const life = facts.runIds.indexOf(coverage.runId);
    const chunks = (notes.accounts[account]?.cable.chunks ?? []).filter(
      ({ session }) => notes.sessions[session]?.life === life,
    );
    const proof = proofOf(coverage, chunks);
    if (typeof proof === "string") {
      findings.push({ what: "overclaim", atMs: coverage.fromMs, text: `${inWords(coverage)} ${proof}` });
      continue;
    }
    const [first, last] = [proof[0] as Chunk, proof.at(-1) as Chunk];
    const other = facts.coverages.find(
      (one) =>
        one.id < coverage.id &&
        one.accountId === coverage.accountId &&
        one.sourceId === coverage.sourceId &&
        one.toMs > coverage.fromMs,
    );
    if (other) {
      const text = `${inWords(coverage)} begins before the end of ${inWords(other)} which came first`;
      findings.push({ what: "overclaim", atMs: coverage.fromMs, text });
    }
    claims.push({ coverage, account, session: first.session, chunks: proof, fromMs: first.atMs, toMs: last.atMs });
  }
  return claims;
}

/** Where a recorded instant of the claim lies in true time. */
export function trueMs({ chunks }: Claim, recordedMs: number): number {
  const behind = chunks[indexAt(chunks, recordedMs, ({ wallMs }) => wallMs)] ?? (chunks[0] as Chunk);
  return behind.atMs + (recordedMs - behind.wallMs);
}

/** The last one at or before; -1 when there is none. */
export function indexAt<Thing>(sorted: readonly Thing[], atMs: number, of: (thing: Thing) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(sorted[middle] as Thing) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The chunks from its beginning to its end, or why there are none. The clock may have shown the same twice. */
function proofOf({ fromMs, toMs }: CoverageFact, chunks: readonly Chunk[]): Chunk[] | string {
  let complaint = "begins at no answer to a ping";
  for (const [at, chunk] of chunks.entries()) {
    if (chunk.wallMs !== fromMs || !chunk.isPong) continue;
    const found = follow(chunks, at, toMs);
    if (typeof found !== "string") return found;
    complaint = found;
  }
  return complaint;
}

function follow(chunks: readonly Chunk[], at: number, toMs: number): Chunk[] | string {
  const proof = [chunks[at] as Chunk];
  let last = chunks[at] as Chunk;
  for (const chunk of chunks.slice(at + 1)) {
    if (chunk.wallMs > toMs || chunk.wallMs < last.wallMs || chunk.session !== last.session) break;
    if (chunk.wallMs - last.wallMs > MAX_SILENCE_MS) return `spans the silence from ${instant(last.wallMs)}`;
    proof.push(chunk);
    last = chunk;
  }
  if (last.wallMs === toMs) return proof;
  return `goes on for ${toMs - last.wallMs} ms after the last byte that proves it, at ${instant(last.wallMs)}`;
}

function inWords({ id, fromMs, toMs, endReason }: CoverageFact): string {
  return `coverage ${id}, from ${instant(fromMs)} to ${instant(toMs)} (${endReason}),`;
}
