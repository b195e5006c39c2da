/** What `OUT` of the server's means (protocol reference 2.15). */
import { lost } from "./errors.ts";
import type { SessionEnd } from "./events.ts";
import { quoteText } from "./wire/text.ts";

const MINUTE_MS = 60_000;

/** `OUT {reason {minutes}}` */
export function endOfSignOut(params: readonly string[], address: string): SessionEnd {
  const [reason, minutes = ""] = params;
  switch (reason) {
    case "OTH":
      return { why: "signed-in-elsewhere" };
    case "SSD":
      return { why: "server-closing", message: "the server is going down" };
    case "RCT": {
      const comeBackMs = /^\d{1,6}$/.test(minutes) ? Number(minutes) * MINUTE_MS : undefined;
      const when = comeBackMs === undefined ? "later" : `in ${Number(minutes)} min`;
      const message = `the server asks us to come back ${when}`;
      return { why: "server-closing", message, ...(comeBackMs === undefined ? {} : { comeBackMs }) };
    }
    case "MIG":
      return lost("the server has moved the account to another one");
    case "TOU": {
      const message = `the network wants ${address} to agree to its terms of use first: sign in on its own site`;
      return { why: "refused", code: "account", message };
    }
    default:
      return lost(`the server signed us out (${quoteText(["OUT", ...params].join(" "))})`);
  }
}
