/**
 * How often somebody may try to sign in. A few wrong passwords are a person's; after them each one doubles the wait, for
 * the address that it came from and, much later, for all addresses together. Kept in memory: a program that can restart
 * the dashboard has no need to guess.
 */
const FREE = 5;
const FREE_FOR_ALL = 50;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
/** Who has been quiet for so long begins anew. */
const FORGIVEN_MS = 60 * 60_000;
/** Addresses are cheap to have; all together are limited anyway. */
const MOST_ADDRESSES = 1_000;

interface Tally {
  failures: number;
  lastMs: number;
}

export class Attempts {
  readonly #byAddress = new Map<string, Tally>();
  #all: Tally = { failures: 0, lastMs: 0 };

  /** Milliseconds until this address may try again; 0: now. */
  waitMs(address: string, nowMs: number): number {
    const own = this.#byAddress.get(address) ?? { failures: 0, lastMs: 0 };
    return Math.max(left(own, FREE, nowMs), left(this.#all, FREE_FOR_ALL, nowMs));
  }

  failed(address: string, nowMs: number): void {
    const own = another(this.#byAddress.get(address), nowMs);
    // Last in the map is who tried last.
    this.#byAddress.delete(address);
    this.#byAddress.set(address, own);
    const [first] = this.#byAddress.keys();
    if (this.#byAddress.size > MOST_ADDRESSES && first !== undefined) this.#byAddress.delete(first);
    this.#all = another(this.#all, nowMs);
  }

  /** The attempt that was counted last was none to fear. */
  succeeded(address: string): void {
    this.#byAddress.delete(address);
    this.#all.failures = Math.max(0, this.#all.failures - 1);
  }
}

function another(tally: Tally | undefined, nowMs: number): Tally {
  const isForgiven = tally === undefined || nowMs - tally.lastMs >= FORGIVEN_MS;
  return { failures: isForgiven ? 1 : tally.failures + 1, lastMs: nowMs };
}

function left({ failures, lastMs }: Tally, free: number, nowMs: number): number {
  if (failures < free) return 0;
  const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(30, failures - free));
  // A clock that was set back must not lock anybody out.
  return Math.min(waitMs, Math.max(0, lastMs + waitMs - nowMs));
}
