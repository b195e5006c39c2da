/** What the collector tells the history. Plain data: facts travel to the worker thread that writes them. */
import type { Status } from "../status.ts";

export type CoverageEnd =
  /** The collector was asked to stop. */
  | "stopped"
  | "connection-lost"
  /** No proof of life for too long. */
  | "silence"
  /** Our own timers were late: a suspended machine or a stopped process. */
  | "suspended"
  | "clock-jump"
  | "signed-in-elsewhere"
  | "server-closing"
  | "refused"
  /** Found open at start-up. */
  | "crash"
  /** Of another Rollcall, where it went on when it was carried over. */
  | "carried"
  /** Stated by whoever brought events from elsewhere. */
  | "imported";

/**
 * `new`: nobody does anything about it. `signing-in`, `syncing`, `watching`, `waiting`, `stopped`: collector/supervise/account-life.ts
 * says what they are. `paused` and `removed`: the user wants it so.
 */
export const ACCOUNT_STATES = [
  "new",
  "signing-in",
  "syncing",
  "watching",
  "waiting",
  "stopped",
  "paused",
  "removed",
] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

export interface Contact {
  address: string;
  displayAddress: string;
  /**
   * What the list calls the contact: old, or what whoever added them typed. It serves until the contact's own word
   * (a `profile` fact) is heard, and is no fact itself.
   */
  name: string;
  groups: string[];
}

export interface Presence {
  address: string;
  status: Status;
  raw: string;
}

/**
 * What a contact shows of itself. `capabilities`: "mobile", "web", "bot", several joined with ", ", or empty for an
 * ordinary client. `places`: what kind of client at each place where it is signed in, joined with ", ". `picture`: the
 * picture's identity, not the picture. Empty: shows none.
 */
export type ProfileField = "name" | "message" | "media" | "picture" | "capabilities" | "places";

/** What somebody did towards the account; `call`: opened a conversation with it. Never what was said. */
export type Activity =
  | { kind: "call" | "message" | "typing" | "nudge" }
  /** An invitation to something Rollcall declines: the kind of program, in the inviter's own word. */
  | { kind: "invitation"; to: string };

export type Fact =
  /** `untilMs`: when a waiting account is tried again, where that is known. */
  | { kind: "account-state"; accountId: number; atMs: number; state: AccountState; detail: string; untilMs?: number }
  /** The complete roster: contacts missing from it have left. */
  | { kind: "roster"; accountId: number; atMs: number; contacts: Contact[] }
  | { kind: "contact-added"; accountId: number; atMs: number; contact: Contact }
  | { kind: "contact-removed"; accountId: number; atMs: number; address: string }
  /**
   * A barrier was answered: from here on the account is covered. `watched` is everyone whose presence is known from
   * here on, `present` those of them who are not offline.
   */
  | { kind: "coverage-open"; accountId: number; fromMs: number; watched: string[]; present: Presence[] }
  | { kind: "proof"; accountId: number; atMs: number }
  | { kind: "coverage-close"; accountId: number; toMs: number; reason: CoverageEnd }
  /** The first word, in mid-coverage, about a contact who joined the roster since the snapshot. */
  | ({ kind: "watch-open"; accountId: number; atMs: number } & Presence)
  | ({ kind: "change"; accountId: number; atMs: number } & Presence)
  /** The network repeated itself. Nothing is written, unless it is the first word about them after a pause. */
  | ({ kind: "said-again"; accountId: number; atMs: number } & Presence)
  | { kind: "profile"; accountId: number; atMs: number; address: string; field: ProfileField; value: string }
  /**
   * Kept as a profile fact each time, also when the last one said the same. `active-while-hidden`: a call, a message,
   * typing or a nudge from somebody whose presence is offline or hidden. `invitation`: what they invited to.
   */
  | {
      kind: "activity";
      accountId: number;
      atMs: number;
      address: string;
      field: "active-while-hidden" | "invitation";
      value: string;
    }
  /**
   * Of those who could, more than half went offline (`gone`), or came online (`came`), between these instants: probably
   * the server's doing. Said again, longer, while it goes on.
   */
  | {
      kind: "mass-change";
      accountId: number;
      fromMs: number;
      toMs: number;
      way: "gone" | "came";
      contacts: number;
      ofContacts: number;
    }
  | { kind: "heartbeat"; atMs: number };
