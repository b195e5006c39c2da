/** The lists of MSNP13 and later: two services, and one list of what both say (protocol reference 2.13). */
import type { HttpClient } from "../net/http.ts";
import type { ServiceUrls } from "../services.ts";
import { type AddressBook, readAddressBook } from "../soap/address-book.ts";
import { SoapError } from "../soap/call.ts";
import { addContact, addMember, type BookPerson, deleteContact, deleteMember } from "../soap/edit-address-book.ts";
import { ServiceHost } from "../soap/preferred-host.ts";
import { findMembership, type Memberships } from "../soap/sharing.ts";
import { type ServiceTickets, withTicket } from "../soap/with-ticket.ts";
import { ContactList } from "./contact-list.ts";
import type { EditPlan } from "./edits.ts";
import { LIST_BITS } from "./list-bits.ts";
import { canBeNamed } from "./ml.ts";

export interface AddressBookParts {
  http: HttpClient;
  services: Pick<ServiceUrls, "sharing" | "addressBook">;
  tickets: ServiceTickets;
}

export interface FetchOptions {
  /** In any spelling. The account itself is on none of its own lists, whatever the services say. */
  ownAddress: string;
  /** Ask for the address book as clients of MSNP16 and later do. */
  isPaged: boolean;
  signal?: AbortSignal | undefined;
}

export interface FetchedLists {
  list: ContactList;
  /** The name the account shows; `undefined` when the address book does not say. */
  ownName: string | undefined;
}

/** The two services of one account; lives as long as its session, to remember at which hosts they want to be asked. */
export class AddressBookLists {
  readonly #parts: AddressBookParts;
  readonly #sharing: ServiceHost;
  readonly #addressBook: ServiceHost;

  constructor(parts: AddressBookParts) {
    this.#parts = parts;
    this.#sharing = new ServiceHost(parts.services.sharing);
    this.#addressBook = new ServiceHost(parts.services.addressBook);
  }

  /**
   * Everything, anew. Throws SoapError when a service does not answer as it should, HttpFailure when it cannot be
   * reached, and what getting a ticket throws; then nothing is known about the lists.
   */
  fetch({ ownAddress, isPaged, signal }: FetchOptions): Promise<FetchedLists> {
    const { http, tickets } = this.#parts;
    const ask = async (ticket: string): Promise<FetchedLists> => {
      const memberships = await this.#sharing.ask((url) => findMembership(http, { url, ticket, signal }));
      const book = await this.#addressBook.ask((url) => readAddressBook(http, { url, ticket, signal }, { isPaged }));
      return { list: mergeLists(memberships, book, ownAddress), ownName: book.ownName };
    };
    return withTicket(tickets, "contacts.msn.com", ({ value }) => ask(value), signal);
  }

  /**
   * Changes what the services keep; telling the server is `editPayloads`. The contact's id, when somebody is watched
   * from now on and the service says it. Throws as `fetch` does, and SoapError of the kind "fault" when the services
   * refuse, such as `InvalidPassportUser`; part of the plan may then have been done.
   */
  edit(plan: EditPlan, person: EditedBookPerson, signal?: AbortSignal): Promise<string | undefined> {
    const { tickets } = this.#parts;
    return withTicket(tickets, "contacts.msn.com", ({ value }) => this.#edit(plan, person, value, signal), signal);
  }

  async #edit(
    { leave, join }: EditPlan,
    person: EditedBookPerson,
    ticket: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const { http } = this.#parts;
    for (const list of leave) {
      if (list !== "forward")
        await this.#sharing.ask((url) => deleteMember(http, { url, ticket, signal }, list, person));
      else await this.#addressBook.ask((url) => deleteContact(http, { url, ticket, signal }, idOf(person)));
    }
    let added: string | undefined;
    for (const list of join) {
      if (list !== "forward") await this.#sharing.ask((url) => addMember(http, { url, ticket, signal }, list, person));
      else added = (await this.#addressBook.ask((url) => addContact(http, { url, ticket, signal }, person))).contactId;
    }
    return added;
  }
}

function idOf({ address, contactId }: EditedBookPerson): string {
  if (contactId !== undefined) return contactId;
  throw new SoapError(
    "fault",
    { code: "ContactDoesNotExist" },
    `the address book has no id for ${address}, by which it could be deleted`,
  );
}

/** `contactId`: as the address book calls somebody who is watched. */
export interface EditedBookPerson extends BookPerson {
  contactId?: string | undefined;
}

/** Who is watched is in the address book; every other list is a membership. */
export function mergeLists(
  { memberships }: Pick<Memberships, "memberships">,
  { contacts, groups }: Pick<AddressBook, "contacts" | "groups">,
  ownAddress: string,
): ContactList {
  const own = ownAddress.toLowerCase();
  const list = new ContactList();
  for (const { id, name } of groups) list.putGroup(id, name);
  for (const { isForward, groupIds, contactId, address, network, name } of contacts) {
    // The silence about somebody whom we cannot name to the server would pass for their being offline.
    if (!isForward || address.toLowerCase() === own || !canBeNamed({ address, network })) continue;
    list.put({ address, network, name, contactId: contactId || undefined }, LIST_BITS.forward, groupIds);
  }
  for (const { list: role, members } of memberships) {
    for (const { address, network, name } of members) {
      if (address.toLowerCase() !== own) list.put({ address, network, name: name || undefined }, LIST_BITS[role]);
    }
  }
  return list;
}
