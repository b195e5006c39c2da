/** That somebody was there, without a word of what they said: all that a presence logger keeps of a conversation. */
import type { Instant } from "../clock.ts";
import type { ConversationEvent } from "./events.ts";

export interface ContactActivity extends Instant {
  /** Lower-cased. */
  address: string;
  did: "message" | "typing" | "nudge" | "invitation";
  /** What they invited to, in the inviting client's word; only for invitations, and never the name of a file. */
  to?: string;
}

/**
 * What an event shows of whoever caused it; `undefined` for what nobody did, and for what we did at another place.
 * Messages that clients send by themselves, such as what they are capable of, show nobody's activity.
 */
export function activityOf(event: ConversationEvent, ownAddress: string): ContactActivity | undefined {
  const { atMs, monotonicMs } = event;
  if (!("from" in event) || event.from === ownAddress.toLowerCase()) return undefined;
  const seen = { atMs, monotonicMs, address: event.from };
  switch (event.kind) {
    case "text":
    case "datacast":
      return { ...seen, did: "message" };
    case "typing":
      return { ...seen, did: "typing" };
    case "nudge":
      return { ...seen, did: "nudge" };
    case "invitation": {
      const { application, applicationId } = event.invitation;
      return { ...seen, did: "invitation", to: application || applicationId || "unknown" };
    }
    case "mime":
      return undefined;
    default:
      return event satisfies never;
  }
}
