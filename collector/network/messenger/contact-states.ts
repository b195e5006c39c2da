/**
 * Everyone on the account's lists with what is known of them now: a session's events, put together. What has not been
 * observed is not known; nobody is offline before the snapshot is complete, and nobody is anything without a session.
 */
import type { Capabilities, Details, ListedContact, MessengerEvent, NetworkId, Picture } from "./events.ts";
import { ownText } from "./wire/text.ts";

const PASSPORT = 1;

export interface ContactState extends ListedContact {
  /** NLN, BSY, IDL, BRB, AWY, PHN, LUN; FLN: offline or hidden; undefined: not known. */
  status: string | undefined;
  capabilities: Capabilities | undefined;
  /** `null`: shows none. */
  picture: Picture | null | undefined;
  details: Details | undefined;
}

export class ContactStates {
  readonly #contacts = new Map<string, ContactState>();

  /** On whatever list. */
  get all(): readonly ContactState[] {
    return [...this.#contacts.values()];
  }

  /** Those whose presence is told: the forward list. */
  get forward(): readonly ContactState[] {
    return this.all.filter(({ lists }) => lists.includes("forward"));
  }

  get(address: string, network: NetworkId = PASSPORT): ContactState | undefined {
    return this.#contacts.get(keyOf(address.toLowerCase(), network));
  }

  hear(event: MessengerEvent): void {
    switch (event.kind) {
      case "lists":
        this.#contacts.clear();
        for (const contact of event.contacts) this.#set(unknown(contact));
        return;
      case "contact-changed":
        return this.#change(event.contact);
      case "presence":
        return this.#see(event);
      case "details":
        return this.#update(event.address, event.network, { details: event.details });
      case "snapshot-complete":
        // Whoever is there has been named by now.
        for (const contact of this.forward) if (contact.status === undefined) this.#set({ ...contact, status: "FLN" });
        return;
      default:
        return;
    }
  }

  /** The session is over: what anybody does now is not known. */
  forgetStates(): void {
    for (const contact of this.#contacts.values()) this.#set(unknown(contact));
  }

  /** Whoever is new to the forward list is not known until the server speaks of them. */
  #change(contact: ListedContact): void {
    if (contact.lists.length === 0) return void this.#contacts.delete(keyOf(contact.address, contact.network));
    const before = this.get(contact.address, contact.network);
    const isFollowed = contact.lists.includes("forward") && before?.lists.includes("forward");
    this.#set(before && isFollowed ? { ...before, ...contact } : unknown(contact));
  }

  #see({ address, network, code, name, capabilities, picture }: MessengerEvent & { kind: "presence" }): void {
    const before = this.get(address, network);
    if (!before) return;
    const next = { ...before, status: code };
    if (name && name !== before.name) next.name = ownText(name);
    if (capabilities) next.capabilities = capabilities;
    if (picture !== undefined) next.picture = picture;
    this.#set(next);
  }

  #update(address: string, network: NetworkId, news: Partial<ContactState>): void {
    const before = this.get(address, network);
    if (before) this.#set({ ...before, ...news });
  }

  #set(contact: ContactState): void {
    this.#contacts.set(keyOf(contact.address, contact.network), contact);
  }
}

function unknown({ address, displayAddress, network, name, lists, groups }: ListedContact): ContactState {
  return {
    address,
    displayAddress,
    network,
    name,
    lists,
    groups,
    status: undefined,
    capabilities: undefined,
    picture: undefined,
    details: undefined,
  };
}

function keyOf(address: string, network: NetworkId): string {
  return network === PASSPORT ? address : `${network}:${address}`;
}
