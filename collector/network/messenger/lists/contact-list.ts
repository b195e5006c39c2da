/**
 * Everyone on the account's lists, whatever told us: rows of `SYN`, the address book, and the news after them. A change
 * comes back as what has to be told about it; what changes nothing comes back as nothing.
 */
import type { ListedContact, ListName, NetworkId } from "../events.ts";
import { LIST_BITS, listsOfBits } from "./list-bits.ts";

/** For the event `contact-changed`. */
export interface ListChange {
  contact: ListedContact;
  /** The lists they were on before. */
  wasOn: readonly ListName[];
}

/**
 * Somebody as a row, a command or the address book names them. Absent fields are not said and stay as they are. The
 * texts are kept as they are given: not cut from longer ones (`ownText`).
 */
export interface Person {
  /** In any spelling. */
  address: string;
  /** Passport when absent. */
  network?: NetworkId;
  name?: string | undefined;
  /** By which MSNP10 and later name them: a GUID. */
  contactId?: string | undefined;
}

interface Entry {
  address: string;
  displayAddress: string;
  network: NetworkId;
  name: string;
  bits: number;
  contactId: string | undefined;
  groupIds: readonly string[];
  /** Left the last group they were in, and may or may not have left the list with it. */
  isGroupless: boolean;
}

const PASSPORT = 1;
/** "Other Contacts" of MSNP7 to MSNP9: where everyone is who is in no group. Later dialects have none (reference 2.7). */
const NO_GROUP_ID = "0";
const NO_GROUPS: readonly string[] = [];
const MAX_GROUP_SETS = 1000;

export class ContactList {
  readonly #groups = new Map<string, string>();
  /** Whom the server does not know; hardly ever anybody. */
  #excluded: Set<string> | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #byContactId = new Map<string, Entry>();
  readonly #changedGroups = new Set<string>();
  /** What several people are in is kept once: by the ids, and the names for them. */
  readonly #groupSets = new Map<string, readonly string[]>();
  #namesOf = new WeakMap<readonly string[], readonly string[]>();

  /** Everyone who is on a list. */
  contacts(): ListedContact[] {
    return [...this.each()];
  }

  /** The same, one by one. */
  *each(): Generator<ListedContact> {
    for (const entry of this.#entries.values()) if (entry.bits !== 0) yield this.#contact(entry);
  }

  find(address: string, network: NetworkId = PASSPORT): ListedContact | undefined {
    const entry = this.#entries.get(key(network, address.toLowerCase()));
    return entry && entry.bits !== 0 ? this.#contact(entry) : undefined;
  }

  /** Who has this contact id; MSNP10 to MSNP12 call people on the forward list by it. */
  addressOf(contactId: string): string | undefined {
    return this.#byContactId.get(contactId.toLowerCase())?.displayAddress;
  }

  /** The id by which the server calls somebody; `undefined` when it has not said. */
  contactIdOf(address: string, network: NetworkId = PASSPORT): string | undefined {
    return this.#entries.get(key(network, address.toLowerCase()))?.contactId;
  }

  /** What a row says about somebody: all lists at once. Groups add to what earlier rows said. */
  put(person: Person, bits: number, groupIds: readonly string[] = NO_GROUPS): void {
    const entry = this.#entry(person);
    this.#name(entry, person.name, (bits & LIST_BITS.forward) !== 0);
    entry.bits |= bits;
    for (const id of groupIds) this.#addGroup(entry, id);
  }

  /** Somebody is on a list now; `groupId`: and in this group of it. */
  join(person: Person, list: ListName, groupId?: string): ListChange[] {
    const entry = this.#entry(person);
    const { bits, groupIds } = entry;
    this.#name(entry, person.name, list === "forward");
    entry.bits |= LIST_BITS[list];
    if (list === "forward") {
      entry.isGroupless = false;
      if (groupId !== undefined) this.#addGroup(entry, groupId);
    }
    return entry.bits === bits && entry.groupIds === groupIds ? [] : [this.#change(entry, bits)];
  }

  /** Somebody is on a list no more. Their groups are those of the forward list and go with it. */
  leave({ address, network = PASSPORT }: Person, list: ListName): ListChange[] {
    const entry = this.#entries.get(key(network, address.toLowerCase()));
    if (!entry) return [];
    const { bits } = entry;
    entry.bits &= ~LIST_BITS[list];
    if (list === "forward") {
      entry.groupIds = NO_GROUPS;
      entry.isGroupless = false;
    }
    if (entry.bits === 0 && !entry.isGroupless) this.#forget(entry);
    return entry.bits === bits ? [] : [this.#change(entry, bits)];
  }

  /**
   * The server does not know somebody, whatever the address book says: on no list of ours, now and after `replaceWith`.
   */
  exclude(person: Person): ListChange[] {
    const { address, network = PASSPORT } = person;
    const id = key(network, address.toLowerCase());
    this.#excluded ??= new Set();
    this.#excluded.add(id);
    const contact = this.find(address, network);
    return contact ? contact.lists.flatMap((list) => this.leave(person, list)) : [];
  }

  /**
   * Somebody is in one group less. Before MSNP10 everyone on the forward list is in a group: whoever left the last one
   * is off the list (`lastIsLeaving`), until a word about them says otherwise.
   */
  leaveGroup({ address, network = PASSPORT }: Person, groupId: string, lastIsLeaving: boolean): ListChange[] {
    const entry = this.#entries.get(key(network, address.toLowerCase()));
    if (!entry || (entry.bits & LIST_BITS.forward) === 0) return [];
    const { bits, groupIds } = entry;
    this.#removeGroup(entry, groupId);
    if (lastIsLeaving && entry.groupIds.length === 0) {
      entry.bits &= ~LIST_BITS.forward;
      entry.isGroupless = true;
    } else if (entry.groupIds.length === groupIds.length) return [];
    return [this.#change(entry, bits)];
  }

  /**
   * A word about somebody's presence. Servers differ in whether leaving the last group is leaving the list; whoever did
   * so and is still spoken about has stayed on it.
   */
  hearOf(address: string, network: NetworkId = PASSPORT): ListChange[] {
    const entry = this.#entries.get(key(network, address.toLowerCase()));
    if (!entry?.isGroupless) return [];
    const { bits } = entry;
    entry.isGroupless = false;
    entry.bits |= LIST_BITS.forward;
    return [this.#change(entry, bits)];
  }

  putGroup(id: string, name: string): void {
    this.#namesOf = new WeakMap();
    this.#groups.set(id, name);
  }

  groupNamed(name: string): string | undefined {
    for (const [id, each] of this.#groups) if (each === name) return id;
    return undefined;
  }

  hasGroup(id: string): boolean {
    return this.#groups.has(id);
  }

  /** Whom a new name concerns is told by `takeRegrouped`. */
  renameGroup(id: string, name: string): void {
    if (this.#groups.get(id) !== name) this.#changedGroups.add(id);
    this.putGroup(id, name);
  }

  removeGroup(id: string): void {
    this.#namesOf = new WeakMap();
    if (this.#groups.delete(id)) this.#changedGroups.add(id);
  }

  /** Who is in a group that was renamed or removed since the last call, each once. */
  takeRegrouped(): ListChange[] {
    if (this.#changedGroups.size === 0) return [];
    const changes: ListChange[] = [];
    for (const entry of this.#entries.values()) {
      const changed = entry.groupIds.filter((id) => this.#changedGroups.has(id));
      for (const id of changed) if (!this.#groups.has(id)) this.#removeGroup(entry, id);
      if (changed.length > 0 && entry.bits !== 0) changes.push(this.#change(entry, entry.bits));
    }
    this.#changedGroups.clear();
    return changes;
  }

  /**
   * Takes over what the whole of the lists is now, as a service has told it anew; who is on other lists or in other
   * groups than before comes back. What was learnt besides, such as names, is the newer list's, which is used up by it.
   */
  replaceWith(next: ContactList): ListChange[] {
    const before = new Map(this.contacts().map((contact) => [key(contact.network, contact.address), contact]));
    this.#groups.clear();
    this.#namesOf = new WeakMap();
    for (const [id, name] of next.#groups) this.putGroup(id, name);
    this.#entries.clear();
    this.#byContactId.clear();
    for (const [id, entry] of next.#entries) if (!this.#excluded?.has(id)) this.#entries.set(id, entry);
    for (const [id, entry] of next.#byContactId) this.#byContactId.set(id, entry);
    this.#changedGroups.clear();
    const changes: ListChange[] = [];
    for (const contact of this.contacts()) {
      const id = key(contact.network, contact.address);
      const old = before.get(id);
      before.delete(id);
      if (!old || !isSameStanding(old, contact)) changes.push({ contact, wasOn: old?.lists ?? [] });
    }
    for (const gone of before.values())
      changes.push({ contact: { ...gone, lists: [], groups: [] }, wasOn: gone.lists });
    return changes;
  }

  /** A name that arrived on its own. Lists are unchanged by it, so there is nothing to tell. */
  rename({ address, network = PASSPORT }: Person, name: string): void {
    const entry = this.#entries.get(key(network, address.toLowerCase()));
    if (entry) entry.name = name;
  }

  #entry({ address: spelled, network = PASSPORT, contactId }: Person): Entry {
    const found = this.#entries.get(key(network, spelled.toLowerCase()));
    const entry = found ?? this.#newEntry(spelled, network);
    if (contactId !== undefined && contactId.toLowerCase() !== entry.contactId) {
      entry.contactId = contactId.toLowerCase();
      this.#byContactId.set(entry.contactId, entry);
    }
    return entry;
  }

  #newEntry(displayAddress: string, network: NetworkId): Entry {
    const address = displayAddress.toLowerCase();
    const entry: Entry = {
      address,
      displayAddress,
      network,
      name: "",
      bits: 0,
      contactId: undefined,
      groupIds: NO_GROUPS,
      isGroupless: false,
    };
    this.#entries.set(key(network, address), entry);
    return entry;
  }

  /** The forward list's name is what the owner sees; the other lists' may be older. */
  #name(entry: Entry, name: string | undefined, isForward: boolean): void {
    if (name !== undefined && (isForward || entry.name === "")) entry.name = name;
  }

  #forget(entry: Entry): void {
    this.#entries.delete(key(entry.network, entry.address));
    if (entry.contactId !== undefined) this.#byContactId.delete(entry.contactId);
  }

  #change(entry: Entry, bitsBefore: number): ListChange {
    return { contact: this.#contact(entry), wasOn: listsOfBits(bitsBefore) };
  }

  #contact({ address, displayAddress, network, name, bits, groupIds }: Entry): ListedContact {
    return { address, displayAddress, network, name, lists: listsOfBits(bits), groups: this.#groupNames(groupIds) };
  }

  /** A group that nobody announced is left out, and so is the one that is none. */
  #groupNames(ids: readonly string[]): readonly string[] {
    const known = ids.length === 0 ? NO_GROUPS : this.#namesOf.get(ids);
    if (known) return known;
    const names = ids.flatMap((id) => (id === NO_GROUP_ID ? [] : (this.#groups.get(id) ?? [])));
    this.#namesOf.set(ids, names);
    return names;
  }

  #addGroup(entry: Entry, id: string): void {
    if (id !== "" && !entry.groupIds.includes(id)) entry.groupIds = this.#groupSet([...entry.groupIds, id]);
  }

  #removeGroup(entry: Entry, id: string): void {
    if (entry.groupIds.includes(id)) entry.groupIds = this.#groupSet(entry.groupIds.filter((each) => each !== id));
  }

  #groupSet(ids: readonly string[]): readonly string[] {
    const all = ids.join(" ");
    const known = this.#groupSets.get(all);
    if (known) return known;
    if (this.#groupSets.size >= MAX_GROUP_SETS) this.#groupSets.clear();
    this.#groupSets.set(all, ids);
    return ids;
  }
}

function key(network: NetworkId, address: string): string {
  return network === PASSPORT ? address : `${network}:${address}`;
}

function isSameStanding(one: ListedContact, other: ListedContact): boolean {
  return (
    one.lists === other.lists &&
    one.groups.length === other.groups.length &&
    one.groups.every((group, at) => group === other.groups[at])
  );
}
