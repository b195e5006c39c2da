/** The real collector on a real database in a folder of its own, signed in to servers of a test's choosing. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messenger } from "../../collector/network/messenger.ts";
import type { Clock } from "../../collector/network/network.ts";
import type { BackoffOptions } from "../../collector/supervise/backoff.ts";
import { Collector } from "../../collector/supervise/collector.ts";
import { openForWriting } from "../../db/open.ts";
import { type AccountOptions, putAccount } from "../../db/settings/accounts.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { settle, TestClock } from "./test-clock.ts";

/** Back at once, as far as a test can tell. */
export const TINY_BACKOFF: BackoffOptions = { baseMs: 20, capMs: 20, stableMs: 60_000 };

export interface AccountAt {
  address?: string;
  password?: string;
  host?: string;
  port: number;
  options?: AccountOptions;
}

export interface FixtureOptions {
  clock: Clock;
  accounts: readonly AccountAt[];
  /** Another life in a folder that an earlier one has used. */
  folder?: string;
  backoff?: BackoffOptions;
}

export const ADDRESS = "alice@example.com";

/** Removes a test's folder when the test is over. */
export function makeFolder(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), "rollcall-test-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export class CollectorFixture {
  readonly collector: Collector;
  readonly folder: string;
  readonly databasePath: string;
  /** What a person would have read, in order: `warn alice@example.com: …`. */
  readonly said: readonly string[];
  readonly #clock: Clock;
  readonly #ownsFolder: boolean;
  #stopped: Promise<void> | undefined;

  static async start(options: FixtureOptions): Promise<CollectorFixture> {
    const { clock, accounts, backoff = TINY_BACKOFF } = options;
    const own = options.folder === undefined ? makeFolder() : undefined;
    const folder = own?.path ?? (options.folder as string);
    const databasePath = join(folder, "rollcall.db");
    const said: string[] = [];
    try {
      await putAccounts(databasePath, folder, accounts, clock.nowMs());
      const collector = await Collector.start({
        folder,
        databasePath,
        clock,
        backoff,
        networks: { messenger },
        version: "0.0.0-test",
        say: (level, message) => void said.push(`${level} ${message}`),
      });
      return new CollectorFixture(collector, folder, databasePath, said, clock, own !== undefined);
    } catch (error) {
      own?.[Symbol.dispose]();
      throw error;
    }
  }

  private constructor(
    collector: Collector,
    folder: string,
    databasePath: string,
    said: readonly string[],
    clock: Clock,
    ownsFolder: boolean,
  ) {
    this.collector = collector;
    this.folder = folder;
    this.databasePath = databasePath;
    this.said = said;
    this.#clock = clock;
    this.#ownsFolder = ownsFolder;
  }

  /** Signs out, as SIGTERM would; may be called again. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const stopped = this.collector.stop("stopped");
    if (this.#clock instanceof TestClock) {
      await settle();
      // The patience with a server that does not hang up after our OUT.
      await this.#clock.advance(2_000);
    }
    await stopped;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    if (this.#ownsFolder) rmSync(this.folder, { recursive: true, force: true });
  }
}

export async function putAccounts(
  databasePath: string,
  folder: string,
  accounts: readonly AccountAt[],
  nowMs: number,
): Promise<void> {
  const db = openForWriting(databasePath);
  try {
    for (const { address = ADDRESS, password = "secret", host = "127.0.0.1", port, options = {} } of accounts) {
      const sealed = await sealPassword(db, folder, password);
      putAccount(db, { network: "messenger", address, host, port, options }, sealed, nowMs);
    }
  } finally {
    db.close();
  }
}
