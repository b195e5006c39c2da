/**
 * The history that a newcomer looks at first: eight weeks of the sandbox, lived through by the collector's own code on
 * a virtual clock, in a database beside the user's own.
 */
import { existsSync, renameSync, rmSync } from "node:fs";
import { openForWriting } from "../../db/open.ts";
import { putAccount } from "../../db/settings/accounts.ts";
import { sealPassword } from "../../db/settings/sealing.ts";
import { systemClock } from "../clock.ts";
import { type HttpClient, HttpFailure } from "../network/messenger/net/http.ts";
import type { Endpoint } from "../network/messenger/net/link.ts";
import { messengerNetwork } from "../network/messenger.ts";
import type { Network } from "../network/network.ts";
import { Collector } from "../supervise/collector.ts";
import { type CollectorSide, livePast, PAST_MS } from "./past.ts";
import { WATCHER } from "./people.ts";

/** What makes the people's routines what they are: the same in the past and live. */
export const SEED = "rollcall";

const HOUR_MS = 3_600_000;

const noWeb: HttpClient = () => Promise.reject(new HttpFailure("the past has no web services"));

export interface FirstLookOptions {
  folder: string;
  /** Where the history is to be; nothing appears there before it is complete. */
  databasePath: string;
  /** Where the live sandbox listens. */
  server: Endpoint;
  version: string;
  /** 0 to 1, a few times a second. */
  onProgress(fraction: number): void;
}

/** Makes the sandbox's history unless there is one, and points its account to where the live sandbox listens. */
export async function prepareFirstLook(options: FirstLookOptions): Promise<void> {
  const { databasePath } = options;
  if (!existsSync(databasePath)) await recordPast(options);
  await putWatcher(databasePath, options);
}

async function recordPast(options: FirstLookOptions): Promise<void> {
  const { folder, databasePath, version, onProgress } = options;
  // An interrupted past must not be taken for a complete one.
  const unfinished = `${databasePath}.unfinished`;
  for (const suffix of ["", "-wal", "-shm"]) rmSync(unfinished + suffix, { force: true });
  await putWatcher(unfinished, options);
  let collector: Collector | undefined;
  const nowMs = systemClock.nowMs();
  await livePast({
    fromMs: nowMs - PAST_MS,
    toMs: nowMs,
    seed: SEED,
    onProgress,
    async startCollector({ clock, dial, signIn }: CollectorSide) {
      const past = messengerNetwork({ dial, http: () => noWeb });
      // Where the account will sign in to is not where it did.
      const network: Network = { ...past, open: (_, ...rest) => past.open(signIn, ...rest) };
      collector = await Collector.start({
        folder,
        databasePath: unfinished,
        clock,
        version,
        networks: { messenger: network },
        say: () => undefined,
        // Six hours to a transaction and a look at the clocks every half minute: the past is written in bulk.
        batchMs: 6 * HOUR_MS,
        tickMs: 30_000,
        lookMs: 6 * HOUR_MS,
      });
    },
    async stopCollector() {
      await collector?.stop("stopped");
      collector = undefined;
    },
  });
  renameSync(unfinished, databasePath);
}

async function putWatcher(databasePath: string, { folder, server }: FirstLookOptions): Promise<void> {
  const db = openForWriting(databasePath);
  try {
    const sealed = await sealPassword(db, folder, WATCHER.password);
    const account = { network: "messenger", address: WATCHER.address, ...server, options: {} };
    putAccount(db, account, sealed, systemClock.nowMs());
    db.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.close();
  }
}
