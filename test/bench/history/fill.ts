/** A world's facts in the order in which they arrive, through the collector's own writer and roller. */

import { chanceFor } from "../../../collector/sandbox/chance.ts";
import type { Handle } from "../../../db/open.ts";
import type { Fact, Presence } from "../../../db/record/facts.ts";
import { HistoryWriter } from "../../../db/record/writer.ts";
import { Roller } from "../../../db/rollup/roller.ts";
import { putAccount } from "../../../db/settings/accounts.ts";
import { STATUS_CODES, type Status, statusFromCode } from "../../../db/status.ts";
import { type Change, DAY_MS, type Outage, outagesOf, Person, RAW, type World } from "./world.ts";

/** As many facts as the journal puts into one transaction at most. */
const BATCH = 5_000;
/** How often, coming, somebody shows another message. */
const NEW_MESSAGE = 0.02;

/** Fills an empty history. `onDay`: how much is done, from 0 to 1, after each day. */
export function fill(db: Handle, world: World, onDay: (fraction: number) => void): void {
  const { accounts, fromMs, toMs } = world;
  for (let account = 1; account <= accounts; account++) {
    const address = `me.${account}@example.com`;
    const settings = { network: "messenger", address, host: "messenger.example.com", port: 1863, options: {} };
    putAccount(db, settings, Buffer.from("sealed"), fromMs);
  }
  const writer = new HistoryWriter(db, fromMs, "0.0.0-bench");
  const roller = new Roller(db);
  for (const { facts, dayEndMs } of factsOf(world)) {
    for (let at = 0; at < facts.length; at += BATCH) writer.append(facts.slice(at, at + BATCH));
    while (roller.roll(dayEndMs, 1_000));
    onDay((dayEndMs - fromMs) / (toMs - fromMs));
  }
}

export interface DayOfFacts {
  facts: Fact[];
  /** The end of the day, or of the world. */
  dayEndMs: number;
}

/** Day by day (UTC), the first of them with the rosters and the first coverages. */
export function* factsOf(world: World): Generator<DayOfFacts, void> {
  const lives = Array.from({ length: world.accounts }, (_, index) => new AccountFacts(world, index + 1));
  const everyone = lives.flatMap((life) => life.people.map((person) => ({ life, person })));
  for (let dayMs = world.fromMs; dayMs < world.toMs; dayMs += DAY_MS) {
    const dayEndMs = Math.min(dayMs + DAY_MS, world.toMs);
    const facts: Fact[] = [];
    if (dayMs === world.fromMs) for (const life of lives) life.begin(facts);
    for (const packed of inOrder(everyone, dayMs, dayEndMs)) {
      const atMs = dayMs + Math.floor(packed / PACK);
      const { life, person } = everyone[Math.floor(packed / CODES) % PEOPLE] as (typeof everyone)[number];
      life.change(person, atMs, statusFromCode(packed % CODES), facts);
    }
    for (const life of lives) life.endDay(dayEndMs, facts);
    facts.push({ kind: "heartbeat", atMs: dayEndMs });
    yield { facts, dayEndMs };
  }
}

const CODES = 16;
const PEOPLE = 16_384;
const PACK = CODES * PEOPLE;

/** All changes of a day as one number each, which native code sorts: when, who, what. */
function inOrder(everyone: readonly { person: Timeline }[], dayMs: number, dayEndMs: number): Float64Array {
  const packed: number[] = [];
  for (const [who, { person }] of everyone.entries())
    for (const { atMs, status } of person.until(dayEndMs))
      if (atMs >= dayMs) packed.push((atMs - dayMs) * PACK + who * CODES + STATUS_CODES[status]);
  return Float64Array.from(packed).sort();
}

/** A person, and what of their life has not happened yet. */
class Timeline {
  readonly person: Person;
  status: Status = "offline";
  messages = 0;
  #nextDay: number;
  #ahead: Change[] = [];

  constructor(person: Person, fromMs: number) {
    this.person = person;
    this.#nextDay = Math.floor(fromMs / DAY_MS) - 2;
  }

  /** What happens before `endMs` and was not taken yet, in order. */
  until(endMs: number): Change[] {
    // In the east a local day begins up to fourteen hours earlier.
    while (this.#nextDay <= Math.floor(endMs / DAY_MS) + 1) this.#ahead.push(...this.person.day(this.#nextDay++));
    const first = this.#ahead.findIndex(({ atMs }) => atMs >= endMs);
    return this.#ahead.splice(0, first === -1 ? this.#ahead.length : first);
  }
}

/** What is told of an account: its coverages, cut by its outages, and its people within them. */
class AccountFacts {
  readonly people: Timeline[];
  readonly #accountId: number;
  readonly #world: World;
  readonly #outages: Outage[];
  #isCovered = false;

  constructor(world: World, accountId: number) {
    this.#accountId = accountId;
    this.#world = world;
    this.#outages = outagesOf(world, accountId);
    this.people = Array.from(
      { length: world.contacts },
      (_, index) => new Timeline(new Person(world, accountId, index + 1), world.fromMs),
    );
  }

  begin(facts: Fact[]): void {
    const { fromMs } = this.#world;
    // Who is there already.
    for (const one of this.people) for (const { status } of one.until(fromMs)) one.status = status;
    facts.push({
      kind: "roster",
      accountId: this.#accountId,
      atMs: fromMs,
      contacts: this.people.map(({ person: { address, name } }, index) => ({
        address,
        displayAddress: address,
        name,
        groups: [`Group ${index % 8}`],
      })),
    });
    this.#open(fromMs, facts);
  }

  change(one: Timeline, atMs: number, status: Status, facts: Fact[]): void {
    this.#passOutages(atMs, facts);
    if (status === one.status) return;
    const comes = one.status === "offline";
    one.status = status;
    if (!this.#isCovered) return;
    const { address } = one.person;
    const accountId = this.#accountId;
    facts.push({ kind: "change", accountId, atMs, address, status, raw: RAW[status] });
    if (comes && chanceFor(address, atMs).isLuckyAt(NEW_MESSAGE))
      facts.push({ kind: "profile", accountId, atMs, address, field: "message", value: `message ${++one.messages}` });
  }

  /** Proved a moment beyond the day's end, so that the day is over; or not at all in an outage. */
  endDay(endMs: number, facts: Fact[]): void {
    this.#passOutages(endMs, facts);
    if (!this.#isCovered) return;
    const isLast = endMs === this.#world.toMs;
    const atMs = Math.min(isLast ? endMs : endMs + 1, this.#outages[0]?.fromMs ?? Number.POSITIVE_INFINITY);
    facts.push({ kind: "proof", accountId: this.#accountId, atMs });
  }

  #passOutages(atMs: number, facts: Fact[]): void {
    for (;;) {
      const next = this.#outages[0];
      if (!next || atMs < next.fromMs) return;
      if (this.#isCovered) {
        facts.push({ kind: "coverage-close", accountId: this.#accountId, toMs: next.fromMs, reason: next.reason });
        this.#isCovered = false;
      }
      if (atMs < next.toMs) return;
      this.#outages.shift();
      this.#open(next.toMs, facts);
    }
  }

  #open(fromMs: number, facts: Fact[]): void {
    const present = this.people
      .filter(({ status }) => status !== "offline")
      .map(({ person, status }): Presence => ({ address: person.address, status, raw: RAW[status] }));
    const watched = this.people.map(({ person }) => person.address);
    facts.push({ kind: "coverage-open", accountId: this.#accountId, fromMs, watched, present });
    this.#isCovered = true;
  }
}
