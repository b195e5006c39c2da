/** `FindMembership`: who may see the account, who may not, who watches it, and who waits (protocol reference 2.13). */
import type { ListName, NetworkId } from "../events.ts";
import type { HttpClient } from "../net/http.ts";
import { type AddressBookRequest, callAddressBook, isTrue } from "./address-book-call.ts";
import type { SoapReply } from "./call.ts";
import { elementsAt, textAt, withFields, type XmlElement } from "./xml-reader.ts";

export interface Member {
  address: string;
  network: NetworkId;
  /** Empty when the service does not say. */
  name: string;
}

/** Everyone in one role. */
export interface Membership {
  list: ListName;
  members: readonly Member[];
}

export interface Memberships extends SoapReply {
  memberships: readonly Membership[];
}

/** Always the full list: some servers refuse every other request. Throws as `callAddressBook` does. */
export async function findMembership(http: HttpClient, request: AddressBookRequest): Promise<Memberships> {
  const collector = new MembershipCollector();
  const reply = await callAddressBook(http, request, {
    name: "FindMembership",
    scenario: "Initial",
    body: "<serviceFilter><Types><ServiceType>Messenger</ServiceType></Types></serviceFilter><View>Full</View><deltasOnly>false</deltasOnly>",
    records: collector.records,
  });
  return { ...reply, memberships: collector.memberships };
}

const ROLES: Readonly<Record<string, ListName>> = {
  Allow: "allow",
  Block: "block",
  Reverse: "reverse",
  Pending: "pending",
};

const MEMBER_FIELDS = "Type Deleted DisplayName PassportName Email PhoneNumber Annotations Annotation Name Value";

/** Members are told before the role they have, and memberships before the service they belong to. */
class MembershipCollector {
  readonly memberships: Membership[] = [];
  readonly records = {
    Member: withFields(MEMBER_FIELDS, (element) => this.#readMember(element)),
    Membership: withFields("MemberRole", (element) => this.#readMembership(element)),
    Service: withFields("Info Handle Type", (element) => this.#readService(element)),
  };
  #ofRole: Member[] = [];
  #ofService: Membership[] = [];

  #readMember(element: XmlElement): void {
    const member = readMember(element);
    if (member) this.#ofRole.push(member);
  }

  #readMembership(element: XmlElement): void {
    const role = textAt(element, "MemberRole")?.trim() ?? "";
    const list = Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
    if (list !== undefined) this.#ofService.push({ list, members: this.#ofRole });
    this.#ofRole = [];
  }

  #readService(element: XmlElement): void {
    const type = textAt(element, "Info/Handle/Type")?.trim();
    if (type === undefined || type === "Messenger") this.memberships.push(...this.#ofService);
    this.#ofService = [];
  }
}

function readMember(element: XmlElement): Member | undefined {
  if (isTrue(textAt(element, "Deleted"))) return undefined;
  const identity = readIdentity(element);
  if (identity) identity.name = textAt(element, "DisplayName") ?? "";
  return identity;
}

/** Circles, services and whole domains are no people. */
function readIdentity(element: XmlElement): Member | undefined {
  const kind = element.attributes?.type?.replace(/^.*:/, "") ?? `${textAt(element, "Type") ?? ""}Member`;
  switch (kind) {
    case "PassportMember":
      return identified(textAt(element, "PassportName"), 1);
    case "EmailMember":
      return identified(textAt(element, "Email"), readBuddyType(element));
    case "PhoneMember":
      return identified(telephone(textAt(element, "PhoneNumber")), 4);
    default:
      return undefined;
  }
}

function identified(said: string | undefined, network: NetworkId): Member | undefined {
  const address = said?.trim() ?? "";
  return address === "" ? undefined : { address, network, name: "" };
}

/** The annotation `MSN.IM.BuddyType` is a network and a colon, as in `32:`. Without it, Yahoo is what there was. */
function readBuddyType(element: XmlElement): NetworkId {
  for (const annotation of elementsAt(element, "Annotations/Annotation")) {
    if (textAt(annotation, "Name") === "MSN.IM.BuddyType") {
      const network = Number.parseInt(textAt(annotation, "Value") ?? "", 10);
      if (network > 0) return network;
    }
  }
  return 32;
}

/** As presence and `ADL` name a telephone. */
export function telephone(number: string | undefined): string | undefined {
  const plain = number?.trim() ?? "";
  return plain === "" || plain.startsWith("tel:") ? plain : `tel:${plain}`;
}
