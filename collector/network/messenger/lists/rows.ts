/**
 * The answer to `SYN`, MSNP2 to MSNP12, and where it ends (protocol reference 2.7):
 *
 *   rows-by-list      one row for each list somebody is on; over with the last row of the reverse list.
 *   rows-by-contact   one row for each person; over when as many rows and groups have come as the header counted.
 *   rows-with-guids   the same with prefixes and GUIDs, and two timestamps in the header.
 *
 * A header that says what we have sent, without counts, says that there is nothing to send.
 */
import type { ListsMethod } from "../dialects.ts";
import type { Frame } from "../wire/frame.ts";
import { decodeText, ownText } from "../wire/text.ts";
import type { ContactList, Person } from "./contact-list.ts";
import { LIST_BITS, listOfCode } from "./list-bits.ts";
import { groupId, groupIds, isGuid, readBitsAndGroups, readNumber, readPrefixed, readProperty } from "./row-tokens.ts";

/** What `SYN` is sent with to be told everything. */
export function syncParams(method: ListsMethod): readonly string[] {
  return method === "rows-with-guids" ? ["0", "0"] : ["0"];
}

export class RowsReader {
  readonly #method: ListsMethod;
  readonly #list: ContactList;
  /** How many rows and groups are still to come; `undefined` until the header has said, or when it never says. */
  #owed: { contacts: number; groups: number } | undefined;
  #isComplete = false;
  #ownName: string | undefined;
  #lastAddress: string | undefined;

  constructor(method: ListsMethod, list: ContactList) {
    this.#method = method;
    this.#list = list;
  }

  /** All rows have come. What belongs to the last one (`BPR`) may follow. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The name the account shows, from MSNP10 on. */
  get ownName(): string | undefined {
    return this.#ownName;
  }

  /** Takes a frame if it is a part of the answer, and says whether it was. */
  read({ verb, params }: Frame): boolean {
    switch (verb) {
      case "SYN":
        this.#readHeader(params);
        return true;
      case "LSG":
        this.#readGroup(params);
        return true;
      case "LST":
        this.#readRow(params);
        return true;
      case "PRP":
        this.#readOwnProperty(params);
        return true;
      case "BPR":
        this.#readProperty(params);
        return true;
      case "GTC":
      case "BLP":
        return true;
      default:
        return false;
    }
  }

  /** `SYN trid serial {contacts groups}`, or with two timestamps. */
  #readHeader([, ...params]: readonly string[]): void {
    const sent = syncParams(this.#method);
    const said = params.slice(0, sent.length);
    const counts = params.slice(sent.length);
    if (counts.length >= 2) {
      this.#owed = { contacts: readNumber(counts[0]), groups: readNumber(counts[1]) };
      this.#settle();
    } else if (said.every((value, at) => value === sent[at])) this.#isComplete = true;
  }

  #readGroup(params: readonly string[]): void {
    const group = readGroupTokens(this.#method, params);
    if (group) this.#list.putGroup(group.id, group.name);
    if (this.#owed) this.#owed.groups--;
    this.#settle();
  }

  #readRow(params: readonly string[]): void {
    if (this.#method === "rows-by-list") return this.#readRowOfList(params);
    if (this.#method === "rows-with-guids") this.#readRowWithGuids(params);
    else this.#readRowOfContact(params);
    // A row that says nothing was counted all the same.
    if (this.#owed) this.#owed.contacts--;
    this.#settle();
  }

  /** `LST trid list serial index total address name {groups}`, or `… 0 0` for an empty list. */
  #readRowOfList(params: readonly string[]): void {
    const [, code, , index, total, address, name, groups] = params;
    const list = listOfCode(code);
    if (list === undefined) return;
    if (address !== undefined) {
      const person = {
        address: ownText(decodeText(address)),
        name: name === undefined ? undefined : ownText(decodeText(name)),
      };
      this.#list.put(person, LIST_BITS[list], list === "forward" ? groupIds(groups) : []);
      this.#lastAddress = person.address;
    }
    if (list === "reverse" && index !== undefined && index === total) this.#isComplete = true;
  }

  /** `LST address name bits {groups}` */
  #readRowOfContact(params: readonly string[]): void {
    const [address, ...rest] = params;
    if (address === undefined) return;
    const [name, bits, groups] = this.#lacksName(rest) ? [undefined, ...rest] : rest;
    const person = {
      address: ownText(decodeText(address)),
      name: name === undefined ? undefined : ownText(decodeText(name)),
    };
    this.#put(person, readNumber(bits), groupIds(groups));
  }

  /** Whether `rest` is bits and groups without a name before them, as of somebody whose name is empty. */
  #lacksName([first, second, ...more]: readonly string[]): boolean {
    if (more.length > 0 || first === undefined || second === undefined) return false;
    const isForward = (readNumber(first) & LIST_BITS.forward) !== 0;
    return isForward && groupIds(second).every((id) => this.#list.hasGroup(id));
  }

  /** `LST N=address F=name C=guid bits {type} {groups}` */
  #readRowWithGuids(params: readonly string[]): void {
    const { address, name, contactId, rest } = readPrefixed(params);
    const { bits, groups } = readBitsAndGroups(rest);
    if (address !== undefined) this.#put({ address, name, contactId }, bits, groups);
  }

  #put(person: Person, bits: number, groups: string[]): void {
    this.#lastAddress = person.address;
    this.#list.put(person, bits, (bits & LIST_BITS.forward) === 0 ? [] : groups);
  }

  #readOwnProperty(params: readonly string[]): void {
    const property = readProperty(params);
    if (property?.key === "MFN") this.#ownName = property.value;
  }

  /** `BPR {serial} {address} key value` of the contact in the row before; only a name concerns the lists. */
  #readProperty(params: readonly string[]): void {
    const property = readProperty(params);
    const address = property?.before.find((token) => token.includes("@")) ?? this.#lastAddress;
    if (property?.key === "MFN" && address !== undefined) this.#list.rename({ address }, property.value);
  }

  #settle(): void {
    if (this.#owed && this.#owed.contacts <= 0 && this.#owed.groups <= 0) this.#isComplete = true;
  }
}

/** `LSG trid serial index total id name 0` (MSNP7), `LSG id name 0` (MSNP8 and 9), `LSG name guid` (MSNP10 to 12). */
function readGroupTokens(method: ListsMethod, params: readonly string[]): { id: string; name: string } | undefined {
  const [first, second] = method === "rows-by-list" ? params.slice(4) : params;
  if (first === undefined || second === undefined) return undefined;
  const isNameFirst = method === "rows-with-guids" && isGuid(second);
  const [id, name] = isNameFirst ? [second, first] : [first, second];
  return { id: groupId(id), name: decodeText(name) };
}
