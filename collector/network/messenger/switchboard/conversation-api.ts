/** What a conversation is given, and what can be asked of it. What it tells stands in `events.ts`. */
import type { Instant } from "../clock.ts";
import type { SwitchboardTicket } from "../events.ts";
import type { MimeDraft } from "./drafts.ts";
import type { ConversationEnd, ConversationEvent, Delivery, JoinOutcome, Participant } from "./events.ts";
import type { CapabilitiesOf } from "./participants.ts";
import type { TextOptions } from "./text-message.ts";

export interface ConversationOptions {
  /** `placeId`, with braces: needed from MSNP16 on, where an account is at several places. */
  own: { address: string; placeId?: string | undefined };
  dialect: { readonly number: number };
  /** Asks the notification server for a switchboard. Rejects with what a person should read. */
  request(options: { signal: AbortSignal }): Promise<SwitchboardTicket>;
  /** The caller's own name for the conversation; by default one is made up. */
  id?: string | undefined;
  /** How long nothing may be said before we hang up the switchboard; the conversation goes on. */
  idleMs?: number | undefined;
  /** How long somebody who has been called may take to join. */
  joinWithinMs?: number | undefined;
  /** How long nothing may be said before the conversation is over. By default it may rest for ever. */
  timeoutMs?: number | undefined;
  /** What presence has told about somebody, for dialects below MSNP12, whose switchboards do not. */
  capabilitiesOf?: CapabilitiesOf | undefined;
  /** Leaves the conversation. */
  signal?: AbortSignal | undefined;
}

export interface StartOptions extends ConversationOptions {
  /** Whom to call. */
  invite: readonly string[];
}

export interface AnswerOptions extends ConversationOptions {
  /** When it rang; one that is too old is not even tried. */
  rang?: Instant | undefined;
}

export type SendOptions = { receipt?: boolean | undefined; signal?: AbortSignal | undefined };

export type Tell = (event: ConversationEvent) => void;

export interface Conversation {
  readonly id: string;
  /** Who else is here at the moment; nobody while there is no switchboard. */
  readonly participants: readonly Participant[];
  /** Calls somebody in, on a new switchboard if need be. Resolves when they have joined, or will not. */
  invite(address: string, options?: { signal?: AbortSignal | undefined }): Promise<JoinOutcome>;
  /** Resolves when it has been sent, or with `receipt` when it has arrived, or when it cannot. */
  sendText(text: string, options?: SendOptions & TextOptions): Promise<Delivery>;
  /** Any message there is; `MIME-Version` is added. */
  sendMime(message: MimeDraft, options?: SendOptions): Promise<Delivery>;
  sendNudge(options?: SendOptions): Promise<Delivery>;
  /** That our user types. Call it for every key: it is sent every 4 seconds, and only while somebody is here. */
  sendTyping(): void;
  /** Hangs up. What has not been sent will not be. */
  leave(): void;
  readonly ended: Promise<ConversationEnd>;
}
