/** The dispatch server: agrees on a dialect, points at a notification server, and hangs up. */
import type { Dialect } from "../network/messenger/dialects.ts";
import type { Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import { Conversation } from "./conversation.ts";
import { Greeting, isAddress } from "./greeting.ts";
import { referral } from "./referral.ts";
import type { ServerParts } from "./server-parts.ts";
import { isOpening } from "./sign-in.ts";

export function acceptDispatch(
  { dialects, faults, endpoints }: Pick<ServerParts, "dialects" | "faults" | "endpoints">,
  link: Link,
): LinkEvents {
  const conversation = new Conversation(link);
  const greeting = new Greeting(conversation, dialects);
  return conversation.events(
    (frame) => {
      if (greeting.hear(frame)) return;
      if (frame.verb === "PNG" || frame.verb === "OUT") conversation.close();
      else if (frame.verb === "USR") refer(frame, greeting.dialect);
    },
    () => undefined,
  );

  function refer({ params }: Frame, dialect: Dialect | undefined): void {
    const [trid = "0", , , address = ""] = params;
    if (dialect && isOpening(dialect, params)) {
      const { dispatch, notification } = endpoints();
      const there = faults.referTo?.("dispatch") ?? notification;
      if (isAddress(address)) conversation.say("XFR", trid, "NS", ...referral(dialect, there, dispatch));
      else conversation.say("911", trid);
    }
    conversation.close();
  }
}
