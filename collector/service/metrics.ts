/** What Prometheus may ask for, made anew for each question: from the vitals of this life, and from the history. */
import { statSync } from "node:fs";
import { Counter, Gauge, Registry } from "prom-client";
import { listAccounts } from "../../db/history/accounts.ts";
import { coveredThisWeek } from "../../db/history/covered-this-week.ts";
import type { Handle } from "../../db/open.ts";
import { ACCOUNT_STATES } from "../../db/record/facts.ts";
import { LATENCY_BOUNDS_S, type Vitals } from "./vitals.ts";

/** In Prometheus' text format, with its content type. */
export async function metricsOf(
  db: Handle,
  databasePath: string,
  vitals: Vitals,
  nowMs: number,
): Promise<{ type: string; text: string }> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });

  // By the names that Prometheus gives them; its own collectors would leave an observer behind with each question.
  const { user, system } = process.cpuUsage();
  counter("process_cpu_seconds_total", "Processor time since the collector started.").inc((user + system) / 1e6);
  gauge("process_resident_memory_bytes", "Resident memory.").set(process.memoryUsage.rss());
  gauge("process_start_time_seconds", "When the collector started.").set(nowMs / 1_000 - process.uptime());

  counter("rollcall_events_total", "Events committed since the collector started.").inc(vitals.events);
  const lost = counter("rollcall_coverages_ended_total", "Coverages that ended since the collector started.", "reason");
  for (const [reason, times] of vitals.lost) lost.inc({ reason }, times);
  gauge("rollcall_facts_waiting", "Facts that wait in memory because the disk refuses.").set(vitals.held.facts);
  gauge("rollcall_disk_refuses", "1 while the disk refuses what is to be written.").set(
    vitals.held.why === null ? 0 : 1,
  );
  gauge("rollcall_database_bytes", "Size of the history's file.").set(sizeOf(databasePath));
  gauge("rollcall_wal_bytes", "Size of its write-ahead log.").set(sizeOf(`${databasePath}-wal`));

  const accounts = await listAccounts(db, nowMs);
  const inState = gauge("rollcall_accounts", "Accounts by what is being done about them.", "state");
  // A series that comes and goes cannot be watched.
  for (const state of ACCOUNT_STATES)
    inState.set({ state }, accounts.filter((account) => account.state === state).length);
  const observed = gauge("rollcall_account_observed", "1 while the account is observed.", "account");
  const age = gauge("rollcall_proof_age_seconds", "Time since the last proof of life, while observed.", "account");
  const ratio = gauge(
    "rollcall_coverage_ratio",
    "Observed share of the last seven days, or of all there is.",
    "account",
  );
  for (const account of accounts) {
    const labels = { account: account.address };
    observed.set(labels, account.covered ? 1 : 0);
    if (account.covered) age.set(labels, (nowMs - account.covered.provedMs) / 1_000);
    const covered = await coveredThisWeek(db, account.id, nowMs);
    if (covered) ratio.set(labels, covered.share);
  }
  return { type: registry.contentType, text: `${await registry.metrics()}${latencies(vitals)}` };
}

/** prom-client's own histogram takes one measurement at a time; these were counted as they came. */
function latencies({ latencies: counts, latencySumS }: Vitals): string {
  const name = "rollcall_write_latency_seconds";
  const lines = [`# HELP ${name} From an event's bytes to the disk.`, `# TYPE ${name} histogram`];
  let sum = 0;
  for (const [i, bound] of [...LATENCY_BOUNDS_S, "+Inf"].entries()) {
    sum += counts[i] ?? 0;
    lines.push(`${name}_bucket{le="${bound}"} ${sum}`);
  }
  lines.push(`${name}_sum ${latencySumS}`, `${name}_count ${sum}`);
  return `${lines.join("\n")}\n`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
