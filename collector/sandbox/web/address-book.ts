/**
 * The address-book service: names and groups (protocol reference 2.13). ABFindAll element for element as recorded;
 * ABFindContactsPaged is the same in other wrappings.
 */
import { type Account, addGroup, type Directory, removeGroup } from "../directory.ts";
import { accountCid } from "../identity.ts";
import type { ListKeeper } from "../list-keeper.ts";
import type { Presence } from "../presence.ts";
import { addressWithId, type BookContact, type BookGroup, contactsOf, groupsOf, groupWithId } from "./book.ts";
import type { WebAnswer } from "./exchange.ts";
import { doneAnswer, type SoapRequest, soapAnswer, soapFault } from "./soap.ts";
import { escapeXml, find, findAll, textOf } from "./xml.ts";

const OWN_BOOK = "00000000-0000-0000-0000-000000000000";
/** Protocol reference 1.6, in bytes of the encoded name. */
const MAX_GROUP_NAME_BYTES = 61;

export interface BookParts {
  directory: Directory;
  keeper: ListKeeper;
  presence: Presence;
}

/** `now`: as the answers write instants. Nothing when the service has no such action. */
export function serveAddressBook(parts: BookParts, request: SoapRequest, now: string): WebAnswer | undefined {
  switch (request.action) {
    case "ABFindAll":
      return soapAnswer(request, findAllResult(parts.directory, request.account, now));
    case "ABFindContactsPaged":
      return soapAnswer(request, pagedResult(parts.directory, request.account, now));
    case "ABContactAdd":
      return addContact(parts, request);
    case "ABContactDelete":
      return deleteContacts(parts, request);
    case "ABContactUpdate":
      return updateContacts(parts, request);
    case "ABGroupAdd":
      return createGroup(request);
    case "ABGroupUpdate":
      return updateGroups(request);
    case "ABGroupDelete":
      return deleteGroups(request);
    case "ABGroupContactAdd":
      return editGroup(parts, request, "join");
    case "ABGroupContactDelete":
      return editGroup(parts, request, "leave");
    default:
      return undefined;
  }
}

function* findAllResult(directory: Directory, account: Account, now: string): Generator<string> {
  yield "<ABFindAllResult><groups>";
  for (const one of groupsOf(account)) yield group(one, now);
  yield "</groups><contacts>";
  for (const one of contactsOf(directory, account)) yield contact(one, now);
  yield `${me(account, now)}</contacts><ab>${properties(account, now)}</ab></ABFindAllResult>`;
}

/** Capital letters where ABFindAll has small ones, and nobody's circles. */
function* pagedResult(directory: Directory, account: Account, now: string): Generator<string> {
  yield "<ABFindContactsPagedResult><Groups>";
  for (const one of groupsOf(account)) yield group(one, now);
  yield "</Groups><Contacts>";
  for (const one of contactsOf(directory, account)) yield contact(one, now);
  yield `${me(account, now)}</Contacts><CircleResult><CircleTicket></CircleTicket></CircleResult><Ab>${properties(account, now)}</Ab></ABFindContactsPagedResult>`;
}

function group({ id, name }: BookGroup, now: string): string {
  return `<Group><groupId>${id}</groupId><groupInfo><annotations>${annotation("MSN.IM.Display", "1")}</annotations><groupType>c8529ce2-6ead-434d-881f-341e17db3ff8</groupType><name>${escapeXml(name)}</name><IsNotMobileVisible>false</IsNotMobileVisible><IsPrivate>false</IsPrivate><IsFavorite>false</IsFavorite></groupInfo>${changed(now)}</Group>`;
}

function contact({ id, cid, address, name, isMessengerUser, groups }: BookContact, now: string): string {
  const shown = escapeXml(name);
  const groupIds =
    groups.length === 0 ? "" : `<groupIds>${groups.map((guid) => `<guid>${guid}</guid>`).join("")}</groupIds>`;
  return `<Contact><contactId>${id}</contactId><contactInfo><contactType>Regular</contactType><quickName>${shown}</quickName><passportName>${escapeXml(address)}</passportName><IsPassportNameHidden>false</IsPassportNameHidden><displayName>${shown}</displayName><puid>0</puid>${groupIds}<CID>${cid}</CID>${details(isMessengerUser)}</contactInfo>${changed(now)}</Contact>`;
}

/** The own profile, last; clients take their privacy settings from its annotations. */
function me(account: Account, now: string): string {
  const shown = escapeXml(account.name);
  const settings = [
    annotation("MSN.IM.MBEA", "0"),
    annotation("MSN.IM.GTC", account.prompting === "A" ? "0" : "1"),
    annotation("MSN.IM.BLP", account.strangers === "AL" ? "0" : "1"),
  ];
  return `<Contact><contactId>${account.guid}</contactId><contactInfo><annotations>${settings.join("")}</annotations><contactType>Me</contactType><quickName>${shown}</quickName><passportName>${escapeXml(account.displayAddress)}</passportName><IsPassportNameHidden>false</IsPassportNameHidden><displayName>${shown}</displayName><puid>0</puid><CID>${accountCid(account.address)}</CID>${details(false)}</contactInfo>${changed(now)}</Contact>`;
}

function annotation(name: string, value: string): string {
  return `<Annotation><Name>${name}</Name><Value>${value}</Value></Annotation>`;
}

function details(isMessengerUser: boolean): string {
  return `<IsNotMobileVisible>false</IsNotMobileVisible><isMobileIMEnabled>false</isMobileIMEnabled><isMessengerUser>${isMessengerUser}</isMessengerUser><isFavorite>false</isFavorite><isSmtp>false</isSmtp><hasSpace>false</hasSpace><spotWatchState>NoDevice</spotWatchState><birthdate>0001-01-01T00:00:00</birthdate><primaryEmailType>ContactEmailPersonal</primaryEmailType><PrimaryLocation>ContactLocationPersonal</PrimaryLocation><PrimaryPhone>ContactPhonePersonal</PrimaryPhone><IsPrivate>false</IsPrivate><Gender>Unspecified</Gender><TimeZone>None</TimeZone>`;
}

function changed(now: string): string {
  return `<propertiesChanged /><fDeleted>false</fDeleted><lastChange>${now}</lastChange>`;
}

function properties({ address, displayAddress }: Account, now: string): string {
  return `<abId>${OWN_BOOK}</abId><abInfo><ownerPuid>0</ownerPuid><OwnerCID>${accountCid(address)}</OwnerCID><ownerEmail>${escapeXml(displayAddress)}</ownerEmail><fDefault>true</fDefault><joinedNamespace>false</joinedNamespace><IsBot>false</IsBot><IsParentManaged>false</IsParentManaged><SubscribeExternalPartner>false</SubscribeExternalPartner><NotifyExternalPartner>false</NotifyExternalPartner><AddressBookType>Individual</AddressBookType></abInfo><lastChange>${now}</lastChange><DynamicItemLastChanged>0001-01-01T00:00:00</DynamicItemLastChanged><createDate>${now}</createDate><propertiesChanged />`;
}

function addContact({ directory, keeper }: BookParts, request: SoapRequest): WebAnswer {
  const { account, body } = request;
  const spelled = textOf(body, "passportName") ?? textOf(body, "email") ?? "";
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(spelled)) {
    return soapFault(request, "BadEmailArgument", "Email Domain address missing dot or at sign");
  }
  const other = directory.account(spelled);
  if (!other) return soapFault(request, "InvalidPassportUser", "Passport user does not exist");
  if (account.forward.has(other.address) || other === account) {
    return soapFault(request, "ContactAlreadyExists", "Contact Already Exists", { detail: conflict(other.guid) });
  }
  keeper.watch(account, other, 0);
  // The option with which clients say that whoever is watched may also see.
  if (textOf(body, "EnableAllowListManagement") === "true" && !account.block.has(other.address)) {
    keeper.add(account, "AL", other.address);
  }
  return added(request, other.guid);
}

function deleteContacts({ directory, keeper }: BookParts, request: SoapRequest): WebAnswer {
  const { account, body } = request;
  const addresses = findAll(body, "contactId").map(({ text }) => watched(directory, account, text));
  for (const address of addresses) {
    if (!address) return noSuchContact(request);
    keeper.unwatch(account, address);
  }
  return doneAnswer(request);
}

/** Of all that a client may write into its book, the sandbox keeps what others see: the own name and settings. */
function updateContacts({ directory, keeper, presence }: BookParts, request: SoapRequest): WebAnswer {
  const { account, body } = request;
  for (const one of findAll(body, "Contact")) {
    if (textOf(one, "contactType") === "Me") {
      const name = textOf(one, "displayName");
      if (name !== undefined && name !== account.name) rename(presence, account, name);
    } else {
      const address = watched(directory, account, textOf(one, "contactId"));
      if (!address) return noSuchContact(request);
      // How a client takes somebody off its list without forgetting the entry.
      if (textOf(one, "isMessengerUser") === "false") keeper.unwatch(account, address);
    }
  }
  return doneAnswer(request);
}

/** The own name, shown to everyone. */
function rename(presence: Presence, account: Account, name: string): void {
  account.name = name;
  account.serial += 1;
  presence.rename(account);
}

function createGroup(request: SoapRequest): WebAnswer {
  const name = textOf(request.body, "name") ?? "";
  const refusal = refuseGroupName(request, name);
  if (refusal) return refusal;
  const number = addGroup(request.account, name);
  request.account.serial += 1;
  return added(request, groupsOf(request.account).find((one) => one.number === number)?.id ?? "");
}

function updateGroups(request: SoapRequest): WebAnswer {
  for (const one of findAll(request.body, "Group")) {
    const known = groupWithId(request.account, textOf(one, "groupId") ?? "");
    const name = textOf(one, "name") ?? "";
    if (!known) return noSuchGroup(request);
    const refusal = name === known.name ? undefined : refuseGroupName(request, name);
    if (refusal) return refusal;
    request.account.groups.set(known.number, name);
    request.account.serial += 1;
  }
  return doneAnswer(request);
}

function deleteGroups(request: SoapRequest): WebAnswer {
  for (const known of groupsNamed(request)) {
    if (!known) return noSuchGroup(request);
    removeGroup(request.account, known.number);
    request.account.serial += 1;
  }
  return doneAnswer(request);
}

function editGroup({ directory, keeper }: BookParts, request: SoapRequest, how: "join" | "leave"): WebAnswer {
  const { account, body } = request;
  const spelled = textOf(body, "passportName");
  const address = spelled
    ? directory.account(spelled)?.address
    : watched(directory, account, textOf(body, "contactId"));
  const other = directory.account(address ?? "");
  if (!other || !account.forward.has(other.address)) return noSuchContact(request);
  for (const known of groupsNamed(request)) {
    if (!known) return noSuchGroup(request);
    if (how === "join") keeper.watch(account, other, known.number);
    else keeper.unwatch(account, other.address, known.number);
  }
  return how === "join" ? added(request, other.guid) : doneAnswer(request);
}

function groupsNamed({ account, body }: SoapRequest): (BookGroup | undefined)[] {
  return findAll(find(body, "groupIds"), "guid").map(({ text }) => groupWithId(account, text.trim()));
}

function refuseGroupName(request: SoapRequest, name: string): WebAnswer | undefined {
  if (name === "" || encodeURIComponent(name.toWellFormed()).length > MAX_GROUP_NAME_BYTES) {
    return soapFault(request, "BadArgumentLength", "Bad argument length", {
      detail: "<additionalDetails><parameterFault>GroupName</parameterFault></additionalDetails>",
    });
  }
  const taken = groupsOf(request.account).find((one) => one.name === name);
  if (!taken && name !== "(No Group)") return undefined;
  return soapFault(request, "GroupAlreadyExists", "Group Already Exists", { detail: conflict(taken?.id ?? OWN_BOOK) });
}

function watched(directory: Directory, account: Account, id = ""): string | undefined {
  const address = addressWithId(directory, account, id);
  return address !== undefined && account.forward.has(address) ? address : undefined;
}

function added(request: SoapRequest, guid: string): WebAnswer {
  return soapAnswer(request, [`<${request.action}Result><guid>${guid}</guid></${request.action}Result>`]);
}

function noSuchContact(request: SoapRequest): WebAnswer {
  return soapFault(request, "ContactDoesNotExist", "Contact Does Not Exist");
}

function noSuchGroup(request: SoapRequest): WebAnswer {
  return soapFault(request, "GroupDoesNotExist", "Group Does Not Exist");
}

function conflict(id: string): string {
  return `<additionalDetails><conflictObjectId>${id}</conflictObjectId></additionalDetails>`;
}
