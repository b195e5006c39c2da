/**
 * A conversation as its user sees it: people, and what they say. It outlives the switchboards it is held on, one at a
 * time: they close when nobody speaks, and the next message opens another and calls the same people.
 */
import type { Ring } from "../events.ts";
import type { ConnectionParts } from "../net/connection.ts";
import { explainAddress, isAddress } from "./addresses.ts";
import type { AnswerOptions, Conversation, StartOptions, Tell } from "./conversation-api.ts";
import { HeldConversation } from "./held-conversation.ts";

export type { AnswerOptions, Conversation, ConversationOptions, StartOptions, Tell } from "./conversation-api.ts";

/**
 * Calls people into a new conversation. Never throws for anything the far end does: what becomes of it is told to `on`,
 * and in the end by `ended`. Throws RangeError for what is no address.
 */
export function startConversation(options: StartOptions, parts: ConnectionParts, on: Tell): Conversation {
  const unusable = options.invite.find((address) => !isAddress(address));
  if (unusable !== undefined) throw new RangeError(explainAddress(unusable));
  if (options.invite.length === 0) throw new RangeError("a conversation needs somebody to invite");
  return new HeldConversation(options, parts, on, { members: options.invite });
}

/** Joins the conversation that somebody opens with us. The ring can be answered for two minutes, and once. */
export function answerRing(ring: Ring, options: AnswerOptions, parts: ConnectionParts, on: Tell): Conversation {
  return new HeldConversation(options, parts, on, { members: [ring.caller], ring, rangMs: options.rang?.monotonicMs });
}
