/**
 * All accounts' lives together: one journal, one look at the clocks, one stop. Accounts are added, changed, paused, resumed
 * and removed while it runs, through the database alone.
 */
import type { SignInTest } from "../../db/keep/sign-in-tests.ts";
import { openForReading } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import type { StoredAccount } from "../../db/settings/accounts.ts";
import { SealBroken } from "../../db/settings/seal-broken.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import type { Clock, Network, SessionEnd, SignIn, Timer } from "../network/network.ts";
import { AccountRecorder, TICK_MS } from "../recorder/account-recorder.ts";
import { Journal, type StartWriter } from "../recorder/journal.ts";
import { type AccountNow, accountsNow } from "../recorder/writer-side.ts";
import { AccountLife } from "./account-life.ts";
import { BACKOFF, Backoff, type BackoffOptions } from "./backoff.ts";
import { DiskTrouble, type Held } from "./disk-trouble.ts";
import { Gate } from "./gate.ts";
import { isMachineOffline, isOnThisMachine } from "./machine.ts";
import { signInOf } from "./sign-in.ts";
import { answerOfTest } from "./sign-in-tests.ts";
import { Upgrading } from "./upgrading.ts";

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
  /** Again and again while a history is brought up to date. */
  onUpgrading?(): void;
  /** Whether this machine has no network at all. */
  isOffline?: () => boolean;
  /** Uniform in [0, 1), for the waits between attempts. */
  random?: () => number;
  onCommitted?(facts: readonly Fact[], lastSeq: number): void;
}

/** An account that is being lived for, and what it was begun with. */
interface Living {
  life: AccountLife;
  revision: number;
  network: string;
  address: string;
}

export class Collector {
  readonly #options: CollectorOptions;
  readonly #journal: Journal;
  readonly #trouble: DiskTrouble;
  readonly #gate: Gate;
  /** By the account's number; those whose life has ended by itself stay until their account is changed. */
  readonly #lives = new Map<number, Living>();
  readonly #paused = new Set<number>();
  /** How the lives ended that did so by themselves, and whoever could not begin. */
  readonly #ends = new Map<number, SessionEnd>();
  #tick: Timer | undefined;
  #nextErrand: Timer | undefined;
  #heartbeatMs = Number.NEGATIVE_INFINITY;
  #isStopping = false;
  readonly #stopAsked = Promise.withResolvers<void>();
  /** Changes of accounts are carried out one after the other. */
  #changing: Promise<void> = Promise.resolve();
  readonly #idle = Promise.withResolvers<SessionEnd[]>();
  /**
   * Resolves, once, when every account that should be recorded has stopped for good; with no such account, at once. One
   * that is paused is not: it is to be resumed.
   */
  readonly idle = this.#idle.promise;
  /** Rejects with DatabaseRefused when the history turns out to be damaged: then there is nothing left but to stop. */
  readonly damage: Promise<never>;

  /** Rejects with DatabaseRefused, with nothing left open. */
  static async start(options: CollectorOptions): Promise<Collector> {
    const { databasePath, clock, version, say, batchMs, startWriter, onCommitted, onUpgrading } = options;
    let collector: Collector | undefined;
    const damage = Promise.withResolvers<never>();
    // It may come when nobody waits any more.
    damage.promise.catch(() => undefined);
    const trouble = new DiskTrouble({ clock, say, waiting: () => journal.waiting });
    const upgrading = new Upgrading({ clock, say, ...(onUpgrading ? { onWord: onUpgrading } : {}) });
    const journal = await Journal.open({
      path: databasePath,
      clock,
      startedMs: clock.nowMs(),
      version,
      ...(batchMs === undefined ? {} : { batchMs }),
      ...(startWriter ? { startWriter } : {}),
      ...(onCommitted ? { onCommitted } : {}),
      onMigrating: (migrating) => upgrading.begin(migrating),
      onDrained: () => collector?.resume(),
      onAccounts: (accounts) => collector?.heed(accounts),
      onTest: (test) => void collector?.test(test),
      onDamaged: damage.reject,
      onTrouble: (message) => trouble.tell(message),
      onHindered: (message) => {
        if (message) say("warn", `what is to be done besides recording has to wait: ${message}`);
      },
    }).finally(() => upgrading.end());
    upgrading.done();
    try {
      collector = new Collector(options, journal, trouble, damage.promise);
      await collector.#heedAll(readAccounts(databasePath), true);
      return collector;
    } catch (error) {
      await journal.close(clock.nowMs(), "failed");
      throw error;
    }
  }

  private constructor(options: CollectorOptions, journal: Journal, trouble: DiskTrouble, damage: Promise<never>) {
    this.#options = options;
    this.#journal = journal;
    this.#trouble = trouble;
    this.#gate = new Gate(options.clock);
    this.damage = damage;
    this.#look();
    this.#runErrands();
  }

  /** What waits in memory because the disk refuses. */
  get held(): Held {
    return this.#trouble.held;
  }

  /** Signs out everywhere, closes the coverages, writes what is left and ends the run. */
  async stop(reason: string): Promise<void> {
    this.#isStopping = true;
    this.#stopAsked.resolve();
    await this.#changing;
    await Promise.all([...this.#lives.values()].map(({ life }) => life.stop()));
    this.#tick?.cancel();
    this.#nextErrand?.cancel();
    this.#trouble.end();
    await this.#journal.close(this.#options.clock.nowMs(), reason);
  }

  resume(): void {
    for (const { life } of this.#lives.values()) life.resume();
  }

  /** What is wished of the accounts has changed: begins, ends and renews lives. */
  heed(accounts: readonly AccountNow[]): void {
    this.#changing = this.#changing.then(() => this.#heedAll(accounts, false));
  }

  /** Tries a sign-in for a user who wants to know. */
  async test(test: SignInTest): Promise<void> {
    const { clock, folder, networks } = this.#options;
    const answer = await answerOfTest(test, {
      ...{ clock, folder, networks },
      isLivedFor: (network, address) =>
        [...this.#lives].some(
          ([id, living]) => living.network === network && living.address === address && !this.#ends.has(id),
        ),
      isOffline: (host) => this.#isOffline(host),
      stop: this.#stopAsked.promise,
    });
    this.#journal.answerTest(test.id, answer);
  }

  #isOffline(host: string): boolean {
    return !isOnThisMachine(host) && (this.#options.isOffline ?? isMachineOffline)();
  }

  async #heedAll(accounts: readonly AccountNow[], isStart: boolean): Promise<void> {
    await Promise.all(accounts.map((account) => this.#heed(account, isStart)));
    this.#noticeIdle();
  }

  async #heed({ stored, lastRecordedMs }: AccountNow, isStart: boolean): Promise<void> {
    const { clock, say } = this.#options;
    const { id: accountId, wish, revision, displayAddress, sealedPassword, state } = stored;
    const living = this.#lives.get(accountId);
    if (this.#isStopping || (living && living.revision === revision)) return;
    if (living) await living.life.stop();
    this.#lives.delete(accountId);
    this.#ends.delete(accountId);
    this.#paused.delete(accountId);
    if (this.#isStopping) return;
    if (wish === "paused") this.#paused.add(accountId);
    if (wish !== "record") {
      if (living) {
        this.#journal.write({ kind: "account-state", accountId, atMs: clock.nowMs(), state: wish, detail: "" });
        say("info", `${displayAddress}: ${wish}, signed out`);
      }
      return;
    }
    if (sealedPassword === null) {
      // Brought over from elsewhere, without its secrets.
      return say(
        "warn",
        `${displayAddress}: there is no password here, so it is not signed in; give it with: rollcall account add ${displayAddress} …`,
      );
    }
    if (isStart && state === "stopped") {
      return say(
        "warn",
        `${displayAddress}: stopped before the crash, so it is not signed in again by itself; stop Rollcall and start it again for that`,
      );
    }
    await this.#begin(stored, lastRecordedMs);
  }

  async #begin(stored: StoredAccount, lastRecordedMs: number): Promise<void> {
    const { clock, folder, networks, backoff = BACKOFF, random = Math.random, say } = this.#options;
    const { id: accountId, revision } = stored;
    const network = networks[stored.network];
    if (!network) {
      return this.#refuse(stored, `it is on the network "${stored.network}", which this version does not know`);
    }
    let signIn: SignIn;
    try {
      signIn = await signInOf(folder, stored);
    } catch (error) {
      if (!(error instanceof SealBroken || error instanceof SettingsError)) throw error;
      return this.#refuse(stored, error.message);
    }
    const write = (fact: Fact) => this.#journal.write(fact);
    const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const recorder = new AccountRecorder(accountId, lastRecordedMs, now, write);
    const isFull = () => this.#journal.isFullOf(accountId);
    const { takeBackMinutes } = stored.options;
    const parts = {
      ...{ accountId, signIn, network, clock, recorder, write, isFull, say, gate: this.#gate },
      takeBackMs: takeBackMinutes === undefined ? undefined : takeBackMinutes * 60_000,
      isOffline: () => this.#isOffline(stored.host),
    };
    const life = new AccountLife({ ...parts, backoff: new Backoff(backoff, random) });
    this.#lives.set(accountId, { life, revision, network: stored.network, address: stored.address });
    void life.done.then((end) => {
      if (this.#lives.get(accountId)?.life !== life || end.why === "asked") return;
      this.#ends.set(accountId, end);
      this.#noticeIdle();
    });
  }

  /** An account that cannot even be tried stops alone. */
  #refuse({ id: accountId, displayAddress }: StoredAccount, message: string): void {
    const { clock, say } = this.#options;
    this.#journal.write({ kind: "account-state", accountId, atMs: clock.nowMs(), state: "stopped", detail: message });
    say("error", `${displayAddress}: ${message}`);
    this.#ends.set(accountId, { why: "refused", code: "account", message });
  }

  #noticeIdle(): void {
    const isLiving = [...this.#lives.keys()].some((accountId) => !this.#ends.has(accountId));
    if (!isLiving && this.#paused.size === 0) this.#idle.resolve([...this.#ends.values()]);
  }

  #runErrands(): void {
    const { clock, lookMs = LOOK_MS } = this.#options;
    this.#journal.look();
    this.#nextErrand = clock.after(lookMs, () => this.#runErrands());
  }

  #look(): void {
    const { clock, tickMs = TICK_MS } = this.#options;
    const now = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    for (const { life } of this.#lives.values()) life.tick(now);
    if (now.monotonicMs - this.#heartbeatMs >= HEARTBEAT_MS) {
      this.#heartbeatMs = now.monotonicMs;
      this.#journal.write({ kind: "heartbeat", atMs: now.atMs });
    }
    this.#tick = clock.after(tickMs, () => this.#look());
  }
}

function readAccounts(databasePath: string): AccountNow[] {
  const db = openForReading(databasePath);
  try {
    return accountsNow(db);
  } finally {
    db.close();
  }
}
