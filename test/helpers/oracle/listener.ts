/**
 * What a client must understand from a notification server's lines, in any dialect: written from the protocol
 * reference and the recordings, and sharing nothing with the client but the shape of its events.
 */
import type { Said } from "../../../collector/network/messenger/events.ts";
import { type Change, Listed } from "./listed.ts";
import { capabilitiesOf, detailsOf, pictureOf } from "./shown.ts";
import { elementOf, elementsOf, textOf, unescapeXml } from "./text.ts";

export class Listener {
  readonly listed = new Listed();
  /** Lower-cased. */
  #ownAddress: string;
  #dialect = 0;
  #owed = Number.POSITIVE_INFINITY;
  #hasLists = false;
  /** Another USR is about circles. */
  #isIn = false;

  constructor(ownAddress = "") {
    this.#ownAddress = ownAddress.toLowerCase();
  }

  get dialect(): number {
    return this.#dialect;
  }

  /** A line of the client's own: who signs in. */
  overhear(line: string): void {
    const [verb, , , step, address] = line.split(" ");
    if (verb === "USR" && step === "I" && address) this.#ownAddress = address.toLowerCase();
  }

  /** `line`: one character per byte, without its CRLF. */
  hear(line: string, payload: Buffer = Buffer.alloc(0)): Said[] {
    const [verb = "", ...words] = line.split(" ").filter((word) => word !== "");
    switch (verb) {
      case "VER":
        this.#dialect = Number(/MSNP(\d+)/.exec(line)?.[1] ?? 0);
        return [];
      case "USR":
        return words[1] === "OK" && !this.#isIn ? this.#signedIn(words) : [];
      case "SYN":
        if (words.length >= 4) this.#owed = Number(words.at(-1)) + Number(words.at(-2));
        return this.#lists(0);
      case "LSG":
        this.listed.readGroup(words);
        return this.#lists(1);
      case "LST":
        return this.#readRow(words);
      case "ADD":
      case "ADC":
        return told(this.listed.readAdded(verb, words));
      case "REM":
        return told(this.listed.readRemoved(words));
      case "ADL":
      case "RML":
        return told(this.listed.readMl(verb, payload.toString("utf8")));
      case "PRP":
      case "REA":
        return this.#ownName(verb, words);
      case "CHG":
        return [{ kind: "own-presence", code: words[1] ?? "" }];
      case "ILN":
        return this.#presence(words[1] ?? "", words.slice(2));
      case "NLN":
        return this.#presence(words[0] ?? "", words.slice(1));
      case "FLN":
        return this.#presence("FLN", words);
      case "UBX":
        return this.#details(words, payload.toString("utf8"));
      case "RNG":
        return ringOf(words);
      case "MSG":
        return words[0] === "Hotmail" ? mailOf(payload.toString("utf8")) : [];
    }
    return [];
  }

  /** The two answers of the address book. */
  hearAddressBook(memberships: string, addressBook: string): Said[] {
    this.listed.readMemberships(memberships);
    const name = this.listed.readAddressBook(addressBook);
    this.#owed = 0;
    return [...(name === "" ? [] : [{ kind: "own-name", name } as const]), ...this.#lists(0)];
  }

  #signedIn(words: readonly string[]): Said[] {
    this.#isIn = true;
    const name = this.#dialect < 10 ? textOf(words[3] ?? "") : "";
    return [{ kind: "signed-in", address: this.#ownAddress, name, dialect: `MSNP${this.#dialect}` }];
  }

  #readRow(words: readonly string[]): Said[] {
    if (this.#dialect < 8) {
      if (this.listed.readRowOfList(words)) this.#owed = 0;
      return this.#lists(0);
    }
    this.listed.readRow(words, this.#dialect);
    return this.#lists(1);
  }

  /** All that was announced is there, when it is. */
  #lists(taken: number): Said[] {
    this.#owed -= taken;
    if (this.#hasLists || this.#owed > 0) return [];
    this.#hasLists = true;
    return [{ kind: "lists", contacts: this.listed.all() }];
  }

  /** `REA trid serial address name`, `PRP trid MFN name`, and `PRP MFN name` among the lists. */
  #ownName(verb: string, words: readonly string[]): Said[] {
    const name = textOf(words.at(-1) ?? "");
    const isOwn = verb === "REA" ? words[2]?.toLowerCase() === this.#ownAddress : words.at(-2) === "MFN";
    return isOwn ? [{ kind: "own-name", name }] : [];
  }

  #presence(code: string, words: readonly string[]): Said[] {
    const { address, network, rest } = this.#whoOf(words);
    const [name = "", capabilities, picture] = rest;
    const isGone = code === "FLN";
    const said = isGone || name === "" ? {} : { name: textOf(name) };
    if (address === this.#ownAddress) return [{ kind: "own-presence", code, ...said }];
    const shown = {
      ...(capabilities === undefined ? {} : { capabilities: capabilitiesOf(capabilities) }),
      ...(this.#dialect < 9 ? {} : { picture: pictureOf(picture ?? "0") }),
    };
    const back = told(this.listed.hearOf(address));
    return [...back, { kind: "presence", address, network, code, ...said, ...(isGone ? {} : shown) }];
  }

  #details(words: readonly string[], xml: string): Said[] {
    const { address, network } = this.#whoOf(words);
    const details = detailsOf(xml, this.#dialect);
    if (address === this.#ownAddress) return [{ kind: "own-details", details }];
    return [{ kind: "details", address, network, details }];
  }

  /** `address`, from MSNP14 on `address network`, at MSNP18 `network:address`. */
  #whoOf(words: readonly string[]): { address: string; network: number; rest: readonly string[] } {
    const [who = "", second = "", ...rest] = words;
    const [, network, address] = /^(\d+):(.+)$/.exec(who) ?? [];
    if (network && address) return { address: address.toLowerCase(), network: Number(network), rest: words.slice(1) };
    if (this.#dialect >= 14 && /^\d+$/.test(second))
      return { address: who.toLowerCase(), network: Number(second), rest };
    return { address: who.toLowerCase(), network: 1, rest: words.slice(1) };
  }
}

function told(changes: readonly Change[]): Said[] {
  return changes.map((change) => ({ kind: "contact-changed", ...change }));
}

/** `RNG session host:port CKI cookie address name …` */
function ringOf([sessionId = "", where = "", , cookie = "", caller = "", name = ""]: readonly string[]): Said[] {
  const [host = "", port = ""] = where.split(":");
  const ring = { sessionId, cookie, caller: caller.toLowerCase(), callerName: textOf(name) };
  return [{ kind: "ring", ring: { ...ring, endpoint: { host, port: Number(port) } } }];
}

function mailOf(text: string): Said[] {
  const notices = elementsOf(elementOf(text, "MD") ?? "", "M").map((mail) => ({
    id: elementOf(mail, "I") ?? "",
    from: (elementOf(mail, "E") ?? "").toLowerCase(),
    fromName: unescapeXml(elementOf(mail, "N") ?? ""),
    sentMs: Date.parse(elementOf(mail, "RT") ?? ""),
  }));
  return notices.length > 0 ? [{ kind: "offline-messages", notices }] : [];
}
