import type { AccountBoard, Board } from "./board.ts";
import { whenWords } from "./clock-words.ts";
import { agoWords } from "./durations.ts";

const UNKNOWN = "Until it is signed in again, where everyone is stays unknown.";

/** Why an account without coverage is not being observed, what to do about it, and what that means, in sentences. */
export function whyNotObserved(
  account: AccountBoard,
  collector: Board["collector"],
  nowMs: number,
  zone: string,
): string {
  const words = (...sentences: string[]) => sentences.filter((sentence) => sentence !== "").join(" ");
  const start = "Start it with npx rollcall start.";
  if (!collector) return words("The collector has never run.", start, UNKNOWN);
  if (!collector.isAlive) {
    const heard = agoWords(nowMs - collector.heardMs);
    return words(`The collector was last heard from ${heard}, so nothing is being recorded.`, start, UNKNOWN);
  }
  const detail = asSentence(account.stateDetail);
  const since = account.stateSinceMs === null ? "" : ` since ${whenWords(account.stateSinceMs, nowMs, zone)}`;
  switch (account.state) {
    case "new":
      return words("Not signed in yet.", detail);
    case "signing-in":
      return words("Signing in …", detail);
    case "waiting":
      return words(`Not signed in${since}, and trying again by itself.`, detail, UNKNOWN);
    case "stopped":
      return words(`Stopped${since}, and not trying again by itself.`, detail, UNKNOWN);
    case "watching":
      // Signed in is not yet recorded: the collector's detail says what it waits for.
      return detail === ""
        ? "Signed in, but the network has given no sign of life lately. Until it does, where everyone is stays unknown."
        : `Signed in, but nothing is being recorded: ${detail} Until then, where everyone is stays unknown.`;
    default:
      account.state satisfies never;
      return "";
  }
}

/** What the collector, or the network's own server, said; with one full stop. */
function asSentence(detail: string): string {
  const text = detail.trim().replace(/[.\s]+$/, "");
  return text === "" ? "" : `${text}.`;
}
