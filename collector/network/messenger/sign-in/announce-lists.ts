/**
 * `ADL`, MSNP13 on: telling the server what the address book says, in as many commands as it takes, each acknowledged
 * before the next (protocol reference 2.13). Whom the server refuses is dropped from the lists: nothing is told about
 * them, so nothing may be concluded from the silence. When it does not say whom, they are found by halves.
 */
import type { ListedContact } from "../events.ts";
import type { ContactList } from "../lists/contact-list.ts";
import { initialMl, readMl } from "../lists/ml.ts";
import type { Frame } from "../wire/frame.ts";
import type { Attempt } from "./attempt.ts";

/** After so many refusals whoever is refused is dropped without another look. */
const MAX_REFUSALS = 100;

interface Batch {
  payload: Buffer;
  contacts: readonly ListedContact[];
}

export function announceLists(attempt: Attempt, lists: ContactList, done: () => void): void {
  const batches = batchesOf(lists.contacts());
  let refusals = 0;
  const next = () => {
    const batch = batches.shift();
    if (!batch) return done();
    attempt.ask("ADL", [], next, {
      payload: batch.payload,
      refused: (reply) => {
        const { dropped, again } = sortOut(batch, reply, ++refusals < MAX_REFUSALS);
        for (const contact of dropped) drop(lists, contact);
        batches.unshift(...again.flatMap(batchesOf));
        next();
        return true;
      },
    });
  };
  next();
}

/** Payloads, each with those it names. With nobody on the lists there is one that is empty. */
function batchesOf(contacts: readonly ListedContact[]): Batch[] {
  const known = new Map(contacts.map((contact) => [keyOf(contact), contact]));
  return initialMl(contacts).map((payload) => ({
    payload,
    contacts: readMl(payload).flatMap((person) => known.get(keyOf(person)) ?? []),
  }));
}

/** Who of a batch that was refused is to blame, and what is worth another try. */
function sortOut(
  { contacts }: Batch,
  { payload }: Frame,
  mayTryAgain: boolean,
): { dropped: readonly ListedContact[]; again: (readonly ListedContact[])[] } {
  const named = new Set(payload ? readMl(payload).map(keyOf) : []);
  const dropped = contacts.filter((contact) => named.has(keyOf(contact)));
  const others = contacts.filter((contact) => !named.has(keyOf(contact)));
  if (!mayTryAgain || (dropped.length === 0 && contacts.length <= 1)) return { dropped: contacts, again: [] };
  if (dropped.length > 0) return { dropped, again: others.length > 0 ? [others] : [] };
  const half = Math.ceil(contacts.length / 2);
  return { dropped, again: [contacts.slice(0, half), contacts.slice(half)] };
}

function drop(lists: ContactList, contact: ListedContact): void {
  for (const list of contact.lists) lists.leave(contact, list);
}

function keyOf({ address, network }: { address: string; network: number }): string {
  return `${network}:${address.toLowerCase()}`;
}
