/** The header that the address book and the sharing service want, and the calls that carry it (appendix E). */
import type { HttpClient } from "../net/http.ts";
import { escapeXml } from "../wire/xml.ts";
import { callSoap, type SoapReply } from "./call.ts";
import type { XmlRecords } from "./xml-reader.ts";

/** Why the service is asked; it keeps statistics, and some servers look at it. */
export type Scenario = "Initial" | "Timer" | "ContactSave" | "BlockUnblock" | "ContactMsgrAPI" | "MessengerPendingList";

export interface AddressBookRequest {
  url: string;
  /** Of the contacts service, as the token service gave it. */
  ticket: string;
  signal?: AbortSignal | undefined;
}

export interface AddressBookAction {
  name: string;
  scenario: Scenario;
  /** Inside the element that is called as the action. */
  body: string;
  records: XmlRecords;
}

const NAMESPACE = "http://www.msn.com/webservices/AddressBook";
/** Of the client whose requests are recorded. */
const APPLICATION_ID = "CFE80F9D-180F-4399-82AB-413F33A1FA11";

/** Throws SoapError, HttpFailure, and the signal's reason. */
export function callAddressBook(
  http: HttpClient,
  { url, ticket, signal }: AddressBookRequest,
  { name, scenario, body, records }: AddressBookAction,
): Promise<SoapReply> {
  return callSoap(http, {
    url,
    action: `${NAMESPACE}/${name}`,
    header: header(ticket, scenario),
    body: `<${name} xmlns="${NAMESPACE}">${body}</${name}>`,
    records,
    signal,
  });
}

function header(ticket: string, scenario: Scenario): string {
  return `<ABApplicationHeader xmlns="${NAMESPACE}"><ApplicationId>${APPLICATION_ID}</ApplicationId><IsMigration>false</IsMigration><PartnerScenario>${scenario}</PartnerScenario></ABApplicationHeader><ABAuthHeader xmlns="${NAMESPACE}"><ManagedGroupRequest>false</ManagedGroupRequest><TicketToken>${escapeXml(ticket)}</TicketToken></ABAuthHeader>`;
}

/** Whether a service says that something is so; `1` and any case occur. */
export function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^\s*(true|1)\s*$/i.test(text);
}
