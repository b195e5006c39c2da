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
  /** Who left the last group they were in. */
  readonly #groupless = new Map<string, Entry>();
  readonly #changedGroups = new Set<string>();
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

  /** `ADD trid list serial address name {group}`; the contact, if this changed anything about the roster. */
  readAdd(params: readonly string[]): RosterContact[] {
    const [, list, , displayAddress, name, groupId] = params;
    if (list !== "FL" || displayAddress === undefined) return [];
    const address = displayAddress.toLowerCase();
    const before = this.#forward.get(address)?.groupIds.size;
    const entry = this.#put(displayAddress, name, groupId === undefined ? [] : [groupId]);
    return entry.groupIds.size === before ? [] : [this.#contact(address, entry)];
  }

  /** `REM trid list serial address {group}`; who left the roster, or is in other groups than before. */
  readRemove(params: readonly string[]): { removed?: string; regrouped: RosterContact[] } {
    const [, list, , displayAddress, groupId] = params;
    const address = displayAddress?.toLowerCase();
    const entry = address === undefined ? undefined : this.#forward.get(address);
    if (list !== "FL" || address === undefined || !entry) return { regrouped: [] };
    if (groupId !== undefined) entry.groupIds.delete(groupId);
    // Leaving one group of several is not leaving the roster.
    if (groupId !== undefined && entry.groupIds.size > 0) return { regrouped: [this.#contact(address, entry)] };
    this.#forward.delete(address);
    if (groupId !== undefined) this.#groupless.set(address, entry);
    return { removed: address, regrouped: [] };
  }

  /**
   * A word about somebody's presence. Servers differ in whether leaving the last group is leaving the roster; whoever
   * did so and is still spoken about has stayed on it.
   */
  readSignOfLife(displayAddress: string): RosterContact[] {
    const address = displayAddress.toLowerCase();
    const entry = this.#groupless.get(address);
    if (!entry) return [];
    this.#groupless.delete(address);
    this.#forward.set(address, entry);
    return [this.#contact(address, entry)];
  }

  /** `ADG trid serial name id 0` */
  readGroupAdded(params: readonly string[]): void {
    const [, , name, id] = params;
    if (id !== undefined && name !== undefined) this.#groups.set(id, decodeText(name));
  }

  /** `REG trid serial id name 0` */
  readGroupRenamed(params: readonly string[]): void {
    const [, , id, token] = params;
    if (id === undefined || token === undefined) return;
    const name = decodeText(token);
    if (this.#groups.get(id) !== name) this.#changedGroups.add(id);
    this.#groups.set(id, name);
  }

  /** `RMG trid serial id` */
  readGroupRemoved(params: readonly string[]): void {
    const [, , id] = params;
    if (id !== undefined && this.#groups.delete(id)) this.#changedGroups.add(id);
  }

  /** The contacts in groups that were renamed or removed since the last call. */
  takeRegrouped(): RosterContact[] {
    if (this.#changedGroups.size === 0) return [];
    const regrouped: RosterContact[] = [];
    for (const [address, entry] of this.#forward) {
      const changed = [...entry.groupIds].filter((id) => this.#changedGroups.has(id));
      if (changed.length === 0) continue;
      for (const id of changed) if (!this.#groups.has(id)) entry.groupIds.delete(id);
      regrouped.push(this.#contact(address, entry));
    }
    this.#changedGroups.clear();
    return regrouped;
  }

  #put(displayAddress: string, name: string | undefined, groupIds: readonly string[] = []): Entry {
    const address = displayAddress.toLowerCase();
    const entry = this.#forward.get(address) ?? { displayAddress, name: "", groupIds: new Set<string>() };
    if (name !== undefined) entry.name = decodeText(name);
    for (const id of groupIds) if (id !== "") entry.groupIds.add(id);
    this.#forward.set(address, entry);
    this.#groupless.delete(address);
    return entry;
  }

  #contact(address: string, { displayAddress, name, groupIds }: Entry): RosterContact {
    const groups = [...groupIds].map((id) => this.#groups.get(id)).filter((group) => group !== undefined);
    return { address, displayAddress, name, groups };
  }
}
