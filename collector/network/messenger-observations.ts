/** What the Messenger library tells, in the words of the house. Pure. */
import type { Status } from "../../db/status.ts";
import type { Capabilities, Details, ListedContact, ListName, MessengerEvent, NetworkId } from "./messenger/events.ts";
import type { Observation, RosterContact } from "./network.ts";

/** Messenger's status codes (protocol reference 3.1). */
const STATUSES: Readonly<Record<string, Status>> = {
  NLN: "available",
  IDL: "idle",
  AWY: "away",
  BRB: "be-right-back",
  PHN: "on-the-phone",
  LUN: "out-to-lunch",
  BSY: "busy",
  // Hidden people are never shown as such to others; should a server leak it, it still means "offline or hidden".
  HDN: "offline",
  FLN: "offline",
};

const PASSPORT: NetworkId = 1;
const TELEPHONE: NetworkId = 4;

type Said = Observation extends infer Each
  ? Each extends Observation
    ? Omit<Each, "atMs" | "monotonicMs">
    : never
  : never;

/**
 * The observations that an event is worth, in order; none for what concerns nobody's presence. Nobody watches
 * themselves: what a server says of one's own address is an echo, or nothing at all.
 */
export function observationsOf(event: MessengerEvent, ownAddress: string): Observation[] {
  const { atMs, monotonicMs } = event;
  if ("contact" in event && event.contact.address === ownAddress) return [];
  return said(event, ownAddress).map((one) => ({ ...one, atMs, monotonicMs }) as Observation);
}

function said(event: MessengerEvent, ownAddress: string): Said[] {
  switch (event.kind) {
    case "alive":
    case "snapshot-complete":
      return [{ kind: event.kind }];
    case "pong":
      return [{ kind: "pong", ping: event.ping }];
    case "signed-in":
      return [{ kind: "signed-in", name: event.name }];
    case "lists":
      return [
        {
          kind: "roster",
          contacts: event.contacts.filter((one) => isForward(one) && one.address !== ownAddress).map(rosterContact),
        },
      ];
    case "contact-changed":
      return contactChanged(event.contact, event.wasOn);
    case "presence":
      return presence(event);
    case "details":
      return details(identityOf(event.address, event.network), event.details);
    case "own-name":
    case "own-presence":
    case "own-details":
    case "circle-presence":
    case "ring":
    case "offline-messages":
    case "maintenance":
      return [];
    default:
      return event satisfies never;
  }
}

/** The same address may be another person on another network; only Passport's go by the address alone. */
export function identityOf(address: string, network: NetworkId): string {
  return network === PASSPORT ? address : `${network}:${address}`;
}

/** `other` for a code we do not know; the code itself is kept beside it. */
export function statusOf(code: string): Status {
  return STATUSES[code.toUpperCase()] ?? "other";
}

/** Telephones are never spoken of, so that nothing follows from the silence about them. */
function isForward({ lists, network }: ListedContact): boolean {
  return lists.includes("forward") && network !== TELEPHONE;
}

function rosterContact({ address, displayAddress, network, name, groups }: ListedContact): RosterContact {
  return { address: identityOf(address, network), displayAddress, name, groups: [...groups] };
}

function contactChanged(contact: ListedContact, wasOn: readonly ListName[]): Said[] {
  if (isForward(contact)) return [{ kind: "contact-added", contact: rosterContact(contact) }];
  // Who may see us, and who watches us, is not whom we watch.
  if (!wasOn.includes("forward")) return [];
  return [{ kind: "contact-removed", address: identityOf(contact.address, contact.network) }];
}

/** What somebody shows comes before the status that came with it, so that a new name never lags behind. */
function presence(event: MessengerEvent & { kind: "presence" }): Said[] {
  const { code, name, capabilities, picture } = event;
  const address = identityOf(event.address, event.network);
  const shown: Said[] = [];
  if (name) shown.push({ kind: "profile", address, field: "name", value: name });
  // Whoever leaves has no client any more; what it was is no news.
  if (statusOf(code) !== "offline") {
    if (capabilities) shown.push({ kind: "profile", address, field: "capabilities", value: clientWords(capabilities) });
    if (picture !== undefined) shown.push({ kind: "profile", address, field: "picture", value: picture?.sha1d ?? "" });
  }
  return [...shown, { kind: "presence", address, status: statusOf(code), raw: code }];
}

function details(address: string, { personalMessage, currentMedia, places }: Details): Said[] {
  const shown: Said[] = [
    { kind: "profile", address, field: "message", value: personalMessage },
    { kind: "profile", address, field: "media", value: currentMedia },
  ];
  if (places) {
    const value = places.map((place) => placeWord(place.capabilities)).sort();
    shown.push({ kind: "profile", address, field: "places", value: value.join(", ") });
  }
  return shown;
}

function clientWords({ isMobile, isWeb, isBot }: Capabilities): string {
  return [isMobile && "mobile", isWeb && "web", isBot && "bot"].filter((word) => word !== false).join(", ");
}

function placeWord(capabilities: Capabilities | undefined): string {
  return (capabilities && clientWords(capabilities)) || "computer";
}
