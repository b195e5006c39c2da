/** The side of the journal that owns the database handle. Mostly a thread of its own; a simulation runs it in its own. */
import { lastRecordedMs } from "../../db/history/coverage.ts";
import { RequestDesk } from "../../db/keep/requests.ts";
import { purgeDaily } from "../../db/keep/retention.ts";
import { answerTest, endTests, type SignInTest, type TestAnswer, takeTest } from "../../db/keep/sign-in-tests.ts";
import { DatabaseRefused, type Handle, type Migrating, openForWriting, refusalOf } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import { HistoryWriter } from "../../db/record/writer.ts";
import { accountsRevision, dropRemoved, type StoredAccount, storedAccounts } from "../../db/settings/accounts.ts";
import { isPassing } from "../../db/trouble.ts";
import { type Chore, Chores, type Defer } from "./chores.ts";
import { rollingChore } from "./rolling.ts";

export interface WriterStart {
  path: string;
  startedMs: number;
  version: string;
}

export type ToWriter =
  /** `facts`: a `Fact[]` as JSON, which this thread reads in half the time that it takes to copy the objects over. */
  | { kind: "append"; facts: string }
  /** Between two batches there may be time for other work. */
  | { kind: "look"; nowMs: number }
  /** What came of a sign-in that was tried. */
  | { kind: "tested"; id: number; answer: TestAnswer; nowMs: number }
  | { kind: "end"; endedMs: number; reason: string };

export type FromWriter =
  /** Nothing more is heard for as long as that takes. */
  | { kind: "migrating"; migrating: Migrating }
  | { kind: "ready" }
  | { kind: "refused"; code: DatabaseRefused["code"]; message: string }
  | { kind: "committed"; lastSeq: number }
  /** The disk refused; nothing of the batch was written. */
  | { kind: "failed"; message: string }
  /** What is wished of the accounts has changed: all that there are now. */
  | { kind: "accounts"; accounts: AccountNow[] }
  /** Somebody wants to know whether this account can sign in. */
  | { kind: "test"; test: SignInTest }
  /** The disk refuses what is to be done between batches; undefined when that is over. */
  | { kind: "hindered"; message: string | undefined }
  /** The file is damaged: nothing more is written, and this side has ended. */
  | { kind: "damaged"; message: string };

/** An account as the database has it, and the last instant that was recorded for it. */
export interface AccountNow {
  stored: StoredAccount;
  lastRecordedMs: number;
}

export function accountsNow(db: Handle): AccountNow[] {
  return storedAccounts(db).map((stored) => ({ stored, lastRecordedMs: lastRecordedMs(db, stored.id) }));
}

/** The writer's end of the line to the journal: a thread's `parentPort`. */
export interface WriterPort {
  postMessage(message: FromWriter): void;
  on(event: "message", hear: (message: ToWriter) => void): unknown;
  close(): void;
}

/**
 * Opens the database, says so, and does what it is told until it is told to end. Returns how to break off in mid-life,
 * as a killed process does; undefined when the database was refused. `defer`: see Chores.
 */
export function serveWriter(
  { path, startedMs, version }: WriterStart,
  port: WriterPort,
  defer?: Defer,
): (() => void) | undefined {
  const say = (message: FromWriter): void => port.postMessage(message);
  try {
    const db = openForWriting(path, (migrating) => say({ kind: "migrating", migrating }));
    dropRemoved(db);
    endTests(db, startedMs);
    let revision = accountsRevision(db);
    const writer = new HistoryWriter(db, startedMs, version);
    const desk = new RequestDesk(db, { onReady: () => chores.wake(), onTouched: () => writer.heed() });
    const work = [(nowMs: number) => desk.step(nowMs), rollingChore(db), purgeDaily(db)];
    const chores = new Chores(work.map(unlessDamaged), (message) => say({ kind: "hindered", message }), defer);
    let isOver = false;
    port.on("message", (message) => {
      if (isOver) return;
      switch (message.kind) {
        case "append":
          return append(JSON.parse(message.facts));
        case "look":
          whereDiskAllows(lookAtAccounts);
          whereDiskAllows(() => lookAtTests(message.nowMs));
          return chores.look(message.nowMs);
        case "tested":
          return whereDiskAllows(() => answerTest(db, message.id, message.answer, message.nowMs));
        case "end":
          chores.stop();
          desk.stop();
          end(message.endedMs, message.reason);
          return port.close();
        default:
          return message satisfies never;
      }
    });
    say({ kind: "ready" });
    return () => {
      chores.stop();
      db.close();
    };

    /** The user's other programs change accounts. */
    function lookAtAccounts(): void {
      const now = accountsRevision(db);
      if (now === revision) return;
      say({ kind: "accounts", accounts: accountsNow(db) });
      revision = now;
    }

    function lookAtTests(nowMs: number): void {
      const test = takeTest(db, nowMs);
      if (test) say({ kind: "test", test });
    }

    /** A disk that refuses now is asked again at the next look; whoever waits for an answer then gives up by himself. */
    function whereDiskAllows(work: () => void): void {
      if (isOver) return;
      try {
        work();
      } catch (error) {
        if (!isPassing(error)) endDamaged(error);
      }
    }

    function end(endedMs: number, reason: string): void {
      try {
        writer.end(endedMs, reason);
        // Leaves one tidy file for whoever copies it.
        db.pragma("wal_checkpoint(TRUNCATE)");
      } catch (error) {
        // The next run finds this one open and takes it for what it is.
        if (!isPassing(error)) throw error;
      } finally {
        db.close();
      }
    }

    function unlessDamaged(chore: Chore): Chore {
      return (nowMs) => {
        // One before it in the same slice may have met the damage.
        if (isOver) return false;
        try {
          return chore(nowMs);
        } catch (error) {
          endDamaged(error);
          return false;
        }
      };
    }

    /** Writing into a damaged file would damage more of it. Throws what is something else. */
    function endDamaged(error: unknown): void {
      const refusal = error instanceof Error ? refusalOf(path, error) : undefined;
      if (refusal?.code !== "damaged") throw error;
      isOver = true;
      chores.stop();
      db.close();
      say({ kind: "damaged", message: refusal.message });
      port.close();
    }

    function append(facts: Fact[]): void {
      try {
        say({ kind: "committed", lastSeq: writer.append(facts) });
      } catch (error) {
        if (!isPassing(error)) return endDamaged(error);
        say({ kind: "failed", message: `cannot write to ${path} (${error.code}): ${error.message}` });
      }
    }
  } catch (error) {
    const refusal =
      error instanceof DatabaseRefused ? error : error instanceof Error ? refusalOf(path, error) : undefined;
    if (!refusal) throw error;
    say({ kind: "refused", code: refusal.code, message: refusal.message });
    return undefined;
  }
}
