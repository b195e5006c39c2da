/** `ABFindAll` and `ABFindContactsPaged`: whom the account watches, their names and groups (protocol reference 2.13). */
import type { NetworkId } from "../events.ts";
import type { HttpClient } from "../net/http.ts";
import { type AddressBookRequest, callAddressBook, isTrue } from "./address-book-call.ts";
import { SoapError, type SoapReply } from "./call.ts";
import { telephone } from "./sharing.ts";
import { elementAt, elementsAt, textAt, textsAt, withFields, type XmlElement } from "./xml-reader.ts";

export interface ContactRow {
  contactId: string;
  address: string;
  network: NetworkId;
  name: string;
  /** Watched by Messenger; the others are only in the address book. */
  isForward: boolean;
  groupIds: readonly string[];
}

export interface GroupRow {
  id: string;
  name: string;
}

export interface AddressBook extends SoapReply {
  contacts: readonly ContactRow[];
  groups: readonly GroupRow[];
  /** Circles by their address: not people, and never mixed with them. */
  circles: readonly { address: string; name: string }[];
  /** The name the account shows; `undefined` when the book does not hold the account itself. */
  ownName: string | undefined;
}

/**
 * The whole address book. `isPaged`: ask as clients of MSNP16 and later do; a service that does not know that is asked
 * the older way. Throws as `callAddressBook` does.
 */
export async function readAddressBook(
  http: HttpClient,
  request: AddressBookRequest,
  { isPaged }: { isPaged: boolean },
): Promise<AddressBook> {
  if (!isPaged) return ask(http, request, FIND_ALL);
  try {
    return await ask(http, request, FIND_PAGED);
  } catch (error) {
    if (!(error instanceof SoapError) || error.kind === "ticket-refused") throw error;
    return ask(http, request, FIND_ALL);
  }
}

const FIND_ALL = {
  name: "ABFindAll",
  body: "<abId>00000000-0000-0000-0000-000000000000</abId><abView>Full</abView><deltasOnly>false</deltasOnly><lastChange>0001-01-01T00:00:00.0000000-08:00</lastChange>",
};

const FIND_PAGED = {
  name: "ABFindContactsPaged",
  body: "<abView>Full</abView><extendedContent>AB AllGroups CircleResult</extendedContent><filterOptions><deltasOnly>false</deltasOnly><ContactFilter><IncludeHiddenContacts>true</IncludeHiddenContacts></ContactFilter></filterOptions>",
};

async function ask(
  http: HttpClient,
  request: AddressBookRequest,
  action: { name: string; body: string },
): Promise<AddressBook> {
  const collector = new BookCollector();
  const reply = await callAddressBook(http, request, { ...action, scenario: "Initial", records: collector.records });
  const { contacts, groups, circles, ownName } = collector;
  return { ...reply, contacts, groups, circles, ownName };
}

/** A quarter of what the service says about somebody. */
const CONTACT_FIELDS =
  "contactId fDeleted contactInfo contactType displayName quickName passportName isMessengerUser groupIds guid emails ContactEmail email contactEmailType Capability isMessengerEnabled phones ContactPhone number";

class BookCollector {
  readonly contacts: ContactRow[] = [];
  readonly groups: GroupRow[] = [];
  readonly circles: { address: string; name: string }[] = [];
  ownName: string | undefined;
  readonly records = {
    Contact: withFields(CONTACT_FIELDS, (element) => this.#readContact(element)),
    Group: withFields("groupId groupInfo name fDeleted", (element) => this.#readGroup(element)),
  };

  #readGroup(element: XmlElement): void {
    const id = textAt(element, "groupId")?.trim().toLowerCase();
    const name = textAt(element, "groupInfo/name");
    if (id && name !== undefined && !isDeleted(element)) this.groups.push({ id, name });
  }

  #readContact(element: XmlElement): void {
    const info = elementAt(element, "contactInfo");
    if (!info || isDeleted(element)) return;
    const type = textAt(info, "contactType")?.trim();
    if (type === "Me") {
      this.ownName = nameOf(info);
      return;
    }
    const contact = readContact(element, info);
    if (!contact) return;
    if (type === "Circle") this.circles.push({ address: contact.address, name: contact.name });
    else this.contacts.push(contact);
  }
}

function isDeleted(element: XmlElement): boolean {
  return isTrue(textAt(element, "fDeleted"));
}

function nameOf(info: XmlElement): string {
  return textAt(info, "displayName") || textAt(info, "quickName") || "";
}

/** Who has neither a Passport nor another way to be reached by Messenger is nobody we could watch. */
function readContact(element: XmlElement, info: XmlElement): ContactRow | undefined {
  const reached = readPassport(info) ?? readEmail(info) ?? readTelephone(info);
  if (!reached) return undefined;
  const groups = elementAt(info, "groupIds");
  return {
    contactId: textAt(element, "contactId")?.trim().toLowerCase() ?? "",
    ...reached,
    name: nameOf(info),
    groupIds: groups ? textsAt(groups, "guid").map((id) => id.trim().toLowerCase()) : NO_GROUPS,
  };
}

const NO_GROUPS: readonly string[] = [];

type Reached = Pick<ContactRow, "address" | "network" | "isForward">;

function readPassport(info: XmlElement): Reached | undefined {
  const address = textAt(info, "passportName")?.trim() ?? "";
  if (address === "") return undefined;
  return { address, network: 1, isForward: isTrue(textAt(info, "isMessengerUser")) };
}

/** People of other networks have an e-mail of the kind Messenger2; its capability is the network. */
function readEmail(info: XmlElement): Reached | undefined {
  for (const email of elementsAt(info, "emails/ContactEmail")) {
    const address = textAt(email, "email")?.trim() ?? "";
    if (address === "" || textAt(email, "contactEmailType")?.trim() !== "Messenger2") continue;
    const network = Number.parseInt(textAt(email, "Capability") ?? "", 10);
    return { address, network: network > 0 ? network : 32, isForward: isTrue(textAt(email, "isMessengerEnabled")) };
  }
  return undefined;
}

function readTelephone(info: XmlElement): Reached | undefined {
  for (const phone of elementsAt(info, "phones/ContactPhone")) {
    const address = telephone(textAt(phone, "number"));
    const isForward = isTrue(textAt(phone, "isMessengerEnabled"));
    if (address && isForward) return { address, network: 4, isForward };
  }
  return undefined;
}
