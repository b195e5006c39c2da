/** Compares what is claimed of each contact with what was true, instant by instant. */
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import type { Chunk } from "../cable.ts";
import { instant } from "../script.ts";
import type { Truth } from "../truth.ts";
import { type Barred, barredOf } from "../wishes.ts";
import type { WatchedAccount, WorldNotes } from "../world.ts";
import { type Claim, indexAt, trueMs } from "./claims.ts";
import { heldSinceMs } from "./costs.ts";
import type { ContactFact, Facts } from "./facts.ts";
import type { Finding } from "./finding.ts";
import { type Reading, readingOf } from "./reading.ts";

/** The codes in the database for the network's own words. */
const CODES: Readonly<Record<string, number>> = { FLN: 0, NLN: 1, IDL: 2, AWY: 3, BRB: 4, PHN: 5, LUN: 6, BSY: 7 };
/** From MSNP13 on a client learns of edits by fetching the address book, which it tries again after a minute. */
const BOOK_MS = 130_000;
/** What was heard before a wish is recorded, unless the disk refused for so long that it was still to be written. */
const HELD_MS = 2 * 3_600_000;

/** Something that was true from `atMs` on, and reached the collector at `heardMs`. */
interface Heard extends Truth {
  heardMs: number;
}

interface Window {
  fromMs: number;
  toMs: number;
}

export function compareWithTruth(notes: WorldNotes, facts: Facts, claims: readonly Claim[], findings: Finding[]): void {
  const byCoverage = new Map(claims.map((claim) => [claim.coverage.id, claim]));
  for (const contact of facts.contacts) {
    const readings = Map.groupBy(readingOf(facts, contact.id, contact.accountId), ({ coverage }) => coverage.id);
    const address = facts.accounts.find(({ id }) => id === contact.accountId)?.address;
    for (const claim of claims) {
      const account = notes.accounts[claim.account] as WatchedAccount;
      if (account.address !== address || !byCoverage.has(claim.coverage.id)) continue;
      const subject = { notes, account, claim, contact };
      compareClaim(subject, readings.get(claim.coverage.id) ?? [], findings);
    }
  }
}

interface Subject {
  notes: WorldNotes;
  account: WatchedAccount;
  claim: Claim;
  contact: ContactFact;
}

function compareClaim(subject: Subject, readings: readonly Reading[], findings: Finding[]): void {
  const { claim, contact } = subject;
  const heard = heardOf(subject);
  const excused = excusesOf(subject, heard);
  const barred = barredOf(subject.notes.wishes, subject.account.address, contact.address);
  for (const reading of readings) {
    const fromMs = trueMs(claim, reading.fromMs);
    const toMs = trueMs(claim, reading.toMs);
    const against = barred.find((wish) => Math.max(wish.fromMs, fromMs) < Math.min(wish.toMs, toMs));
    if (against) {
      const text = `${contact.address} is recorded from ${instant(reading.fromMs)} to ${instant(reading.toMs)} (coverage ${claim.coverage.id}), although it should not be since ${instant(against.askedMs)}`;
      findings.push({ what: "against-wish", atMs: Math.max(against.fromMs, fromMs), text });
    }
    for (const wrong of contradictions(
      heard,
      fromMs,
      toMs,
      (truth) => truth.isListed && CODES[truth.code] === reading.code,
    )) {
      if (excused.some((window) => window.fromMs <= wrong.fromMs && window.toMs >= wrong.toMs)) continue;
      const was = heard[indexAt(heard, wrong.fromMs, ({ atMs }) => atMs)];
      findings.push({
        what: "wrong-status",
        atMs: wrong.fromMs,
        text: `${contact.address} is recorded with status ${reading.code} from ${instant(reading.fromMs)} to ${instant(reading.toMs)} (coverage ${claim.coverage.id}), but was ${was?.isListed ? was.code : "not on the roster"} from ${instant(wrong.fromMs)} to ${instant(wrong.toMs)}, since ${instant(was?.atMs ?? 0)}`,
      });
    }
  }
  checkWatch(subject, heard, { readings, barred }, findings);
}

/** Whoever was on the roster before the session began and stayed is claimed for all of the coverage. */
function checkWatch(
  { notes, claim, contact }: Subject,
  heard: readonly Heard[],
  { readings, barred }: { readings: readonly Reading[]; barred: readonly Barred[] },
  findings: Finding[],
): void {
  const { fromMs, toMs } = claim.coverage;
  // From the next coverage on that begins when all is done, everything is claimed again.
  const isBarred = barred.some(
    ({ askedMs, doneMs, untilWallMs }) =>
      heldSinceMs(askedMs, notes) - HELD_MS <= claim.toMs && (doneMs >= claim.fromMs || untilWallMs > fromMs),
  );
  if (isBarred) return;
  const begunMs = notes.sessions[claim.session]?.openedMs ?? 0;
  const wasListed = heard.every(
    ({ isListed }, at) =>
      isListed || (heard[at + 1]?.atMs ?? Number.POSITIVE_INFINITY) <= begunMs || (heard[at]?.atMs ?? 0) >= claim.toMs,
  );
  const first = heard[0];
  if (!first || first.atMs > begunMs || !wasListed) return;
  const claimedMs = readings.reduce((sum, reading) => sum + reading.toMs - reading.fromMs, 0);
  if (claimedMs === toMs - fromMs) return;
  const text = `${contact.address} was on the roster all the time, but of coverage ${claim.coverage.id} (${instant(fromMs)} to ${instant(toMs)}) only ${claimedMs} ms are claimed`;
  findings.push({ what: "not-watched", atMs: claim.fromMs, text });
}

/** What of [fromMs, toMs) no truth supports that held then or was still on its way. */
function contradictions(
  heard: readonly Heard[],
  fromMs: number,
  toMs: number,
  supports: (truth: Truth) => boolean,
): Window[] {
  const near = heard.slice(
    Math.max(
      0,
      indexAt(heard, fromMs, ({ heardMs }) => heardMs),
    ),
    indexAt(heard, toMs, ({ atMs }) => atMs) + 1,
  );
  const cuts = new Set([fromMs, toMs]);
  for (const { atMs, heardMs } of near)
    for (const cut of [atMs, heardMs]) if (cut > fromMs && cut < toMs) cuts.add(cut);
  const sorted = [...cuts].sort((a, b) => a - b);
  const wrong: Window[] = [];
  for (const [at, startMs] of sorted.slice(0, -1).entries()) {
    const endMs = sorted[at + 1] as number;
    const last = near.findLast(({ heardMs }) => heardMs <= startMs);
    const possible = near.filter((truth) => truth === last || (truth.atMs <= startMs && truth.heardMs > startMs));
    if (possible.some(supports)) continue;
    const before = wrong.at(-1);
    if (before?.toMs === startMs) before.toMs = endMs;
    else wrong.push({ fromMs: startMs, toMs: endMs });
  }
  return wrong;
}

function heardOf({ notes, account, claim, contact }: Subject): Heard[] {
  const chunks = sessionChunks(account, claim.session);
  return notes.truths
    .of(account.address, contact.address)
    .map((truth) => ({ ...truth, heardMs: heardMs(chunks, truth.atMs) }));
}

const bySession = new WeakMap<readonly Chunk[], Map<number, Chunk[]>>();

function sessionChunks({ cable }: WatchedAccount, session: number): Chunk[] {
  const known = bySession.get(cable.chunks) ?? Map.groupBy(cable.chunks, (chunk) => chunk.session);
  bySession.set(cable.chunks, known);
  return known.get(session) ?? [];
}

/** When all that the server wrote at that instant had arrived; what it did not write then comes with the next bytes. */
function heardMs(chunks: readonly Chunk[], atMs: number): number {
  const at = indexAt(chunks, atMs, ({ writtenMs }) => writtenMs);
  const then = chunks[at];
  if (then?.writtenMs === atMs) return then.atMs;
  // Before the session: its snapshot says it.
  if (at === -1) return atMs;
  return chunks[at + 1]?.atMs ?? Number.POSITIVE_INFINITY;
}

/** What the network lost, until it speaks of the contact again; and what a client cannot know before it has asked. */
function excusesOf({ account, claim, contact }: Subject, heard: readonly Heard[]): Window[] {
  const chunks = sessionChunks(account, claim.session);
  const lost = account.cable.losses
    .filter(({ session, address }) => session === claim.session && address === contact.address)
    .map(({ writtenMs }) => {
      const next = chunks.find((chunk) => chunk.writtenMs > writtenMs && chunk.about.includes(contact.address));
      return { fromMs: writtenMs, toMs: next?.atMs ?? Number.POSITIVE_INFINITY };
    });
  const isFetched = dialectNamed(account.dialect)?.lists === "address-book";
  const removed = heard
    .filter(({ isListed }) => !isListed)
    .map(({ atMs, heardMs: toMs }) => ({ fromMs: atMs, toMs: isFetched ? Math.max(toMs, atMs + BOOK_MS) : toMs }));
  return [...lost, ...removed];
}
