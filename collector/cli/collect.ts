/** `rollcall collect`: the daemon. */
import { Command } from "commander";
import { lockDataFolder } from "../../db/lock.ts";
import { parseServer } from "../../db/settings/accounts.ts";
import { type AlertSettings, alertSettings } from "../../db/settings/alerts.ts";
import {
  dataFolder,
  hasAccount,
  ownDatabase,
  prepareDataFolder,
  sandboxDatabase,
} from "../../db/settings/data-folder.ts";
import { readSettings } from "../../db/settings/settings.ts";
import { systemClock } from "../clock.ts";
import { messenger } from "../network/messenger.ts";
import type { SessionEnd } from "../network/network.ts";
import { prepareFirstLook } from "../sandbox/first-look.ts";
import { byCommand, byWebhook } from "../service/alert-ways.ts";
import { Alerts } from "../service/alerts.ts";
import { type ConditionParts, conditionsOf } from "../service/conditions.ts";
import { Health, readinessOf } from "../service/health.ts";
import { Notifier } from "../service/notify.ts";
import { Vitals } from "../service/vitals.ts";
import { Backups } from "../supervise/backups.ts";
import { Collector } from "../supervise/collector.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { say, tellParent } from "./say.ts";
import { VERSION } from "./version.ts";

/** A sandbox on this machine may be asked again soon. */
const SANDBOX_BACKOFF = { baseMs: 1_000, capMs: 5_000, stableMs: 10_000 };

export const collectCommand = withSettings(
  new Command("collect").description("sign in and record, until asked to stop"),
  "collector.health_port",
  "log.level",
  "log.format",
)
  .option("--sandbox <server>", "record the sandbox that listens at HOST:PORT, into sandbox.db")
  .option("--wait", "go on when no account is left to record, until one is added or put right")
  .action(async (options: { sandbox?: string; wait?: true }) => {
    const stop = askedToStop();
    const folder = dataFolder();
    prepareDataFolder(folder);
    const lock = lockDataFolder(folder, systemClock.nowMs());
    let collector: Collector | undefined;
    let backups: Backups | undefined;
    let health: Health | undefined;
    let notifier: Notifier | undefined;
    let alerts: Alerts | undefined;
    const port = readSettings().get("collector.health_port");
    const alerting = alertSettings();
    const vitals = new Vitals(() => collector?.held ?? { facts: 0, why: null });
    // Until it records there is nothing to end in order: an unfinished past is thrown away, the system drops the lock.
    void stop.then(() => collector ?? process.exit(EXIT.done));
    try {
      const databasePath = options.sandbox
        ? await databaseWithPast(folder, options.sandbox)
        : databaseWithAccount(folder, options.wait ?? false);
      const isReady = () => readinessOf({ databasePath, vitals }).isReady;
      notifier = Notifier.of(process.env, { vitals, clock: systemClock, isReady });
      collector = await Collector.start({
        folder,
        databasePath,
        clock: systemClock,
        networks: { messenger },
        version: VERSION,
        say,
        ...(options.sandbox ? { backoff: SANDBOX_BACKOFF } : {}),
        onUpgrading: () => notifier?.upgrading(),
        onCommitted(facts) {
          vitals.heard(facts, systemClock.nowMs());
          notifier?.heard(facts);
        },
      });
      alerts = alerting && alertsFor(alerting, { folder, databasePath, vitals });
      health = await Health.start({ folder, databasePath, vitals, clock: systemClock, port, say });
      // The sandbox's people are made up, and made again.
      if (!options.sandbox) backups = new Backups({ databasePath, clock: systemClock, say });
      tellParent("ready");
      say("info", `recording into ${databasePath}`);
      const idle = options.wait ? collector.idle.then(waitForAnother) : collector.idle;
      const why = await Promise.race([stop, idle, collector.damage]).catch(async (error: unknown) => {
        await collector?.stop("damaged");
        throw error;
      });
      notifier?.stopping();
      await Promise.all([backups?.stop(), collector.stop("stopped")]);
      if (typeof why === "string") say("info", `stopped (${why})`);
      else throw new Failure(EXIT.refused, refusal(why));
    } finally {
      notifier?.end();
      await Promise.all([backups?.stop(), health?.stop(), alerts?.stop()]);
      lock.release();
    }
  });

function alertsFor(
  { command, webhook, secret, silenceMs }: AlertSettings,
  about: Pick<ConditionParts, "folder" | "databasePath" | "vitals">,
): Alerts {
  const parts = { ...about, nowMs: systemClock.nowMs, startedMs: systemClock.nowMs(), silenceMs };
  return new Alerts({
    clock: systemClock,
    say,
    conditions: () => conditionsOf(parts),
    ways: [
      ...(command === undefined ? [] : [byCommand(command)]),
      ...(webhook === undefined ? [] : [byWebhook(webhook, secret)]),
    ],
  });
}

/** Whoever is told to wait has been told why; accounts come through the database. */
function waitForAnother(ends: readonly SessionEnd[]): Promise<never> {
  say("warn", `${refusal(ends)}; waiting for an account to be added or put right`);
  return new Promise(() => undefined);
}

function databaseWithAccount(folder: string, mayWait: boolean): string {
  const path = ownDatabase(folder);
  if (!mayWait && !hasAccount(path)) {
    throw new Failure(
      EXIT.usage,
      "there is no account to record yet: add yours with `rollcall account add you@example.com --server HOST`, or look at the sandbox with `rollcall start`",
    );
  }
  return path;
}

async function databaseWithPast(folder: string, server: string): Promise<string> {
  const databasePath = sandboxDatabase(folder);
  let told = -1;
  await prepareFirstLook({
    folder,
    databasePath,
    server: parseServer(server, 1863),
    version: VERSION,
    onProgress(fraction) {
      const tenth = Math.floor(fraction * 10);
      if (tenth === told) return;
      told = tenth;
      say("info", `living through the sandbox's last eight weeks: ${tenth * 10} %`);
    },
  });
  return databasePath;
}

function refusal(ends: readonly SessionEnd[]): string {
  if (ends.length === 0) return "no account here has a password: give it with `rollcall account add`";
  const what = ends.map((end) => (end.why === "refused" ? end.message : "signed in elsewhere")).join("; ");
  return `no account is left to record: ${what}`;
}
