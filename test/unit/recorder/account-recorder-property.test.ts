/** Whatever comes, in whatever order, with whatever clocks: the history does not lie, and the database takes it. */
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Instant, Observation } from "../../../collector/network/network.ts";
import { AccountRecorder } from "../../../collector/recorder/account-recorder.ts";
import { type Handle, openForWriting } from "../../../db/open.ts";
import type { Fact } from "../../../db/record/facts.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { STATUSES } from "../../../db/status.ts";
import { makeFolder } from "../../helpers/collector-fixture.ts";

const MAX_SILENCE_MS = 45_000;
const MAX_DRIFT_MS = 1_000;
const START_MS = Date.UTC(2026, 10, 22);
const ADDRESSES = ["ann", "bob", "cid", "dee"];
const RUNS = 400;

const folder = makeFolder();
let db: Handle;
let writer: HistoryWriter;

beforeAll(() => {
  db = openForWriting(join(folder.path, "rollcall.db"));
  writer = new HistoryWriter(db, START_MS, "0.0.0-test");
});

afterAll(() => {
  db.close();
  folder[Symbol.dispose]();
});

type Event =
  | { do: "wait"; ms: number }
  | { do: "jump"; ms: number }
  | { do: "tick" | "begin" | "lists" | "barrier" | "sign-in" | "cut" | "pong" | "chunk" }
  | { do: "presence"; address: string; status: (typeof STATUSES)[number]; raw: string }
  | { do: "add" | "remove"; address: string };

const address = fc.constantFrom(...ADDRESSES);
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 20_000 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 30_000, max: 200_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("jump" as const), ms: fc.integer({ min: -100_000, max: 100_000 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("jump" as const), ms: fc.integer({ min: -1_500, max: 1_500 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("tick", "tick", "chunk", "pong", "pong", "cut") }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom("begin", "lists", "barrier", "sign-in", "sign-in") }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("presence" as const),
      address,
      status: fc.constantFrom(...STATUSES),
      raw: fc.constantFrom("X", "Y"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("add" as const, "remove" as const), address }) },
);

/** Sequences that once made it lie. */
const FOUND: [Event[]][] = [
  // Removed under a clock that was wrong: the watch reached beyond the beginning of the next one.
  [
    [
      { do: "sign-in" },
      { do: "jump", ms: 1_001 },
      { do: "remove", address: "ann" },
      { do: "cut" },
      { do: "tick" },
      { do: "jump", ms: -1 },
      { do: "sign-in" },
    ],
  ],
  // The wall clock moved and the monotonic one did not: the chunk was no proof of its own.
  [[{ do: "sign-in" }, { do: "jump", ms: 1 }, { do: "presence", address: "ann", status: "away", raw: "X" }]],
];

/** A network that keeps to its contract, and the facts that the recorder makes of it. */
class Play {
  readonly facts: Fact[] = [];
  readonly #recorder: AccountRecorder;
  #wallMs = START_MS;
  #monotonicMs = 0;
  #phase: "none" | "begun" | "listed" | "watching" = "none";
  #pings = 0;
  #pongs = 0;
  /** What the network has said of whom, and of whom it has not. */
  readonly #truth = new Map<string, string | undefined>();
  /** What the facts say while a coverage is open. */
  #claimed: Map<string, string> | undefined;
  /** The last chunk that the open coverage rests on. */
  #proof: Instant | undefined;
  #chunk: Instant | undefined;
  /** By how much the wall clock was set since it was last looked at; more than a second breaks what may be claimed. */
  #jumpedMs = 0;
  #breaks = 0;
  #breaksAtProof = 0;

  constructor(accountId: number) {
    this.#recorder = new AccountRecorder(accountId, 0, this.#now, (fact) => this.#take(fact));
  }

  get #now() {
    return { atMs: this.#wallMs, monotonicMs: this.#monotonicMs };
  }

  run(events: readonly Event[]): void {
    for (const one of events) this.#step(one);
    if (this.#phase !== "none") this.#recorder.finish({ why: "asked" });
  }

  #step(one: Event): void {
    switch (one.do) {
      case "wait":
        this.#wallMs += one.ms;
        this.#monotonicMs += one.ms;
        return;
      case "jump":
        this.#wallMs += one.ms;
        this.#jumpedMs += one.ms;
        return;
      case "tick":
        this.#chunk = undefined;
        this.#look();
        return this.#recorder.tick(this.#now);
      case "begin":
        if (this.#phase !== "none") return;
        this.#phase = "begun";
        this.#pings = 0;
        this.#pongs = 0;
        this.#truth.clear();
        return this.#recorder.begin({ ping: () => ++this.#pings });
      case "cut":
        if (this.#phase === "none") return;
        this.#phase = "none";
        return this.#recorder.finish({ why: "lost", cause: new Error("cut") });
      case "sign-in":
        for (const part of ["begin", "lists", "barrier"] as const) this.#step({ do: part });
        return;
      default:
        return this.#hear(one);
    }
  }

  #hear(one: Exclude<Event, { do: "wait" | "jump" | "tick" | "begin" | "sign-in" | "cut" }>): void {
    if (this.#phase === "none") return;
    this.#chunk = this.#now;
    this.#look();
    this.#observe({ kind: "alive" });
    switch (one.do) {
      case "lists":
        if (this.#phase !== "begun") break;
        this.#phase = "listed";
        for (const each of ADDRESSES.slice(0, 3)) this.#truth.set(each, undefined);
        this.#observe({ kind: "roster", contacts: ADDRESSES.slice(0, 3).map(contact) });
        break;
      case "barrier":
        if (this.#phase !== "listed") break;
        this.#phase = "watching";
        for (const [each, said] of this.#truth) this.#truth.set(each, said ?? "offline");
        this.#observe({ kind: "snapshot-complete" });
        break;
      case "pong":
        if (this.#pongs < this.#pings) this.#observe({ kind: "pong", ping: ++this.#pongs });
        break;
      case "presence":
        if (this.#phase === "begun") break;
        if (this.#truth.has(one.address)) this.#truth.set(one.address, word(one.status, one.raw));
        this.#observe({ kind: "presence", address: one.address, status: one.status, raw: one.raw });
        break;
      case "add":
        if (this.#phase !== "watching" || this.#truth.has(one.address)) break;
        this.#truth.set(one.address, undefined);
        this.#observe({ kind: "contact-added", contact: contact(one.address) });
        break;
      case "remove":
        if (this.#phase !== "watching" || !this.#truth.has(one.address)) break;
        this.#truth.delete(one.address);
        this.#observe({ kind: "contact-removed", address: one.address });
        break;
      case "chunk":
        break;
    }
    if (this.#claimed) {
      const known = [...this.#truth].filter((entry): entry is [string, string] => entry[1] !== undefined);
      expect(Object.fromEntries(this.#claimed)).toEqual(Object.fromEntries(known));
    }
  }

  #look(): void {
    if (Math.abs(this.#jumpedMs) > MAX_DRIFT_MS) this.#breaks++;
    this.#jumpedMs = 0;
  }

  #observe(said: object): void {
    this.#recorder.observe({ ...said, ...this.#now } as Observation);
  }

  /** Judges each fact as it is written. */
  #take(fact: Fact): void {
    this.facts.push(structuredClone(fact));
    switch (fact.kind) {
      case "coverage-open":
        expect(this.#claimed, "two coverages open at once").toBeUndefined();
        expect(this.#chunk?.atMs, "a coverage begins where nothing was heard").toBe(fact.fromMs);
        this.#claimed = new Map(fact.watched.map((each) => [each, "offline"]));
        for (const { address: each, status, raw } of fact.present) this.#claimed.set(each, word(status, raw));
        return this.#prove();
      case "proof":
        expect(this.#claimed, "a proof without coverage").toBeDefined();
        expect(this.#chunk?.atMs, "a proof where nothing was heard").toBe(fact.atMs);
        this.#checkBridge();
        return this.#prove();
      case "said-again":
        expect(this.#claimed?.get(fact.address), "what is said again was said before").toBe(
          word(fact.status, fact.raw),
        );
        return;
      case "change":
      case "watch-open":
        expect(this.#claimed?.has(fact.address), "who changes is watched, who is new is not").toBe(
          fact.kind === "change",
        );
        expect(this.#proof?.atMs, "an event outside what is proved").toBe(fact.atMs);
        this.#claimed?.set(fact.address, word(fact.status, fact.raw));
        return;
      case "contact-removed":
        this.#claimed?.delete(fact.address);
        return;
      case "coverage-close":
        expect(this.#claimed, "no coverage to close").toBeDefined();
        expect(fact.toMs, "a claim past the last proof").toBe(this.#proof?.atMs);
        this.#claimed = undefined;
        return;
      case "mass-change":
        expect(this.#proof?.atMs, "a mass change outside what is proved").toBe(fact.toMs);
        expect(fact.contacts * 2).toBeGreaterThan(fact.ofContacts);
        return;
      case "roster":
      case "contact-added":
      case "profile":
      case "activity":
      case "account-state":
      case "heartbeat":
        return;
      default:
        fact satisfies never;
    }
  }

  #prove(): void {
    this.#proof = this.#chunk;
    this.#breaksAtProof = this.#breaks;
  }

  /** The open coverage reaches from the last proof to this chunk: neither silence nor a jump may lie between them. */
  #checkBridge(): void {
    if (!this.#proof) return;
    const silentMs = this.#wallMs - this.#proof.atMs;
    expect(silentMs, "a claim over a silence").toBeLessThanOrEqual(MAX_SILENCE_MS);
    expect(silentMs, "a claim back in time").toBeGreaterThanOrEqual(0);
    expect(this.#breaks, "a claim over a jump of the clock").toBe(this.#breaksAtProof);
  }
}

function contact(each: string) {
  return { address: each, displayAddress: each, name: each, groups: [] };
}

function word(status: string, raw: string): string {
  return status === "other" ? `other ${raw}` : status;
}

test("no sequence of news, silences and clock jumps makes the history lie", () => {
  let accounts = 0;
  let coverages = 0;
  fc.assert(
    fc.property(fc.array(event, { minLength: 10, maxLength: 120, size: "max" }), (events) => {
      const accountId = addAccount(++accounts);
      const play = new Play(accountId);
      play.run(events);
      writer.append(play.facts);
      coverages += checkRows(accountId);
    }),
    { seed: 2, numRuns: RUNS, examples: FOUND },
  );
  // The sequences do reach what they are meant to test.
  expect(coverages).toBeGreaterThan(RUNS);
});

function addAccount(nth: number): number {
  const { lastInsertRowid } = db
    .prepare(
      "INSERT INTO account (network, address, display_address, host, port, added_ms) VALUES ('messenger', @address, @address, 'x', 1863, 0)",
    )
    .run({ address: `me${nth}@example.com` });
  return Number(lastInsertRowid);
}

function checkRows(accountId: number): number {
  const count = (sql: string) => db.prepare(sql).pluck().get(accountId) as number;
  const own = "FROM coverage a WHERE a.account_id = ?";
  const overlaps = `SELECT count(*) ${own} AND EXISTS (SELECT 1 FROM coverage b
    WHERE b.account_id = a.account_id AND b.id > a.id AND b.from_ms < a.to_ms)`;
  const strays = `SELECT count(*) FROM event e JOIN coverage a ON a.id = e.coverage_id
    WHERE a.account_id = ? AND (e.at_ms < a.from_ms OR e.at_ms > a.to_ms)`;
  const unwatched = `SELECT count(*) FROM event e JOIN coverage a ON a.id = e.coverage_id WHERE a.account_id = ?
    AND NOT EXISTS (SELECT 1 FROM watch w WHERE w.contact_id = e.contact_id AND w.from_ms <= e.at_ms
                    AND (w.to_ms IS NULL OR w.to_ms >= e.at_ms))`;
  const watches = `SELECT count(*) FROM watch w JOIN contact c ON c.id = w.contact_id WHERE c.account_id = ?
    AND EXISTS (SELECT 1 FROM watch v WHERE v.contact_id = w.contact_id AND v.id > w.id AND v.from_ms < w.to_ms)`;
  expect(count(overlaps), "overlapping coverages").toBe(0);
  expect(count(strays), "events outside their coverage").toBe(0);
  expect(count(unwatched), "events about people who were not watched").toBe(0);
  expect(count(watches), "overlapping watches").toBe(0);
  expect(count(`SELECT count(*) ${own} AND a.end_reason IS NULL`), "coverages left open").toBe(0);
  return count(`SELECT count(*) ${own}`);
}
