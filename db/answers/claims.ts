/**
 * Which coverage answers for a contact, instant by instant. Where two Rollcalls recorded at the same time, one of them,
 * by fixed priority, answers for the whole overlap, so that two clocks never mix in one stretch. Pure.
 */

/** A stretch in which one coverage could answer for one contact: the coverage cut to the contact's watch. */
export interface Claim {
  coverageId: number;
  /** The lower answers. */
  priority: number;
  fromMs: number;
  toMs: number;
}

/** The part of a claim that answers. Its events count from `claimFromMs` on, though it answers only from `fromMs` on. */
export interface Answer {
  coverageId: number;
  claimFromMs: number;
  fromMs: number;
  toMs: number;
}

/** The answers in [fromMs, toMs), oldest first, never overlapping. */
export function answersOf(claims: readonly Claim[], fromMs: number, toMs: number): Answer[] {
  const answers: Answer[] = [];
  const byStart = claims
    .filter((claim) => claim.fromMs < toMs && claim.toMs > fromMs && claim.fromMs < claim.toMs)
    .sort((a, b) => a.fromMs - b.fromMs || a.priority - b.priority || a.coverageId - b.coverageId);
  // Mostly one Rollcall recorded, and nothing overlaps: each claim is a knot of its own.
  let knot: Claim[] = [];
  let knotToMs = Number.NEGATIVE_INFINITY;
  for (const claim of byStart) {
    if (claim.fromMs >= knotToMs) {
      answers.push(...untie(knot, fromMs, toMs));
      knot = [];
    }
    knot.push(claim);
    knotToMs = Math.max(knotToMs, claim.toMs);
  }
  answers.push(...untie(knot, fromMs, toMs));
  return answers;
}

/** Claims that overlap each other: the lowest priority answers for all of its own, the next for what is left. */
function untie(knot: readonly Claim[], fromMs: number, toMs: number): Answer[] {
  let answers: Answer[] = [];
  for (const claim of knot.toSorted((a, b) => a.priority - b.priority || a.fromMs - b.fromMs)) {
    const { coverageId, fromMs: claimFromMs } = claim;
    const parts = freeParts(answers, Math.max(claimFromMs, fromMs), Math.min(claim.toMs, toMs));
    const more = parts.map(([startMs, endMs]) => ({ coverageId, claimFromMs, fromMs: startMs, toMs: endMs }));
    answers = [...answers, ...more].sort((a, b) => a.fromMs - b.fromMs);
  }
  return answers;
}

/** What of [fromMs, toMs) nobody answers for yet. `taken` is ordered and without overlap. */
function freeParts(taken: readonly Answer[], fromMs: number, toMs: number): [number, number][] {
  const free: [number, number][] = [];
  let atMs = fromMs;
  for (const one of taken) {
    if (one.toMs <= atMs) continue;
    if (one.fromMs >= toMs) break;
    if (one.fromMs > atMs) free.push([atMs, one.fromMs]);
    atMs = one.toMs;
  }
  if (atMs < toMs) free.push([atMs, toMs]);
  return free;
}
