/** The dispatch server: agrees on a dialect, points at the notification server, and hangs up. */
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Frame } from "../network/messenger/wire/frame.ts";
import { Conversation } from "./conversation.ts";
import { type Dialect, Greeting, isAddress } from "./greeting.ts";

export function acceptDispatch(link: Link, own: Endpoint, notification: Endpoint): LinkEvents {
  const conversation = new Conversation(link);
  const greeting = new Greeting(conversation);
  return conversation.events(
    (frame) => {
      if (greeting.hear(frame)) return;
      if (frame.verb === "PNG" || frame.verb === "OUT") conversation.close();
      else if (frame.verb === "USR") refer(frame, greeting.dialect);
    },
    () => undefined,
  );

  function refer({ params }: Frame, dialect: Dialect | undefined): void {
    const [trid = "0", method, step, address = ""] = params;
    if (dialect && method === "MD5" && step === "I") {
      if (isAddress(address)) conversation.say("XFR", trid, "NS", ...referral(dialect, own, notification));
      else conversation.say("911", trid);
    }
    conversation.close();
  }
}

/** Protocol reference 2.6: a zero from MSNP3 on, and the server that said so from MSNP7 on. */
function referral(dialect: Dialect, own: Endpoint, notification: Endpoint): string[] {
  const there = `${notification.host}:${notification.port}`;
  if (dialect === 2) return [there];
  return dialect < 7 ? [there, "0"] : [there, "0", `${own.host}:${own.port}`];
}
