import "server-only";
import type { PendingCodes } from "../../db/access/codes.ts";
import { listenSettings } from "../../db/settings/listen.ts";
import { openAccess } from "./access.ts";
import { dateInFull } from "./clock-words.ts";
import { agoWords } from "./durations.ts";
import { type MadeSecret, takeShown } from "./shown-once.ts";

export interface SessionLine {
  id: string;
  /** "Firefox on Linux", or "A browser" where that is not known. */
  browser: string;
  since: string;
  seen: string;
  /** The one that asks. */
  isThis: boolean;
}

export interface TokenLine {
  id: number;
  name: string;
  rights: string;
  made: string;
  used: string;
}

export interface GuestLine {
  id: number;
  name: string;
  /** Whom they may see, by address. */
  whom: string;
  until: string;
  seen: string;
}

export interface SettingsPage {
  hasPassword: boolean;
  /** Whether others than this computer can come to the door, so that there must be a password. */
  isOpen: boolean;
  codes: {
    /** Sign-in asks for them. */
    isAsked: boolean;
    /** A secret that waits for its first code. */
    pending: PendingCodes | undefined;
  };
  sessions: SessionLine[];
  tokens: TokenLine[];
  guests: GuestLine[];
  /** A secret that was just made: whoever reads it shows it, as it cannot be read again. */
  made: MadeSecret | undefined;
}

const HOUR_MS = 3_600_000;

/** What the settings show to the session `sessionId`. Throws AccessRefused, SettingsError. */
export function readSettingsPage(sessionId: string, { zone, nowMs }: { zone: string; nowMs: number }): SettingsPage {
  const access = openAccess();
  return {
    hasPassword: access.hasPassword(),
    isOpen: listenSettings().open !== undefined,
    codes: { isAsked: access.asksForCodes(), pending: access.pendingCodes() },
    sessions: access.listSessions(nowMs).map(({ id, browser, madeMs, seenMs }) => ({
      id,
      browser: browser || "A browser",
      since: dateInFull(madeMs, zone),
      seen: seenWords(nowMs - seenMs),
      isThis: id === sessionId,
    })),
    tokens: access.listTokens().map(({ id, name, scope, madeMs, usedMs }) => ({
      id,
      name,
      rights: scope === "read" ? "may read" : "may read and change",
      made: dateInFull(madeMs, zone),
      used: usedMs === null ? "never used" : `last used ${agoWords(nowMs - usedMs)}`,
    })),
    guests: access.listGuests(nowMs).map(({ id, name, contacts, untilMs, seenMs }) => ({
      id,
      name,
      whom: contacts.map(({ address }) => address).join(", "),
      until: dateInFull(untilMs, zone),
      seen: seenMs === null ? "never here" : `last here ${seenWords(nowMs - seenMs)}`,
    })),
    made: takeShown(sessionId, nowMs),
  };
}

/** It is noted to the hour. */
function seenWords(agoMs: number): string {
  return agoMs < 2 * HOUR_MS ? "within two hours" : agoWords(agoMs);
}
