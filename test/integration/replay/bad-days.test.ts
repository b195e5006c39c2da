/** A recorded conversation on days when lines die, machines sleep and clocks are set. Real sockets, a clock that we move. */
import { expect, test } from "vitest";
import { ADDRESS, CollectorFixture, makeFolder } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import { joinLogs } from "../../helpers/raw-server.ts";
import { ReplayServer } from "../../helpers/replay-server.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import {
  alice,
  clockJump,
  cutAndBack,
  lateByte,
  type Outcome,
  playOut,
  readClaims,
  silentForGood,
  snapshotComesLate,
  stage,
  suspended,
} from "./scenarios.ts";

/** From the end of the snapshot, 13:41:47.262, to the last byte before the trouble, 13:41:51.203. */
const AWAY_AT = 3_941;

function reasons({ claims }: Outcome): string[] {
  return claims.map(({ endReason }) => endReason);
}

function lengths({ claims }: Outcome): number[] {
  return claims.map(({ fromMs, toMs }) => toMs - fromMs);
}

test("nothing is claimed between the echo of the first status and the end of the snapshot", async () => {
  const outcome = await snapshotComesLate();
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["stopped"]);
});

for (const fate of ["cut", "reset"] as const) {
  test(`a line that is ${fate} leaves a gap, and the next coverage begins with a baseline of its own`, async () => {
    const outcome = await cutAndBack(fate);
    expect(outcome.findings).toEqual([]);
    expect(reasons(outcome)).toEqual(["connection-lost", "stopped"]);
    expect(lengths(outcome)[0]).toBe(AWAY_AT);
    const why =
      fate === "cut" ? /closed the connection; trying again/ : /cut the connection \(ECONNRESET\); trying again/;
    expect(outcome.said[1]).toMatch(why);
  });
}

test("a server that falls silent for good was last known at its last byte", async () => {
  const outcome = await silentForGood();
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["silence", "stopped"]);
  expect(lengths(outcome)[0]).toBe(AWAY_AT);
  expect(outcome.said[1]).toBe(`warn ${ADDRESS}: the server has been silent for 65 s; trying again in 1 s`);
});

test("a late byte does not claim the silence before it", async () => {
  const outcome = await lateByte();
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["silence", "stopped"]);
  expect(lengths(outcome)[0]).toBe(AWAY_AT);
  expect(outcome.connections).toBe(1);
});

test("a silence that a proof bridges in time is no gap", async () => {
  const outcome = await lateByte(40_000);
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["stopped"]);
});

for (const monotonic of ["goes on", "stops"] as const) {
  test(`while the machine sleeps nothing is claimed, where the monotonic clock ${monotonic}`, async () => {
    const outcome = await suspended(monotonic);
    expect(outcome.findings).toEqual([]);
    expect(reasons(outcome)).toEqual(["suspended", "stopped"]);
    expect(lengths(outcome)[0]).toBe(AWAY_AT);
  });
}

test("a wall clock that is set forward ends the coverage at its last proof", async () => {
  const outcome = await clockJump(10_000);
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["clock-jump", "stopped"]);
  expect(lengths(outcome)[0]).toBe(AWAY_AT);
});

test("a wall clock that is set back claims nothing until it has passed the last recorded instant", async () => {
  const outcome = await clockJump(-60_000);
  expect(outcome.findings).toEqual([]);
  expect(reasons(outcome)).toEqual(["clock-jump", "stopped"]);
  const [before, after] = outcome.claims;
  expect(after?.fromMs).toBeGreaterThanOrEqual(before?.toMs ?? Number.POSITIVE_INFINITY);
});

test("a clock that is behind at start-up claims nothing until it has passed what is recorded, and says so", async () => {
  using folder = makeFolder();
  const first = new TestClock();
  const earlier = await stage(
    { address: ADDRESS, conversations: [alice()], clock: first, folder: folder.path },
    (scene) => playOut(scene),
  );

  // A machine without a battery for its clock: it believes that it is an hour ago.
  const clock = new TestClock(first.nowMs() - 3_600_000);
  await using server = await ReplayServer.listen({ clock, conversations: [alice()] });
  await using rollcall = await CollectorFixture.start({
    clock,
    folder: folder.path,
    accounts: [{ address: ADDRESS, port: server.port }],
  });
  await playOut({ clock, server, rollcall });
  expect(readClaims(rollcall.databasePath)).toEqual(earlier.claims);
  const claimedToMs = earlier.claims[0]?.toMs ?? 0;
  const until = new Date(claimedToMs).toISOString();
  expect(rollcall.said).toEqual([
    `warn ${ADDRESS}: the clock is behind what is recorded; nothing is recorded before ${until}`,
  ]);
  // The clock is set right: the next look asks for a proof, whose answer opens the coverage.
  clock.jump(3_600_000);
  await clock.advance(30_000);
  await rollcall.stop();
  const claims = readClaims(rollcall.databasePath);
  expect(claims).toHaveLength(2);
  expect(claims[1]?.fromMs).toBeGreaterThanOrEqual(claimedToMs);
  const log = joinLogs(earlier.log, server.log);
  expect(judge({ databasePath: rollcall.databasePath, account: ADDRESS, log })).toEqual([]);
});
