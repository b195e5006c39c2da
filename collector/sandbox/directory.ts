/**
 * The sandbox's accounts with their lists and groups: what a Messenger server keeps on disk. It knows nothing of
 * connections or of who is signed in.
 *
 * Five lists (protocol reference 2.7): forward (people I watch), allow and block (who may see me), reverse (who
 * watches me), which is derived from everybody's forward lists and never edited, and pending (who waits for my word).
 */
import { accountCid, accountGuid, groupGuid } from "./identity.ts";

export type ListName = "FL" | "AL" | "BL" | "RL" | "PL";

/** One account as the sandbox is told about it. Contacts that do not exist (yet) are skipped. */
export interface AccountSpec {
  /** Lists keep the spelling; everything else is lower-case. */
  address: string;
  password: string;
  name: string;
  /** Go on the forward list and on the allow list. Groups are created in the order in which they first appear. */
  contacts: { address: string; groups: string[] }[];
  blocked?: string[];
  pending?: string[];
  /** In the address book, but on no list. */
  noted?: string[];
  personalMessage?: string;
  currentMedia?: string;
}

/** What somebody says about themselves beside their name (protocol reference 2.12); it outlives the session. */
export interface Details {
  personalMessage: string;
  currentMedia: string;
  machineGuid: string;
  signatureSound: string;
  ddp: string;
  scene: string;
  colorScheme: string;
}

export interface Account {
  /** Lower-case. */
  readonly address: string;
  readonly displayAddress: string;
  /** The contact id from MSNP10 on. */
  readonly guid: string;
  /** The same of the web services, where it is a number. */
  readonly cid: string;
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
  readonly pending: Set<string>;
  readonly noted: Set<string>;
  /** The owner's own names for contacts, by address. */
  readonly aliases: Map<string, string>;
  /** `PHH`, `PHW`, `PHM`, `MOB`, `MBE`, `HSB` (protocol reference 2.9), decoded. */
  readonly phones: Map<string, string>;
  details: Details;
}

export class Directory {
  readonly #accounts = new Map<string, Account>();
  readonly #byGuid = new Map<string, Account>();
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
    // Most are asked for by the lists, which are lower-case.
    return this.#accounts.get(address) ?? this.#accounts.get(address.toLowerCase());
  }

  accountWithGuid(guid: string): Account | undefined {
    return this.#byGuid.get(guid.toLowerCase());
  }

  /** Puts a contact on the owner's forward and allow lists; false when there is no such account. */
  befriend(ownerAddress: string, contact: { address: string; groups: string[] }): boolean {
    const owner = this.account(ownerAddress);
    const other = this.account(contact.address);
    if (!owner || !other || owner === other) return false;
    const groups = contact.groups.map((name) => groupNamed(owner, name) ?? addGroup(owner, name));
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
      case "PL":
        return owner.pending;
      default:
        return list satisfies never;
    }
  }

  /** Everyone in the address book or on any list, by address. */
  contactsOf(owner: Account): string[] {
    const all = new Set([
      ...owner.forward.keys(),
      ...owner.allow,
      ...owner.block,
      ...this.watchersOf(owner.address),
      ...owner.pending,
      ...owner.noted,
    ]);
    return [...all].sort();
  }

  /** FL 1, AL 2, BL 4, RL 8, PL 16, added up. */
  listBits(owner: Account, address: string): number {
    return (
      (owner.forward.has(address) ? 1 : 0) +
      (owner.allow.has(address) ? 2 : 0) +
      (owner.block.has(address) ? 4 : 0) +
      (this.watchersOf(owner.address).has(address) ? 8 : 0) +
      (owner.pending.has(address) ? 16 : 0)
    );
  }

  #create(spec: AccountSpec): void {
    const address = spec.address.toLowerCase();
    const account: Account = {
      address,
      displayAddress: spec.address,
      guid: accountGuid(address),
      cid: String(accountCid(address)),
      password: spec.password,
      name: spec.name,
      serial: 1,
      prompting: "A",
      strangers: "AL",
      groups: new Map([[0, "Other Contacts"]]),
      forward: new Map(),
      allow: new Set(),
      block: lowerCased(spec.blocked),
      pending: lowerCased(spec.pending),
      noted: lowerCased(spec.noted),
      aliases: new Map(),
      phones: new Map(),
      details: { ...NO_DETAILS, ...given(spec) },
    };
    this.#watchers.set(address, new Set());
    this.#accounts.set(address, account);
    this.#byGuid.set(account.guid, account);
  }
}

export const NO_DETAILS: Details = {
  personalMessage: "",
  currentMedia: "",
  machineGuid: "",
  signatureSound: "",
  ddp: "",
  scene: "",
  colorScheme: "",
};

/** Whether `owner` lets `viewer` see them. The block list wins over the allow list, as in the recordings. */
export function allows(owner: Account, viewer: string): boolean {
  if (owner.block.has(viewer)) return false;
  return owner.strangers === "AL" || owner.allow.has(viewer);
}

/** What the owner's lists call somebody. */
export function nameFor(directory: Directory, owner: Account, address: string): string {
  // The recorded server keeps the name under which a contact was added; ours says the present one unless the owner
  // chose another, so that a name does not flicker between the list and the next presence line at every sign-in.
  return owner.aliases.get(address) ?? directory.account(address)?.name ?? address;
}

export function groupNamed(owner: Account, name: string): number | undefined {
  for (const [id, known] of owner.groups) if (known === name) return id;
  return undefined;
}

export function groupWithGuid(owner: Account, guid: string): number | undefined {
  const wanted = guid.toLowerCase();
  for (const id of owner.groups.keys()) if (id !== 0 && groupGuid(owner.address, id) === wanted) return id;
  return undefined;
}

export function addGroup(owner: Account, name: string): number {
  const id = Math.max(...owner.groups.keys()) + 1;
  owner.groups.set(id, name);
  return id;
}

/** Its members are in "Other Contacts" afterwards, unless they are in another group too. */
export function removeGroup(owner: Account, id: number): void {
  owner.groups.delete(id);
  for (const groups of owner.forward.values()) {
    groups.delete(id);
    if (groups.size === 0) groups.add(0);
  }
}

function given({ personalMessage, currentMedia }: AccountSpec): Partial<Details> {
  return {
    ...(personalMessage === undefined ? {} : { personalMessage }),
    ...(currentMedia === undefined ? {} : { currentMedia }),
  };
}

function lowerCased(addresses: readonly string[] = []): Set<string> {
  return new Set(addresses.map((address) => address.toLowerCase()));
}
