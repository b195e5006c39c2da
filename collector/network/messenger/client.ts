/**
 * The whole library put together over this machine's own sockets and clock, for programs that want no other. Whoever
 * hands in parts of their own uses `openSession`, `startConversation` and `answerRing` themselves; what they need to
 * know of each other stands here.
 */
import { ContactStates } from "./contact-states.ts";
import { dialectNamed } from "./dialects.ts";
import type { MessengerEvent, Ring } from "./events.ts";
import { emptyMemory, placeOf } from "./memory.ts";
import { dialGateway } from "./net/gateway.ts";
import type { Dial } from "./net/link.ts";
import { createHttpClient } from "./net/node-http.ts";
import { dialTcp } from "./net/tcp.ts";
import { type MessengerSession, openSession, type SessionOptions } from "./notification.ts";
import {
  type AnswerOptions,
  answerRing,
  type Conversation,
  type ConversationOptions,
  startConversation,
  type Tell,
} from "./switchboard/conversation.ts";
import { systemClock } from "./system-clock.ts";

export interface ClientOptions extends SessionOptions {
  /** Go through this HTTP gateway instead of connecting to the servers themselves. */
  gateway?: string;
  /** Certificates (PEM) to trust besides those that this machine trusts. */
  ca?: string;
}

type Known = "own" | "dialect" | "request" | "capabilitiesOf";
export type TalkOptions = Omit<ConversationOptions, Known>;

export interface Client {
  readonly session: MessengerSession;
  /** Everyone on the lists, with what is known of them now. */
  readonly contacts: ContactStates;
  /** Calls one person or several. Throws RangeError for what is no address. */
  startConversation(invite: string | readonly string[], on: Tell, options?: TalkOptions): Conversation;
  answer(ring: Ring, on: Tell, options?: Omit<AnswerOptions, Known>): Conversation;
}

/** Signs in. Everything that happens is told to `on`, in order; `session.ended` says when and why it is over. */
export function openClient(options: ClientOptions, on: (event: MessengerEvent) => void): Client {
  const { address, gateway, ca, memory = emptyMemory(), place = placeOf(memory) } = options;
  const clock = systemClock;
  const http = createHttpClient(ca === undefined ? {} : { ca });
  const dialTo = (server: "NS" | "SB"): Dial =>
    gateway === undefined ? dialTcp : dialGateway({ http, clock, url: gateway, server });
  const contacts = new ContactStates();
  const conversations = new Set<Conversation>();
  let dialect = { number: 0 };
  const session = openSession({ ...options, memory, place }, { clock, dial: dialTo("NS"), http }, (event) => {
    if (event.kind === "signed-in") dialect = dialectNamed(event.dialect) ?? dialect;
    contacts.hear(event);
    on(event);
  });
  const about = () => ({
    own: { address, placeId: place.id },
    dialect,
    request: (how: { signal: AbortSignal }) => session.requestSwitchboard(how),
    capabilitiesOf: (who: string) => contacts.get(who)?.capabilities,
  });
  const parts = { clock, dial: dialTo("SB") };
  const hold = (conversation: Conversation) => {
    conversations.add(conversation);
    void conversation.ended.then(() => conversations.delete(conversation));
    return conversation;
  };
  void session.ended.then(() => {
    contacts.forgetStates();
    for (const conversation of conversations) conversation.leave();
    http.close();
  });
  return {
    session,
    contacts,
    startConversation: (invite, tell, talk) =>
      hold(startConversation({ ...about(), ...talk, invite: [invite].flat() }, parts, tell)),
    answer: (ring, tell, talk) => hold(answerRing(ring, { ...about(), ...talk }, parts, tell)),
  };
}
