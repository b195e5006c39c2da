/**
 * SIGKILL at random moments, again and again on the same history; `ROLLCALL_KILL_ROUNDS` sets how often.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { ADDRESS, makeFolder, putAccounts } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import { RawServer } from "../../helpers/raw-server.ts";
import { until } from "../../helpers/test-clock.ts";
import { beBusy } from "../../kill/busy.ts";
import { Life } from "./collector-process.ts";

const ROUNDS = Number(process.env.ROLLCALL_KILL_ROUNDS ?? 12);
/** Facts wait up to 50 ms for others; committing takes its time on a slow disk. */
const MAY_LOSE_MS = 2_000;

interface Claim {
  id: number;
  fromMs: number;
  toMs: number;
  endReason: string | null;
}

test(
  "a collector that is killed in mid-stream loses nothing that it had acknowledged, and claims nothing of the time it was dead",
  async () => {
    using folder = makeFolder();
    const databasePath = join(folder.path, "rollcall.db");
    await using server = await RawServer.listen({ clock: systemClock, serve: (peer) => beBusy(peer) });
    await putAccounts(databasePath, folder.path, [{ address: ADDRESS, port: server.port }], Date.now());
    let ends: Claim[] = [];
    let acknowledged = 0;
    let inMidStream = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const life = new Life(folder.path, databasePath);
      // Mostly in mid-stream; every twelfth time at any moment since its birth.
      if (round % 12 === 11) await setTimeout(Math.random() * 400);
      else await firstCommit(life).then(() => setTimeout(Math.random() * 150));
      const killedMs = Date.now();
      await life.kill();
      ends = check(databasePath, life.acknowledged, ends, killedMs);
      if (life.acknowledged > 0) inMidStream++;
      acknowledged = Math.max(acknowledged, life.acknowledged);
      if (ROUNDS > 12 && (round + 1) % 25 === 0) process.stderr.write(`killed ${round + 1} of ${ROUNDS} times\n`);
      // What the server says to nobody must not be claimed by anybody.
      await setTimeout(20);
    }
    const last = new Life(folder.path, databasePath);
    // More than one batch can have been left unsaid: an event of its own, so its coverage is open.
    await until(() => last.acknowledged > acknowledged + 100, "an event of the last life", 60_000);
    await last.end();
    const claims = read<Claim>(databasePath, CLAIMS);
    expect(claims.slice(0, -1).map(({ endReason }) => endReason)).toEqual(ends.map(() => "crash"));
    expect(claims.slice(0, -1).map(({ toMs }) => toMs)).toEqual(ends.map(({ toMs }) => toMs));
    expect(claims.at(-1)?.endReason).toBe("stopped");
    expect(
      judge({ databasePath, account: ADDRESS, log: server.log, mayLoseMs: MAY_LOSE_MS, toleranceMs: 1_000 }),
    ).toEqual([]);
    if (ROUNDS > 12) {
      const claims = `${ends.length} coverages, none claims too much`;
      process.stdout.write(
        `killed ${ROUNDS} times, ${inMidStream} of them in mid-stream: ${acknowledged} events acknowledged, 0 lost, 0 damaged; ${claims}\n`,
      );
    }
  },
  20_000 + ROUNDS * 10_000,
);

/** On a busy machine a process may take its time to start. */
async function firstCommit(life: Life): Promise<void> {
  const patienceMs = 60_000;
  await until(() => life.acknowledged > 0, "the first commit", patienceMs).catch((error: Error) => {
    throw new Error(`${error.message}; it had said: ${life.output}`);
  });
}

const CLAIMS =
  "SELECT id, from_ms AS fromMs, to_ms AS toMs, end_reason AS endReason FROM coverage WHERE to_ms > 0 ORDER BY id";

/** Looks at the history of a dead collector; returns its claims. */
function check(databasePath: string, acknowledged: number, before: readonly Claim[], killedMs: number): Claim[] {
  const [integrity] = read<{ integrity_check: string }>(databasePath, "PRAGMA integrity_check");
  expect(integrity?.integrity_check).toBe("ok");
  const [events] = read<{ count: number; last: number }>(
    databasePath,
    "SELECT count(*) AS count, max(seq) AS last FROM event",
  );
  expect(events?.last).toBeGreaterThanOrEqual(acknowledged);
  expect(events?.count, "an event is missing in the middle").toBe(events?.last);
  const claims = read<Claim>(databasePath, CLAIMS);
  // What earlier lives had claimed stays as their last commit left it; at most the latest is still open.
  const fixed = ({ id, fromMs, toMs }: Claim) => ({ id, fromMs, toMs });
  expect(claims.slice(0, before.length).map(fixed)).toEqual(before.map(fixed));
  expect(claims.length - before.length).toBeLessThanOrEqual(1);
  expect(claims.slice(0, -1).every(({ endReason }) => endReason === "crash")).toBe(true);
  expect(claims.at(-1)?.toMs).toBeLessThanOrEqual(killedMs + 50);
  return claims;
}

function read<Row>(databasePath: string, sql: string): Row[] {
  const db = new DatabaseSync(databasePath, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row })) as Row[];
  } finally {
    db.close();
  }
}
