/**
 * The token service, for MSNP12 and later (protocol reference 2.4). `/RST.srf` and `/RST2.srf` differ in namespaces
 * and in a few wrappings; both answer for each address that was asked for, in the order of asking.
 *
 * Answers have no white space between elements: some clients walk from sibling to sibling and trip over it.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../network/messenger/clock.ts";
import type { Directory } from "../directory.ts";
import { accountGuid } from "../identity.ts";
import { answer, bodyText, type WebAnswer, type WebRequest, XML } from "./exchange.ts";
import { mayEnter } from "./passport.ts";
import type { Ticket, TicketOffice } from "./tickets.ts";
import { isoSeconds } from "./time.ts";
import { escapeXml, find, findAll, readXml, textOf } from "./xml.ts";

/** Always asked for first, and answered with something that only Passport itself could open. */
const PASSPORT = "http://Passport.NET/tb";
/** The only address whose token comes with a key. */
const PROVEN = "messengerclear.live.com";

const PSF = "http://schemas.microsoft.com/Passport/SoapServices/SOAPFault";
const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

interface Flavour {
  contentType: string;
  soap: string;
  wsse: string;
  wst: string;
  wsp: string;
  wsa: string;
  lifetime: "LifeTime" | "Lifetime";
  /** How a token refers to itself. */
  reference(id: string, kind: "urn:passport" | "urn:passport:compact"): string;
  fault(): string;
}

const XMLSOAP = "http://schemas.xmlsoap.org";
const WSS = "http://docs.oasis-open.org/wss/2004/01";

const RST1: Flavour = {
  contentType: XML,
  soap: `${XMLSOAP}/soap/envelope/`,
  wsse: `${XMLSOAP}/ws/2003/06/secext`,
  wst: `${XMLSOAP}/ws/2004/04/trust`,
  wsp: `${XMLSOAP}/ws/2002/12/policy`,
  wsa: `${XMLSOAP}/ws/2004/03/addressing`,
  lifetime: "LifeTime",
  reference: (id, kind) =>
    `<wst:RequestedTokenReference><wsse:KeyIdentifier ValueType="${kind}"></wsse:KeyIdentifier><wsse:Reference URI="#${id}"></wsse:Reference></wst:RequestedTokenReference>`,
  // Beside the body and not in it, as recorded.
  fault: () =>
    "<S:Fault><faultcode>wsse:FailedAuthentication</faultcode><faultstring>Authentication Failure</faultstring></S:Fault>",
};

const RST2: Flavour = {
  contentType: "application/soap+xml; charset=utf-8",
  soap: "http://www.w3.org/2003/05/soap-envelope",
  wsse: `${WSS}/oasis-200401-wss-wssecurity-secext-1.0.xsd`,
  wst: `${XMLSOAP}/ws/2005/02/trust`,
  wsp: `${XMLSOAP}/ws/2004/09/policy`,
  wsa: "http://www.w3.org/2005/08/addressing",
  lifetime: "Lifetime",
  reference: (id) =>
    ["Attached", "Unattached"]
      .map(
        (how) =>
          `<wst:Requested${how}Reference><wsse:SecurityTokenReference><wsse:Reference URI="#${id}"></wsse:Reference></wsse:SecurityTokenReference></wst:Requested${how}Reference>`,
      )
      .join(""),
  fault: () =>
    '<S:Body><S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>wst:FailedAuthentication</S:Value></S:Subcode></S:Code><S:Reason><S:Text xml:lang="en-US">Authentication Failure</S:Text></S:Reason></S:Fault></S:Body>',
};

export interface RstParts {
  clock: Pick<Clock, "nowMs">;
  directory: Directory;
  tickets: TicketOffice;
}

export function serveRst(parts: RstParts, request: WebRequest): WebAnswer {
  const flavour = /^\/RST2\.srf/i.test(request.path) ? RST2 : RST1;
  const envelope = readXml(bodyText(request));
  if (!envelope) return answer(400, XML, fault(flavour, parts));
  const address = textOf(envelope, "Username") ?? "";
  // Not trimmed: a password may end in a space.
  const password = find(envelope, "Password")?.text ?? "";
  if (!mayEnter(parts.directory, address, password)) return answer(200, flavour.contentType, fault(flavour, parts));
  const wanted = findAll(envelope, "RequestSecurityToken").map((one) => textOf(one, "Address") ?? "");
  return answer(200, flavour.contentType, tokens(flavour, parts, address.toLowerCase(), wanted));
}

function tokens(flavour: Flavour, parts: RstParts, address: string, wanted: readonly string[]): string {
  const nowMs = parts.clock.nowMs();
  const responses = wanted.map((domain, at) => {
    const ticket = parts.tickets.issue(address);
    const token = domain === PASSPORT ? sealedToken() : compactToken(at, ticket);
    const [id, kind] =
      domain === PASSPORT
        ? (["BinaryDAToken0", "urn:passport"] as const)
        : ([`Compact${at}`, "urn:passport:compact"] as const);
    const isProven = domain === PASSPORT || domain === PROVEN;
    return [
      "<wst:RequestSecurityTokenResponse>",
      `<wst:TokenType>${domain === PASSPORT ? "urn:passport:legacy" : "urn:passport:compact"}</wst:TokenType>`,
      `<wsp:AppliesTo xmlns:wsa="${flavour.wsa}"><wsa:EndpointReference><wsa:Address>${escapeXml(domain)}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>`,
      `<wst:${flavour.lifetime}><wsu:Created>${isoSeconds(nowMs)}</wsu:Created><wsu:Expires>${isoSeconds(ticket.expiresMs)}</wsu:Expires></wst:${flavour.lifetime}>`,
      `<wst:RequestedSecurityToken>${token}</wst:RequestedSecurityToken>`,
      flavour.reference(id, kind),
      isProven
        ? `<wst:RequestedProofToken><wst:BinarySecret>${ticket.secret}</wst:BinarySecret></wst:RequestedProofToken>`
        : "",
      "</wst:RequestSecurityTokenResponse>",
    ].join("");
  });
  const collection = `<wst:RequestSecurityTokenResponseCollection xmlns:S="${flavour.soap}" xmlns:wst="${flavour.wst}" xmlns:wsse="${flavour.wsse}" xmlns:wsu="${WSU}" xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" xmlns:wsp="${flavour.wsp}" xmlns:psf="${PSF}">${responses.join("")}</wst:RequestSecurityTokenResponseCollection>`;
  return envelope(flavour, passportHeader(nowMs, address), `<S:Body>${collection}</S:Body>`);
}

function compactToken(at: number, { ticket }: Ticket): string {
  return `<wsse:BinarySecurityToken Id="Compact${at}">${escapeXml(ticket)}</wsse:BinarySecurityToken>`;
}

function sealedToken(): string {
  return `<EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#" Id="BinaryDAToken0" Type="http://www.w3.org/2001/04/xmlenc#Element"><EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#tripledes-cbc"></EncryptionMethod><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:KeyName>http://Passport.NET/STS</ds:KeyName></ds:KeyInfo><CipherData><CipherValue>${SEALED}</CipherValue></CipherData></EncryptedData>`;
}

/** Nobody opens it; clients only hand it back. */
const SEALED = Buffer.concat(
  Array.from({ length: 9 }, (_, at) => createHash("sha512").update(`sealed ${at}`).digest()),
).toString("base64");

function fault(flavour: Flavour, { clock }: RstParts): string {
  return envelope(flavour, refusalHeader(clock.nowMs()), flavour.fault());
}

function envelope(flavour: Flavour, header: string, rest: string): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<S:Envelope xmlns:S="${flavour.soap}" xmlns:wsse="${flavour.wsse}" xmlns:wst="${flavour.wst}" xmlns:wsu="${WSU}" xmlns:psf="${PSF}"><S:Header>${header}</S:Header>${rest}</S:Envelope>`;
}

function refusalHeader(nowMs: number): string {
  return `<psf:pp xmlns:psf="${PSF}"><psf:serverVersion>1</psf:serverVersion><psf:authstate>0x80048800</psf:authstate><psf:reqstatus>0x80048823</psf:reqstatus>${serverInfo(nowMs)}<psf:cookies/><psf:response/></psf:pp>`;
}

function serverInfo(nowMs: number): string {
  return `<psf:serverInfo Path="Live1" RollingUpgradeState="ExclusiveNew" LocVersion="0" ServerTime="${isoSeconds(nowMs)}">ROLLCALL SANDBOX</psf:serverInfo>`;
}

/** Old clients read their own number, flags and language here. */
function passportHeader(nowMs: number, address: string): string {
  const guid = accountGuid(address).replaceAll("-", "");
  const puid = guid.slice(0, 8) + guid.slice(-8);
  const cid = guid.slice(-16);
  return [
    `<psf:pp xmlns:psf="${PSF}"><psf:serverVersion>1</psf:serverVersion>`,
    `<psf:PUID>${puid.toUpperCase()}</psf:PUID>`,
    "<psf:configVersion>16.000.26889.00</psf:configVersion><psf:uiVersion>3.100.2179.0</psf:uiVersion><psf:mobileConfigVersion>16.000.26208.0</psf:mobileConfigVersion>",
    "<psf:authstate>0x48803</psf:authstate><psf:reqstatus>0x0</psf:reqstatus>",
    serverInfo(nowMs),
    "<psf:cookies/>",
    `<psf:browserCookies>${BROWSER_COOKIES}</psf:browserCookies>`,
    `<psf:credProperties>${properties("credProperty", credentials(address, cid))}</psf:credProperties>`,
    `<psf:extProperties>${EXPIRING_PROPERTIES}${properties("extProperty", { LastUsedCredType: "1", WebCredType: "1", CID: cid })}</psf:extProperties>`,
    "<psf:response/></psf:pp>",
  ].join("");
}

const EXPIRES = "Wed, 30-Dec-2037 16:00:00 GMT";

const BROWSER_COOKIES = ["msn.com", "live.com"]
  .flatMap((domain) => [
    `<psf:browserCookie Name="MH" URL="http://www.${domain}">MSFT; path=/; domain=.${domain}; expires=${EXPIRES}</psf:browserCookie>`,
    `<psf:browserCookie Name="MHW" URL="http://www.${domain}">; path=/; domain=.${domain}; expires=Thu, 30-Oct-1980 16:00:00 GMT</psf:browserCookie>`,
  ])
  .join("");

const EXPIRING_PROPERTIES = ["ANON", "NAP"]
  .map(
    (name) =>
      `<psf:extProperty Name="${name}" Expiry="${EXPIRES}" Domains="bing.com;atdmt.com" IgnoreRememberMe="false">W=1</psf:extProperty>`,
  )
  .join("");

function credentials(address: string, cid: string): Record<string, string> {
  return {
    MainBrandID: "MSFT",
    BrandIDList: "",
    IsWinLiveUser: "true",
    CID: cid,
    AuthMembername: address,
    Country: "US",
    Language: "1033",
    FirstName: "John",
    LastName: "Doe",
    ChildFlags: "00000001",
    Flags: "40100643",
    FlagsV2: "00000000",
    IP: "127.0.0.1",
    FamilyID: "0000000000000000",
    AssociatedForStrongAuth: "0",
  };
}

function properties(element: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<psf:${element} Name="${name}">${escapeXml(value)}</psf:${element}>`)
    .join("");
}
