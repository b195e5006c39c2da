import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Notifier } from "../../../collector/service/notify.ts";
import { Vitals } from "../../../collector/service/vitals.ts";
import type { Held } from "../../../collector/supervise/disk-trouble.ts";
import type { AccountState, Fact } from "../../../db/record/facts.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { TestClock } from "../../helpers/test-clock.ts";

const state = (accountId: number, state: AccountState): Fact => ({
  kind: "account-state",
  accountId,
  atMs: 1,
  state,
  detail: "",
});

function notifier(isReady: () => boolean) {
  const sent: string[] = [];
  const clock = new TestClock();
  const disk: Held = { facts: 0, why: null };
  const vitals = new Vitals(() => disk);
  const one = new Notifier({ vitals, clock, isReady, send: (words) => sent.push(...words) });
  const hear = (...facts: Fact[]) => {
    vitals.heard(facts, 2);
    one.heard(facts);
    return sent.splice(0);
  };
  return { one, hear, sent, clock, disk };
}

test("ready is said once, when it is; what is signed in whenever that changes", () => {
  let isReady = false;
  const { hear } = notifier(() => isReady);
  expect(hear(state(1, "signing-in"), state(2, "signing-in"))).toEqual([
    "STATUS=0 of 2 accounts signed in; 2 signing-in",
  ]);
  isReady = true;
  expect(hear(state(1, "watching"))).toEqual(["READY=1", "STATUS=1 of 2 accounts signed in; 1 signing-in"]);
  expect(hear(state(2, "watching"))).toEqual(["STATUS=2 of 2 accounts signed in"]);
  expect(hear(state(2, "watching"))).toEqual([]);
  expect(hear(state(2, "waiting"))).toEqual(["STATUS=1 of 2 accounts signed in; 1 waiting"]);
});

test("the watchdog is fed with each heartbeat that was committed, and with nothing else", () => {
  const { hear, one, sent } = notifier(() => true);
  hear(state(1, "watching"));
  expect(hear({ kind: "proof", accountId: 1, atMs: 5 })).toEqual([]);
  expect(hear({ kind: "heartbeat", atMs: 6 })).toEqual(["WATCHDOG=1"]);
  // Nobody is signed in: that is the server's trouble, and we live.
  hear(state(1, "waiting"));
  expect(hear({ kind: "heartbeat", atMs: 7 })).toEqual(["WATCHDOG=1"]);
  one.stopping();
  expect(sent).toEqual(["STOPPING=1", "STATUS=signing out"]);
});

test("whoever holds facts for a full disk is not taken for stuck", async () => {
  const { one, sent, clock, disk } = notifier(() => true);
  await clock.advance(100_000);
  expect(sent).toEqual([]);
  disk.why = "no room";
  await clock.advance(60_000);
  expect(sent.splice(0)).toEqual(["WATCHDOG=1", "WATCHDOG=1"]);
  disk.why = null;
  await clock.advance(100_000);
  disk.why = "no room";
  one.end();
  await clock.advance(100_000);
  expect(sent).toEqual([]);
});

test("nobody is told where nobody waits for it", () => {
  const vitals = new Vitals(() => ({ facts: 0, why: null }));
  const parts = { vitals, clock: new TestClock(), isReady: () => true };
  expect(Notifier.of({}, parts)).toBeUndefined();
  expect(Notifier.of({ NOTIFY_SOCKET: "/run/x" }, parts)).toBeInstanceOf(Notifier);
});

/** A manager's socket, in another language: Node has none of that kind. */
const LISTEN = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); s.settimeout(20)
print("listening", flush=True)
print(repr(s.recv(4096).decode()), flush=True)`;

test("what is said arrives at the manager's socket", async ({ skip }) => {
  if (spawnSync("systemd-notify", ["--version"]).error) return skip("there is no systemd-notify on this machine");
  if (spawnSync("python3", ["--version"]).error) return skip("there is no python3 on this machine");
  const path = join(tempFolder(), "notify");
  const manager = spawn("python3", ["-c", LISTEN, path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(manager, "close");
  let heard = "";
  manager.stdout.on("data", (chunk) => {
    heard += chunk;
  });
  await once(manager.stdout, "data");
  const before = process.env.NOTIFY_SOCKET;
  process.env.NOTIFY_SOCKET = path;
  try {
    const vitals = new Vitals(() => ({ facts: 0, why: null }));
    vitals.heard([state(1, "watching")], 2);
    Notifier.of(process.env, { vitals, clock: new TestClock(), isReady: () => true })?.heard([
      { kind: "heartbeat", atMs: 1 },
    ]);
    await ended;
  } finally {
    if (before === undefined) delete process.env.NOTIFY_SOCKET;
    else process.env.NOTIFY_SOCKET = before;
  }
  for (const word of ["WATCHDOG=1", "READY=1", "STATUS=1 of 1 accounts signed in"]) expect(heard).toContain(word);
});
