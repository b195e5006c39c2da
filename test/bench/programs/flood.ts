/**
 * A Messenger server in a process of its own, for one client with so many contacts: `node flood.ts CONTACTS`. It tells
 * its parent its port; told how many changes to send, and at which rate, it sends them to whoever has signed in last.
 */
import { systemClock } from "../../../collector/clock.ts";
import { actAsMessenger, RawServer } from "../../helpers/raw-server.ts";
import { addressOf } from "../worlds.ts";

export interface FloodAsked {
  changes: number;
  /** As fast as they can be read, unless given. */
  perSecond?: number;
}

const WORDS = ["BSY", "AWY", "NLN", "IDL", "FLN", "NLN", "PHN"];
/** How many lines are written at once. */
const PIECE = 2_000;

const contacts = Array.from({ length: Number(process.argv[2]) }, (_, n) => addressOf(n));
const server = await RawServer.listen({
  clock: systemClock,
  serve: (peer) => actAsMessenger(peer, { contacts }),
});
process.on("message", (asked) => void flood(asked as FloodAsked));
process.on("disconnect", () => process.exit());
process.send?.(server.port);

let turn = 0;

async function flood({ changes, perSecond }: FloodAsked): Promise<void> {
  const beganMs = performance.now();
  for (let sent = 0; sent < changes; ) {
    const due =
      perSecond === undefined ? sent + PIECE : Math.floor(((performance.now() - beganMs) / 1_000) * perSecond);
    const lines = Array.from({ length: Math.min(due, changes) - sent }, () => change(turn++));
    if (lines.length > 0) server.peer.say(...lines);
    sent += lines.length;
    // What was sent is of no use to anybody here.
    server.log.length = 0;
    await new Promise((resolve) => setTimeout(resolve, perSecond === undefined ? 0 : 2));
  }
}

/** Each contact in turn becomes something else than before. */
function change(n: number): string {
  const address = contacts[n % contacts.length];
  const word = WORDS[Math.floor(n / contacts.length) % WORDS.length];
  return word === "FLN" ? `FLN ${address}` : `NLN ${word} ${address} ${address}`;
}
