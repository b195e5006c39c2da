/**
 * What changes on the lists after the sign-in, by us (with a transaction number of ours) or at another of the account's
 * places (with 0): `ADD REM ADC ADG RMG REG REA PRP SBP BPR` of MSNP2 to MSNP12 (protocol reference 2.9 and 2.10) and
 * `ADL RML` from MSNP13 on (2.13). Told apart by shape, not by dialect: servers mix them.
 */
import type { Frame } from "../wire/frame.ts";
import { decodeText, ownText } from "../wire/text.ts";
import type { ContactList, ListChange, Person } from "./contact-list.ts";
import { listOfCode, listsOfBits } from "./list-bits.ts";
import { readMl } from "./ml.ts";
import { groupId, isGuid, readPrefixed, readProperty } from "./row-tokens.ts";

export interface ListNews {
  changes: readonly ListChange[];
  /** The name that the account shows from now on. */
  ownName?: string;
}

/**
 * Takes over what a frame says about the lists; `undefined` when it is not about them. Groups that were renamed or
 * removed concern many: ask `takeRegrouped` when all that arrived has been read. `ownAddress`: in any spelling.
 */
export function readListNews(frame: Frame, list: ContactList, ownAddress: string): ListNews | undefined {
  const { verb, params } = frame;
  switch (verb) {
    case "ADD":
      return { changes: readAdd(params, list) };
    case "ADC":
      return { changes: readAdc(params, list) };
    case "REM":
      return { changes: readRemove(params, list) };
    case "ADL":
    case "RML":
      return { changes: readPayload(frame, list) };
    case "ADG":
      return readGroupAdded(params, list);
    case "REG":
      return readGroupRenamed(params, list);
    case "RMG":
      return readGroupRemoved(params, list);
    case "REA":
      return readRename(params, list, ownAddress);
    case "PRP":
      return readOwnProperty(params);
    case "SBP":
    case "BPR":
      return readOthersProperty(params, list);
    case "GTC":
    case "BLP":
      return NOTHING;
    default:
      return undefined;
  }
}

/** `ADD trid list serial address name {group}` */
function readAdd([, code, , address, name, group]: readonly string[], contacts: ContactList): ListChange[] {
  const list = listOfCode(code);
  if (list === undefined || address === undefined) return [];
  const person = {
    address: ownText(decodeText(address)),
    name: name === undefined ? undefined : ownText(decodeText(name)),
  };
  return contacts.join(person, list, group === undefined ? undefined : groupId(group));
}

/** `ADC trid list N=address F=name C=guid`, or `ADC trid FL C=guid group-guid` for somebody who is put into a group. */
function readAdc([, code, ...tokens]: readonly string[], contacts: ContactList): ListChange[] {
  const list = listOfCode(code);
  const { address: said, name, contactId, rest } = readPrefixed(tokens);
  const address = said ?? (contactId === undefined ? undefined : contacts.addressOf(contactId));
  if (list === undefined || address === undefined) return [];
  const group = rest.find(isGuid);
  // Only the forward list's id is the contact's.
  const person: Person = { address, name, ...(list === "forward" ? { contactId } : {}) };
  return contacts.join(person, list, group === undefined ? undefined : groupId(group));
}

/** `REM trid list serial address {group}` before MSNP10, `REM trid list address|guid {group-guid}` after. */
function readRemove(params: readonly string[], contacts: ContactList): ListChange[] {
  const [, code, ...tokens] = params;
  const list = listOfCode(code);
  const hasSerial = tokens.length > 1 && /^\d+$/.test(tokens[0] ?? "");
  const [who, group] = hasSerial ? tokens.slice(1) : tokens;
  if (list === undefined || who === undefined) return [];
  const address = isGuid(who) ? contacts.addressOf(groupId(who)) : decodeText(who);
  if (address === undefined) return [];
  if (list !== "forward" || group === undefined) return contacts.leave({ address }, list);
  return contacts.leaveGroup({ address }, groupId(group), !isGuid(group));
}

/** Only what the server tells has a payload; the answer to ours is `ADL trid OK`. */
function readPayload({ verb, payload }: Frame, contacts: ContactList): ListChange[] {
  if (!payload) return [];
  return readMl(payload).flatMap(({ bits, isCircle, ...person }) => {
    if (isCircle) return [];
    const lists = listsOfBits(bits);
    return lists.flatMap((list) => (verb === "ADL" ? contacts.join(person, list) : contacts.leave(person, list)));
  });
}

/** `ADG trid serial name id 0` (MSNP7 to 9), `ADG trid name guid {0}`. */
function readGroupAdded([, ...tokens]: readonly string[], contacts: ContactList): ListNews {
  const [, name, id] = tokens;
  const group = readGroupWithGuid(tokens) ?? { id, name };
  if (group.id !== undefined && group.name !== undefined) contacts.putGroup(group.id, decodeText(group.name));
  return NOTHING;
}

/** `REG trid serial id name 0` (MSNP7 to 9), `REG trid {serial} name guid 0` or `REG trid guid name 0`. */
function readGroupRenamed([, ...tokens]: readonly string[], contacts: ContactList): ListNews {
  const [, id, name] = tokens;
  const group = readGroupWithGuid(tokens) ?? { id, name };
  if (group.id !== undefined && group.name !== undefined) contacts.renameGroup(group.id, decodeText(group.name));
  return NOTHING;
}

/** The name stands before the GUID, unless nothing does. */
function readGroupWithGuid(tokens: readonly string[]): { id: string; name: string | undefined } | undefined {
  const at = tokens.findLastIndex(isGuid);
  const guid = tokens[at];
  return guid === undefined ? undefined : { id: groupId(guid), name: tokens[at === 0 ? 1 : at - 1] };
}

/** `RMG trid serial id` (MSNP7 to 9), `RMG trid {serial} guid`. */
function readGroupRemoved([, ...tokens]: readonly string[], contacts: ContactList): ListNews {
  const id = tokens.find(isGuid) ?? tokens[1];
  if (id !== undefined) contacts.removeGroup(groupId(id));
  return NOTHING;
}

/** `REA trid serial address name`: our own name, or what we call somebody. */
function readRename([, , said, token]: readonly string[], contacts: ContactList, ownAddress: string): ListNews {
  if (said === undefined || token === undefined) return NOTHING;
  const address = decodeText(said);
  const name = ownText(decodeText(token));
  if (address.toLowerCase() === ownAddress.toLowerCase()) return { changes: [], ownName: name };
  contacts.rename({ address }, name);
  return NOTHING;
}

/** `PRP {trid} {serial} MFN name` */
function readOwnProperty(params: readonly string[]): ListNews {
  const property = readProperty(params);
  return property?.key === "MFN" ? { changes: [], ownName: property.value } : NOTHING;
}

/** `SBP trid guid MFN name`, `BPR {serial} address MFN name`: what somebody is called. */
function readOthersProperty(params: readonly string[], contacts: ContactList): ListNews {
  const property = readProperty(params);
  const who = property?.before.at(-1);
  if (property?.key !== "MFN" || who === undefined) return NOTHING;
  const address = isGuid(who) ? contacts.addressOf(groupId(who)) : decodeText(who);
  if (address !== undefined) contacts.rename({ address }, property.value);
  return NOTHING;
}

const NOTHING: ListNews = { changes: [] };
