/** Edits of the address book and of the memberships, MSNP13 on (protocol reference 2.13 and appendix E). */
import type { ListName, NetworkId } from "../events.ts";
import type { HttpClient } from "../net/http.ts";
import { escapeXml } from "../wire/xml.ts";
import { type AddressBookRequest, callAddressBook } from "./address-book-call.ts";
import { SoapError, type SoapReply } from "./call.ts";
import { textAt } from "./xml-reader.ts";

export interface Edited extends SoapReply {
  /** The contact's id in the address book, when the service says it. */
  contactId: string | undefined;
}

export interface BookPerson {
  address: string;
  network: NetworkId;
}

const OWN_BOOK = "<abId>00000000-0000-0000-0000-000000000000</abId>";

/** Who is in the book already, but not watched, becomes watched. Throws as `callAddressBook` does. */
export async function addContact(http: HttpClient, request: AddressBookRequest, person: BookPerson): Promise<Edited> {
  let contactId: string | undefined;
  try {
    const reply = await callAddressBook(http, request, {
      name: "ABContactAdd",
      scenario: "ContactSave",
      body: `${OWN_BOOK}<contacts><Contact xmlns="http://www.msn.com/webservices/AddressBook"><contactInfo>${identify(person)}</contactInfo></Contact></contacts><options><EnableAllowListManagement>true</EnableAllowListManagement></options>`,
      records: {
        ABContactAddResult: (result) => {
          contactId = textAt(result, "guid")?.trim();
        },
      },
    });
    return { ...reply, contactId };
  } catch (error) {
    if (!(error instanceof SoapError) || error.code !== "ContactAlreadyExists") throw error;
    contactId = error.conflictId;
  }
  if (contactId === undefined) return { preferredHost: undefined, contactId };
  return { ...(await watchContact(http, request, contactId)), contactId };
}

function watchContact(http: HttpClient, request: AddressBookRequest, contactId: string): Promise<SoapReply> {
  return callAddressBook(http, request, {
    name: "ABContactUpdate",
    scenario: "ContactSave",
    body: `${OWN_BOOK}<contacts><Contact xmlns="http://www.msn.com/webservices/AddressBook"><contactId>${escapeXml(contactId)}</contactId><contactInfo><isMessengerUser>true</isMessengerUser></contactInfo><propertiesChanged>IsMessengerUser</propertiesChanged></Contact></contacts>`,
    records: {},
  });
}

/** Throws as `callAddressBook` does; who is not in the book needs no deleting. */
export function deleteContact(http: HttpClient, request: AddressBookRequest, contactId: string): Promise<SoapReply> {
  const call = callAddressBook(http, request, {
    name: "ABContactDelete",
    scenario: "ContactSave",
    body: `${OWN_BOOK}<contacts><Contact><contactId>${escapeXml(contactId)}</contactId></Contact></contacts>`,
    records: {},
  });
  return unless(["ContactDoesNotExist"], call);
}

/** Who is in the role already need not be put there. Throws as `callAddressBook` does. */
export function addMember(
  http: HttpClient,
  request: AddressBookRequest,
  list: Exclude<ListName, "forward">,
  person: BookPerson,
): Promise<SoapReply> {
  return unless(["MemberAlreadyExists"], editMember(http, request, "AddMember", list, person));
}

export function deleteMember(
  http: HttpClient,
  request: AddressBookRequest,
  list: Exclude<ListName, "forward">,
  person: BookPerson,
): Promise<SoapReply> {
  return unless(["MemberDoesNotExist"], editMember(http, request, "DeleteMember", list, person));
}

const ROLES: Readonly<Record<Exclude<ListName, "forward">, string>> = {
  allow: "Allow",
  block: "Block",
  reverse: "Reverse",
  pending: "Pending",
};

function editMember(
  http: HttpClient,
  request: AddressBookRequest,
  name: "AddMember" | "DeleteMember",
  list: Exclude<ListName, "forward">,
  person: BookPerson,
): Promise<SoapReply> {
  return callAddressBook(http, request, {
    name,
    scenario: list === "pending" ? "MessengerPendingList" : "BlockUnblock",
    body: `<serviceHandle><Id>0</Id><Type>Messenger</Type><ForeignId></ForeignId></serviceHandle><memberships><Membership><MemberRole>${ROLES[list]}</MemberRole><Members>${member(person)}</Members></Membership></memberships>`,
    records: {},
  });
}

/** Somebody in the address book. */
function identify({ address, network }: BookPerson): string {
  if (network === 1) {
    return `<passportName>${escapeXml(address)}</passportName><isMessengerUser>true</isMessengerUser>`;
  }
  return `<emails><ContactEmail><contactEmailType>Messenger2</contactEmailType><email>${escapeXml(address)}</email><isMessengerEnabled>true</isMessengerEnabled><Capability>${network}</Capability><propertiesChanged>Email IsMessengerEnabled Capability</propertiesChanged></ContactEmail></emails>`;
}

/** Somebody in a role. */
function member({ address, network }: BookPerson): string {
  const name = escapeXml(address);
  if (network === 4) {
    return `<Member xsi:type="PhoneMember"><Type>Phone</Type><State>Accepted</State><PhoneNumber>${name}</PhoneNumber></Member>`;
  }
  if (network === 1) {
    return `<Member xsi:type="PassportMember"><Type>Passport</Type><State>Accepted</State><PassportName>${name}</PassportName></Member>`;
  }
  return `<Member xsi:type="EmailMember"><Type>Email</Type><State>Accepted</State><Email>${name}</Email><Annotations><Annotation><Name>MSN.IM.BuddyType</Name><Value>${network}:</Value></Annotation></Annotations></Member>`;
}

/** A fault that says that it is as we want it is no fault. */
async function unless(codes: readonly string[], call: Promise<SoapReply>): Promise<SoapReply> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof SoapError) || error.code === undefined || !codes.includes(error.code)) throw error;
    return { preferredHost: undefined };
  }
}
