/** What a person reads for each status. */
import type { Reading } from "../../db/status.ts";

export const STATUS_WORDS: Record<Reading, string> = {
  available: "Available",
  idle: "Idle",
  away: "Away",
  "be-right-back": "Be right back",
  "on-the-phone": "On the phone",
  "out-to-lunch": "Out to lunch",
  busy: "Busy",
  other: "Other",
  offline: "Offline or hidden",
  unknown: "Unknown — not observed",
};

/** From most to least there: the order of legends and of the layers of a bar. */
export const STATUS_ORDER: Reading[] = [
  "available",
  "busy",
  "on-the-phone",
  "out-to-lunch",
  "be-right-back",
  "away",
  "idle",
  "other",
  "offline",
  "unknown",
];
