/**
 * Many accounts in a fresh process: `node --expose-gc accounts.ts ASKED`, in JSON. A few of them sign in and out before,
 * and what counts begins at rest after that. All sign in at once, as fast as it goes; then they are left alone for
 * longer than the pings take; then all sign out.
 */
import { readdirSync } from "node:fs";
import { openClient } from "../../../collector/network/messenger/client.ts";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { endMessage } from "../../../collector/network/messenger/errors.ts";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import {
  type MessengerSession,
  openSession,
  type SessionOptions,
} from "../../../collector/network/messenger/notification.ts";
import { systemClock } from "../../../collector/network/messenger/system-clock.ts";
import { addressOf, PASSWORD } from "../worlds.ts";
import { type Held, heldAtRest } from "./memory.ts";

export interface AccountsAsked {
  port: number;
  accounts: number;
  /** All of them, when absent. */
  dialect?: string;
  /** `session`: with one HTTP client for all, and nothing kept but what the library keeps. `client`: `openClient`. */
  how: "session" | "client";
}

/** What a process has open. */
export interface Open {
  files: number;
  sockets: number;
  timers: number;
}

export interface AccountsTold {
  dialects: string[];
  signInMs: number;
  cpuMs: number;
  idle: Held & Open;
  /** When all are signed in and what they said to each other is over. */
  rest: Held & Open;
  /** When all have been pinging for a while. */
  later: Held & Open;
  /** When all have signed out. */
  after: Held & Open;
}

const WARM_UP = 20;
/** Connections of HTTP clients are closed by then. */
const SETTLE_MS = 6_000;
/** More than the distance of pings. */
const LATER_MS = 25_000;

const { port, accounts, dialect, how } = JSON.parse(process.argv[2] ?? "{}") as AccountsAsked;
const pinned = dialect === undefined ? undefined : dialectNamed(dialect);
const http = createHttpClient();
const dialects = new Set<string>();

await signOut(await signIn(WARM_UP));
dialects.clear();
const idle = await lookAfter(SETTLE_MS);
const [cpu, startedMs] = [process.cpuUsage(), performance.now()];
const sessions = await signIn(accounts);
const signInMs = performance.now() - startedMs;
const { user, system } = process.cpuUsage(cpu);
const rest = await lookAfter(SETTLE_MS);
const later = await lookAfter(LATER_MS);
await signOut(sessions.splice(0));
const after = await lookAfter(SETTLE_MS);
const told: AccountsTold = {
  dialects: [...dialects],
  signInMs,
  cpuMs: (user + system) / 1000,
  idle,
  rest,
  later,
  after,
};
process.send?.(told);

async function signIn(count: number): Promise<MessengerSession[]> {
  const opening = Array.from({ length: count }, (_, n) => open(addressOf(n)));
  return await Promise.all(opening);
}

function open(address: string): Promise<MessengerSession> {
  return new Promise((resolve, reject) => {
    const options: SessionOptions = {
      address,
      password: PASSWORD,
      server: { host: "127.0.0.1", port },
      status: "NLN",
      ...(pinned && { dialects: [pinned] }),
    };
    const session = begin(options, (event) => {
      if (event.kind === "signed-in") dialects.add(event.dialect);
      if (event.kind === "snapshot-complete") resolve(session);
    });
    void session.ended.then((end) => reject(new Error(`${address} has ended: ${endMessage(end)}`)));
  });
}

function begin(options: SessionOptions, on: Parameters<typeof openClient>[1]): MessengerSession {
  if (how === "client") return openClient(options, on).session;
  return openSession(options, { clock: systemClock, dial: dialTcp, http }, on);
}

async function signOut(signedIn: readonly MessengerSession[]): Promise<void> {
  for (const session of signedIn) session.close();
  await Promise.all(signedIn.map(({ ended }) => ended));
}

async function lookAfter(ms: number): Promise<Held & Open> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  const held = await heldAtRest();
  const resources = process.getActiveResourcesInfo();
  const count = (name: string) => resources.filter((one) => one === name).length;
  return { ...held, files: openFiles(), sockets: count("TCPSocketWrap"), timers: count("Timeout") };
}

function openFiles(): number {
  // Only Linux tells.
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : Number.NaN;
}
