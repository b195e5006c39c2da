/**
 * Who is in a made-up history, and what they do: weekly routines in their own time zones, as a pure function of a seed.
 * A person's day is made from dice of its own, so that a short history and a long one of the same world end alike.
 */
import { type Chance, chanceFor } from "../../../collector/sandbox/chance.ts";
import { type Offset, offsetsOf } from "../../../db/answers/zone.ts";
import type { Status } from "../../../db/status.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

export interface World {
  name: string;
  seed: string;
  accounts: number;
  /** Of each account. */
  contacts: number;
  /** [fromMs, toMs), the first at a UTC midnight. */
  fromMs: number;
  toMs: number;
}

/** In the middle of a day, so that one is unfinished. */
const END_MS = Date.UTC(2026, 10, 19, 15, 20);
const LAST_MIDNIGHT_MS = Date.UTC(2026, 10, 19);

function world(name: string, accounts: number, contacts: number, days: number): World {
  return { name, seed: "rollcall", accounts, contacts, fromMs: LAST_MIDNIGHT_MS - days * DAY_MS, toMs: END_MS };
}

/** One user for ten years, a team for a year, and the same team's last five weeks: a tenth of it. */
export const WORLDS = {
  one: world("one", 1, 200, 3_652),
  team: world("team", 50, 200, 365),
  "team-tenth": world("team-tenth", 50, 200, 36),
} as const;

/** The same in small, to try things with. */
export const SMALL_WORLDS = {
  one: world("small-one", 1, 200, 120),
  team: world("small-team", 50, 20, 40),
  "team-tenth": world("small-team-tenth", 50, 20, 4),
} as const;

export interface Change {
  atMs: number;
  status: Status;
}

export const RAW: Record<Status, string> = {
  available: "NLN",
  busy: "BSY",
  idle: "IDL",
  away: "AWY",
  "be-right-back": "BRB",
  "on-the-phone": "PHN",
  "out-to-lunch": "LUN",
  offline: "FLN",
  other: "HDN",
};

/** Blocks of a day, in hours of the local clock, in which somebody is around. */
type Plan = readonly (readonly [from: number, to: number])[];

interface Habit {
  workday: Plan;
  weekend: Plan;
}

const HABITS: readonly Habit[] = [
  {
    workday: [
      [8.5, 12.4],
      [13.1, 17.5],
      [20.3, 22],
    ],
    weekend: [
      [10, 12.5],
      [16, 18.5],
      [20, 22.5],
    ],
  },
  {
    workday: [
      [7.2, 11.8],
      [12.5, 16.2],
    ],
    weekend: [
      [9.5, 11],
      [19, 20.5],
    ],
  },
  {
    workday: [
      [10.5, 12.5],
      [15.5, 18.5],
      [20.5, 25.5],
    ],
    weekend: [
      [12.5, 15],
      [18, 27],
    ],
  },
  {
    workday: [
      [15, 19.5],
      [21.5, 23.5],
      [25, 26],
      [31, 32.5],
    ],
    weekend: [
      [13, 18],
      [20, 24],
    ],
  },
  {
    workday: [
      [5.2, 8.2],
      [16, 20],
    ],
    weekend: [
      [5.5, 11],
      [15, 18],
    ],
  },
  { workday: [[6, 25]], weekend: [[8, 26]] },
];

const ZONES = [
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/Los_Angeles",
  "Asia/Kathmandu",
  "Asia/Tokyo",
  "Australia/Lord_Howe",
  "Africa/Lagos",
];

/** How a stay is filled: which statuses, how often each. */
const MOODS: readonly (readonly [Status, number])[] = [
  ["available", 8],
  ["busy", 4],
  ["idle", 4],
  ["away", 2],
  ["be-right-back", 1],
  ["on-the-phone", 1],
  ["out-to-lunch", 1],
];
const WEIGHTS = MOODS.reduce((sum, [, weight]) => sum + weight, 0);

/** Changes a day, signing in and out included, on average of all. */
const CHANGES_A_DAY = 20;
const DAYS_OFF = 0.06;

export class Person {
  readonly address: string;
  readonly name: string;
  readonly #seed: string;
  readonly #habit: Habit;
  readonly #offsets: Offset[];
  #offset = 0;

  constructor({ seed, fromMs, toMs }: World, account: number, contact: number) {
    this.address = `contact.${contact}@of-${account}.example.com`;
    this.name = `Contact ${contact} of ${account}`;
    this.#seed = `${seed} ${this.address}`;
    const chance = chanceFor(this.#seed);
    this.#habit = chance.pick(HABITS);
    this.#offsets = offsetsOf(chance.pick(ZONES), fromMs - 3 * DAY_MS, toMs + 3 * DAY_MS);
  }

  /** What happens from this person's habits' day on; `day` counts from the epoch, in local days. */
  *day(day: number): Generator<Change> {
    const chance = chanceFor(this.#seed, day);
    if (chance.isLuckyAt(DAYS_OFF)) return;
    const weekday = (day + 3) % 7;
    const plan = weekday >= 5 ? this.#habit.weekend : this.#habit.workday;
    const hours = plan.reduce((sum, [from, to]) => sum + to - from, 0);
    for (const [from, to] of plan) {
      const startMs = this.#instant(day, from + chance.between(-0.4, 0.4));
      const endMs = this.#instant(day, to + chance.between(-0.4, 0.4));
      // Signing in and out are two of them.
      const within = Math.round(((CHANGES_A_DAY / (1 - DAYS_OFF)) * (to - from)) / hours) - 2;
      yield { atMs: startMs, status: "available" };
      yield* this.#stay(startMs, endMs, Math.max(0, within), chance);
      yield { atMs: endMs, status: "offline" };
    }
  }

  *#stay(startMs: number, endMs: number, changes: number, chance: Chance): Generator<Change> {
    const stepMs = (endMs - startMs) / (changes + 1);
    let before: Status = "available";
    for (let n = 1; n <= changes; n++) {
      before = another(before, chance);
      yield { atMs: Math.floor(startMs + stepMs * (n + chance.between(-0.45, 0.45))), status: before };
    }
  }

  /** The hour of a local day, which may lie beyond its midnight, as an instant. */
  #instant(day: number, hour: number): number {
    const localMs = day * DAY_MS + Math.floor(hour * HOUR_MS);
    while ((this.#offsets[this.#offset + 1]?.fromMs ?? Number.POSITIVE_INFINITY) <= localMs) this.#offset++;
    while (this.#offset > 0 && (this.#offsets[this.#offset]?.fromMs ?? 0) > localMs) this.#offset--;
    return localMs - (this.#offsets[this.#offset]?.offsetMs ?? 0);
  }
}

function another(before: Status, chance: Chance): Status {
  for (;;) {
    let left = chance.next() * WEIGHTS;
    for (const [status, weight] of MOODS) {
      left -= weight;
      if (left < 0 && status === before) break;
      if (left < 0) return status;
    }
  }
}

export interface Outage {
  fromMs: number;
  toMs: number;
  reason: "connection-lost" | "silence" | "server-closing" | "stopped";
}

/** When an account is not observed, oldest first: a minute or an hour now and then, a day a few times a year. */
export function outagesOf({ seed, fromMs, toMs }: World, account: number): Outage[] {
  const outages: Outage[] = [];
  for (let day = Math.floor(fromMs / DAY_MS); day * DAY_MS < toMs; day++) {
    const chance = chanceFor(seed, "outage", account, day);
    if (!chance.isLuckyAt(0.12)) continue;
    const beginMs = day * DAY_MS + Math.floor(chance.between(0.05, 0.95) * DAY_MS);
    const minutes = chance.isLuckyAt(0.05) ? chance.between(600, 1_800) : chance.between(1, 90);
    const endMs = beginMs + Math.floor(minutes * MINUTE_MS);
    const last = outages.at(-1);
    if (beginMs <= fromMs || endMs >= toMs || (last && last.toMs + HOUR_MS > beginMs)) continue;
    outages.push({
      fromMs: beginMs,
      toMs: endMs,
      reason: chance.pick(["connection-lost", "silence", "server-closing", "stopped"]),
    });
  }
  return outages;
}
