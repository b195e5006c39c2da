/**
 * Carries facts to the worker thread that writes them, a batch at a time, so that a slow disk never delays the reading
 * of the clock. Facts stay here until their batch is committed; a batch that the disk refuses is tried again.
 */
import { Worker } from "node:worker_threads";
import { beside } from "../../db/beside.ts";
import type { SignInTest, TestAnswer } from "../../db/keep/sign-in-tests.ts";
import { DatabaseRefused, type Migrating } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import type { Clock, Timer } from "../network/network.ts";
import type { AccountNow, FromWriter, ToWriter, WriterStart } from "./writer-side.ts";

/** Facts wait at most this long for others to share their transaction. */
const BATCH_MS = 50;
/** A proof of life alone is worth less than an fsync: it may wait this long. */
const PROOF_MS = 5_000;
const RETRY_MS = 1_000;
/** No transaction holds more than this, so that none takes long. */
const MAX_BATCH = 5_000;
/** With more than this waiting, whoever writes should pause until `onDrained`. */
const FULL_AT = 10_000;
/** Asked to close, a journal whose disk refuses this often gives up: a service must be able to stop. */
const CLOSING_ATTEMPTS = 3;

/** The journal's end of the line to the writer: a Worker, as far as it is needed. */
export interface WriterLine {
  postMessage(message: ToWriter): void;
  on(event: "message", hear: (message: FromWriter) => void): unknown;
  on(event: "error", hear: (error: Error) => void): unknown;
  once(event: "error", hear: (error: Error) => void): unknown;
  once(event: "exit", hear: () => void): unknown;
  removeAllListeners(event: "error"): unknown;
  removeListener(event: "message", hear: (message: FromWriter) => void): unknown;
  terminate(): unknown;
}

/** Starts a writer. */
export type StartWriter = (start: WriterStart) => WriterLine;

const startThread: StartWriter = (workerData) => new Worker(beside(import.meta, "writer-thread"), { workerData });

export interface JournalOptions {
  path: string;
  clock: Clock;
  startedMs: number;
  version: string;
  /** Facts wait at most this long; longer for a past that is written in bulk. */
  batchMs?: number;
  /** A thread, unless given. */
  startWriter?: StartWriter;
  /** The history has to be brought up to date before it is open. */
  onMigrating?(migrating: Migrating): void;
  /** After COMMIT has returned. */
  onCommitted?(facts: readonly Fact[], lastSeq: number): void;
  /** After the journal was full: little is waiting any more. */
  onDrained?(): void;
  /** The disk refuses; the batch is kept and tried again. Called once per trouble, and with undefined when it is over. */
  onTrouble?(message: string | undefined): void;
  /** The same for the work between batches, such as a user's requests. */
  onHindered?(message: string | undefined): void;
  /** The user has added, changed, paused, resumed or removed an account: all that there are now. */
  onAccounts?(accounts: AccountNow[]): void;
  /** Somebody wants to know whether an account can sign in; `answerTest` tells them. */
  onTest?(test: SignInTest): void;
  /** The file is damaged, and nothing more will be written. What was on its way is not recorded. */
  onDamaged?(error: DatabaseRefused): void;
}

export class Journal {
  readonly #worker: WriterLine;
  readonly #options: JournalOptions;
  #queue: Fact[] = [];
  /** How many of them are about each account. */
  readonly #shares = new Map<number, number>();
  #inFlight: Fact[] | undefined;
  #timer: { due: Timer; atMs: number } | undefined;
  #isTroubled = false;
  #isClosing = false;
  #wasFull = false;
  #closingFailures = 0;
  #waiters: (() => void)[] = [];
  #failure: Error | undefined;
  readonly #exited: Promise<void>;

  /** Opens (creates, migrates) the database and begins a run. Rejects with DatabaseRefused when it cannot. */
  static async open(options: JournalOptions): Promise<Journal> {
    const { path, startedMs, version, startWriter = startThread } = options;
    const worker = startWriter({ path, startedMs, version });
    await new Promise<void>((resolve, reject) => {
      worker.on("message", function hear(message: FromWriter): void {
        if (message.kind === "migrating") return options.onMigrating?.(message.migrating);
        worker.removeListener("message", hear);
        if (message.kind === "ready") return resolve();
        if (message.kind === "refused") reject(new DatabaseRefused(message.code, message.message));
        else reject(new Error(`the writer began with "${message.kind}"`));
        void worker.terminate();
      });
      worker.once("error", reject);
    });
    return new Journal(worker, options);
  }

  private constructor(worker: WriterLine, options: JournalOptions) {
    this.#worker = worker;
    this.#options = options;
    worker.removeAllListeners("error");
    worker.on("message", (message: FromWriter) => this.#hear(message));
    // A mistake of ours in the writer: nothing more can be recorded, so the process must not go on as if.
    worker.on("error", (error: Error) => {
      this.#failure = error;
      throw error;
    });
    this.#exited = new Promise((resolve) => worker.once("exit", () => resolve()));
  }

  /** How many facts wait in memory. */
  get waiting(): number {
    return (this.#inFlight?.length ?? 0) + this.#queue.length;
  }

  write(fact: Fact): void {
    if (this.#failure) return;
    const last = this.#queue.at(-1);
    if (fact.kind === "proof" && last?.kind === "proof" && last.accountId === fact.accountId) last.atMs = fact.atMs;
    else {
      this.#queue.push({ ...fact });
      this.#count(fact, 1);
    }
    this.#wasFull ||= this.isFull;
    this.#schedule(fact.kind === "proof" ? Math.max(PROOF_MS, this.#batchMs) : this.#batchMs);
  }

  /** Has the writer look for what is to be done between batches. */
  look(): void {
    if (!this.#isClosing && !this.#failure) this.#send({ kind: "look", nowMs: this.#options.clock.nowMs() });
  }

  /** What came of a test that `onTest` was told of. */
  answerTest(id: number, answer: TestAnswer): void {
    if (!this.#isClosing && !this.#failure)
      this.#send({ kind: "tested", id, answer, nowMs: this.#options.clock.nowMs() });
  }

  /** More is waiting than should; it is kept all the same. */
  get isFull(): boolean {
    return this.#queue.length > FULL_AT;
  }

  /** The same, and this account has at least its share in it: one that floods does not silence the others. */
  isFullOf(accountId: number): boolean {
    return this.isFull && (this.#shares.get(accountId) ?? 0) * this.#shares.size >= this.#queue.length;
  }

  /** Resolves when everything written so far is on the disk. */
  async flush(): Promise<void> {
    this.#post();
    while (!this.#failure && this.waiting > 0) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
      this.#post();
    }
  }

  /** Flushes, ends the run and closes the database. What the disk still refuses then is given up, and said so. */
  async close(endedMs: number, reason: string): Promise<void> {
    this.#isClosing = true;
    if (!this.#failure) {
      await this.flush();
      // It may have failed over that.
      if (!this.#failure) this.#send({ kind: "end", endedMs, reason });
    }
    await this.#exited;
  }

  get #batchMs(): number {
    return this.#options.batchMs ?? BATCH_MS;
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    const atMs = clock.monotonicMs() + delayMs;
    if (this.#timer && this.#timer.atMs <= atMs) return;
    this.#timer?.due.cancel();
    this.#timer = { atMs, due: clock.after(delayMs, () => this.#post()) };
  }

  /** One batch is under way at a time, so that a refused one can be tried again in order. */
  #post(): void {
    this.#timer?.due.cancel();
    this.#timer = undefined;
    if (this.#failure || this.#inFlight || this.#queue.length === 0) return;
    this.#inFlight = this.#queue.splice(0, MAX_BATCH);
    for (const fact of this.#inFlight) this.#count(fact, -1);
    this.#sendFacts();
  }

  #count(fact: Fact, by: number): void {
    if (!("accountId" in fact)) return;
    const share = (this.#shares.get(fact.accountId) ?? 0) + by;
    if (share > 0) this.#shares.set(fact.accountId, share);
    else this.#shares.delete(fact.accountId);
  }

  #hear(message: FromWriter): void {
    switch (message.kind) {
      case "committed": {
        const facts = this.#inFlight ?? [];
        this.#inFlight = undefined;
        this.#settle(undefined);
        this.#options.onCommitted?.(facts, message.lastSeq);
        if (this.#queue.length > 0 && !this.#timer) this.#post();
        if (this.#wasFull && this.#queue.length < FULL_AT / 2) {
          this.#wasFull = false;
          this.#options.onDrained?.();
        }
        for (const wake of this.#waiters.splice(0)) wake();
        return;
      }
      case "failed":
        this.#settle(message.message);
        if (this.#isClosing && ++this.#closingFailures >= CLOSING_ATTEMPTS) return this.#giveUp();
        this.#options.clock.after(RETRY_MS, () => this.#sendFacts());
        return;
      case "hindered":
        return this.#options.onHindered?.(message.message);
      case "test":
        return this.#options.onTest?.(message.test);
      case "accounts":
        return this.#options.onAccounts?.(message.accounts);
      case "damaged":
        this.#failure = new DatabaseRefused("damaged", message.message);
        this.#drop();
        return this.#options.onDamaged?.(this.#failure as DatabaseRefused);
      case "migrating":
      case "ready":
      case "refused":
        throw new Error(`the writer said "${message.kind}" in mid-run`);
      default:
        message satisfies never;
    }
  }

  #giveUp(): void {
    const lost = this.#drop();
    this.#options.onTrouble?.(
      `stopping although the disk refuses: the last ${lost} facts are not recorded, their time is unknown`,
    );
  }

  /** Gives up what waits; whoever waited for it goes on. Returns how many facts it was. */
  #drop(): number {
    const lost = this.waiting;
    this.#inFlight = undefined;
    this.#queue = [];
    this.#shares.clear();
    for (const wake of this.#waiters.splice(0)) wake();
    return lost;
  }

  #settle(trouble: string | undefined): void {
    if ((trouble !== undefined) === this.#isTroubled) return;
    this.#isTroubled = trouble !== undefined;
    this.#options.onTrouble?.(trouble);
  }

  #sendFacts(): void {
    this.#send({ kind: "append", facts: JSON.stringify(this.#inFlight ?? []) });
  }

  #send(message: ToWriter): void {
    this.#worker.postMessage(message);
  }
}
