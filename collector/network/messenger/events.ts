/**
 * What a signed-in session tells its owner, in the order in which the server's bytes said it. Codes and addresses are
 * Messenger's own words; nothing is interpreted beyond what the protocol defines.
 */
import type { Instant } from "./clock.ts";
import type { Endpoint } from "./net/link.ts";

/** The lists of protocol reference 2.7: whom I watch, who may see me, who may not, who watches me, who waits for my word. */
export type ListName = "forward" | "allow" | "block" | "reverse" | "pending";

/** 1 Passport, 2 Communicator, 4 telephone, 32 Yahoo (protocol reference 2.13). */
export type NetworkId = number;

/** Somebody on one or more of the account's lists. */
export interface ListedContact {
  /** Lower-cased: with `network`, what identifies the contact. */
  address: string;
  /** As the network spelled it. */
  displayAddress: string;
  network: NetworkId;
  /** What the list calls them, which may be old; empty when it does not say. */
  name: string;
  lists: readonly ListName[];
  /** The names of the groups the owner put them in. */
  groups: readonly string[];
}

export interface Capabilities {
  /** As the server said it, for instance `2788999228:48`. */
  raw: string;
  isMobile: boolean;
  isWeb: boolean;
  isBot: boolean;
  /** Can join messages that come in several packets. */
  canJoinChunks: boolean;
}

/** The display picture somebody offers (an msnobj, protocol reference 3.3). */
export interface Picture {
  /** The picture's identity: the base64 SHA-1 of its bytes. */
  sha1d: string;
  sizeBytes: number | undefined;
  /** The element as it was sent, decoded. */
  raw: string;
}

/** One of the places where somebody is signed in at the same time (MSNP16 on). */
export interface Place {
  /** With braces, lower-cased. */
  id: string;
  capabilities: Capabilities | undefined;
  /** Only known of one's own places. */
  name: string | undefined;
  isIdle: boolean | undefined;
  state: string | undefined;
}

/** What `UBX` says about somebody: each field is what holds now, empty when there is none. */
export interface Details {
  personalMessage: string;
  /** The song, game or program they show, put together as their client asked; empty when switched off. */
  currentMedia: string;
  /** `undefined` when the server does not speak of places. */
  places: readonly Place[] | undefined;
}

/** Where a conversation can be joined, and the password to it. */
export interface SwitchboardTicket {
  endpoint: Endpoint;
  cookie: string;
}

/** Somebody opens a conversation with us. Answer it or let it pass. */
export interface Ring extends SwitchboardTicket {
  sessionId: string;
  /** Lower-cased. */
  caller: string;
  callerName: string;
}

/** A message that was left for us while nobody was signed in; its text is fetched with `readOfflineMessages`. */
export interface OfflineMessageNotice {
  id: string;
  /** Lower-cased. */
  from: string;
  fromName: string;
  /** UTC epoch milliseconds; undefined when the server did not say. */
  sentMs: number | undefined;
}

/** A session's event without its instant, which is the same for all that one chunk of bytes says. */
export type Said =
  /** Bytes arrived: proof of life. Once per chunk, before what the chunk says. */
  | { kind: "alive" }
  | { kind: "signed-in"; address: string; name: string; dialect: string }
  /** The name the account shows, when it is told after the sign-in or has been changed. */
  | { kind: "own-name"; name: string }
  /** Everyone on every list, once after each sign-in and before any presence. */
  | { kind: "lists"; contacts: readonly ListedContact[] }
  /** Somebody joined or left a list or a group, here or at another of the account's places. `wasOn`: the lists before. */
  | { kind: "contact-changed"; contact: ListedContact; wasOn: readonly ListName[] }
  /** `code` is NLN, BSY, … or FLN. Absent fields were not said; repeats are passed on as they come. */
  | {
      kind: "presence";
      address: string;
      network: NetworkId;
      code: string;
      name?: string;
      capabilities?: Capabilities;
      /** `null`: shows none. */
      picture?: Picture | null;
    }
  /** The server's word about ourselves: an echo, or a status it forced on us. */
  | { kind: "own-presence"; code: string; name?: string }
  /** Somebody as a member of a circle (MSNP18): not their own presence. */
  | { kind: "circle-presence"; circle: string; address: string; code: string }
  | { kind: "details"; address: string; network: NetworkId; details: Details }
  | { kind: "own-details"; details: Details }
  /** The barrier: all presence of the snapshot has been told; who was not mentioned is offline or hidden. */
  | { kind: "snapshot-complete" }
  /** The answer to the ping with this number; all that the server said before it has been told. */
  | { kind: "pong"; ping: number }
  | { kind: "ring"; ring: Ring }
  | { kind: "offline-messages"; notices: readonly OfflineMessageNotice[] }
  /** The server announces that it goes down in so many minutes. */
  | { kind: "maintenance"; inMinutes: number };

export type MessengerEvent = Said & Instant;

/**
 * Why a session is over. `lost` and `server-closing` are weather and pass; the others need a person.
 * `comeBackMs`: how long the server asked us to stay away.
 */
export type SessionEnd =
  | { why: "asked" }
  | { why: "lost"; cause: Error }
  | { why: "server-closing"; message: string; comeBackMs?: number }
  | { why: "signed-in-elsewhere" }
  | { why: "refused"; code: "credentials" | "account" | "dialect"; message: string };
