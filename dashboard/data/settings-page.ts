import "server-only";
import { listenSettings } from "../../db/settings/listen.ts";
import { openAccess } from "./access.ts";
import { dateInFull } from "./clock-words.ts";
import { agoWords } from "./durations.ts";

export interface SessionLine {
  id: string;
  /** "Firefox on Linux", or "A browser" where that is not known. */
  browser: string;
  since: string;
  seen: string;
  /** The one that asks. */
  isThis: boolean;
}

export interface SettingsPage {
  hasPassword: boolean;
  /** Whether others than this computer can come to the door, so that there must be a password. */
  isOpen: boolean;
  sessions: SessionLine[];
}

const HOUR_MS = 3_600_000;

/** What the settings show to the session `sessionId`. Throws AccessRefused, SettingsError. */
export function readSettingsPage(sessionId: string, { zone, nowMs }: { zone: string; nowMs: number }): SettingsPage {
  const access = openAccess();
  return {
    hasPassword: access.hasPassword(),
    isOpen: listenSettings().open !== undefined,
    sessions: access.listSessions(nowMs).map(({ id, browser, madeMs, seenMs }) => ({
      id,
      browser: browser || "A browser",
      since: dateInFull(madeMs, zone),
      // It is noted to the hour.
      seen: nowMs - seenMs < 2 * HOUR_MS ? "within two hours" : agoWords(nowMs - seenMs),
      isThis: id === sessionId,
    })),
  };
}
