/** The recorded web requests, made again: with whole bodies where the recording has only their beginning. */

import { RawFrames, SERVER_PAYLOADS } from "./frames.ts";
import { comparable } from "./likeness.ts";
import { elementOf, elementsOf, unescapeXml } from "./oracle/text.ts";
import type { ClientReplay } from "./replay-client.ts";
import type { Conversation } from "./transcript.ts";
import type { WebRequest, WebResponse } from "./transcript-web.ts";

export interface Credentials {
  ticket?: string;
  secret?: string;
  challenge?: string;
}

/** Asked for in this order, after the one for `http://Passport.NET/tb` (protocol reference 2.4). */
const DOMAINS = ["messengerclear.live.com", "messenger.msn.com", "contacts.msn.com", "messengersecure.live.com"];

export class WebClient {
  #answer: { status: number; headers: Headers; text: string } | undefined;
  /** The gateway's sessions and tickets, by the recorded ones. */
  readonly #given = new Map<string, string>();

  async send(
    request: WebRequest,
    conversation: Conversation,
    { ports, passwordOf }: ClientReplay,
    credentials: Credentials,
  ): Promise<void> {
    const path = this.#translate(request.path);
    const { Host: _, ...headers } = request.headers;
    const body = this.#bodyOf(request, conversation, passwordOf(conversation), credentials);
    const response = await fetch(`http://127.0.0.1:${ports().port}${path}`, {
      method: request.method,
      headers,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
    });
    this.#answer = { status: response.status, headers: response.headers, text: await response.text() };
    this.#learn(credentials);
  }

  /** For the clients whose web requests were not recorded. */
  async askForTokens(conversation: Conversation, replay: ClientReplay, credentials: Credentials): Promise<void> {
    const headers = { "Content-Type": "application/soap+xml" };
    const request = { method: "POST", scheme: "https", path: "/RST.srf", headers, body: { text: "", isCut: true } };
    await this.send(request, conversation, replay, credentials);
  }

  /** What was recorded and what came, where they differ. */
  compare(recorded: WebResponse): { recorded: string; here: string } | undefined {
    const answer = this.#answer;
    if (!answer) return { recorded: "a web answer", here: "" };
    for (const [name, pattern] of GIVEN) {
      const theirs = pattern.exec(recorded.headers[name] ?? "")?.[1];
      const ours = pattern.exec(answer.headers.get(name) ?? "")?.[1];
      if (theirs && ours) this.#given.set(theirs, ours);
    }
    const shape = (status: number, get: (name: string) => string | null, body: string, isCut: boolean) =>
      `${status} ${HEADERS.map((name) => `${name}: ${comparableHeader(get(name) ?? "")}`).join(" · ")}\n${comparableBody(body, isCut)}`;
    const theirNames = new Map(Object.entries(recorded.headers).map(([name, value]) => [name.toLowerCase(), value]));
    const isCut = recorded.body?.isCut ?? false;
    const wanted = shape(recorded.status, (name) => theirNames.get(name) ?? null, recorded.body?.text ?? "", isCut);
    const got = shape(answer.status, (name) => answer.headers.get(name), answer.text, false);
    const isSame = isCut ? got.startsWith(wanted) : got === wanted;
    return isSame ? undefined : { recorded: wanted, here: isCut ? got.slice(0, wanted.length) : got };
  }

  #bodyOf(
    { path, headers, body }: WebRequest,
    { address }: Conversation,
    password: string,
    credentials: Credentials,
  ): string | undefined {
    if (!body) return undefined;
    if (path === "/RST.srf") return rstRequest(address, password);
    const action = /AddressBook\/(\w+)/.exec(headers.SOAPAction ?? "")?.[1];
    return action ? soapRequest(action, credentials.ticket ?? "") : this.#translate(body.text);
  }

  #translate(text: string): string {
    let translated = text;
    for (const [recorded, actual] of this.#given) translated = translated.replaceAll(recorded, actual);
    return translated;
  }

  #learn(credentials: Credentials): void {
    const { headers, text } = this.#answer ?? { headers: new Headers(), text: "" };
    const fromLogin = /from-PP='([^']*)'/.exec(headers.get("authentication-info") ?? "")?.[1];
    const ticket = fromLogin ?? headers.get("x-token");
    if (ticket) credentials.ticket = ticket;
    for (const response of elementsOf(text, "RequestSecurityTokenResponse")) {
      const domain = elementOf(response, "Address");
      const token = unescapeXml(elementOf(response, "BinarySecurityToken") ?? "");
      if (domain !== "messengerclear.live.com") continue;
      credentials.ticket = token;
      credentials.secret = elementOf(response, "BinarySecret") ?? "";
    }
  }
}

const GIVEN: readonly (readonly [string, RegExp])[] = [
  ["X-MSN-Messenger", /SessionID=([0-9a-f-]{36})/],
  ["X-Token", /^(\S+)$/],
];

const HEADERS = ["content-type", "passporturls", "authentication-info", "www-authenticate", "x-msn-messenger"];

function comparableHeader(value: string): string {
  return value
    .replace(/https?:\/\/127\.0\.0\.1:\d+/, "here")
    .replace(/from-PP='[^']*'/, "from-PP='ticket'")
    .replace(/SessionID=[0-9a-f-]{36}/, "SessionID=session");
}

/** White space between elements says nothing, and made-up numbers, names of machines and instants differ. */
function comparableBody(text: string, isCut: boolean): string {
  if (/^[A-Z]{3} .*\r\n/.test(text)) return comparableFrames(text);
  const whole = isCut ? text.slice(0, text.lastIndexOf("<")) : text;
  return (
    whole
      .replaceAll(/>\s+</g, "><")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-][\d:]+)?/g, "instant")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "guid")
      .replaceAll(/127\.0\.0\.1:\d+/g, "here")
      // Where a namespace is declared is a matter of taste.
      .replaceAll(/ xmlns(:\w+)?="[^"]*"/g, "")
      .replaceAll(
        /(?<=<psf:serverInfo )[^>]*>[^<]*|(?<=Name="CID">)\w+|(?<=IgnoreRememberMe="false">)[^<]*/g,
        "its own",
      )
      .replaceAll(/<(CID|OwnerCID|CreatorCID)>-?\d+/g, "<$1>number")
      .replaceAll(/<(CacheKey|CipherValue|wst:BinarySecret|psf:PUID)>[^<]*/g, "<$1>made up")
      .trimEnd()
  );
}

/** What the gateway carries. */
function comparableFrames(text: string): string {
  const frames = new RawFrames(SERVER_PAYLOADS).push(Buffer.from(text, "utf8"));
  return frames.map(({ line, payload }) => comparable(line, payload ?? Buffer.alloc(0))).join("\n");
}

function rstRequest(address: string, password: string): string {
  const wants = ["http://Passport.NET/tb", ...DOMAINS].map(
    (domain, at) =>
      `<wst:RequestSecurityToken Id="RST${at}"><wst:RequestType>http://schemas.xmlsoap.org/ws/2004/04/security/trust/Issue</wst:RequestType><wsp:AppliesTo><wsa:EndpointReference><wsa:Address>${domain}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo></wst:RequestSecurityToken>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?><Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsse="http://schemas.xmlsoap.org/ws/2003/06/secext" xmlns:wsp="http://schemas.xmlsoap.org/ws/2002/12/policy" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/03/addressing" xmlns:wst="http://schemas.xmlsoap.org/ws/2004/04/trust"><Header><wsse:Security><wsse:UsernameToken Id="user"><wsse:Username>${address}</wsse:Username><wsse:Password>${password}</wsse:Password></wsse:UsernameToken></wsse:Security></Header><Body><ps:RequestMultipleSecurityTokens xmlns:ps="http://schemas.microsoft.com/Passport/SoapServices/PPCRL" Id="RSTS">${wants.join("")}</ps:RequestMultipleSecurityTokens></Body></Envelope>`;
}

const AB = "http://www.msn.com/webservices/AddressBook";
const BODIES: Readonly<Record<string, string>> = {
  FindMembership: `<FindMembership xmlns="${AB}"><serviceFilter><Types><ServiceType>Messenger</ServiceType></Types></serviceFilter><View>Full</View><deltasOnly>false</deltasOnly></FindMembership>`,
  ABFindAll: `<ABFindAll xmlns="${AB}"><abId>00000000-0000-0000-0000-000000000000</abId><abView>Full</abView><deltasOnly>false</deltasOnly><lastChange>0001-01-01T00:00:00.0000000-08:00</lastChange></ABFindAll>`,
};

function soapRequest(action: string, ticket: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header><ABApplicationHeader xmlns="${AB}"><ApplicationId>CFE80F9D-180F-4399-82AB-413F33A1FA11</ApplicationId><IsMigration>false</IsMigration><PartnerScenario>Initial</PartnerScenario></ABApplicationHeader><ABAuthHeader xmlns="${AB}"><ManagedGroupRequest>false</ManagedGroupRequest><TicketToken>${ticket.replaceAll("&", "&amp;")}</TicketToken></ABAuthHeader></soap:Header><soap:Body>${BODIES[action]}</soap:Body></soap:Envelope>`;
}
