/** Why nobody looked, in words. */
import type { CoverageGap } from "../../db/history/coverage-gaps.ts";
import { durationWords } from "./durations.ts";

const WHY: Record<Exclude<CoverageGap["why"], null>, string> = {
  stopped: "Rollcall was stopped",
  "connection-lost": "The connection was lost",
  silence: "The server fell silent",
  suspended: "This computer was asleep, or stood still",
  "clock-jump": "The clock was set",
  "signed-in-elsewhere": "Signed in elsewhere",
  "server-closing": "The server went down",
  refused: "The sign-in was refused",
  crash: "Rollcall ended without a word: a crash, or a power cut",
  carried: "What the other Rollcall had recorded ends here",
  imported: "What was imported ends here",
};

/** Less than this of a gap without a collector is the time that a start takes. */
const START_MS = 60_000;

/** `The server went down`, and whether a collector ran at all meanwhile. */
export function gapWords({ why, fromMs, toMs, collectorMs }: CoverageGap): string {
  const reason = why === null ? "Not recorded yet" : WHY[why];
  const offMs = toMs - fromMs - collectorMs;
  if (why === null || why === "stopped" || why === "crash" || offMs < START_MS) return reason;
  return collectorMs === 0
    ? `${reason}, and Rollcall was not running`
    : `${reason}; Rollcall was not running for ${durationWords(offMs)} of it`;
}
