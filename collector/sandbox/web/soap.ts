/** SOAP as the address-book services speak it (protocol reference 2.13 and appendix E): requests, answers and faults. */
import { randomBytes, randomUUID } from "node:crypto";
import type { Account, Directory } from "../directory.ts";
import { answer, bodyText, plainAnswer, type WebAnswer, type WebRequest, XML } from "./exchange.ts";
import type { TicketOffice } from "./tickets.ts";
import { escapeXml, find, readXml, textOf, type XmlElement } from "./xml.ts";

export const AB = "http://www.msn.com/webservices/AddressBook";

export interface SoapRequest {
  /** For instance `ABFindAll`. */
  action: string;
  /** The element of that name. */
  body: XmlElement;
  account: Account;
  origin: string;
}

/** The request, or the answer to one that cannot be served: 400 when it is no SOAP, 403 when the ticket is no good. */
export function readSoap(
  { directory, tickets }: { directory: Directory; tickets: TicketOffice },
  request: WebRequest,
): SoapRequest | WebAnswer {
  const envelope = readXml(bodyText(request));
  const body = find(envelope, "Body")?.children[0];
  if (!body) return plainAnswer(400, "Bad Request");
  const holder = tickets.holderOf(ticketOf(envelope, request));
  const account = holder && directory.account(holder.address);
  if (!account) return plainAnswer(403, "Forbidden");
  return { action: body.name, body, account, origin: request.origin };
}

/** In the header, or the two halves of a cookie, as element or as header line (appendix E). */
function ticketOf(envelope: XmlElement | undefined, { headers }: WebRequest): string {
  const token = textOf(envelope, "TicketToken");
  if (token) return token;
  const cookie = find(envelope, "PassportCookie");
  if (cookie) return `t=${textOf(cookie, "t") ?? ""}&p=${textOf(cookie, "p") ?? ""}`;
  return /MSPAuth=([^;]+)/.exec(headers.cookie ?? "")?.[1] ?? "";
}

/** An answer of the address-book services; `body` is what stands in `<ACTIONResponse>`. */
export function soapAnswer({ action, origin }: SoapRequest, body: Iterable<string>): WebAnswer {
  return { status: 200, headers: { "Content-Type": XML }, body: envelope(action, origin, body) };
}

/** `<ACTIONResponse/>`, for what has nothing to tell but that it was done. */
export function doneAnswer(request: SoapRequest): WebAnswer {
  return soapAnswer(request, []);
}

/** The name that clients look at is `errorcode`; `faultcode` says nothing (appendix E). */
export function soapFault(
  { action }: Pick<SoapRequest, "action">,
  code: string,
  text: string,
  options: { status?: number; detail?: string } = {},
): WebAnswer {
  return answer(
    options.status ?? 500,
    XML,
    `${HEAD}<soap:Body><soap:Fault><faultcode>soap:Client</faultcode><faultstring>${escapeXml(text)}</faultstring><faultactor>${AB}/${escapeXml(action)}</faultactor><detail><errorcode xmlns="${AB}">${code}</errorcode><errorstring xmlns="${AB}">${escapeXml(text)}</errorstring><machineName xmlns="${AB}">SANDBOX</machineName>${options.detail ?? ""}</detail></soap:Fault></soap:Body></soap:Envelope>`,
  );
}

export const HEAD = `<?xml version="1.0" encoding="utf-8"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">`;

function* envelope(action: string, origin: string, body: Iterable<string>): Generator<string> {
  yield `${HEAD}<soap:Header><ServiceHeader xmlns="${AB}"><Version>15.01.1408.0000</Version><CacheKey>12r1:${cacheKey()}</CacheKey><CacheKeyChanged>true</CacheKeyChanged><PreferredHostName>${new URL(origin).host}</PreferredHostName><SessionId>${randomUUID()}</SessionId></ServiceHeader></soap:Header><soap:Body>`;
  yield `<${action}Response xmlns="${AB}">`;
  yield* body;
  yield `</${action}Response></soap:Body></soap:Envelope>`;
}

function cacheKey(): string {
  return randomBytes(172).toString("base64url");
}
