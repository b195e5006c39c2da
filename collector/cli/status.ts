/** `rollcall status`: what is signed in since when, and what is wrong, at a glance. */
import { statSync } from "node:fs";
import { Command } from "commander";
import { type Account, type Collector, lastCollector, listAccounts } from "../../db/history/accounts.ts";
import { listContacts } from "../../db/history/contacts.ts";
import { type CoveredShare, coveredThisWeek } from "../../db/history/covered-this-week.ts";
import { lastChangeMs } from "../../db/history/events.ts";
import { statesNow } from "../../db/history/state.ts";
import { lockHolder } from "../../db/lock.ts";
import type { Handle } from "../../db/open.ts";
import { readerOrNothing } from "../../db/open.ts";
import { chooseDatabase, dataFolder } from "../../db/settings/data-folder.ts";
import { READINGS, type Reading } from "../../db/status.ts";
import { systemClock } from "../clock.ts";
import { askReadiness, type Readiness } from "../service/socket.ts";
import { EXIT, Failure } from "./exit.ts";
import { plain } from "./plain.ts";

/** Nobody looks on: a machine that is busy gets its time. */
const READY_PATIENCE_MS = 5_000;

interface AccountStatus extends Account {
  contacts: number;
  statuses: Partial<Record<Reading, number>>;
  /** How much of the last seven days it was observed; null when it never was. */
  coveredThisWeek: CoveredShare | null;
}

interface Status {
  database: string;
  isSandbox: boolean;
  sizeBytes: number | null;
  /** `held`: what waits in its memory because the disk refuses; null when it does not answer. */
  collector: (Collector & { isStuck: boolean; held: Readiness["held"] | null }) | null;
  /** When anything was recorded of anybody last. */
  lastChangeMs: number | null;
  accounts: AccountStatus[];
}

export const statusCommand = new Command("status")
  .description("say what is being recorded, and what is wrong")
  .option("--json", "for scripts")
  .option("--ready", "ask the running collector alone, and end with 1 when it is not ready: for health checks")
  .action(async ({ json, ready }: { json?: true; ready?: true }) => {
    if (ready) return requireReady();
    const nowMs = systemClock.nowMs();
    const status = await readStatus(nowMs);
    if (json) console.log(JSON.stringify(status, null, 2));
    else for (const line of describe(status, nowMs)) console.log(plain(line));
  });

async function requireReady(): Promise<void> {
  const readiness = await askReadiness(dataFolder(), READY_PATIENCE_MS);
  if (!readiness) throw new Failure(EXIT.failed, "no collector answers in this data folder");
  if (!readiness.isReady) throw new Failure(EXIT.failed, "the collector is not ready: see rollcall status");
}

async function readStatus(nowMs: number): Promise<Status> {
  const { path, isSandbox } = chooseDatabase(dataFolder());
  const db = readerOrNothing(path);
  if (!db) return { database: path, isSandbox, sizeBytes: null, collector: null, lastChangeMs: null, accounts: [] };
  try {
    const collector = await runningCollector(db, dataFolder(), nowMs);
    // A killed collector leaves facts that look fresh for a while.
    const isAlive = collector?.alive ?? false;
    const states = new Map((isAlive ? await statesNow(db, nowMs) : []).map((state) => [state.contactId, state.status]));
    const contacts = (await listContacts(db)).filter((contact) => contact.removedMs === null);
    const accounts: AccountStatus[] = [];
    for (const account of await listAccounts(db, nowMs)) {
      const own = contacts.filter((contact) => contact.accountId === account.id);
      const statuses: AccountStatus["statuses"] = {};
      for (const { id } of own) {
        const status = states.get(id) ?? "unknown";
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      accounts.push({
        ...account,
        covered: isAlive ? account.covered : null,
        contacts: own.length,
        statuses,
        coveredThisWeek: (await coveredThisWeek(db, account.id, nowMs)) ?? null,
      });
    }
    return {
      database: path,
      isSandbox,
      sizeBytes: statSync(path).size,
      collector,
      lastChangeMs: (await lastChangeMs(db)) ?? null,
      accounts,
    };
  } finally {
    db.close();
  }
}

/** `isStuck`: it has not ended and is there, but has long written nothing, not even that it lives. */
async function runningCollector(db: Handle, folder: string, nowMs: number): Promise<Status["collector"]> {
  const collector = await lastCollector(db, nowMs);
  if (!collector) return null;
  const isThere = exists(collector.pid) && holdsLock(folder, collector.pid);
  const held = isThere ? ((await askReadiness(folder))?.held ?? null) : null;
  return { ...collector, alive: collector.alive && exists(collector.pid), isStuck: !collector.alive && isThere, held };
}

/** Another process may have its number by now. */
function holdsLock(folder: string, pid: number): boolean {
  return lockHolder(folder)?.startsWith(`${pid} `) ?? false;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, but somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function* describe(status: Status, nowMs: number): Generator<string> {
  const { database, isSandbox, sizeBytes, collector, accounts } = status;
  yield `history    ${database}${sizeBytes === null ? ", nothing recorded yet" : `, ${(sizeBytes / 1e6).toFixed(1)} MB`}${isSandbox ? " (the sandbox: made-up people)" : ""}`;
  if (!collector) yield "collector  has not run yet: rollcall start";
  else if (collector.alive) yield `collector  running since ${local(collector.startedMs)} (process ${collector.pid})`;
  else if (collector.isStuck)
    yield `collector  NOT WRITING for ${ago(nowMs - collector.heartbeatMs)}: process ${collector.pid} seems to run, but nothing it hears reaches the disk; it says why in its own output`;
  else yield `collector  NOT RUNNING; last heard from ${ago(nowMs - collector.heartbeatMs)} ago: rollcall start`;
  if (collector?.held?.why)
    yield `           HOLDING ${collector.held.facts} facts in memory until the disk takes them: ${collector.held.why}`;
  if (status.lastChangeMs !== null) yield `last news  ${ago(nowMs - status.lastChangeMs)} ago`;
  if (accounts.length === 0) yield "accounts   none yet: rollcall account add you@example.com --server HOST";
  for (const account of accounts) yield* describeAccount(account, collector?.alive ?? false, nowMs);
}

function* describeAccount(account: AccountStatus, isAlive: boolean, nowMs: number): Generator<string> {
  const { address, network, host, port, covered, state, stateDetail, stateUntilMs, contacts, statuses } = account;
  const why =
    isAlive || state === "stopped"
      ? ` (${state}${againIn(stateUntilMs, nowMs)}${stateDetail ? `: ${stateDetail}` : ""})`
      : "";
  const doing = covered
    ? `observed since ${local(covered.sinceMs)}, last confirmed ${ago(nowMs - covered.provedMs)} ago`
    : `NOT OBSERVED${why}`;
  yield `account    ${address}, ${network} at ${host}:${port}: ${doing}`;
  const counts = READINGS.flatMap((status) =>
    statuses[status] ? [`${statuses[status]} ${status === "offline" ? "offline or hidden" : status}`] : [],
  );
  yield `           ${contacts} contacts${counts.length > 0 ? `: ${counts.join(", ")}` : ""}`;
  if (account.coveredThisWeek) yield `           watched ${shareWords(account.coveredThisWeek, nowMs)}`;
}

/** What is over by now is no promise any more. */
function againIn(untilMs: number | null, nowMs: number): string {
  return untilMs === null || untilMs <= nowMs ? "" : `, again in ${ago(untilMs - nowMs)}`;
}

/** Rounded down: whoever missed a second has not watched all of it. Of a week that had not begun, nothing is said. */
function shareWords({ fromMs, share }: CoveredShare, nowMs: number): string {
  const isWeek = fromMs <= nowMs - 7 * 86_400_000;
  return `${Math.floor(share * 1_000) / 10} % ${isWeek ? "of the last 7 days" : `since ${local(fromMs)}, when it began`}`;
}

function local(atMs: number): string {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return `${at.toPlainDate()} ${at.toPlainTime().toString({ smallestUnit: "minute" })}`;
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
