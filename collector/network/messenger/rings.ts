/** Addresses of switchboards, as RNG and the answer to XFR name them (protocol reference 2.6 and 2.16). */
import type { Ring, SwitchboardTicket } from "./events.ts";
import type { Endpoint } from "./net/link.ts";
import { readReferral } from "./net/redirects.ts";
import { readAddress } from "./presence/address.ts";
import { decodeText } from "./wire/text.ts";

/**
 * `RNG session host:port CKI cookie caller name …`; nothing for a line that lacks something, or sends us where the
 * servers of `origin` have no business.
 */
export function readRing(params: readonly string[], origin: Endpoint): Ring | undefined {
  const [sessionId, host, kind, cookie, caller, name] = params;
  const endpoint = readReferral(host ?? "", origin);
  if (sessionId === undefined || kind !== "CKI" || cookie === undefined || caller === undefined) return undefined;
  if ("refusal" in endpoint) return undefined;
  return { sessionId, endpoint, cookie, caller: readAddress(caller).address, callerName: decodeText(name ?? "") };
}

/** `XFR n SB host:port CKI cookie …` */
export function readTicket(params: readonly string[], origin: Endpoint): SwitchboardTicket | undefined {
  const [, kind, host, how, cookie] = params;
  const endpoint = readReferral(host ?? "", origin);
  if (kind !== "SB" || how !== "CKI" || cookie === undefined || "refusal" in endpoint) return undefined;
  return { endpoint, cookie };
}
