/**
 * What a running collector knows of itself from what it commits: which accounts it has tried, how soon facts reach
 * the disk, what was lost and why. Fed with every batch after its COMMIT; nothing here is a fact of the history.
 */
import type { AccountState, Fact } from "../../db/record/facts.ts";
import type { Held } from "../supervise/disk-trouble.ts";

/** Upper bounds of the classes that write latencies are counted in, seconds. */
export const LATENCY_BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30] as const;

/** Nothing has come yet of the first attempt. */
const UNTRIED: ReadonlySet<AccountState> = new Set(["new", "signing-in", "syncing"]);

export class Vitals {
  /** Events committed in this life. */
  events = 0;
  /** Coverages that ended, by the reason. */
  readonly lost = new Map<string, number>();
  /** How many facts took at most so long from their bytes to the disk: one for each bound, and one for all. */
  readonly latencies: number[] = new Array(LATENCY_BOUNDS_S.length + 1).fill(0);
  latencySumS = 0;
  /** The last instant for which a proof of life has been committed in this life. */
  lastProofMs = Number.NEGATIVE_INFINITY;
  /** Accounts whose first attempt at signing in has ended, one way or the other. */
  readonly #tried = new Set<number>();
  /** What is being done about each account that anything was said of. */
  readonly states = new Map<number, AccountState>();
  readonly #held: () => Held;

  constructor(held: () => Held) {
    this.#held = held;
  }

  /** What waits in memory because the disk refuses. */
  get held(): Held {
    return this.#held();
  }

  /** To be called after each COMMIT. */
  heard(facts: readonly Fact[], nowMs: number): void {
    for (const fact of facts) {
      switch (fact.kind) {
        case "account-state":
          this.states.set(fact.accountId, fact.state);
          if (!UNTRIED.has(fact.state)) this.#tried.add(fact.accountId);
          break;
        case "coverage-close":
          this.lost.set(fact.reason, (this.lost.get(fact.reason) ?? 0) + 1);
          break;
        case "coverage-open":
          this.events += fact.present.length;
          this.lastProofMs = Math.max(this.lastProofMs, fact.fromMs);
          break;
        case "proof":
          this.lastProofMs = Math.max(this.lastProofMs, fact.atMs);
          break;
        case "change":
        case "watch-open":
          this.events++;
          this.lastProofMs = Math.max(this.lastProofMs, fact.atMs);
          this.#time(Math.max(0, nowMs - fact.atMs) / 1_000);
          break;
        default:
      }
    }
  }

  /** Whether each of these has been tried once. */
  haveAllBeenTried(accountIds: readonly number[]): boolean {
    return accountIds.every((id) => this.#tried.has(id));
  }

  #time(seconds: number): void {
    const at = LATENCY_BOUNDS_S.findIndex((bound) => seconds <= bound);
    const place = at === -1 ? LATENCY_BOUNDS_S.length : at;
    this.latencies[place] = (this.latencies[place] ?? 0) + 1;
    this.latencySumS += seconds;
  }
}
