/**
 * Everything that the sandbox answers over HTTP: sign-in, lists, offline messages, configuration and the gateway. It
 * knows nothing of sockets (`listen.ts` has them, `virtual-http.ts` does without).
 */
import type { Clock } from "../../network/messenger/clock.ts";
import type { Directory } from "../directory.ts";
import type { ListKeeper } from "../list-keeper.ts";
import type { Presence } from "../presence.ts";
import { serveAddressBook } from "./address-book.ts";
import { clientConfig } from "./config.ts";
import { plainAnswer, type WebAnswer, type WebRequest } from "./exchange.ts";
import { spoil, type WebFaults } from "./faults.ts";
import type { Gateway } from "./gateway.ts";
import { type OfflineMessages, serveOffline } from "./offline.ts";
import { login, nexus, notRst } from "./passport.ts";
import { serveRst } from "./rst.ts";
import { serveSharing } from "./sharing.ts";
import { readSoap, type SoapRequest, soapFault } from "./soap.ts";
import type { TicketOffice } from "./tickets.ts";
import { isoSeconds } from "./time.ts";
import { textOf } from "./xml.ts";

export interface WebParts {
  clock: Clock;
  directory: Directory;
  tickets: TicketOffice;
  offline: OfflineMessages;
  keeper: ListKeeper;
  presence: Presence;
  webFaults: WebFaults;
}

/** The gateway belongs to whoever knows where notification servers and switchboards are. */
export function serveWeb(parts: WebParts, gateway: Gateway, request: WebRequest): Promise<WebAnswer> {
  const fault = parts.webFaults.take(request);
  const serveWell = () => serve(parts, gateway, request);
  return fault ? spoil(fault, request, parts.clock, serveWell) : serveWell();
}

async function serve(parts: WebParts, gateway: Gateway, request: WebRequest): Promise<WebAnswer> {
  const [path = ""] = request.path.toLowerCase().split("?");
  switch (`${request.method} ${path}`) {
    case "GET /rdr/pprdr.asp":
    case "GET /nexus-mock":
      return nexus(request);
    case "GET /login":
      return login(parts, request);
    case "POST /notrst.srf":
      return notRst(parts, request);
    case "POST /rst.srf":
    case "POST /rst2.srf":
      return serveRst(parts, request);
    case "POST /abservice/sharingservice.asmx":
      return serveSoap(parts, request, (soap, now) => refuseDelta(soap) ?? serveSharing(parts, soap, now));
    case "POST /abservice/abservice.asmx":
      return serveSoap(parts, request, (soap, now) => refuseDelta(soap) ?? serveAddressBook(parts, soap, now));
    case "POST /rsi/rsi.asmx":
      return serveSoap(parts, request, (soap) => serveOffline(parts.offline, soap));
    case "POST /config/msgrconfig.asmx":
      return clientConfig(request);
    case "POST /gateway/gateway.dll":
      return gateway.serve(request);
    default:
      return plainAnswer(404, "Not Found");
  }
}

function serveSoap(
  parts: WebParts,
  request: WebRequest,
  answer: (soap: SoapRequest, now: string) => WebAnswer | undefined,
): WebAnswer {
  const soap = readSoap(parts, request);
  if ("status" in soap) return soap;
  return (
    answer(soap, isoSeconds(parts.clock.nowMs())) ?? soapFault(soap, "NotSupported", "The sandbox has no such action")
  );
}

/** Whole lists only, as on the recorded server; with status 200 (appendix E). */
function refuseDelta(soap: SoapRequest): WebAnswer | undefined {
  const isDelta = [textOf(soap.body, "deltasOnly"), textOf(soap.body, "DeltasOnly")].includes("true");
  return isDelta ? soapFault(soap, "FullSyncRequired", "Full sync required.", { status: 200 }) : undefined;
}
