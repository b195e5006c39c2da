import { expect, test } from "vitest";
import type { Observation, SessionEnd } from "../../../collector/network/network.ts";
import { AccountRecorder } from "../../../collector/recorder/account-recorder.ts";
import type { Fact } from "../../../db/record/facts.ts";
import type { Status } from "../../../db/status.ts";

const START_MS = Date.UTC(2026, 10, 22);

type Said = Observation extends infer Each
  ? Each extends Observation
    ? Omit<Each, "atMs" | "monotonicMs">
    : never
  : never;

/** A recorder, its clocks and its pings, with the facts written since the last look at them. */
class Bench {
  readonly recorder: AccountRecorder;
  pings = 0;
  #wallMs: number;
  #monotonicMs = 500;
  #facts: Fact[] = [];

  constructor({ lastRecordedMs = 0, wallMs = START_MS } = {}) {
    this.#wallMs = wallMs;
    this.recorder = new AccountRecorder(7, lastRecordedMs, this.now, (fact) => void this.#facts.push(fact));
  }

  get now() {
    return { atMs: this.#wallMs, monotonicMs: this.#monotonicMs };
  }

  /** Seconds since the start, for short expectations. */
  get facts(): string[] {
    return this.#facts.splice(0).map(spell);
  }

  begin(): void {
    this.recorder.begin({ ping: () => ++this.pings });
  }

  /** One chunk of bytes. */
  hear(...said: Said[]): void {
    for (const one of [{ kind: "alive" } as const, ...said]) {
      this.recorder.observe({ ...one, ...this.now } as Observation);
    }
  }

  /** News from elsewhere than the session's own bytes. */
  notice(said: Said): void {
    this.recorder.observe({ ...said, ...this.now } as Observation);
  }

  tick(): void {
    this.recorder.tick(this.now);
  }

  /** Time passes with a look at the clocks every five seconds. */
  pass(seconds: number): void {
    for (let left = seconds; left > 0; left -= 5) {
      this.wait(Math.min(5, left));
      this.tick();
    }
  }

  /** Time passes and nobody looks. */
  wait(seconds: number): void {
    this.#wallMs += seconds * 1000;
    this.#monotonicMs += seconds * 1000;
  }

  jump(seconds: number): void {
    this.#wallMs += seconds * 1000;
  }

  end(end: SessionEnd): void {
    this.recorder.finish(end);
  }

  /** Signed in, with Ann, Bob and Cid on the roster and Bob busy. */
  signIn(): void {
    this.begin();
    this.hear(roster("ann", "bob", "cid"));
    this.hear(presence("bob", "busy"), { kind: "snapshot-complete" });
    this.#facts = [];
  }
}

function at(ms: number): string {
  return `@${(ms - START_MS) / 1000}`;
}

function spell(fact: Fact): string {
  switch (fact.kind) {
    case "coverage-open": {
      const present = fact.present.map(({ address, status }) => `${address}=${status}`);
      return `open ${at(fact.fromMs)} ${fact.watched.join(",")} ${present.join(",")}`.trim();
    }
    case "coverage-close":
      return `close ${at(fact.toMs)} ${fact.reason}`;
    case "roster":
      return `roster ${at(fact.atMs)} ${fact.contacts.map(({ address }) => address).join(",")}`;
    case "change":
    case "said-again":
    case "watch-open":
      return `${fact.kind} ${at(fact.atMs)} ${fact.address}=${fact.status} ${fact.raw}`;
    case "contact-added":
      return `added ${at(fact.atMs)} ${fact.contact.address}`;
    case "contact-removed":
      return `removed ${at(fact.atMs)} ${fact.address}`;
    case "profile":
    case "activity":
      return `${fact.field} ${at(fact.atMs)} ${fact.address}=${fact.value}`;
    case "mass-change":
      return `${fact.contacts} of ${fact.ofContacts} ${fact.way} ${at(fact.fromMs)} to ${at(fact.toMs)}`;
    case "proof":
    case "heartbeat":
    case "account-state":
      return `${fact.kind} ${at(fact.atMs)}`;
  }
}

function contact(address: string) {
  return { address, displayAddress: address, name: address, groups: [] };
}

function roster(...addresses: string[]): Said {
  return { kind: "roster", contacts: addresses.map(contact) };
}

function presence(address: string, status: Status, raw = status.toUpperCase().slice(0, 3)): Said {
  return { kind: "presence", address, status, raw };
}

test("blind: the roster is kept, and nothing is claimed before the snapshot is complete", () => {
  const bench = new Bench();
  bench.begin();
  bench.hear(roster("ann", "bob"));
  bench.hear(presence("bob", "away"));
  bench.pass(20);
  expect(bench.facts).toEqual(["roster @0 ann,bob"]);
  expect(bench.pings).toBe(0);
});

test("blind: a standstill during the sign-in makes its barrier count for nothing, and a fresh ping opens", () => {
  const bench = new Bench();
  bench.begin();
  bench.hear(roster("ann", "bob"), presence("bob", "available"));
  bench.facts;
  // The machine sleeps with the barrier's answer in its buffer.
  bench.wait(600);
  bench.hear({ kind: "snapshot-complete" });
  expect([bench.facts, bench.pings]).toEqual([[], 1]);
  bench.wait(1);
  bench.hear(presence("bob", "offline"), { kind: "pong", ping: 1 });
  expect(bench.facts).toEqual(["open @601 bob,ann"]);
});

test("blind to covered: the complete snapshot opens the coverage with everyone's state", () => {
  const bench = new Bench();
  bench.begin();
  bench.hear(roster("ann", "bob", "cid"));
  bench.pass(2);
  bench.hear(presence("bob", "away"), presence("cid", "offline"));
  bench.pass(1);
  bench.hear({ kind: "snapshot-complete" });
  expect(bench.facts).toEqual(["roster @0 ann,bob,cid", "open @3 bob,cid,ann bob=away"]);
});

test("covered: every chunk is a proof, changes are events, repeats are no more than said again", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(10);
  bench.hear();
  bench.pass(10);
  bench.hear(presence("bob", "busy"), presence("bob", "away"), presence("ann", "offline"));
  expect(bench.facts).toEqual([
    "proof @10",
    "proof @20",
    "said-again @20 bob=busy BUS",
    "change @20 bob=away AWA",
    "said-again @20 ann=offline OFF",
  ]);
});

test("covered: two unknown words are two states, two spellings of a known one are not", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(1);
  bench.hear(presence("ann", "other", "X"), presence("ann", "other", "X"), presence("ann", "other", "Y"));
  bench.hear(presence("bob", "busy", "bsy"));
  expect(bench.facts).toEqual([
    "proof @1",
    "change @1 ann=other X",
    "said-again @1 ann=other X",
    "change @1 ann=other Y",
    "said-again @1 bob=busy bsy",
  ]);
});

test("covered: what a contact shows of itself is a fact when it is new, and no event", () => {
  const bench = new Bench();
  bench.signIn();
  bench.wait(1);
  const name: Said = { kind: "profile", address: "bob", field: "name", value: "Bob" };
  const message: Said = { kind: "profile", address: "bob", field: "message", value: "" };
  bench.hear(name, presence("bob", "busy"), name, message, message, presence("bob", "busy"));
  expect(bench.facts).toEqual([
    "proof @1",
    "name @1 bob=Bob",
    "said-again @1 bob=busy BUS",
    "message @1 bob=",
    "said-again @1 bob=busy BUS",
  ]);
  bench.hear({ kind: "profile", address: "stranger", field: "name", value: "?" });
  expect(bench.facts).toEqual([]);
});

test("covered: whoever types while offline was active while hidden, once a minute, and stays offline", () => {
  const bench = new Bench();
  bench.signIn();
  bench.wait(1);
  const typing: Said = { kind: "activity", address: "ann", did: { kind: "typing" } };
  const message: Said = { kind: "activity", address: "ann", did: { kind: "message" } };
  bench.hear(typing, message, typing);
  expect(bench.facts).toEqual(["proof @1", "active-while-hidden @1 ann=typing", "active-while-hidden @1 ann=message"]);
  bench.pass(30);
  bench.hear();
  bench.notice(typing);
  expect(bench.facts).toEqual(["proof @31"]);
  bench.pass(30);
  bench.notice(typing);
  expect(bench.facts).toEqual(["active-while-hidden @61 ann=typing"]);
});

test("covered: a conversation that goes on proves nothing about the session", () => {
  const bench = new Bench();
  bench.signIn();
  for (let minute = 0; minute < 3; minute++) {
    bench.pass(30);
    bench.notice({ kind: "activity", address: "ann", did: { kind: "typing" } });
  }
  expect(bench.facts).toEqual([
    "active-while-hidden @30 ann=typing",
    "close @0 silence",
    "active-while-hidden @90 ann=typing",
  ]);
});

test("covered: an address book that answers proves nothing about the session", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(30);
  bench.notice({ kind: "contact-added", contact: contact("dan") });
  bench.notice({ kind: "contact-removed", address: "cid" });
  expect(bench.facts).toEqual(["added @30 dan", "removed @30 cid"]);
  bench.pass(20);
  expect(bench.facts).toEqual(["close @0 silence"]);
});

test("covered: whoever shows a status is not hidden; an invitation is a fact all the same", () => {
  const bench = new Bench();
  bench.signIn();
  bench.wait(1);
  bench.notice({ kind: "activity", address: "bob", did: { kind: "message" } });
  bench.notice({ kind: "activity", address: "bob", did: { kind: "invitation", to: "File Transfer" } });
  bench.notice({ kind: "activity", address: "stranger", did: { kind: "typing" } });
  expect(bench.facts).toEqual(["invitation @1 bob=File Transfer"]);
});

test("blind: before the snapshot is complete nobody is known to be offline, so nobody is active while hidden", () => {
  const bench = new Bench();
  bench.begin();
  bench.hear(roster("ann"), { kind: "activity", address: "ann", did: { kind: "typing" } });
  expect(bench.facts).toEqual(["roster @0 ann"]);
});

test("covered: strangers are none of our business", () => {
  const bench = new Bench();
  bench.signIn();
  bench.hear(presence("eve", "away"));
  expect(bench.facts).toEqual([]);
});

test("covered: someone added is watched from the first word about them, even when that word is offline", () => {
  const bench = new Bench();
  bench.signIn();
  bench.hear({ kind: "contact-added", contact: contact("zoe") });
  bench.pass(1);
  bench.hear(presence("zoe", "offline"));
  expect(bench.facts).toEqual(["added @0 zoe", "proof @1", "watch-open @1 zoe=offline OFF"]);
});

test("covered: someone removed is not followed any more", () => {
  const bench = new Bench();
  bench.signIn();
  bench.hear({ kind: "contact-removed", address: "bob" }, presence("bob", "away"));
  expect(bench.facts).toEqual(["removed @0 bob"]);
});

const ENDS: [SessionEnd, string][] = [
  [{ why: "asked" }, "stopped"],
  [{ why: "lost", cause: new Error("cut") }, "connection-lost"],
  [{ why: "server-closing", message: "" }, "server-closing"],
  [{ why: "signed-in-elsewhere" }, "signed-in-elsewhere"],
  [{ why: "refused", code: "account", message: "" }, "refused"],
];

for (const [end, reason] of ENDS) {
  test(`covered to blind: a session that ends with "${end.why}" was last known at its last proof`, () => {
    const bench = new Bench();
    bench.signIn();
    bench.pass(10);
    bench.hear();
    bench.pass(30);
    bench.end(end);
    expect(bench.facts).toEqual(["proof @10", `close @10 ${reason}`]);
  });
}

test("blind again: nothing of the last session is carried into the next", () => {
  const bench = new Bench();
  bench.signIn();
  bench.end({ why: "lost", cause: new Error("cut") });
  bench.pass(10);
  bench.begin();
  bench.hear(roster("ann", "bob"));
  bench.hear({ kind: "snapshot-complete" });
  expect(bench.facts).toEqual(["close @0 connection-lost", "roster @10 ann,bob", "open @10 ann,bob"]);
});

test("covered to doubting: silence ends the coverage at the last proof and asks for another", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(45);
  expect(bench.facts).toEqual([]);
  bench.pass(5);
  expect(bench.facts).toEqual(["close @0 silence"]);
  expect(bench.pings).toBe(1);
});

test("covered to doubting: a late byte claims nothing of the silence before it", () => {
  const bench = new Bench();
  bench.signIn();
  for (let turn = 0; turn < 9; turn++) bench.pass(5);
  bench.wait(4);
  bench.hear(presence("ann", "away"));
  expect(bench.facts).toEqual(["close @0 silence"]);
  bench.pass(1);
  bench.hear({ kind: "pong", ping: 1 });
  expect(bench.facts).toEqual(["open @50 bob,ann,cid bob=busy,ann=away"]);
});

test("covered to doubting: our own timers were late", () => {
  const bench = new Bench();
  bench.signIn();
  bench.wait(46);
  bench.tick();
  expect(bench.facts).toEqual(["close @0 suspended"]);
});

test("covered to doubting: the machine slept and its monotonic clock with it", () => {
  const bench = new Bench();
  bench.signIn();
  bench.jump(3600);
  bench.hear(presence("bob", "away"));
  expect(bench.facts).toEqual(["close @0 suspended"]);
});

test("covered to doubting: a jump of the wall clock, forwards or backwards", () => {
  for (const seconds of [2, -2]) {
    const bench = new Bench();
    bench.signIn();
    bench.jump(seconds);
    bench.tick();
    expect(bench.facts).toEqual(["close @0 clock-jump"]);
  }
});

test("covered: a drift of less than a second is no jump", () => {
  const bench = new Bench();
  bench.signIn();
  bench.wait(5);
  bench.jump(0.9);
  bench.hear();
  expect(bench.facts).toEqual(["proof @5.9"]);
});

test("doubting: presence is followed and not claimed until the ping that was sent for it is answered", () => {
  const bench = new Bench();
  bench.signIn();
  bench.recorder.begin({ ping: () => (bench.pings += 10) });
  bench.hear(roster("ann", "bob"));
  bench.hear({ kind: "snapshot-complete" });
  bench.pass(50);
  expect(bench.pings).toBe(10);
  bench.hear(presence("ann", "idle"), { kind: "pong", ping: 9 }, { kind: "contact-removed", address: "bob" });
  expect(bench.facts.filter((fact) => /open|change/.test(fact))).toEqual([]);
  bench.hear({ kind: "pong", ping: 10 });
  expect(bench.facts).toEqual(["open @50 ann ann=idle"]);
  bench.hear({ kind: "pong", ping: 10 }, { kind: "pong", ping: 11 });
  expect(bench.facts).toEqual([]);
});

test("doubting: a second doubt waits for a second answer", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(50);
  bench.wait(60);
  bench.hear({ kind: "pong", ping: 1 });
  expect(bench.facts).toEqual(["close @0 silence"]);
  expect(bench.pings).toBe(2);
  bench.hear({ kind: "pong", ping: 2 });
  expect(bench.facts).toEqual(["open @110 bob,ann,cid bob=busy"]);
});

test("doubting to blind: the session ends, and there is nothing to close", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(50);
  expect(bench.facts).toEqual(["close @0 silence"]);
  bench.end({ why: "lost", cause: new Error("cut") });
  bench.pass(50);
  expect(bench.facts).toEqual([]);
  expect(bench.pings).toBe(1);
});

test("doubting: while the clock shows what is already recorded, nothing is asked and nothing claimed", () => {
  const bench = new Bench();
  bench.signIn();
  bench.pass(20);
  bench.hear();
  bench.jump(-15);
  bench.pass(10);
  bench.hear(presence("ann", "away"));
  expect(bench.facts).toEqual(["proof @20", "close @20 clock-jump"]);
  expect(bench.pings).toBe(0);
  expect(bench.recorder.clockMustReachMs(bench.now.atMs)).toBe(START_MS + 20_000);
  bench.pass(5);
  expect(bench.pings).toBe(1);
  expect(bench.recorder.clockMustReachMs(bench.now.atMs)).toBeUndefined();
  bench.hear({ kind: "pong", ping: 1 });
  expect(bench.facts).toEqual(["open @20 bob,ann,cid bob=busy,ann=away"]);
});

test("a clock that is behind at start-up opens nothing, even when the snapshot is complete", () => {
  const bench = new Bench({ lastRecordedMs: START_MS + 60_000 });
  bench.signIn();
  expect(bench.recorder.clockMustReachMs(bench.now.atMs)).toBe(START_MS + 60_000);
  bench.pass(55);
  bench.hear(presence("bob", "away"), { kind: "contact-removed", address: "cid" });
  expect(bench.facts).toEqual(["removed @60 cid"]);
  bench.pass(10);
  bench.hear({ kind: "pong", ping: 1 });
  expect(bench.facts).toEqual(["open @65 bob,ann bob=away"]);
});

test("a clock that was never set claims nothing", () => {
  const bench = new Bench({ wallMs: Date.UTC(1970, 0, 1) });
  bench.signIn();
  bench.pass(100);
  bench.hear(presence("bob", "away"));
  expect(bench.facts).toEqual([]);
});

test("covered: a crowd that goes at once is recorded as it went, and told to be one", () => {
  const bench = new Bench();
  const names = ["ann", "bob", "cid", "dan", "eve", "fay", "gus"];
  bench.begin();
  bench.hear(roster(...names));
  bench.hear(...names.slice(0, 6).map((name) => presence(name, "busy")), { kind: "snapshot-complete" });
  bench.facts;
  bench.pass(10);
  bench.hear(...names.slice(0, 5).map((name) => presence(name, "offline", "")));
  expect(bench.facts).toEqual([
    "proof @10",
    ...names.slice(0, 5).map((name) => `change @10 ${name}=offline `),
    "5 of 6 gone @10 to @10",
  ]);
  bench.pass(2);
  bench.hear(presence("fay", "offline", ""));
  expect(bench.facts).toEqual(["proof @12", "change @12 fay=offline ", "6 of 6 gone @10 to @12"]);
});

test("covered: who is removed and who joins do not count as going and coming", () => {
  const bench = new Bench();
  const names = ["ann", "bob", "cid", "dan", "eve", "fay"];
  bench.begin();
  bench.hear(roster(...names));
  bench.hear(...names.map((name) => presence(name, "busy")), { kind: "snapshot-complete" });
  bench.hear(...names.map((address): Said => ({ kind: "contact-removed", address })));
  bench.hear(...names.map((name): Said => ({ kind: "contact-added", contact: contact(name) })));
  bench.hear(...names.map((name) => presence(name, "away")));
  expect(bench.facts.filter((fact) => fact.includes(" of "))).toEqual([]);
});
