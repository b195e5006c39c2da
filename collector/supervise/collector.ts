/** All accounts' lives together: one journal, one look at the clocks, one stop. */
import { lastRecordedMs } from "../../db/history/coverage.ts";
import { openForReading } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import { type StoredAccount, storedAccounts } from "../../db/settings/accounts.ts";
import type { Clock, Network, SessionEnd, SignIn, Timer } from "../network/network.ts";
import { AccountRecorder, TICK_MS } from "../recorder/account-recorder.ts";
import { Journal, type StartWriter } from "../recorder/journal.ts";
import { AccountLife } from "./account-life.ts";
import { BACKOFF, Backoff, type BackoffOptions } from "./backoff.ts";
import { DiskTrouble, type Held } from "./disk-trouble.ts";
import { signInOf } from "./sign-in.ts";

const HEARTBEAT_MS = 30_000;
/** How soon a user's request is noticed. */
const LOOK_MS = 500;

export interface CollectorOptions {
  /** The data folder, which holds the key that opens the passwords. */
  folder: string;
  databasePath: string;
  clock: Clock;
  networks: Readonly<Record<string, Network>>;
  version: string;
  say(level: "info" | "warn" | "error", message: string): void;
  backoff?: BackoffOptions;
  /** How often the clocks are looked at; at most half of the silence that is tolerated. */
  tickMs?: number;
  /** How often the writer looks for what is to be done besides writing, such as a user's requests. */
  lookMs?: number;
  /** Facts wait at most this long for others to share their transaction. */
  batchMs?: number;
  /** How the journal's writer is started: a thread, unless given. */
  startWriter?: StartWriter;
  /** Uniform in [0, 1), for the waits between attempts. */
  random?: () => number;
  onCommitted?(facts: readonly Fact[], lastSeq: number): void;
}

export class Collector {
  readonly #options: CollectorOptions;
  readonly #journal: Journal;
  readonly #trouble: DiskTrouble;
  readonly #lives: AccountLife[] = [];
  #tick: Timer | undefined;
  #nextErrand: Timer | undefined;
  #heartbeatMs = Number.NEGATIVE_INFINITY;
  /**
   * Resolves when every account has stopped for good; with no account, at once. Rejects with DatabaseRefused when the
   * history turns out to be damaged: then there is nothing left but to stop.
   */
  readonly done: Promise<SessionEnd[]>;

  /** Rejects with DatabaseRefused or SealBroken, with nothing left open. */
  static async start(options: CollectorOptions): Promise<Collector> {
    const { databasePath, clock, version, say, batchMs, startWriter, onCommitted } = options;
    let collector: Collector | undefined;
    const damage = Promise.withResolvers<never>();
    // It may come when nobody waits any more.
    damage.promise.catch(() => undefined);
    const trouble = new DiskTrouble({ clock, say, waiting: () => journal.waiting });
    const journal = await Journal.open({
      path: databasePath,
      clock,
      startedMs: clock.nowMs(),
      version,
      ...(batchMs === undefined ? {} : { batchMs }),
      ...(startWriter ? { startWriter } : {}),
      ...(onCommitted ? { onCommitted } : {}),
      onDrained: () => collector?.resume(),
      onDamaged: damage.reject,
      onTrouble: (message) => trouble.tell(message),
      onHindered: (message) => {
        if (message) say("warn", `what is to be done besides recording has to wait: ${message}`);
      },
    });
    try {
      collector = new Collector(options, journal, trouble, await readAccounts(options), damage.promise);
      return collector;
    } catch (error) {
      await journal.close(clock.nowMs(), "failed");
      throw error;
    }
  }

  private constructor(
    options: CollectorOptions,
    journal: Journal,
    trouble: DiskTrouble,
    accounts: readonly Account[],
    damage: Promise<never>,
  ) {
    this.#options = options;
    this.#journal = journal;
    this.#trouble = trouble;
    for (const account of accounts) {
      const { state, displayAddress } = account.stored;
      if (state !== "stopped") this.#begin(account);
      else
        options.say(
          "warn",
          `${displayAddress}: stopped before the crash, so it is not signed in again by itself; stop Rollcall and start it again for that`,
        );
    }
    this.#look();
    this.#runErrands();
    this.done = Promise.race([damage, Promise.all(this.#lives.map((life) => life.done))]);
    this.done.catch(() => undefined);
  }

  /** What waits in memory because the disk refuses. */
  get held(): Held {
    return this.#trouble.held;
  }

  /** Signs out everywhere, closes the coverages, writes what is left and ends the run. */
  async stop(reason: string): Promise<void> {
    await Promise.all(this.#lives.map((life) => life.stop()));
    this.#tick?.cancel();
    this.#nextErrand?.cancel();
    this.#trouble.end();
    await this.#journal.close(this.#options.clock.nowMs(), reason);
  }

  resume(): void {
    for (const life of this.#lives) life.resume();
  }

  #runErrands(): void {
    const { clock, lookMs = LOOK_MS } = this.#options;
    this.#journal.look();
    this.#nextErrand = clock.after(lookMs, () => this.#runErrands());
  }

  #begin({ stored, signIn, lastRecordedMs }: Account): void {
    const { clock, networks, backoff = BACKOFF, random = Math.random, say } = this.#options;
    const { id: accountId } = stored;
    const network = networks[stored.network];
    if (!network)
      throw new Error(
        `account ${signIn.address} is on the network "${stored.network}", which this version does not know`,
      );
    const write = (fact: Fact) => this.#journal.write(fact);
    const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const recorder = new AccountRecorder(accountId, lastRecordedMs, now, write);
    const isFull = () => this.#journal.isFull;
    const parts = { accountId, signIn, network, clock, recorder, write, isFull, say };
    this.#lives.push(new AccountLife({ ...parts, backoff: new Backoff(backoff, random) }));
  }

  #look(): void {
    const { clock, tickMs = TICK_MS } = this.#options;
    const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    for (const life of this.#lives) life.tick(now);
    if (now.monotonicMs - this.#heartbeatMs >= HEARTBEAT_MS) {
      this.#heartbeatMs = now.monotonicMs;
      this.#journal.write({ kind: "heartbeat", atMs: now.atMs });
    }
    this.#tick = clock.after(tickMs, () => this.#look());
  }
}

interface Account {
  stored: StoredAccount;
  signIn: SignIn;
  lastRecordedMs: number;
}

async function readAccounts({ folder, databasePath, say }: CollectorOptions): Promise<Account[]> {
  const db = openForReading(databasePath);
  try {
    const accounts: Account[] = [];
    for (const stored of storedAccounts(db)) {
      // Brought over from elsewhere, without its secrets.
      if (stored.sealedPassword === null) {
        say(
          "warn",
          `${stored.displayAddress}: there is no password here, so it is not signed in; give it with: rollcall account add ${stored.displayAddress} …`,
        );
        continue;
      }
      const signIn = await signInOf(folder, stored);
      accounts.push({ stored, signIn, lastRecordedMs: lastRecordedMs(db, stored.id) });
    }
    return accounts;
  } finally {
    db.close();
  }
}
