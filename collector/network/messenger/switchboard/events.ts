/** What a conversation tells its owner, in the order in which the switchboard's bytes said it. */
import type { Instant } from "../clock.ts";
import type { Capabilities } from "../events.ts";
import type { TextFormat } from "./text-message.ts";

/** Somebody else in the conversation; one entry for a person, at however many places. */
export interface Participant {
  /** Lower-cased. */
  address: string;
  /** As it was when they joined; it does not change while they stay. */
  name: string;
  /** Told from MSNP12 on. */
  capabilities: Capabilities | undefined;
  /** Where they are signed in, as far as the server says so (MSNP16 on). */
  places: readonly string[];
}

/** Something a client cannot do with a logger: a file, a call, a game, our picture. It has been declined already. */
export interface Invitation {
  /** `text`: an invitation in words (protocol reference 4.4); `p2p`: one in packets (4.5). */
  by: "text" | "p2p";
  /** As the inviting client named it, or the usual name of its GUID; empty when it did not say. */
  application: string;
  /** With braces, upper-cased; empty when it did not say. */
  applicationId: string;
  file?: { name: string; sizeBytes: number | undefined };
}

/** Why a message did not arrive. */
export type Undelivered =
  /** Empty, too large for those who are there, or with headers that are none. */
  | "not-sendable"
  /** Too much waits to be sent already. */
  | "queue-full"
  /** Nobody came to hear it, or there was no switchboard to be had. */
  | "unreachable"
  /** The server says that it was not delivered. */
  | "refused"
  /** The server did not say within a minute. */
  | "no-answer"
  /** The line broke before the server could say. */
  | "lost"
  /** The conversation is over. */
  | "ended";

/** What became of a message. `explanation` is for a person to read. */
export type Delivery =
  /** Sent to those who were there; no receipt was asked for. */
  | { outcome: "sent"; message: number }
  /** The server has said that everyone has got it. */
  | { outcome: "delivered"; message: number }
  | { outcome: "undelivered"; message: number; why: Undelivered; explanation: string };

/** What became of an invitation to join. `code` is the server's error number. */
export type JoinOutcome =
  | { outcome: "joined" }
  | { outcome: "refused"; code: string; explanation: string }
  | { outcome: "no-answer"; explanation: string }
  | { outcome: "ended"; explanation: string };

/** An event without its instant, which is the same for all that one chunk of bytes says. */
export type ConversationNews =
  | { kind: "joined"; participant: Participant }
  /** `timedOut`: their server gave up on them; they did not leave. */
  | { kind: "left"; address: string; timedOut: boolean }
  | { kind: "not-joined"; address: string; outcome: JoinOutcome }
  | {
      kind: "text";
      from: string;
      /** The name in the message itself, else the one the server gave. */
      name: string;
      text: string;
      /** `undefined` when the message does not say. */
      format: TextFormat | undefined;
    }
  | { kind: "typing"; from: string }
  | { kind: "nudge"; from: string }
  /** 2 wink, 3 voice clip, 4 action; `data` is what the client sent with it. */
  | { kind: "datacast"; from: string; id: number; data: string }
  | { kind: "invitation"; from: string; invitation: Invitation }
  /** Anything else, as it came. Header names are lower-cased. */
  | {
      kind: "mime";
      from: string;
      contentType: string;
      headers: Readonly<Record<string, string>>;
      body: Uint8Array;
    }
  /** The message with this number, which asked for a receipt, has arrived. */
  | { kind: "delivered"; message: number }
  | { kind: "undelivered"; message: number; why: Undelivered; explanation: string }
  /**
   * There is no switchboard now; the next message or invitation opens one and invites the same people. `idle`: we hung
   * up after the silence that was agreed on; `empty`: everybody has left; `lost`: the line broke.
   */
  | { kind: "closed"; why: "idle" | "empty" | "lost"; explanation: string }
  /** On another switchboard, with somebody there. */
  | { kind: "reopened" };

export type ConversationEvent = ConversationNews & Instant;

/** Why a conversation is over. */
export type ConversationEnd =
  /** By `leave` or by the signal. */
  | { why: "asked" }
  /** Nothing was said for as long as its owner allows. */
  | { why: "timed-out"; explanation: string }
  /** Nobody ever came, or no switchboard was to be had. */
  | { why: "unreachable"; explanation: string };
