/** The directory as the address-book services show it: contacts and groups by GUID. */
import { type Account, type Directory, nameFor } from "../directory.ts";
import { accountCid, accountGuid, groupGuid } from "../identity.ts";

/** Somebody on a list or in the address book, as both services name them. */
export interface BookPerson {
  id: string;
  cid: string;
  /** As the account spells it. */
  address: string;
}

export interface BookContact extends BookPerson {
  name: string;
  /** On the forward list; the others are only noted. */
  isMessengerUser: boolean;
  /** The ids of the groups they are in; nobody is in "Other Contacts". */
  groups: string[];
}

export interface BookGroup {
  id: string;
  number: number;
  name: string;
}

export type Role = "Allow" | "Block" | "Reverse" | "Pending";

export function* contactsOf(directory: Directory, owner: Account): Generator<BookContact> {
  const groupIds = new Map(groupsOf(owner).map(({ number, id }) => [number, id]));
  for (const [address, groups] of owner.forward) {
    yield {
      ...personOf(directory, address),
      name: nameFor(directory, owner, address),
      isMessengerUser: true,
      groups: [...groups].flatMap((number) => groupIds.get(number) ?? []),
    };
  }
  for (const address of owner.noted) {
    if (owner.forward.has(address)) continue;
    const name = nameFor(directory, owner, address);
    yield { ...personOf(directory, address), name, isMessengerUser: false, groups: [] };
  }
}

export function groupsOf(owner: Account): BookGroup[] {
  return [...owner.groups].flatMap(([number, name]) =>
    number === 0 ? [] : [{ id: groupGuid(owner.address, number), number, name }],
  );
}

export function* membersWith(directory: Directory, owner: Account, role: Role): Generator<BookPerson> {
  const list = ({ Allow: "AL", Block: "BL", Reverse: "RL", Pending: "PL" } as const)[role];
  for (const address of directory.membersOf(owner, list)) yield personOf(directory, address);
}

/** The address of a contact in the owner's book. */
export function addressWithId(directory: Directory, owner: Account, id: string): string | undefined {
  const address = directory.accountWithGuid(id.trim())?.address;
  return address !== undefined && (owner.forward.has(address) || owner.noted.has(address)) ? address : undefined;
}

export function groupWithId(owner: Account, id: string): BookGroup | undefined {
  return groupsOf(owner).find((group) => group.id === id.trim().toLowerCase());
}

/** Lists may hold addresses that are nobody's. */
function personOf(directory: Directory, address: string): BookPerson {
  const account = directory.account(address);
  return {
    id: account?.guid ?? accountGuid(address),
    cid: account?.cid ?? String(accountCid(address)),
    address: account?.displayAddress ?? address,
  };
}
