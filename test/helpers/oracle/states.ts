/** States at sampled instants, looked up by the design's definition and compared with what was last said. */
import type { DatabaseSync } from "node:sqlite";
import type { History } from "./history.ts";
import { apply, type Connection, type Status } from "./wire.ts";
import { clock } from "./words.ts";

export function checkStates(
  db: DatabaseSync,
  history: History,
  wire: readonly Connection[],
  toleranceMs: number,
): string[] {
  const lookUp = db.prepare(`
    SELECT CASE
      WHEN cov.id IS NULL THEN 'unknown'
      WHEN NOT EXISTS (SELECT 1 FROM watch w WHERE w.contact_id = $contact AND w.from_ms <= $at AND coalesce(w.to_ms, $at + 1) > $at)
        THEN 'unknown'
      ELSE coalesce((
        SELECT s.status FROM event e JOIN status_code s ON s.code = e.status
        WHERE e.contact_id = $contact AND e.coverage_id = cov.id AND e.at_ms <= $at ORDER BY e.seq DESC LIMIT 1), 'offline')
      END AS state
    FROM (SELECT 1) LEFT JOIN coverage cov ON cov.account_id = $account AND cov.from_ms <= $at AND cov.to_ms > $at`);
  const findings: string[] = [];
  const instants = sampleInstants(history, wire);
  const truths = wire.map((connection) => truthOf(connection));
  for (const { id, address } of history.contacts) {
    for (const atMs of instants) {
      const { state } = lookUp.get({ $contact: id, $at: atMs, $account: history.accountId }) as { state: string };
      if (state === "unknown") continue;
      const possible = truths.flatMap((truth) => truth(address, atMs, toleranceMs));
      if (!possible.includes(state)) {
        findings.push(
          `at ${clock(atMs)} ${address} is recorded as ${state}, but was ${possible.join(" or ") || "unknown"}`,
        );
      }
    }
  }
  return findings;
}

/** Just before, at and just after what happened, and half-way to the next; of very much, an even choice. */
function sampleInstants(history: History, wire: readonly Connection[]): number[] {
  const edges = new Set<number>();
  for (const { fromMs, toMs } of history.claims) edges.add(fromMs).add(toMs);
  for (const { moments, runs } of wire) {
    for (const { atMs } of moments) edges.add(atMs);
    for (const { fromMs, toMs } of runs) edges.add(fromMs).add(toMs);
  }
  const sorted = [...edges].toSorted((a, b) => a - b);
  const every = Math.ceil(sorted.length / 1_000);
  return sorted.flatMap((atMs, at) => {
    if (at % every !== 0) return [];
    const next = sorted[at + 1];
    return [atMs - 1, atMs, atMs + 1, ...(next === undefined ? [] : [Math.floor((atMs + next) / 2)])];
  });
}

/** What a contact can be recorded as at an instant: what was last said of them, or was until just before. */
function truthOf({ moments, runs }: Connection): (address: string, atMs: number, toleranceMs: number) => string[] {
  const barrier = moments.find((moment) => moment.kind === "pong" && moment.isBarrier);
  return (address, atMs, toleranceMs) => {
    if (!barrier || atMs < barrier.atMs) return [];
    const isAlive = runs.some((run) => atMs >= run.fromMs && atMs <= run.toMs + toleranceMs);
    if (!isAlive) return [];
    const known = new Map<string, Status | undefined>();
    const possible = new Set<string>();
    for (const moment of moments) {
      if (moment.atMs > atMs) break;
      const before = known.get(address)?.status;
      apply(known, moment);
      if (moment.atMs >= atMs - toleranceMs && before !== undefined) possible.add(before);
    }
    const now = known.get(address)?.status;
    if (now !== undefined) possible.add(now);
    return [...possible];
  };
}
