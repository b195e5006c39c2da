/**
 * The sandbox's accounts with their lists and groups: what a Messenger server keeps on disk. It knows nothing of
 * connections or of who is signed in.
 *
 * Four lists (protocol reference 2.7): forward (people I watch), allow and block (who may see me), and reverse (who
 * watches me), which is derived from everybody's forward lists and never edited.
 */

export type ListName = "FL" | "AL" | "BL" | "RL";

/** One account as the sandbox is told about it. Contacts that do not exist (yet) are skipped. */
export interface AccountSpec {
  address: string;
  password: string;
  name: string;
  /** Go on the forward list and on the allow list. Groups are created in the order in which they first appear. */
  contacts: { address: string; groups: string[] }[];
  blocked?: string[];
}

export interface Account {
  readonly address: string;
  readonly password: string;
  name: string;
  /** Grows by one with every change to lists or settings; clients cache their lists under it. */
  serial: number;
  /** GTC: A asks before someone may add me. BLP: AL lets strangers see me, BL does not. */
  prompting: "A" | "N";
  strangers: "AL" | "BL";
  readonly groups: Map<number, string>;
  /** Address to the groups it is in; group 0 always exists and holds those who are in no other. */
  readonly forward: Map<string, Set<number>>;
  readonly allow: Set<string>;
  readonly block: Set<string>;
}

export class Directory {
  readonly #accounts = new Map<string, Account>();
  /** Address to those who have it on their forward list, in the order in which they added it. */
  readonly #watchers = new Map<string, Set<string>>();

  constructor(specs: readonly AccountSpec[]) {
    for (const spec of specs) this.#create(spec);
    for (const spec of specs) for (const contact of spec.contacts) this.befriend(spec.address, contact);
  }

  /** A new account; its contacts are on its lists afterwards, it is on nobody's. */
  add(spec: AccountSpec): void {
    this.#create(spec);
    for (const contact of spec.contacts) this.befriend(spec.address, contact);
  }

  account(address: string): Account | undefined {
    return this.#accounts.get(address.toLowerCase());
  }

  /** Puts a contact on the owner's forward and allow lists; false when there is no such account. */
  befriend(ownerAddress: string, contact: { address: string; groups: string[] }): boolean {
    const owner = this.account(ownerAddress);
    const other = this.account(contact.address);
    if (!owner || !other || owner === other) return false;
    const groups = contact.groups.map((name) => this.#groupNamed(owner, name));
    for (const group of groups.length === 0 ? [0] : groups) this.watch(owner, other.address, group);
    owner.allow.add(other.address);
    return true;
  }

  watch(owner: Account, address: string, group: number): void {
    const groups = owner.forward.get(address) ?? new Set();
    // Group 0 is where those go who are nowhere else.
    if (group !== 0) groups.delete(0);
    if (group !== 0 || groups.size === 0) groups.add(group);
    owner.forward.set(address, groups);
    this.#watchers.get(address)?.add(owner.address);
  }

  unwatch(owner: Account, address: string): void {
    owner.forward.delete(address);
    this.#watchers.get(address)?.delete(owner.address);
  }

  /** Everyone who has this address on their forward list. */
  watchersOf(address: string): ReadonlySet<string> {
    return this.#watchers.get(address) ?? new Set();
  }

  membersOf(owner: Account, list: ListName): Iterable<string> {
    switch (list) {
      case "FL":
        return owner.forward.keys();
      case "AL":
        return owner.allow;
      case "BL":
        return owner.block;
      case "RL":
        return this.watchersOf(owner.address);
      default:
        return list satisfies never;
    }
  }

  #create(spec: AccountSpec): void {
    const address = spec.address.toLowerCase();
    this.#watchers.set(address, new Set());
    this.#accounts.set(address, {
      address,
      password: spec.password,
      name: spec.name,
      serial: 1,
      prompting: "A",
      strangers: "AL",
      groups: new Map([[0, "Other Contacts"]]),
      forward: new Map(),
      allow: new Set(),
      block: new Set(spec.blocked?.map((blocked) => blocked.toLowerCase())),
    });
  }

  #groupNamed(owner: Account, name: string): number {
    for (const [id, known] of owner.groups) if (known === name) return id;
    const id = Math.max(...owner.groups.keys()) + 1;
    owner.groups.set(id, name);
    return id;
  }
}

/** Whether `owner` lets `viewer` see them. The block list wins over the allow list, as in the recordings. */
export function allows(owner: Account, viewer: string): boolean {
  if (owner.block.has(viewer)) return false;
  return owner.strangers === "AL" || owner.allow.has(viewer);
}
