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

export function announceLists(attempt: Attempt, lists: ContactList, done: () => void): void {
  const payloads = initialMl(lists.each());
  let refusals = 0;
  const next = () => {
    const payload = payloads.shift();
    if (!payload) return done();
    attempt.ask("ADL", [], next, {
      payload,
      refused: (reply) => {
        const { dropped, again } = sortOut(namedIn(payload, lists), reply, ++refusals < MAX_REFUSALS);
        for (const contact of dropped) lists.exclude(contact);
        payloads.unshift(...again.flatMap(initialMl));
        next();
        return true;
      },
    });
  };
  next();
}

/** Asked only when the server refuses them: no list of everyone has to be kept for it. */
function namedIn(payload: Uint8Array, lists: ContactList): ListedContact[] {
  return readMl(payload).flatMap(({ address, network }) => lists.find(address, network) ?? []);
}

/** Who of those who were refused together is to blame, and what is worth another try. */
function sortOut(
  contacts: readonly ListedContact[],
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

function keyOf({ address, network }: { address: string; network: number }): string {
  return `${network}:${address.toLowerCase()}`;
}
