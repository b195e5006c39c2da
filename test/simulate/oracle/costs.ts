/**
 * What a disconnection may cost: up to the last byte before it everything is claimed, from the answer to the first ping
 * behind it everything is claimed again, and a line that has gone quiet is asked within the ping interval.
 */
import type { Chunk } from "../cable.ts";
import { instant } from "../script.ts";
import type { Excuse, WatchedAccount, WorldNotes } from "../world.ts";
import type { Claim } from "./claims.ts";
import type { Finding } from "./finding.ts";

const PING_AFTER_MS = 20_000;
const MAX_SILENCE_MS = 45_000;
/** After a doubt the next look at the clocks asks for a proof. */
const DOUBT_MS = 30_000;
/** The longest wait between attempts, a slow sign-in and the minute that a closing server asks for. */
const RETURN_MS = 12 * 60_000;
/** A clock that shows less has not been set since the machine started. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);

interface Window {
  fromMs: number;
  toMs: number;
}

export function checkCosts(notes: WorldNotes, claims: readonly Claim[], findings: Finding[]): void {
  for (const [index, account] of notes.accounts.entries()) {
    const own = claims.filter((claim) => claim.account === index).toSorted((a, b) => a.fromMs - b.fromMs);
    const excuses = notes.excuses.filter((excuse) => excuse.account === undefined || excuse.account === index);
    checkSessions({ notes, account, own, excuses, findings });
    checkReturns({ notes, account, own, excuses, findings });
  }
}

interface Case {
  notes: WorldNotes;
  account: WatchedAccount;
  own: readonly Claim[];
  excuses: readonly Excuse[];
  findings: Finding[];
}

/** Between two chunks of a session, from its first answer to a ping on, all is claimed. */
function checkSessions({ notes, account, own, excuses, findings }: Case): void {
  const windows = excuses.map((excuse) => disturbance(excuse, notes));
  for (const chunks of Map.groupBy(account.cable.chunks, ({ session }) => session).values()) {
    const barrier = barrierOf(chunks, notes, windows);
    if (barrier === -1) continue;
    for (let at = barrier; at + 1 < chunks.length; at += 1) {
      const [one, next] = [chunks[at] as Chunk, chunks[at + 1] as Chunk];
      if (one.atMs === next.atMs) continue;
      const quietMs = next.atMs - one.atMs;
      const isExcused = windows.some(({ fromMs, toMs }) => fromMs <= next.atMs && toMs >= one.atMs);
      if (isExcused) continue;
      if (quietMs > PING_AFTER_MS + 1_000) {
        const text = `${account.address} heard nothing from ${instant(one.atMs)} on for ${quietMs} ms, and did not ask`;
        findings.push({ what: "silence-unnoticed", atMs: one.atMs, text });
      }
      if (quietMs > MAX_SILENCE_MS || isBehind(one, own) || isBehind(next, own)) continue;
      if (own.some((claim) => claim.fromMs <= one.atMs && claim.toMs >= next.atMs)) continue;
      const text = `${account.address} was signed in and heard from at ${instant(one.atMs)} and ${instant(next.atMs)}, but the time between is not claimed`;
      findings.push({ what: "lost-time", atMs: one.atMs, text });
    }
  }
}

/** The answer to the ping from which on all is claimed: the first, or the next one when doubts fell into the sign-in. */
function barrierOf(chunks: readonly Chunk[], { sessions }: WorldNotes, doubts: readonly Window[]): number {
  const first = chunks.findIndex(({ isPong }) => isPong);
  const barrier = chunks[first];
  if (!barrier) return -1;
  const openedMs = sessions[barrier.session]?.openedMs ?? barrier.atMs;
  const isDoubted = doubts.some(({ fromMs, toMs }) => fromMs <= barrier.atMs && toMs >= openedMs);
  return isDoubted ? chunks.findIndex(({ isPong }, at) => isPong && at > first) : first;
}

/**
 * Whether the clock showed less than what was recorded before, or had done so until just then. Only a clock that was set
 * since can show less.
 */
function isBehind({ wallMs, atMs }: Chunk, own: readonly Claim[]): boolean {
  if (wallMs < EARLIEST_MS + DOUBT_MS) return true;
  return own.some(
    ({ coverage, toMs }) => toMs <= atMs && coverage.toMs > wallMs - DOUBT_MS && coverage.toMs - toMs !== wallMs - atMs,
  );
}

/** When nothing is wrong, the account is back soon. */
function checkReturns({ notes, account, own, excuses, findings }: Case): void {
  const { fromMs: beginMs, toMs: endMs } = notes.script;
  const windows: Window[] = [
    ...own,
    ...excuses.map((excuse) => ({ fromMs: disturbance(excuse, notes).fromMs, toMs: excuse.toMs + RETURN_MS })),
    ...account.cable.breaks.map((atMs) => ({ fromMs: atMs, toMs: atMs + RETURN_MS })),
    ...behindWindows(account, own),
  ].toSorted((a, b) => a.fromMs - b.fromMs);
  let coveredMs = beginMs + RETURN_MS;
  for (const { fromMs, toMs } of windows) {
    if (fromMs > coveredMs + 1_000 + PING_AFTER_MS) complain(coveredMs, fromMs);
    coveredMs = Math.max(coveredMs, toMs);
  }
  if (endMs > coveredMs + RETURN_MS) complain(coveredMs, endMs);

  function complain(fromMs: number, toMs: number): void {
    const text = `${account.address} is not recorded from ${instant(fromMs)} to ${instant(toMs)}, although nothing was wrong`;
    findings.push({ what: "lost-time", atMs: fromMs, text });
  }
}

function behindWindows({ cable }: WatchedAccount, own: readonly Claim[]): Window[] {
  return cable.chunks
    .filter((chunk) => isBehind(chunk, own))
    .map(({ atMs }) => ({ fromMs: atMs - MAX_SILENCE_MS, toMs: atMs + RETURN_MS }));
}

/** During which true time an excuse lets a session that goes on lose time. */
function disturbance({ what, fromMs, toMs }: Excuse, notes: WorldNotes): Window {
  switch (what) {
    case "kill":
      // What the journal still held is lost with the process.
      return { fromMs: heldSinceMs(fromMs, notes), toMs: fromMs };
    case "slow-disk":
    case "disk-refuses":
      // Asked to stop while the disk refuses, the journal gives up what it holds, and says so.
      return { fromMs: heldSinceMs(fromMs, notes), toMs: toMs + notes.script.batchMs + 60_000 };
    case "clock":
    case "suspend":
    case "freeze":
    case "stall":
    case "lag":
    case "silence":
    case "half-open":
      return { fromMs: fromMs - 1, toMs: toMs + 2 * DOUBT_MS + (what === "lag" ? 90_000 : 0) };
    default:
      return { fromMs, toMs: fromMs };
  }
}

/** The oldest fact that a journal may hold at that instant; while its process stands still it writes nothing. */
export function heldSinceMs(atMs: number, { script, excuses }: WorldNotes): number {
  const pauses = excuses.filter(({ what, fromMs }) => (what === "freeze" || what === "suspend") && fromMs <= atMs);
  let sinceMs = atMs - script.batchMs - Math.max(5_000, script.batchMs) - 25_000;
  for (const pause of pauses.toSorted((a, b) => b.fromMs - a.fromMs)) {
    const untilMs = Math.min(pause.toMs, atMs);
    if (untilMs > sinceMs) sinceMs -= untilMs - pause.fromMs;
  }
  return sinceMs;
}
