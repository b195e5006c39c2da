/** A roster in which somebody changes every few milliseconds. */
import { actAsMessenger, type Peer } from "../helpers/raw-server.ts";

export const CONTACTS = Array.from({ length: 20 }, (_, at) => `c${at}@x.org`);
const WORDS = ["NLN", "BSY", "AWY", "IDL", "PHN"];

export function beBusy(peer: Peer, everyMs = 3): void {
  let turn = peer.index;
  const change = () => {
    const address = CONTACTS[(turn * 7) % CONTACTS.length];
    peer.say(turn % 6 === 0 ? `FLN ${address}` : `NLN ${WORDS[turn % WORDS.length]} ${address} ${address}`);
    turn++;
  };
  let timer: NodeJS.Timeout | undefined;
  actAsMessenger(peer, { contacts: CONTACTS, present: [`BSY ${CONTACTS[3]} ${CONTACTS[3]}`] }, (line) => {
    if (line.startsWith("CHG")) timer ??= setInterval(change, everyMs);
    return false;
  });
  void peer.closed.then(() => clearInterval(timer));
}
