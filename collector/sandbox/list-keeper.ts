/**
 * Changes of lists with everything that follows from them: the serial grows, whoever is watched hears of it, whoever
 * may see the owner no longer, or again, is shown so, and the owner's other places are told. What a client asks for on
 * its connection and what it asks the web services for comes together here.
 */
import type { Clock } from "../network/messenger/clock.ts";
import { type Account, allows, type Directory, nameFor } from "./directory.ts";
import { additionLines, type ListChange, removalLines } from "./list-notices.ts";
import type { Presence, Seat } from "./presence.ts";

/** The lists that an owner edits without a say of the other side. */
export type OwnList = "AL" | "BL" | "PL";

export class ListKeeper {
  readonly #directory: Directory;
  readonly #presence: Presence;
  readonly #clock: Pick<Clock, "nowMs">;

  constructor(directory: Directory, presence: Presence, clock: Pick<Clock, "nowMs">) {
    this.#directory = directory;
    this.#presence = presence;
    this.#clock = clock;
  }

  /** Returns whether something has changed. `by` is the seat that asked and is answered otherwise. */
  watch(owner: Account, other: Account, group: number, by?: Seat): boolean {
    const before = owner.forward.get(other.address);
    const isNew = before === undefined;
    if (before && (group === 0 || before.has(group))) return false;
    this.#directory.watch(owner, other.address, group);
    owner.serial += 1;
    this.#tellPlaces(this.#change(owner, "FL", other.address, group), "added", by);
    if (isNew) this.#tellWatched(other, owner, "added");
    return true;
  }

  /** From one group only, when one is given: whoever is left without a group is in "Other Contacts" again. */
  unwatch(owner: Account, address: string, group?: number, by?: Seat): boolean {
    const groups = owner.forward.get(address);
    if (!groups || (group !== undefined && !groups.has(group))) return false;
    owner.serial += 1;
    if (group === undefined) this.#directory.unwatch(owner, address);
    else groups.delete(group);
    if (groups.size === 0) groups.add(0);
    this.#tellPlaces(this.#change(owner, "FL", address, group), "removed", by);
    const other = this.#directory.account(address);
    if (group === undefined && other) this.#tellWatched(other, owner, "removed");
    return true;
  }

  add(owner: Account, list: OwnList, address: string, by?: Seat): boolean {
    const members = membersOf(owner, list);
    if (members.has(address)) return false;
    this.#edit(owner, address, () => members.add(address));
    this.#tellPlaces(this.#change(owner, list, address), "added", by);
    return true;
  }

  remove(owner: Account, list: OwnList, address: string, by?: Seat): boolean {
    const members = membersOf(owner, list);
    if (!members.has(address)) return false;
    this.#edit(owner, address, () => members.delete(address));
    this.#tellPlaces(this.#change(owner, list, address), "removed", by);
    return true;
  }

  /** BLP: whether strangers see the owner. */
  setStrangers(owner: Account, strangers: "AL" | "BL"): void {
    const watchers = [...this.#directory.watchersOf(owner.address)];
    const couldSee = new Map(watchers.map((watcher) => [watcher, allows(owner, watcher)]));
    owner.strangers = strangers;
    owner.serial += 1;
    for (const [watcher, could] of couldSee) {
      if (could !== allows(owner, watcher)) this.#presence.tellOne(owner, watcher);
    }
  }

  #edit(owner: Account, address: string, change: () => void): void {
    const couldSee = allows(owner, address);
    change();
    owner.serial += 1;
    if (couldSee !== allows(owner, address)) this.#presence.tellOne(owner, address);
  }

  /** The other side hears at once that somebody watches them, or no longer does. */
  #tellWatched(other: Account, owner: Account, what: "added" | "removed"): void {
    other.serial += 1;
    this.#tellPlaces({ account: other, list: "RL", other: owner }, what, undefined);
  }

  #tellPlaces(change: ListChange, what: "added" | "removed", by: Seat | undefined): void {
    const render = what === "added" ? additionLines : removalLines;
    for (const seat of this.#presence.seatsOf(change.account.address)) {
      if (seat !== by) seat.tell(...render(seat.dialect, change, this.#clock.nowMs()));
    }
  }

  #change(account: Account, list: ListChange["list"], address: string, group?: number): ListChange {
    const guid = this.#directory.account(address)?.guid ?? "";
    const other = { address, name: nameFor(this.#directory, account, address), guid };
    return { account, list, other, ...(group === undefined ? {} : { group }) };
  }
}

function membersOf(owner: Account, list: OwnList): Set<string> {
  switch (list) {
    case "AL":
      return owner.allow;
    case "BL":
      return owner.block;
    case "PL":
      return owner.pending;
    default:
      return list satisfies never;
  }
}
