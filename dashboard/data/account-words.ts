import type { AccountBoard, Board } from "./board.ts";
import { whenWords } from "./clock-words.ts";
import { agoWords, durationWords } from "./durations.ts";

const UNKNOWN = "Until then, where everyone is stays unknown.";
const START = "Start it with npx rollcall start.";
/** The port that `account add` takes where none is named. */
const USUAL_PORT = 1863;

/** Why an account without coverage is not being observed, what to do about it, and what that means, in sentences. */
export function whyNotObserved(
  account: AccountBoard,
  collector: Board["collector"],
  nowMs: number,
  zone: string,
): string {
  const detail = withoutStop(account.stateDetail);
  const because = detail === "" ? "" : `: ${detail}`;
  const since = account.stateSinceMs === null ? "" : ` since ${whenWords(account.stateSinceMs, nowMs, zone)}`;
  // Starting again would only be refused again: what stopped the account comes first, whether or not anything runs.
  if (account.state === "stopped" && detail !== "")
    return `Stopped${since}: ${detail}. ${remedy(account, collector?.isAlive ?? false)} ${UNKNOWN}`;
  if (!collector) return `The collector has never run. ${START} ${UNKNOWN}`;
  if (!collector.isAlive) {
    const heard = agoWords(nowMs - collector.heardMs);
    return `The collector was last heard from ${heard}, so nothing is being recorded. ${START} ${UNKNOWN}`;
  }
  switch (account.state) {
    case "new":
      return `Not signed in yet${because}. ${UNKNOWN}`;
    case "signing-in":
      return `${detail === "" ? `Signing in${since} …` : `Signing in${since}: ${detail}.`} ${UNKNOWN}`;
    case "syncing":
      return `Signed in; reading the list of contacts and how they are … ${UNKNOWN}`;
    case "waiting":
      return `Not signed in${since}${because}. ${againWords(account.stateUntilMs, nowMs, zone)} ${UNKNOWN}`;
    case "stopped":
      return `Stopped${since}, and not trying again by itself. Try it with npx rollcall account resume ${account.address}. ${UNKNOWN}`;
    case "watching":
      // Signed in is not yet recorded: the collector's detail says what it waits for.
      return detail === ""
        ? "Signed in, but the network has given no sign of life lately. Until it does, where everyone is stays unknown."
        : `Signed in, but nothing is being recorded: ${detail}. ${UNKNOWN}`;
    case "paused":
      return `Paused${since}. Resume it with npx rollcall account resume ${account.address}. ${UNKNOWN}`;
    case "removed":
      return `Removed${since}. Its history stays; add the account again to go on with it.`;
    default:
      account.state satisfies never;
      return "";
  }
}

/** An instant that has passed is no promise any more. */
function againWords(untilMs: number | null, nowMs: number, zone: string): string {
  if (untilMs === null || untilMs <= nowMs) return "Trying again by itself.";
  const waitMs = untilMs - nowMs;
  // From one look to the next, seconds would be wrong.
  const soon = waitMs < 60_000 ? "in less than a minute" : `in ${durationWords(waitMs)}`;
  return `Trying again by itself at ${whenWords(untilMs, nowMs, zone)}, ${soon}.`;
}

/** What to do about an account that stopped for a reason. A collector that runs notices what is changed. */
function remedy({ stateDetail, address, network, host, port }: AccountBoard, isRunning: boolean): string {
  if (!/\bpassword\b/.test(stateDetail)) {
    const again = isRunning
      ? `try again with npx rollcall account resume ${address}`
      : "start again with npx rollcall start";
    return `Once that is put right, ${again}.`;
  }
  const server = port === USUAL_PORT ? host : `${host}:${port}`;
  return `Give the right password with npx rollcall account add ${address} --network ${network} --server ${server}${isRunning ? "" : ", then start again with npx rollcall start"}.`;
}

/** What the collector, or the network's own server, said; without a full stop at its end. */
function withoutStop(detail: string): string {
  return detail.trim().replace(/[.\s]+$/, "");
}
