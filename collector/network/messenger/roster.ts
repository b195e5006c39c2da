/** The contact list as `SYN` and later `ADD`/`REM` tell it, MSNP2 to MSNP7 (protocol reference 2.7 and 2.10). */
import type { RosterContact } from "../network.ts";
import { decodeText } from "./wire/text.ts";

interface Entry {
  displayAddress: string;
  name: string;
  groupIds: Set<string>;
}

export class Roster {
  readonly #groups = new Map<string, string>();
  /** The forward list: the people whose presence we are told, by lower-cased address. */
  readonly #forward = new Map<string, Entry>();
  #isComplete = false;

  /** The last row of the reverse list has arrived, which is the last thing that SYN sends. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  contacts(): RosterContact[] {
    return [...this.#forward].map(([address, entry]) => this.#contact(address, entry));
  }

  /** `LSG trid serial index total id name 0` */
  readGroup(params: readonly string[]): void {
    const [, , , , id, name] = params;
    if (id !== undefined && name !== undefined) this.#groups.set(id, decodeText(name));
  }

  /** `LST trid list serial index total address name {groups}`, or `… 0 0` for an empty list. */
  readRow(params: readonly string[]): void {
    const [, list, , index, total, address, name, groupIds] = params;
    if (list === "FL" && address !== undefined) this.#put(address, name, groupIds?.split(","));
    if (list === "RL" && index === total) this.#isComplete = true;
  }

  /** `ADD trid list serial address name {group}`; the contact, if this put somebody new on the roster. */
  readAdd(params: readonly string[]): RosterContact | undefined {
    const [, list, , address, name, groupId] = params;
    if (list !== "FL" || address === undefined) return undefined;
    const isNew = !this.#forward.has(address.toLowerCase());
    const entry = this.#put(address, name, groupId === undefined ? [] : [groupId]);
    return isNew ? this.#contact(address.toLowerCase(), entry) : undefined;
  }

  /** `REM trid list serial address {group}`; the address, if this took somebody off the roster. */
  readRemove(params: readonly string[]): string | undefined {
    const [, list, , displayAddress, groupId] = params;
    const address = displayAddress?.toLowerCase();
    const entry = address === undefined ? undefined : this.#forward.get(address);
    if (list !== "FL" || address === undefined || !entry) return undefined;
    if (groupId !== undefined) entry.groupIds.delete(groupId);
    // Leaving one group of several is not leaving the roster.
    if (groupId !== undefined && entry.groupIds.size > 0) return undefined;
    this.#forward.delete(address);
    return address;
  }

  #put(displayAddress: string, name: string | undefined, groupIds: readonly string[] = []): Entry {
    const address = displayAddress.toLowerCase();
    const entry = this.#forward.get(address) ?? { displayAddress, name: "", groupIds: new Set<string>() };
    if (name !== undefined) entry.name = decodeText(name);
    for (const id of groupIds) if (id !== "") entry.groupIds.add(id);
    this.#forward.set(address, entry);
    return entry;
  }

  #contact(address: string, { displayAddress, name, groupIds }: Entry): RosterContact {
    const groups = [...groupIds].map((id) => this.#groups.get(id)).filter((group) => group !== undefined);
    return { address, displayAddress, name, groups };
  }
}
