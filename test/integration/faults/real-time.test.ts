/**
 * The real process on the real clock: stopped for a minute, its clock set back, a name that leads nowhere, and told to end
 * while much or nothing comes in. All at the same time, because each takes its minute.
 */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { judge } from "../../helpers/oracle.ts";
import { actAsMessenger, RawServer } from "../../helpers/raw-server.ts";
import { Cli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";
import { beBusy } from "../../kill/busy.ts";
import { addAccount, ME, type Place, place, placeAt, rows } from "../cli/place.ts";

const STAGE = { contacts: ["bob@example.com"], present: ["BSY bob@example.com Bob"] };
const PATIENCE_MS = 90_000;

interface Claim {
  fromMs: number;
  toMs: number;
  endReason: string | null;
}

const claims = (here: Place) =>
  rows<Claim>(here, "SELECT from_ms AS fromMs, to_ms AS toMs, end_reason AS endReason FROM coverage ORDER BY id");
const claimed = (here: Place, count: number) =>
  until(() => claims(here).length >= count, `${count} coverages`, PATIENCE_MS);

function serverThatAnswers(): Promise<RawServer> {
  return RawServer.listen({ clock: systemClock, serve: (peer) => actAsMessenger(peer, STAGE) });
}

/** What a program does before it begins, so that its machine can be made to go wrong. */
function preload(code: string): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import="data:text/javascript,${encodeURIComponent(code)}"` };
}

async function stoppedForAMinute(): Promise<void> {
  await using server = await serverThatAnswers();
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await claimed(here, 1);
  await setTimeout(3_000);
  process.kill(collector.pid, "SIGSTOP");
  const stoppedMs = Date.now();
  // Nobody reads it before it goes on.
  await setTimeout(30_000);
  server.peer.say("NLN AWY bob@example.com Bob");
  await setTimeout(30_000);
  const goesOnMs = Date.now();
  process.kill(collector.pid, "SIGCONT");
  await claimed(here, 2);
  await collector.stop();
  const [before, after] = claims(here);
  expect(before).toMatchObject({ endReason: expect.stringMatching(/^(silence|suspended)$/) });
  expect(before?.toMs).toBeLessThanOrEqual(stoppedMs + 100);
  expect(after?.fromMs).toBeGreaterThanOrEqual(goesOnMs);
  expect(
    judge({ databasePath: here.databasePath, account: ME, log: server.log, toleranceMs: 2_000, mayLoseMs: 60_000 }),
  ).toEqual([]);
}

async function clockSetBack(): Promise<void> {
  await using server = await serverThatAnswers();
  const here = await placeAt(server.port);
  const env = preload(
    `const real=Date.now;let off=0;process.on("SIGUSR2",()=>{off=off?0:-3600000});Date.now=()=>real()+off`,
  );
  const collector = new Cli(["collect"], { data: here.data, env });
  await claimed(here, 1);
  await setTimeout(7_000);
  const setMs = Date.now();
  process.kill(collector.pid, "SIGUSR2");
  await until(() => claims(here)[0]?.endReason !== null, "the end of the first coverage", PATIENCE_MS);
  server.peer.say("NLN AWY bob@example.com Bob");
  await setTimeout(5_000);
  const rightMs = Date.now();
  process.kill(collector.pid, "SIGUSR2");
  await claimed(here, 2);
  await collector.stop();
  const [before, after] = claims(here);
  expect(before).toMatchObject({ endReason: "clock-jump" });
  expect(before?.toMs).toBeLessThanOrEqual(setMs);
  expect(after?.fromMs).toBeGreaterThanOrEqual(rightMs);
  // Under the wrong clock nothing at all was recorded.
  expect(rows(here, "SELECT 1 FROM event WHERE at_ms < ?", before?.fromMs ?? 0)).toEqual([]);
}

async function nameThatLeadsNowhere(): Promise<void> {
  await using server = await serverThatAnswers();
  const file = join(tempFolder(), "hosts");
  writeFileSync(file, "");
  const here = place();
  await addAccount(here, `messenger.test:${server.port}`);
  const env = preload(`
    import dns from "node:dns"; import { readFileSync } from "node:fs";
    const real = dns.lookup;
    dns.lookup = (host, options, done) => {
      if (host !== "messenger.test") return real(host, options, done);
      const address = readFileSync(${JSON.stringify(file)}, "utf8").trim();
      const error = Object.assign(new Error("getaddrinfo ENOTFOUND " + host), { code: "ENOTFOUND", hostname: host });
      const found = options.all ? [[{ address, family: 4 }]] : [address, 4];
      process.nextTick(() => address ? done(null, ...found) : done(error));
    };`);
  const collector = new Cli(["collect"], { data: here.data, env });
  await collector.says(/warn {2}me@example\.com: .*(messenger\.test.*ENOTFOUND|this machine is offline)/);
  expect(claims(here)).toEqual([]);
  writeFileSync(file, "127.0.0.1");
  await claimed(here, 1);
  await collector.stop();
  expect(claims(here)).toMatchObject([{ endReason: "stopped" }]);
}

async function toldToEnd(server: RawServer, what: (server: RawServer) => Promise<void>): Promise<void> {
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await claimed(here, 1);
  await what(server);
  const { code } = await collector.stop();
  expect(code).toBe(0);
  expect(claims(here)).toMatchObject([{ endReason: "stopped" }]);
  expect(rows(here, "SELECT end_reason FROM run")).toEqual([{ end_reason: "stopped" }]);
  // Carried over into the file, which can be copied as it lies there.
  expect(statSync(`${here.databasePath}-wal`, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
  await server.close();
}

test("the real process: of each fault the gap is shown, nothing false is claimed, and it goes on by itself", async () => {
  const busy = await RawServer.listen({ clock: systemClock, serve: (peer) => beBusy(peer, 1) });
  const silent = await serverThatAnswers();
  const all = await Promise.allSettled([
    stoppedForAMinute(),
    clockSetBack(),
    nameThatLeadsNowhere(),
    toldToEnd(busy, () => setTimeout(3_000)),
    toldToEnd(silent, async ({ peer }) => {
      peer.isMuted = true;
    }),
  ]);
  expect(all.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []))).toEqual([]);
}, 240_000);
