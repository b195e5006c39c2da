/**
 * One sign-in with many contacts, in a fresh process: `node --expose-gc sign-in.ts ASKED`, in JSON. Somebody with ten
 * contacts signs in and out before, in the same dialect, and what counts begins at rest after that.
 *
 *   time    how long it takes from the first dial to the snapshot's end; then the same bytes are merely downloaded, lines
 *           cut into words and XML passed through a parser that nobody listens to
 *   memory  how much more this process holds meanwhile, and at rest after it
 */
import { openClient } from "../../../collector/network/messenger/client.ts";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { endMessage } from "../../../collector/network/messenger/errors.ts";
import { NEWCOMER, PASSWORD, WATCHER } from "../worlds.ts";
import { type Recorded, scan } from "./download.ts";
import { type Held, heldAtRest, heldBytes } from "./memory.ts";

export interface SignInAsked {
  what: "time" | "memory";
  dialect: string;
  port: number;
  /** Where the bytes of such a sign-in can be had again. */
  recorded: Recorded;
}

export interface SignInTime {
  /** Who turned out to be there. */
  present: number;
  signInMs: number;
  /** Of all cores. */
  cpuMs: number;
  downloadMs: number;
}

export interface SignInMemory {
  idle: Held;
  peak: Held;
  rest: Held;
}

const { what, dialect, port, recorded } = JSON.parse(process.argv[2] ?? "{}") as SignInAsked;
const heard = signIn(NEWCOMER);
await heard.complete;
await heard.signOut();
const idle = await heldAtRest();
process.send?.(what === "time" ? await time() : await memory());

async function time(): Promise<SignInTime> {
  const [cpu, startedMs] = [process.cpuUsage(), performance.now()];
  const { complete, client, signOut } = signIn(WATCHER);
  await complete;
  const signInMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const present = client.contacts.forward.filter(({ status }) => status === "NLN").length;
  await signOut();
  const scanStartedMs = performance.now();
  await scan(recorded);
  return { present, signInMs, cpuMs: (user + system) / 1000, downloadMs: performance.now() - scanStartedMs };
}

async function memory(): Promise<SignInMemory> {
  let heap = 0;
  const look = () => {
    heap = Math.max(heap, heldBytes().heap);
  };
  const { complete, signOut } = signIn(WATCHER, look);
  // After each piece of work; the sign-in takes longer by it, but no more memory.
  let isOver = false;
  const keepLooking = () => {
    look();
    if (!isOver) setImmediate(keepLooking);
  };
  keepLooking();
  await complete;
  isOver = true;
  // The highest that the system has ever seen of this process.
  const peak = { rss: process.resourceUsage().maxRSS * 1024, heap };
  const rest = await heldAtRest();
  await signOut();
  return { idle, peak, rest };
}

/** Everything is kept that the library keeps for its users. */
function signIn(address: string, look: () => void = () => undefined) {
  const complete = Promise.withResolvers<void>();
  const spoken = dialectNamed(dialect);
  if (!spoken) throw new Error(`there is no dialect "${dialect}"`);
  let events = 0;
  const client = openClient(
    { address, password: PASSWORD, server: { host: "127.0.0.1", port }, dialects: [spoken] },
    ({ kind }) => {
      if (++events % 100 === 0) look();
      if (kind === "snapshot-complete") complete.resolve();
    },
  );
  void client.session.ended.then((end) => complete.reject(new Error(`it has ended: ${endMessage(end)}`)));
  const signOut = () => {
    client.session.close();
    return client.session.ended;
  };
  return { client, complete: complete.promise, signOut };
}
