/** The sharing service: who may see whom (protocol reference 2.13). Element for element as the recorded answers. */
import type { Account, Directory } from "../directory.ts";
import { accountCid } from "../identity.ts";
import type { ListKeeper, OwnList } from "../list-keeper.ts";
import { type BookPerson, membersWith, type Role } from "./book.ts";
import type { WebAnswer } from "./exchange.ts";
import { doneAnswer, type SoapRequest, soapAnswer, soapFault } from "./soap.ts";
import { escapeXml, find, findAll, textOf, type XmlElement } from "./xml.ts";

const ROLES: readonly Role[] = ["Allow", "Block", "Reverse", "Pending"];
const LISTS: Readonly<Record<string, OwnList>> = { Allow: "AL", Block: "BL", Pending: "PL" };

export interface SharingParts {
  directory: Directory;
  keeper: ListKeeper;
}

/** `now`: as the answers write instants. Nothing when the service has no such action. */
export function serveSharing(parts: SharingParts, request: SoapRequest, now: string): WebAnswer | undefined {
  switch (request.action) {
    case "FindMembership":
      return soapAnswer(request, memberships(parts.directory, request.account, now));
    case "AddMember":
      return editMembers(parts, request, "add");
    case "DeleteMember":
      return editMembers(parts, request, "remove");
    default:
      return undefined;
  }
}

function* memberships(directory: Directory, account: Account, now: string): Generator<string> {
  yield "<FindMembershipResult><Services><Service><Memberships>";
  for (const role of ROLES) {
    yield `<Membership><MemberRole>${role}</MemberRole><Members>`;
    for (const contact of membersWith(directory, account, role)) yield member(role, contact, now);
    yield "</Members><MembershipIsComplete>true</MembershipIsComplete></Membership>";
  }
  yield "</Memberships><Info><Handle><Id>1</Id><Type>Messenger</Type><ForeignId /></Handle><InverseRequired>false</InverseRequired><AuthorizationCriteria>Everyone</AuthorizationCriteria><IsBot>false</IsBot></Info>";
  yield `<Changes /><LastChange>${now}</LastChange><Deleted>false</Deleted></Service></Services>`;
  yield ownerNamespace(account, now);
  yield "</FindMembershipResult>";
}

function member(role: Role, { id, cid, address }: BookPerson, now: string): string {
  return `<Member xsi:type="PassportMember"><MembershipId>${role}/${id}</MembershipId><Type>Passport</Type><State>Accepted</State><Deleted>false</Deleted><LastChanged>${now}</LastChanged><JoinedDate>${now}</JoinedDate><ExpirationDate>0001-01-01T00:00:00</ExpirationDate><Changes /><PassportName>${escapeXml(address)}</PassportName><IsPassportNameHidden>false</IsPassportNameHidden><PassportId>0</PassportId><CID>${cid}</CID><PassportChanges /><LookedupByCID>false</LookedupByCID></Member>`;
}

function ownerNamespace({ address, displayAddress }: Account, now: string): string {
  return `<OwnerNamespace><Info><Handle><Id>00000000-0000-0000-0000-000000000000</Id><IsPassportNameHidden>false</IsPassportNameHidden><CID>0</CID></Handle><CreatorPuid>0</CreatorPuid><CreatorCID>${accountCid(address)}</CreatorCID><CreatorPassportName>${escapeXml(displayAddress)}</CreatorPassportName><CircleAttributes><IsPresenceEnabled>false</IsPresenceEnabled><Domain>WindowsLive</Domain></CircleAttributes><MessengerApplicationServiceCreated>false</MessengerApplicationServiceCreated></Info><Changes /><CreateDate>${now}</CreateDate><LastChange>${now}</LastChange></OwnerNamespace>`;
}

/** Reverse is the server's to know: taking somebody off it is accepted and changes nothing. */
function editMembers({ directory, keeper }: SharingParts, request: SoapRequest, how: "add" | "remove"): WebAnswer {
  const { account, body } = request;
  for (const membership of findAll(body, "Membership")) {
    const list = LISTS[textOf(membership, "MemberRole") ?? ""];
    for (const one of findAll(membership, "Member")) {
      const address = addressOf(directory, one);
      if (!address) return soapFault(request, "UserDoesNotExist", "User does not exist");
      if (!list) continue;
      const isDone = how === "add" ? keeper.add(account, list, address) : keeper.remove(account, list, address);
      if (isDone) continue;
      return how === "add"
        ? soapFault(request, "MemberAlreadyExists", "Member already exists")
        : soapFault(request, "MemberDoesNotExist", "Member does not exist");
    }
  }
  return doneAnswer(request);
}

/** A member is named by address, or by `Role/<contact id>`. */
function addressOf(directory: Directory, member: XmlElement): string | undefined {
  const spelled = textOf(member, "PassportName") ?? textOf(member, "Email");
  if (spelled) return directory.account(spelled)?.address;
  const id = find(member, "MembershipId")?.text.split("/")[1];
  return directory.accountWithGuid(id?.trim() ?? "")?.address;
}
