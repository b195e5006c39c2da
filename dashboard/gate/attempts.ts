/**
 * How often passwords may be tried: a few times at once, then with waits that grow, for each address and for all
 * together. Kept in memory: a restart forgets it, and whoever can cause restarts has other ways.
 */
import { isIPv6 } from "node:net";

export interface Limit {
  /** So many mistakes cost nothing. */
  free: number;
  /** After the next one; each further one doubles it. */
  firstWaitMs: number;
  longestWaitMs: number;
  /** After so long without a mistake all is forgotten. */
  forgetMs: number;
}

export interface Limits {
  each: Limit;
  all: Limit;
  /** Of so many addresses the mistakes are remembered; then the oldest are forgotten. */
  mostAddresses: number;
}

const LIMITS: Limits = {
  each: { free: 5, firstWaitMs: 2_000, longestWaitMs: 15 * 60_000, forgetMs: 3_600_000 },
  // Many machines together get no further. The wait stays short, so that they cannot keep the owner out for long.
  all: { free: 50, firstWaitMs: 1_000, longestWaitMs: 30_000, forgetMs: 600_000 },
  mostAddresses: 10_000,
};

interface Tally {
  mistakes: number;
  lastMs: number;
}

export class Attempts {
  readonly #limits: Limits;
  /** In the order of the last mistake. */
  readonly #byAddress = new Map<string, Tally>();
  #all: Tally = { mistakes: 0, lastMs: 0 };

  constructor(limits: Limits = LIMITS) {
    this.#limits = limits;
  }

  /**
   * 0: go on, and call `succeeded` when it was right; until then it counts as a mistake, so that many at once get no
   * further than one after another. Otherwise for how many milliseconds nothing from this address is looked at.
   */
  begin(address: string, nowMs: number): number {
    const { each, all, mostAddresses } = this.#limits;
    const key = groupOf(address);
    const tally = this.#byAddress.get(key) ?? { mistakes: 0, lastMs: nowMs };
    const waitMs = Math.max(waitOf(tally, each, nowMs), waitOf(this.#all, all, nowMs));
    if (waitMs > 0) return waitMs;
    this.#byAddress.delete(key);
    this.#byAddress.set(key, oneMore(tally, each, nowMs));
    this.#all = oneMore(this.#all, all, nowMs);
    if (this.#byAddress.size > mostAddresses) this.#byAddress.delete(this.#byAddress.keys().next().value as string);
    return 0;
  }

  succeeded(address: string): void {
    this.#byAddress.delete(groupOf(address));
    this.#all = { ...this.#all, mistakes: Math.max(0, this.#all.mistakes - 1) };
  }
}

/** Next may load this module once per route; all count together on the process. */
const KEPT = Symbol.for("rollcall.attempts");
const home = globalThis as { [KEPT]?: Attempts };

export function sharedAttempts(): Attempts {
  home[KEPT] ??= new Attempts();
  return home[KEPT];
}

function waitOf({ mistakes, lastMs }: Tally, { free, firstWaitMs, longestWaitMs, forgetMs }: Limit, nowMs: number) {
  // A clock that went back would hold everybody up.
  if (mistakes < free || nowMs - lastMs >= forgetMs || nowMs < lastMs) return 0;
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(mistakes - free, 30));
  return Math.max(0, lastMs + waitMs - nowMs);
}

function oneMore({ mistakes, lastMs }: Tally, { forgetMs }: Limit, nowMs: number): Tally {
  return { mistakes: nowMs - lastMs >= forgetMs ? 1 : mistakes + 1, lastMs: nowMs };
}

/** Whoever has one IPv6 address has all of its /64. */
function groupOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = "", tail = ""] = address.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const [front, back] = [head, tail].map((part) => (part === "" ? [] : part.split(":"))) as [string[], string[]];
  const whole = address.includes("::")
    ? [...front, ...Array<string>(Math.max(0, 8 - front.length - back.length)).fill("0"), ...back]
    : front;
  return whole
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ""))
    .join(":");
}
