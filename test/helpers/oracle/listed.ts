/** Who is on which list, as the server's words say: `SYN` in its shapes, the address book, and the news after them. */
import type { ListedContact, ListName } from "../../../collector/network/messenger/events.ts";
import { elementOf, elementsOf, textOf, unescapeXml } from "./text.ts";

const CODES: Readonly<Record<string, ListName>> = {
  FL: "forward",
  AL: "allow",
  BL: "block",
  RL: "reverse",
  PL: "pending",
};
const BITS: readonly (readonly [number, ListName])[] = [
  [1, "forward"],
  [2, "allow"],
  [4, "block"],
  [8, "reverse"],
  [16, "pending"],
];
const ROLES: Readonly<Record<string, ListName>> = {
  Allow: "allow",
  Block: "block",
  Reverse: "reverse",
  Pending: "pending",
};
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-/i;

interface Row {
  displayAddress: string;
  network: number;
  name: string;
  lists: Set<ListName>;
  groups: Set<string>;
  guid: string;
}

export interface Change {
  contact: ListedContact;
  wasOn: readonly ListName[];
}

export function listsOfBits(bits: number): ListName[] {
  return BITS.filter(([bit]) => (bits & bit) !== 0).map(([, list]) => list);
}

export class Listed {
  readonly #rows = new Map<string, Row>();
  readonly #groupNames = new Map<string, string>();
  /** Who left their last group: off the roster, unless they are spoken about again. */
  readonly #groupless = new Set<string>();

  all(): ListedContact[] {
    return [...this.#rows.keys()].map((address) => this.#contact(address)).filter(({ lists }) => lists.length > 0);
  }

  isForward(address: string): boolean {
    return this.#rows.get(address)?.lists.has("forward") ?? false;
  }

  /** `LSG`, told apart by how many words it has: 7 with its number, 3 as id and name, 2 as name and id. */
  readGroup(words: readonly string[]): void {
    const [a = "", b = "", , , e = "", f = ""] = words;
    if (words.length >= 6) this.#groupNames.set(e, textOf(f));
    else if (GUID.test(b)) this.#groupNames.set(b.toLowerCase(), textOf(a));
    else this.#groupNames.set(a, textOf(b));
  }

  /** `LST` before MSNP8: one for each list, `index total` of it. Says whether it is the last of all. */
  readRowOfList(words: readonly string[]): boolean {
    const [, code = "", , index, total, who, name = "", groups = ""] = words;
    const list = CODES[code];
    if (list && who) this.#put(textOf(who), textOf(name), [list], list === "forward" ? groups.split(",") : []);
    return list === "reverse" && index === total;
  }

  /** `LST` from MSNP8 on: `address name bits groups`, or with prefixes; from MSNP12 on a number more, the network. */
  readRow(words: readonly string[], dialect: number): void {
    if (dialect < 10) {
      const [who = "", name = "", bits = "0", groups = ""] = words;
      return this.#put(textOf(who), textOf(name), listsOfBits(Number(bits)), groups.split(","));
    }
    const prefixed = (prefix: string) => words.find((word) => word.startsWith(prefix))?.slice(2) ?? "";
    const [bits = "0", ...rest] = words.filter((word) => !/^[NFC]=/.test(word));
    const groups = rest.filter((word) => GUID.test(word)).flatMap((word) => word.toLowerCase().split(","));
    this.#put(textOf(prefixed("N=")), textOf(prefixed("F=")), listsOfBits(Number(bits)), groups, prefixed("C="));
  }

  readMemberships(xml: string): void {
    for (const membership of elementsOf(xml, "Membership")) {
      const list = ROLES[elementOf(membership, "MemberRole") ?? ""];
      for (const member of elementsOf(membership, "Member"))
        if (list) this.#put(unescapeXml(elementOf(member, "PassportName") ?? ""), "", [list], []);
    }
  }

  /** The own name is returned. */
  readAddressBook(xml: string): string {
    let ownName = "";
    for (const group of elementsOf(elementOf(xml, "groups") ?? "", "Group"))
      this.#groupNames.set(elementOf(group, "groupId") ?? "", unescapeXml(elementOf(group, "name") ?? ""));
    for (const contact of elementsOf(elementOf(xml, "contacts") ?? "", "Contact")) {
      const name = unescapeXml(elementOf(contact, "displayName") ?? "");
      if (elementOf(contact, "contactType") === "Me") ownName = name;
      else if (elementOf(contact, "isMessengerUser") === "true")
        this.#put(
          unescapeXml(elementOf(contact, "passportName") ?? ""),
          name,
          ["forward"],
          elementsOf(contact, "guid"),
        );
    }
    return ownName;
  }

  /** `ADD trid list serial address name group`, `ADC trid list N=… F=… C=…`. */
  readAdded(verb: string, words: readonly string[]): Change[] {
    const [, code = "", ...rest] = words;
    const list = CODES[code];
    if (!list) return [];
    if (verb === "ADD") {
      const [, who = "", name = "", group = ""] = rest;
      return this.#change(textOf(who), () => this.#put(textOf(who), textOf(name), [list], [group]));
    }
    const prefixed = (prefix: string) => rest.find((word) => word.startsWith(prefix))?.slice(2) ?? "";
    const guid = prefixed("C=");
    const known = [...this.#rows.values()].find((row) => guid !== "" && row.guid === guid)?.displayAddress;
    const who = textOf(prefixed("N=")) || known || "";
    const groups = rest.filter((word) => GUID.test(word));
    if (who === "") return [];
    return this.#change(who, () => this.#put(who, textOf(prefixed("F=")), [list], groups, guid));
  }

  /** `REM trid list serial address group` before MSNP10, `REM trid list address-or-guid group` after. */
  readRemoved(words: readonly string[]): Change[] {
    const [, code = "", ...rest] = words;
    const list = CODES[code];
    const [who = "", group = ""] = /^\d+$/.test(rest[0] ?? "") && rest.length > 1 ? rest.slice(1) : rest;
    const byGuid = [...this.#rows.values()].find((row) => row.guid === who)?.displayAddress;
    const address = (byGuid ?? textOf(who)).toLowerCase();
    const row = this.#rows.get(address);
    if (!list || !row) return [];
    return this.#change(address, () => {
      if (group !== "") row.groups.delete(group);
      // Before MSNP10 everybody is in a group; without one they are gone.
      if (group !== "" && (row.groups.size > 0 || GUID.test(group))) return;
      if (group !== "") this.#groupless.add(address);
      else if (list === "forward") row.groups.clear();
      row.lists.delete(list);
    });
  }

  /** The payload of `ADL` and `RML`. */
  readMl(verb: string, xml: string): Change[] {
    const changes: Change[] = [];
    for (const [, domain = "", people = ""] of xml.matchAll(/<d n=["']([^"']*)["']>([\s\S]*?)<\/d>/g)) {
      for (const [, attributes = ""] of people.matchAll(/<c ([^>]*?)\/?>/g)) {
        const said = (name: string) => new RegExp(`\\b${name}=["']([^"']*)["']`).exec(attributes)?.[1] ?? "";
        const who = `${said("n")}@${domain}`;
        const name = textOf(Buffer.from(unescapeXml(said("f")), "utf8").toString("latin1"));
        const lists = listsOfBits(Number(said("l")));
        for (const list of lists) {
          const drop = () => void this.#rows.get(who.toLowerCase())?.lists.delete(list);
          changes.push(...this.#change(who, verb === "RML" ? drop : () => this.#put(who, name, [list], [])));
        }
      }
    }
    return changes;
  }

  /** Somebody is spoken about: if they had only left their last group, they are still there. */
  hearOf(address: string): Change[] {
    if (!this.#groupless.delete(address)) return [];
    return this.#change(address, () => void this.#rows.get(address)?.lists.add("forward"));
  }

  #put(who: string, name: string, lists: readonly ListName[], groups: readonly string[], guid = ""): void {
    const address = who.toLowerCase();
    const row = this.#rows.get(address) ?? {
      displayAddress: who,
      network: 1,
      name: "",
      lists: new Set(),
      groups: new Set(),
      guid,
    };
    this.#rows.set(address, row);
    if (guid !== "") row.guid = guid;
    // The forward list's name is what the owner sees; the other lists' may be older.
    if (name !== "" && (row.name === "" || lists.includes("forward"))) row.name = name;
    for (const list of lists) row.lists.add(list);
    if (!lists.includes("forward")) return;
    this.#groupless.delete(address);
    for (const group of groups) if (group !== "") row.groups.add(group);
  }

  /** What an edit came to; nothing when all is as it was. */
  #change(who: string, edit: () => void): Change[] {
    const address = who.toLowerCase();
    const before = this.#rows.has(address) ? this.#contact(address) : undefined;
    edit();
    const contact = this.#contact(address);
    const shape = (one: ListedContact | undefined) => JSON.stringify([one?.lists ?? [], one?.groups ?? []]);
    return shape(before) === shape(contact) ? [] : [{ contact, wasOn: before?.lists ?? [] }];
  }

  #contact(address: string): ListedContact {
    const row = this.#rows.get(address);
    if (!row) throw new Error(`nobody has said who ${address} is`);
    const lists = BITS.map(([, list]) => list).filter((list) => row.lists.has(list));
    // Group 0 is where everyone is who is in none.
    const groups = [...row.groups].flatMap((id) => (id === "0" ? [] : (this.#groupNames.get(id) ?? [])));
    return { address, displayAddress: row.displayAddress, network: row.network, name: row.name, lists, groups };
  }
}
