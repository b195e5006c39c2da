/** Tickets from the token service, for MSNP12 and later: one request for several domains (protocol reference 2.4). */
import { type HttpClient, HttpFailure, type HttpResponse } from "../net/http.ts";
import { readXml, textAt, type XmlElement, XmlError } from "../soap/xml-reader.ts";
import { quoteService } from "../wire/text.ts";
import { escapeXml } from "../wire/xml.ts";
import { type Credentials, CredentialsRefused } from "./credentials.ts";
import { Detours } from "./detours.ts";
import { Ticket, type TicketDomain } from "./ticket.ts";

export interface Wish {
  domain: TicketDomain;
  policy: string;
}

export interface RstParts {
  http: HttpClient;
  /** Wall clock, for when tickets expire. */
  nowMs: number;
  signal?: AbortSignal | undefined;
}

/**
 * The tickets that the service gives, by domain; it may give fewer than were wished for. Throws CredentialsRefused, or
 * HttpFailure when it is not about them.
 */
export async function fetchTokens(
  url: string,
  credentials: Credentials,
  wishes: readonly Wish[],
  parts: RstParts,
): Promise<Map<TicketDomain, Ticket>> {
  const { http, nowMs, signal } = parts;
  const body = tokenRequest(credentials, wishes);
  const headers = { "Content-Type": "text/xml; charset=utf-8" };
  const detours = new Detours(url);
  for (;;) {
    const response = await http({ method: "POST", url: detours.url, headers, body, ...(signal && { signal }) });
    const { tokens, fault } = await readAnswer(response, detours.origin, wishes, nowMs);
    if (!fault) return tokens;
    if (fault.name !== "Redirect") throw explainFault(detours.origin, fault);
    detours.follow(fault.redirectUrl);
  }
}

const XMLSOAP = "http://schemas.xmlsoap.org";
const PPCRL = "http://schemas.microsoft.com/Passport/SoapServices/PPCRL";
const ISSUE = `<wst:RequestType>${XMLSOAP}/ws/2004/04/security/trust/Issue</wst:RequestType>`;
/** Asked for first by every client, and sealed for Passport itself. */
const PASSPORT = "http://Passport.NET/tb";

/** Without white space between elements: some servers do not know it from content. */
export function tokenRequest({ address, password }: Credentials, wishes: readonly Wish[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<Envelope xmlns="${XMLSOAP}/soap/envelope/" xmlns:wsse="${XMLSOAP}/ws/2003/06/secext" xmlns:saml="urn:oasis:names:tc:SAML:1.0:assertion" xmlns:wsp="${XMLSOAP}/ws/2002/12/policy" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:wsa="${XMLSOAP}/ws/2004/03/addressing" xmlns:wssc="${XMLSOAP}/ws/2004/04/sc" xmlns:wst="${XMLSOAP}/ws/2004/04/trust">`,
    "<Header>",
    `<ps:AuthInfo xmlns:ps="${PPCRL}" Id="PPAuthInfo">`,
    "<ps:HostingApp>{7108E71A-9926-4FCB-BCC9-9A9D3F32E423}</ps:HostingApp>",
    "<ps:BinaryVersion>4</ps:BinaryVersion><ps:UIVersion>1</ps:UIVersion><ps:Cookies></ps:Cookies>",
    "<ps:RequestParams>AQAAAAIAAABsYwQAAAAxMDMz</ps:RequestParams>",
    "</ps:AuthInfo>",
    '<wsse:Security><wsse:UsernameToken Id="user">',
    `<wsse:Username>${verbatim(address)}</wsse:Username><wsse:Password>${verbatim(password)}</wsse:Password>`,
    "</wsse:UsernameToken></wsse:Security>",
    "</Header>",
    `<Body><ps:RequestMultipleSecurityTokens xmlns:ps="${PPCRL}" Id="RSTS">`,
    tokenWish(0, PASSPORT),
    ...wishes.map(({ domain, policy }, index) => tokenWish(index + 1, domain, policy)),
    "</ps:RequestMultipleSecurityTokens></Body></Envelope>",
  ].join("");
}

/** Parsers make every bare CR an LF. */
function verbatim(text: string): string {
  return escapeXml(text).replaceAll("\r", "&#13;");
}

function tokenWish(index: number, domain: string, policy?: string): string {
  const reference =
    policy === undefined ? "" : `<wsse:PolicyReference URI="${escapeXml(policy)}"></wsse:PolicyReference>`;
  return `<wst:RequestSecurityToken Id="RST${index}">${ISSUE}<wsp:AppliesTo><wsa:EndpointReference><wsa:Address>${escapeXml(domain)}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>${reference}</wst:RequestSecurityToken>`;
}

interface Fault {
  /** Without its prefix. */
  name: string;
  reason: string | undefined;
  redirectUrl: string | undefined;
}

interface Answer {
  tokens: Map<TicketDomain, Ticket>;
  /** Only when there are no tokens. */
  fault: Fault | undefined;
}

/** Elements and text of an honest answer are a hundredth of this. */
const LIMITS = { maxBytes: 1024 * 1024, maxElements: 1_000 };

/** Read by local names, so that RST2, whose namespaces differ, is read as well. */
async function readAnswer(
  { status, body }: HttpResponse,
  origin: string,
  wishes: readonly Wish[],
  nowMs: number,
): Promise<Answer> {
  const tokens = new Map<TicketDomain, Ticket>();
  let fault: Fault | undefined;
  const records = {
    RequestSecurityTokenResponse(element: XmlElement) {
      const ticket = readToken(element, wishes, nowMs);
      if (ticket) tokens.set(ticket.domain, ticket);
    },
    // Beside the body as often as in it.
    Fault(element: XmlElement) {
      fault ??= readFault(element);
    },
  };
  try {
    await readXml(body, records, LIMITS);
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const what = status === 200 ? `the answer of ${origin} ${error.message}` : `${origin} answered with HTTP ${status}`;
    throw new HttpFailure(`${what}: check the address of the token service`, { cause: error });
  }
  if (tokens.size > 0) return { tokens, fault: undefined };
  if (!fault) throw new HttpFailure(`${origin} answered with HTTP ${status} and no ticket`);
  return { tokens, fault };
}

function readToken(element: XmlElement, wishes: readonly Wish[], nowMs: number): Ticket | undefined {
  const address = textAt(element, "AppliesTo/EndpointReference/Address")?.trim().toLowerCase();
  const domain = wishes.find((wish) => wish.domain === address)?.domain;
  // Sealed ones, EncryptedData, are for Passport itself.
  const value = textAt(element, "RequestedSecurityToken/BinarySecurityToken")?.trim();
  if (domain === undefined || !value || !/^[\x21-\x7e]+$/.test(value)) return undefined;
  const secret = textAt(element, "RequestedProofToken/BinarySecret")?.trim();
  return new Ticket({ domain, value, secret: secret || undefined, expiresMs: readExpiry(element, nowMs) });
}

/** The service's clock may differ from ours: what counts is how long it gives. */
function readExpiry(element: XmlElement, nowMs: number): number | undefined {
  const [created, expires] = ["Created", "Expires"].map((name) => {
    return Date.parse(textAt(element, `LifeTime/${name}`) ?? textAt(element, `Lifetime/${name}`) ?? "");
  });
  if (expires === undefined || Number.isNaN(expires)) return undefined;
  return created === undefined || Number.isNaN(created) ? expires : nowMs + (expires - created);
}

function readFault(element: XmlElement): Fault {
  // RST2 nests the name that says something.
  const qualified =
    textAt(element, "faultcode") ?? textAt(element, "Code/Subcode/Value") ?? textAt(element, "Code/Value") ?? "";
  return {
    name: qualified.slice(qualified.indexOf(":") + 1).trim(),
    reason: textAt(element, "faultstring") ?? textAt(element, "Reason/Text"),
    redirectUrl: findText(element, "redirectUrl")?.trim(),
  };
}

function findText(element: XmlElement, name: string): string | undefined {
  if (element.name === name) return element.text;
  for (const child of element.children) {
    const text = findText(child, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function explainFault(origin: string, { name, reason }: Fault): Error {
  if (name === "FailedAuthentication") return new CredentialsRefused(`${origin} refused the address or password`);
  const words = [name || "a fault without a name", ...(reason ? [reason] : [])].join(": ");
  return new HttpFailure(`${origin} gave no ticket and answered ${quoteService(words)}`);
}
