/** The sandbox's web services without a server around them, and requests as clients write them. */
import { type AccountSpec, Directory } from "../../collector/sandbox/directory.ts";
import { ListKeeper } from "../../collector/sandbox/list-keeper.ts";
import { Presence } from "../../collector/sandbox/presence.ts";
import type { WebAnswer, WebRequest } from "../../collector/sandbox/web/exchange.ts";
import { WebFaults } from "../../collector/sandbox/web/faults.ts";
import { type AcceptThroughGateway, Gateway } from "../../collector/sandbox/web/gateway.ts";
import { OfflineMessages } from "../../collector/sandbox/web/offline.ts";
import { serveWeb, type WebParts } from "../../collector/sandbox/web/services.ts";
import { TicketOffice } from "../../collector/sandbox/web/tickets.ts";
import { TestClock } from "./test-clock.ts";

const ORIGIN = "https://127.0.0.1:28473";

/** The people of the recordings (msnp18-presence). */
export const RECORDED_PEOPLE: readonly AccountSpec[] = [
  {
    address: "alice@example.com",
    password: "alicepw",
    name: "Alice A",
    contacts: [
      { address: "bob@example.com", groups: ["Friends"] },
      { address: "carol@example.com", groups: ["Work mates"] },
      { address: "dave@example.com", groups: [] },
      { address: "logger@example.com", groups: [] },
    ],
  },
  ...(["bob", "carol", "dave", "logger"] as const).map((name) => ({
    address: `${name}@example.com`,
    password: `${name}pw`,
    name: { bob: "Bob B", carol: "Carol C", dave: "Dave D", logger: "Logger" }[name],
    contacts: [{ address: "alice@example.com", groups: [] }],
  })),
];

export function webParts(
  accounts: readonly AccountSpec[] = RECORDED_PEOPLE,
  options: { lifetimeMs?: number; accept?: AcceptThroughGateway } = {},
) {
  const clock = new TestClock();
  const directory = new Directory(accounts);
  const presence = new Presence(directory);
  const parts: WebParts = {
    clock,
    directory,
    presence,
    tickets: new TicketOffice(clock, options.lifetimeMs === undefined ? {} : { lifetimeMs: options.lifetimeMs }),
    offline: new OfflineMessages(),
    keeper: new ListKeeper(directory, presence, clock),
    webFaults: new WebFaults(),
  };
  const accept =
    options.accept ??
    (() => {
      throw new Error("nobody should come through the gateway here");
    });
  const gateway = new Gateway(clock, accept);
  return { ...parts, clock, ask };

  async function ask(request: Partial<Omit<WebRequest, "body">> & { path: string; body?: string }): Promise<Answer> {
    const { body = "", ...rest } = request;
    const method = rest.method ?? (body === "" ? "GET" : "POST");
    const whole = { headers: {}, origin: ORIGIN, ...rest, method, body: Buffer.from(body) };
    const answer = await serveWeb(parts, gateway, whole);
    return { ...answer, text: textOf(answer) };
  }
}

export type Answer = WebAnswer & { text: string };

function textOf({ body }: WebAnswer): string {
  return Buffer.concat([...body].map((piece) => Buffer.from(piece as string))).toString();
}

/** A request to the address-book services as the recorded client writes it. */
export function bookRequest(action: string, ticket: string, body: string): string {
  const ab = "http://www.msn.com/webservices/AddressBook";
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Header><ABApplicationHeader xmlns="${ab}"><ApplicationId>CFE80F9D-180F-4399-82AB-413F33A1FA11</ApplicationId><IsMigration>false</IsMigration><PartnerScenario>Initial</PartnerScenario></ABApplicationHeader><ABAuthHeader xmlns="${ab}"><ManagedGroupRequest>false</ManagedGroupRequest><TicketToken>${ticket.replaceAll("&", "&amp;")}</TicketToken></ABAuthHeader></soap:Header><soap:Body><${action} xmlns="${ab}">${body}</${action}></soap:Body></soap:Envelope>`;
}

/** A request to the token service for these addresses; the beginning is what the recordings have. */
export function tokenRequest(address: string, password: string, domains: readonly string[]): string {
  const tokens = domains.map(
    (domain, at) =>
      `<wst:RequestSecurityToken Id="RST${at}"><wst:RequestType>http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue</wst:RequestType><wsp:AppliesTo><wsa:EndpointReference><wsa:Address>${domain}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>${at === 0 ? "" : '<wsse:PolicyReference URI="MBI"></wsse:PolicyReference>'}</wst:RequestSecurityToken>`,
  );
  return `${tokenRequestHead(address, password)}<ps:RequestMultipleSecurityTokens xmlns:ps="http://schemas.microsoft.com/Passport/SoapServices/PPCRL" Id="RSTS">${tokens.join("\n")}</ps:RequestMultipleSecurityTokens>\n</Body>\n</Envelope>`;
}

function tokenRequestHead(address: string, password: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsse="http://schemas.xmlsoap.org/ws/2003/06/secext" xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" xmlns:wsp="http://schemas.xmlsoap.org/ws/2002/12/policy" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/03/addressing" xmlns:wssc="http://schemas.xmlsoap.org/ws/2004/04/sc" xmlns:wst="http://schemas.xmlsoap.org/ws/2004/04/trust">\n<Header>\n    <ps:AuthInfo xmlns:ps="http://schemas.microsoft.com/Passport/SoapServices/PPCRL" Id="PPAuthInfo">\n    <ps:HostingApp>{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}</ps:HostingApp>\n    <ps:BinaryVersion>4</ps:BinaryVersion>\n    <ps:UIVersion>1</ps:UIVersion>\n    <ps:Cookies/>\n    <ps:RequestParams>AQAAAAIAAABsYwQAAAAxMDMx</ps:RequestParams>\n</ps:AuthInfo>\n<wsse:Security>\n    <wsse:UsernameToken Id="user">\n        <wsse:Username>${address}</wsse:Username>\n        <wsse:Password>${password}</wsse:Password>\n    </wsse:UsernameToken>\n</wsse:Security>\n</Header>\n<Body>\n    `;
}

/** Every element of a text as its path, in their order: the shape without the words. */
export function elementPaths(xml: string): string[] {
  const paths: string[] = [];
  const open: string[] = [];
  for (const [, slash, name = "", empty] of xml.matchAll(/<(\/?)([A-Za-z][\w.:-]*)[^>]*?(\/?)>/g)) {
    if (slash) open.pop();
    else {
      open.push(name);
      paths.push(open.join("/"));
      if (empty) open.pop();
    }
  }
  return paths;
}
