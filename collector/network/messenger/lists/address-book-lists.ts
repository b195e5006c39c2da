/** The lists of MSNP13 and later, from what the two services say (protocol reference 2.13). */
import type { AddressBook } from "../soap/address-book.ts";
import type { Memberships } from "../soap/sharing.ts";
import { ContactList } from "./contact-list.ts";
import { LIST_BITS } from "./list-bits.ts";

/** `ownAddress`: the account itself is on none of its own lists, whatever the services say. */
export function listsFromAddressBook(
  { members }: Pick<Memberships, "members">,
  { contacts, groups }: Pick<AddressBook, "contacts" | "groups">,
  ownAddress: string,
): ContactList {
  const own = ownAddress.toLowerCase();
  const list = new ContactList();
  for (const { id, name } of groups) list.putGroup(id, name);
  for (const { isForward, groupIds, contactId, ...person } of contacts) {
    if (!isForward || person.address.toLowerCase() === own) continue;
    list.put({ ...person, contactId: contactId || undefined }, LIST_BITS.forward, groupIds);
  }
  for (const { list: role, name, ...person } of members) {
    if (person.address.toLowerCase() !== own) list.put({ ...person, name: name || undefined }, LIST_BITS[role]);
  }
  return list;
}
