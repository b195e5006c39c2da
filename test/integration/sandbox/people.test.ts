/** The made-up people with their real sessions, on a virtual clock and over virtual links. */
import { expect, test } from "vitest";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import type { MessengerEvent, SessionEnd } from "../../../collector/network/messenger/events.ts";
import { HttpFailure } from "../../../collector/network/messenger/net/http.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import type { SessionOptions } from "../../../collector/network/messenger/session-api.ts";
import { type RunningPeople, runPeople } from "../../../collector/sandbox/live.ts";
import { PEOPLE, PEOPLE_PASSWORD, sandboxAccounts, WATCHER } from "../../../collector/sandbox/people.ts";
import { statusAt } from "../../../collector/sandbox/routine.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";
import { VirtualNetwork } from "../../../collector/sandbox/virtual-link.ts";

const SEED = "sandbox";
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 9, 7, 3, 20);

interface World {
  clock: VirtualClock;
  network: VirtualNetwork;
  server: SandboxServer;
  people: RunningPeople;
}

function start(lively: boolean): World {
  const clock = new VirtualClock(START_MS);
  const server = new SandboxServer({ clock, accounts: sandboxAccounts(PEOPLE, [], START_MS) });
  const network = new VirtualNetwork(clock, server);
  const people = runPeople({ server: network.endpoint, clock, dial: network.dial, seed: SEED, lively });
  return { clock, network, server, people };
}

function open(
  { clock, network }: World,
  who: { address: string; password: string },
  options: Partial<SessionOptions> = {},
  on: (event: MessengerEvent) => void = () => undefined,
) {
  const dialects = [dialectNamed("MSNP7") ?? expect.unreachable()];
  const http = () => Promise.reject(new HttpFailure("there is no web"));
  return openSession(
    { ...who, server: network.endpoint, dialects, ...options },
    { clock, dial: network.dial, http },
    on,
  );
}

/** Watches like the collector does; `codes` is what it would show now, `seen` every presence line. */
function watch(world: World) {
  const codes = new Map<string, string>();
  const seen: (MessengerEvent & { kind: "presence" })[] = [];
  const ends: SessionEnd[] = [];
  const session = open(world, WATCHER, {}, (event) => {
    if (event.kind !== "presence") return;
    seen.push(event);
    codes.set(event.address, event.code);
  });
  session.ended.then((end) => ends.push(end));
  return { codes, seen, ends, session };
}

function expected(atMs: number): Map<string, string> {
  const shown = PEOPLE.map(({ address }) => {
    const person = PEOPLE.find((one) => one.address === address) ?? expect.unreachable();
    return [address, statusAt(person, SEED, atMs)] as const;
  });
  return new Map(shown.filter(([, status]) => status !== "signed-out"));
}

function around(codes: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...codes].filter(([, code]) => code !== "FLN"));
}

test("what a watcher sees is what the routines say, hour by hour", async () => {
  const world = start(false);
  await world.clock.run(START_MS + 5_000);
  const { codes, session } = watch(world);
  for (let hour = 1; hour <= 30; hour += 1) {
    await world.clock.run(START_MS + hour * HOUR_MS);
    // A change that is younger than this is still on its way.
    const settledMs = world.clock.nowMs() - 200;
    expect(around(codes), new Date(settledMs).toISOString()).toEqual(expected(settledMs));
  }
  session.close();
  await Promise.all([world.people.stop(), world.clock.run(world.clock.nowMs() + 5_000)]);
});

test("in the lively sandbox somebody changes at least every fifteen seconds, at any hour", async () => {
  const world = start(true);
  await world.clock.run(START_MS + 5_000);
  const { seen, session } = watch(world);
  await world.clock.run(START_MS + 24 * HOUR_MS);
  const gaps = seen.slice(1).map(({ atMs }, at) => atMs - (seen[at]?.atMs ?? atMs));
  expect(Math.max(...gaps)).toBeLessThan(15_000);
  session.close();
  await Promise.all([world.people.stop(), world.clock.run(world.clock.nowMs() + 5_000)]);
});

test("people come back by themselves when the server was away", async () => {
  const world = start(false);
  await world.clock.run(START_MS + 5_000);
  world.network.takeAway();
  await world.clock.run(START_MS + HOUR_MS);
  world.network.bringBack();
  await world.clock.run(START_MS + HOUR_MS + 15_000);
  const { codes, session } = watch(world);
  await world.clock.run(START_MS + HOUR_MS + 20_000);
  expect(around(codes)).toEqual(expected(START_MS + HOUR_MS + 19_000));
  session.close();
  await Promise.all([world.people.stop(), world.clock.run(world.clock.nowMs() + 5_000)]);
});

test("somebody whose account is used elsewhere leaves it to the other until the routine signs in again", async () => {
  const world = start(false);
  await world.clock.run(START_MS + 5_000);
  const [address = ""] = [...expected(world.clock.nowMs()).keys()];
  const ends: SessionEnd[] = [];
  const thief = open(world, { address, password: PEOPLE_PASSWORD }, { status: "NLN" });
  thief.ended.then((end) => ends.push(end));
  await world.clock.run(START_MS + 60_000);
  expect(ends).toEqual([]);
  thief.close();
  await Promise.all([world.people.stop(), world.clock.run(world.clock.nowMs() + 5_000)]);
});

test("when the people stop, everyone is seen to leave", async () => {
  const world = start(true);
  await world.clock.run(START_MS + 5_000);
  const { codes, session, ends } = watch(world);
  await world.clock.run(START_MS + 10_000);
  expect(around(codes).size).toBeGreaterThanOrEqual(3);
  await Promise.all([world.people.stop(), world.clock.run(START_MS + 15_000)]);
  expect(around(codes).size).toBe(0);
  world.server.stop();
  await world.clock.run(START_MS + 20_000);
  expect(ends).toEqual([{ why: "server-closing", message: "the server is going down" }]);
  session.close();
});
