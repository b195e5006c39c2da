/** What a client must have understood of a recorded conversation, read from the recording alone. */
import type { Said, SessionEnd } from "../../../collector/network/messenger/events.ts";
import { addressBookOf, membershipsOf } from "../replay-address-book.ts";
import type { Conversation, ServerStep, Step } from "../transcript.ts";
import { answeredAt, asOurs, firstStatusAt } from "../transcript-shape.ts";
import { Listener } from "./listener.ts";

/** Facts in four rows, each in the order in which they were said. */
export interface Understood {
  /** Lists, their changes, presence, details, the barrier, rings, mail. */
  others: Said[];
  signedIn: Said[];
  ownPresence: Said[];
  ownDetails: Said[];
  /** Each name once, until it changes. */
  ownNames: string[];
}

export interface Circumstances {
  /** How many of its steps were played; all when absent. */
  upTo?: number;
  /** Where the replay has the switchboard. */
  switchboardPort?: number;
}

export function expectedOf(recorded: Conversation, { upTo, switchboardPort = 0 }: Circumstances = {}): Understood {
  const conversation = asOurs(recorded);
  const listener = new Listener(conversation.address);
  const first = firstStatusAt(conversation);
  const barrier = first < 0 ? -1 : answeredAt(conversation.steps, first);
  const said: Said[] = [];
  const moved = (one: Said): Said =>
    one.kind === "ring"
      ? { ...one, ring: { ...one.ring, endpoint: { ...one.ring.endpoint, port: switchboardPort } } }
      : one;
  conversation.steps.slice(0, upTo).forEach((step, at) => {
    if (at === barrier) said.push({ kind: "snapshot-complete" });
    if (at === first) said.push(...addressBook(listener, conversation));
    if (step.kind === "server") said.push(...listener.hear(lineOf(step), payloadOf(step)).map(moved));
  });
  if (barrier === conversation.steps.length) said.push({ kind: "snapshot-complete" });
  return sortOut(said);
}

/** Events as they were told, or as they should have been, in rows that can be compared. */
export function sortOut(events: readonly Said[]): Understood {
  const sorted: Understood = { others: [], signedIn: [], ownPresence: [], ownDetails: [], ownNames: [] };
  for (const event of events.map(bare)) {
    switch (event.kind) {
      case "alive":
      case "pong":
        break;
      case "signed-in":
        sorted.signedIn.push(event);
        break;
      case "own-presence":
        sorted.ownPresence.push(event);
        break;
      case "own-details":
        sorted.ownDetails.push(event);
        break;
      case "own-name":
        if (sorted.ownNames.at(-1) !== event.name) sorted.ownNames.push(event.name);
        break;
      default:
        sorted.others.push(event);
    }
  }
  return sorted;
}

/** Why the session was over. Where the server leaves it open, our client is told to sign out. */
export function expectedEnd({ steps }: Conversation): SessionEnd["why"] {
  const lines = steps.flatMap((step) => (step.kind === "server" ? [step.line] : []));
  if (lines.includes("OUT OTH")) return "signed-in-elsewhere";
  if (lines.some((line) => /^911 /.test(line))) return "refused";
  const closed = steps.findIndex((step) => step.kind === "server-closes");
  const isLast = (step: Step) => step.kind === "client-closes" || (step.kind === "client" && step.verb === "OUT");
  return closed >= 0 && !steps.slice(0, closed).some(isLast) ? "lost" : "asked";
}

/** From MSNP13 on the lists come from elsewhere, before the first status. */
function addressBook(listener: Listener, { address, dialect }: Conversation): Said[] {
  if (Number(dialect.slice(4)) < 13) return [];
  return listener.hearAddressBook(membershipsOf(address, dialect), addressBookOf(address, dialect));
}

function lineOf({ bytes }: ServerStep): string {
  return bytes.toString("latin1").replace(/\r\n[\s\S]*$/, "");
}

function payloadOf({ bytes }: ServerStep): Buffer {
  return bytes.subarray(bytes.indexOf("\r\n") + 2);
}

/** Without the instant, and with what has no order in one. */
function bare(event: Said): Said {
  const { atMs: _, monotonicMs: __, ...said } = event as Said & { atMs?: number; monotonicMs?: number };
  if (said.kind === "lists") {
    const contacts = said.contacts.map(tidy).toSorted((a, b) => a.address.localeCompare(b.address));
    return { ...said, contacts };
  }
  if (said.kind !== "contact-changed") return said as Said;
  return { ...said, contact: tidy(said.contact), wasOn: said.wasOn.toSorted() };
}

function tidy<C extends { lists: readonly string[]; groups: readonly string[] }>(contact: C): C {
  return { ...contact, lists: contact.lists.toSorted(), groups: contact.groups.toSorted() };
}
