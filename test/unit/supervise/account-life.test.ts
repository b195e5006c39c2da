/** One account's life, with sessions that end as the test says. */
import { expect, test } from "vitest";
import type { Network, Observation, Session, SessionEnd } from "../../../collector/network/network.ts";
import { AccountRecorder } from "../../../collector/recorder/account-recorder.ts";
import { AccountLife, type AccountLifeParts } from "../../../collector/supervise/account-life.ts";
import { BACKOFF, Backoff } from "../../../collector/supervise/backoff.ts";
import { Gate } from "../../../collector/supervise/gate.ts";
import { isMachineOffline, isOnThisMachine } from "../../../collector/supervise/machine.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

function live(options: Partial<AccountLifeParts> = {}) {
  const clock = new TestClock();
  const said: string[] = [];
  const states: string[] = [];
  const ends: ((end: SessionEnd) => void)[] = [];
  const untils: (number | undefined)[] = [];
  let observe: (observation: Observation) => void = () => undefined;
  const network: Network = {
    name: "messenger",
    open(_signIn, _clock, hear): Session {
      observe = hear;
      const ended = Promise.withResolvers<SessionEnd>();
      ends.push(ended.resolve);
      const close = () => ended.resolve({ why: "asked" });
      const nothing = () => undefined;
      return { ping: () => 1, close, pause: nothing, resume: nothing, ended: ended.promise };
    },
  };
  const write = (fact: Fact) => {
    if (fact.kind !== "account-state") return;
    states.push(`${fact.state}${fact.detail ? `: ${fact.detail}` : ""}`);
    untils.push(fact.untilMs);
  };
  const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  const life = new AccountLife({
    accountId: 1,
    signIn: { address: "me@example.com", password: "", host: "msn.example.com", port: 1863, visible: false },
    network,
    clock,
    recorder: new AccountRecorder(1, 0, now, write),
    backoff: new Backoff(BACKOFF, () => 0.5),
    gate: new Gate(clock),
    write,
    isFull: () => false,
    isOffline: () => false,
    say: (level, message) => said.push(`${level} ${message}`),
    ...options,
  });
  const end = async (how: SessionEnd) => {
    ends.at(-1)?.(how);
    await settle();
  };
  return {
    life,
    clock,
    said,
    states,
    untils,
    observe: (one: Observation) => observe(one),
    end,
    dials: () => ends.length,
  };
}

const lost = { why: "lost", cause: new Error("no server called msn.example.com was found") } as const;

test("what cannot be reached from a machine without a network is not called down, and is tried as soon as there is one", async () => {
  let isOffline = true;
  const { life, clock, said, states, end, dials } = live({ isOffline: () => isOffline });
  await settle();
  await end(lost);
  expect(states.at(-1)).toBe("waiting: this machine is offline");
  expect(said).toEqual(["warn me@example.com: this machine is offline; trying again as soon as it has a network"]);
  await clock.advance(HOUR_MS);
  expect(dials()).toBe(1);
  isOffline = false;
  await clock.advance(5_000);
  expect(dials()).toBe(2);
  expect(states.at(-1)).toBe("signing-in: this machine is offline");
  await life.stop();
});

test("a life that waits for a network, or for the session, can be stopped", async () => {
  const offline = live({ isOffline: () => true });
  await settle();
  await offline.end(lost);
  await offline.life.stop();
  expect(await offline.life.done).toEqual({ why: "asked" });
  const elsewhere = live({ takeBackMs: HOUR_MS });
  await settle();
  await elsewhere.end({ why: "signed-in-elsewhere" });
  await elsewhere.life.stop();
  expect(await elsewhere.life.done).toEqual({ why: "asked" });
  expect(elsewhere.dials()).toBe(1);
});

test("a session is not taken back unless that is wished", async () => {
  const { life, end, states } = live();
  await settle();
  await end({ why: "signed-in-elsewhere" });
  expect(await life.done).toEqual({ why: "signed-in-elsewhere" });
  expect(states.at(-1)).toMatch(/^stopped: signed in elsewhere; not taking the session back/);
});

test("where it is wished, it is taken back after that long, three times within a day and no more", async () => {
  const { life, clock, end, states, said, dials } = live({ takeBackMs: 30 * MINUTE_MS });
  await settle();
  for (let n = 1; n <= 3; n++) {
    await end({ why: "signed-in-elsewhere" });
    expect(states.at(-1)).toBe("waiting: signed in elsewhere");
    await clock.advance(30 * MINUTE_MS - 1);
    expect(dials()).toBe(n);
    await clock.advance(1);
    expect(dials()).toBe(n + 1);
  }
  expect(said[0]).toBe("warn me@example.com: signed in elsewhere; taking the session back in 30 min");
  await end({ why: "signed-in-elsewhere" });
  expect(await life.done).toEqual({ why: "signed-in-elsewhere" });
});

test("a day later it may be taken back again", async () => {
  const { life, clock, end, dials } = live({ takeBackMs: MINUTE_MS });
  await settle();
  for (let n = 0; n < 3; n++) {
    await end({ why: "signed-in-elsewhere" });
    await clock.advance(MINUTE_MS);
  }
  await clock.advance(24 * HOUR_MS);
  await end({ why: "signed-in-elsewhere" });
  await clock.advance(MINUTE_MS);
  expect(dials()).toBe(5);
  await life.stop();
});

test("a server's wish to be left alone is kept, and not by all in the same moment", async () => {
  const { life, clock, end, dials } = live();
  await settle();
  await end({ why: "server-closing", message: "maintenance", comeBackMs: 10 * MINUTE_MS });
  await clock.advance(10 * MINUTE_MS);
  expect(dials()).toBe(1);
  await clock.advance(MINUTE_MS / 2);
  expect(dials()).toBe(2);
  await life.stop();
});

test("a machine is offline when it has no address but its own", () => {
  const address = (address: string, internal = false) =>
    ({ address, internal, family: "IPv4", netmask: "", mac: "", cidr: null }) as const;
  expect(isMachineOffline({})).toBe(true);
  expect(isMachineOffline({ lo: [address("127.0.0.1", true)], eth0: [] })).toBe(true);
  expect(isMachineOffline({ eth0: [address("169.254.7.7"), address("fe80::1")] })).toBe(true);
  expect(isMachineOffline({ lo: [address("127.0.0.1", true)], wlan0: [address("192.168.1.5")] })).toBe(false);
  expect(["localhost", "127.0.0.1", "::1", "msn.example.com"].map(isOnThisMachine)).toEqual([true, true, true, false]);
});

test("a life tells that it is let in before it has heard of everyone, and until when it waits", async () => {
  const { life, clock, end, states, untils, observe } = live();
  await settle();
  const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  observe({ ...now, kind: "signed-in", name: "Me" });
  expect(states).toEqual(["signing-in", "syncing"]);
  observe({ ...now, kind: "snapshot-complete" });
  expect(states.at(-1)).toBe("watching");
  await end(lost);
  expect(states.at(-1)).toMatch(/^waiting: /);
  expect(untils.slice(0, -1)).toEqual([undefined, undefined, undefined]);
  expect(untils.at(-1)).toBeGreaterThan(clock.nowMs());
  await clock.advance((untils.at(-1) as number) - clock.nowMs());
  expect(states.at(-1)).toMatch(/^signing-in/);
  await life.stop();
});
