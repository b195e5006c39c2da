/** What a Messenger session is given, and what can be asked of it. What it tells stands in `events.ts`. */
import type { Clock } from "./clock.ts";
import type { Dialect } from "./dialects.ts";
import type { NetworkId, SessionEnd, SwitchboardTicket } from "./events.ts";
import type { ListEdit } from "./lists/edits.ts";
import type { AccountMemory } from "./memory.ts";
import type { HttpClient } from "./net/http.ts";
import type { Dial, Endpoint } from "./net/link.ts";
import type { CurrentMedia } from "./presence/current-media.ts";
import type { ServiceUrls } from "./services.ts";
import type { OfflineMessage } from "./soap/offline-messages.ts";

/** The states that one may show; protocol reference 3.1. `HDN`: receives everything, shows nothing. */
export type OwnStatus = "NLN" | "BSY" | "IDL" | "BRB" | "AWY" | "PHN" | "LUN" | "HDN";

export interface SessionOptions {
  address: string;
  password: string;
  /** A dispatch server, or the notification server itself. */
  server: Endpoint;
  /** Where the web services are, as far as it is not where `servicesOf` expects them. */
  services?: Partial<ServiceUrls>;
  /** What to offer, best first: one dialect, or several of `DIALECTS`; all of them when absent. */
  dialects?: readonly Dialect[];
  /** The first status: HDN when absent. */
  status?: OwnStatus;
  /**
   * From MSNP16 on, one account may be signed in at several places, each with a GUID (in braces) and a name. The same
   * GUID again replaces the earlier session. When absent, one is made up for each memory.
   */
  place?: { id: string; name: string };
  /** What earlier sessions of this account have learned; this one adds to it. */
  memory?: AccountMemory;
  /** Signs out when aborted. */
  signal?: AbortSignal;
}

export interface SessionParts {
  clock: Clock;
  dial: Dial;
  http: HttpClient;
  /** Ping after this much silence: 20 s when absent. Infinity never pings. */
  pingAfterMs?: number;
  /** How long each step of the sign-in may take: 30 s when absent. */
  stepMs?: number;
}

export interface RequestOptions {
  /** Stops waiting; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface PersonalMessage {
  text: string;
  media?: CurrentMedia;
}

/** Whom an edit of the lists is about. */
export interface EditedContact {
  address: string;
  /** Passport when absent. */
  network?: NetworkId;
  /** What to call somebody new; their address when absent. */
  name?: string;
}

/** One sign-in, from the first dial to its end. Requests reject with RequestRefused, whose message a person can read. */
export interface MessengerSession {
  /** Never rejects: whatever the far end does comes back as a SessionEnd. */
  readonly ended: Promise<SessionEnd>;
  /** Sends a ping and returns its number, which its `pong` will carry. */
  ping(): number;
  /** Signs out in order; `ended` follows. */
  close(): void;
  /** Stops and goes on reading, for whoever cannot keep up. A paused line is a silent one. */
  pause(): void;
  resume(): void;
  /** Resolves when the server has echoed it. Changes keep two seconds apart; of those that wait the newest counts. */
  changeStatus(code: OwnStatus, options?: RequestOptions): Promise<void>;
  changeName(name: string, options?: RequestOptions): Promise<void>;
  /** From MSNP11 on. */
  changePersonalMessage(message: PersonalMessage, options?: RequestOptions): Promise<void>;
  /**
   * Watches somebody, or not; lets them see us, or not. Resolves when the server has taken it; `contact-changed` is told
   * before. Rejects also with what the address book says, from MSNP13 on.
   */
  editContact(edit: ListEdit, person: EditedContact, options?: RequestOptions): Promise<void>;
  /** Where a new conversation can be opened. Requests keep 7.6 seconds apart. */
  requestSwitchboard(options?: RequestOptions): Promise<SwitchboardTicket>;
  /**
   * The messages with the ids of an `offline-messages` event, in the order in which they were written. They wait until
   * they are deleted. From MSNP11 on.
   */
  readOfflineMessages(ids: readonly string[], options?: RequestOptions): Promise<OfflineMessage[]>;
  /** Without it, they are announced again at the next sign-in. */
  deleteOfflineMessages(ids: readonly string[], options?: RequestOptions): Promise<void>;
}
