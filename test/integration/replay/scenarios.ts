/**
 * Recorded conversations gone wrong in chosen ways, on a clock that the scenario moves. Plain functions without a test
 * runner: the tests call them on the code as it is, and `planted-bugs.test.ts` on copies of it with a mistake planted.
 */
import { openForReading } from "../../../db/open.ts";
import { CollectorFixture } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import type { WireEntry } from "../../helpers/raw-server.ts";
import { passwordOf } from "../../helpers/replay-passwords.ts";
import { type ReplayOptions, ReplayServer } from "../../helpers/replay-server.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";
import { type Conversation, readTranscript, type Step } from "../../helpers/transcript.ts";

export interface ClaimRow {
  fromMs: number;
  toMs: number;
  endReason: string;
}

export interface Outcome {
  /** What the oracle finds wrong. */
  findings: string[];
  claims: ClaimRow[];
  said: readonly string[];
  state: { state: string; detail: string };
  connections: number;
  log: readonly WireEntry[];
}

export interface Scene {
  clock: TestClock;
  server: ReplayServer;
  rollcall: CollectorFixture;
}

type Staging = Omit<ReplayOptions, "clock"> & { address: string; clock?: TestClock; folder?: string };

/** Plays the conversations to the real collector, acts, signs out, and lets the oracle judge. */
export async function stage(staging: Staging, act: (scene: Scene) => Promise<void>): Promise<Outcome> {
  const { address, clock = new TestClock(), folder, ...options } = staging;
  await using server = await ReplayServer.listen({ ...options, clock });
  const [first] = options.conversations;
  const password = passwordOf({ address, steps: first?.steps ?? [] });
  const accounts = [{ address, password, port: server.port, options: { services: server.services.urls } }];
  await using rollcall = await CollectorFixture.start({ clock, accounts, ...(folder ? { folder } : {}) });
  await act({ clock, server, rollcall });
  // All that was written is on the disk then.
  await rollcall.stop();
  const { databasePath, said } = rollcall;
  const { connections, log } = server;
  const findings = [...server.findings, ...judge({ databasePath, account: address, log })];
  return { findings, claims: readClaims(databasePath), said, state: readState(databasePath), connections, log };
}

/** Lets time pass until the `nth` connection has nothing more to say. */
export async function playOut({ clock, server }: Scene, nth?: number): Promise<void> {
  const last = nth ?? server.conversations - 1;
  for (let turn = 0; !server.isPlayed(last); turn++) {
    if (turn > 3_000) throw new Error(`the recording does not come to its end: ${server.whereabouts}`);
    // While web requests are under way, real time passes too: the clock must not run ahead of them.
    await clock.advance(server.isSignedIn(last) && !server.isCutting ? 500 : 50);
    while (server.isBusy) await settle();
  }
  // What has been said is committed.
  await clock.advance(200);
}

export function conversationOf(transcript: string, who: string, nth = 0): Conversation {
  const found = readTranscript(transcript).find((one) => one.who === who && one.nth === nth);
  if (!found) throw new Error(`${who} does not connect ${nth + 1} times in ${transcript}`);
  return found;
}

export const alice = (dialect = "msnp07") => conversationOf(`${dialect}-presence`, "alice");
const isLine = (step: Step, line: string) => step.kind === "server" && step.line.startsWith(line);
/** Bob is away and Dave busy; much is still to come. */
const isMidway = (step: Step) => isLine(step, "NLN PHN bob@");

/** Between the echo of CHG and the first ILN lies time in which nothing may be claimed. */
export function snapshotComesLate(dialect?: string): Promise<Outcome> {
  const staging = { address: "alice@example.com", conversations: [alice(dialect)], snapshotDelayMs: 2_000 };
  return stage(staging, (scene) => playOut(scene));
}

/** The line is cut while Bob is away; when it is back, Bob is offline. */
export function cutAndBack(fate: "cut" | "reset" = "cut"): Promise<Outcome> {
  const staging = {
    address: "alice@example.com",
    conversations: [alice(), alice()],
    fate: (step: Step, { connection }: { connection: number }) =>
      connection === 0 && isMidway(step) ? fate : undefined,
  };
  return stage(staging, (scene) => playOut(scene, 1));
}

const goesSilent = {
  address: "alice@example.com",
  conversations: [alice(), alice()],
  fate: (step: Step, { connection }: { connection: number }) =>
    connection === 0 && isMidway(step) ? ("silence" as const) : undefined,
};

/** Not a byte any more, and no end of the connection either. */
export function silentForGood(): Promise<Outcome> {
  return stage(goesSilent, async (scene) => {
    await playOut(scene, 0);
    await scene.clock.advance(120_000);
    await playOut(scene, 1);
  });
}

/** A minute of silence, then the server goes on in mid-conversation. */
export function lateByte(silentMs = 55_000): Promise<Outcome> {
  return stage(goesSilent, async (scene) => {
    await playOut(scene, 0);
    await scene.clock.advance(silentMs);
    scene.server.resume(0);
    await playOut(scene, 0);
    await scene.clock.advance(25_000);
  });
}

/** The machine sleeps in the middle of the conversation; the rest of it arrives after it has woken up. */
export function suspended(monotonic: "goes on" | "stops", ms = 3_600_000): Promise<Outcome> {
  return stage(goesSilent, async (scene) => {
    await playOut(scene, 0);
    await scene.clock.suspend(ms, monotonic);
    scene.server.resume(0);
    await playOut(scene, 0);
    await scene.clock.advance(25_000);
  });
}

/** Somebody sets the wall clock in the middle of the conversation. */
export function clockJump(ms: number): Promise<Outcome> {
  return stage(goesSilent, async (scene) => {
    await playOut(scene, 0);
    scene.clock.jump(ms);
    scene.server.resume(0);
    await playOut(scene, 0);
    await scene.clock.advance(Math.max(0, -ms) + 30_000);
  });
}

export const SCENARIOS: Readonly<Record<string, () => Promise<Outcome>>> = {
  snapshotComesLate: () => snapshotComesLate(),
  // Its rows are one for each contact.
  msnp09: () => snapshotComesLate("msnp09"),
  // Its lists come from the address book, and its snapshot has no number.
  msnp18: () => snapshotComesLate("msnp18"),
  cutAndBack,
  silentForGood,
  lateByte,
  clockSetForward: () => clockJump(10_000),
};

export function readClaims(databasePath: string): ClaimRow[] {
  return query(
    databasePath,
    "SELECT from_ms AS fromMs, to_ms AS toMs, end_reason AS endReason FROM coverage ORDER BY id",
  );
}

function readState(databasePath: string): Outcome["state"] {
  const [row] = query<Outcome["state"]>(databasePath, "SELECT state, state_detail AS detail FROM account");
  return { state: row?.state ?? "", detail: row?.detail ?? "" };
}

/**
 * With the same SQLite as the collector's: a second one in the same process would, on closing its file, drop the locks
 * of the first.
 */
export function query<Row>(databasePath: string, sql: string): Row[] {
  const db = openForReading(databasePath);
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}
