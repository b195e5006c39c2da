/** From an account to a file of what happened, with the processes that a user runs. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Cli, runCli } from "../../helpers/run-cli.ts";
import { until } from "../../helpers/test-clock.ts";
import {
  addAccount,
  exported,
  FRIEND,
  ME,
  PASSWORD,
  type Place,
  place,
  placeAt,
  recorded,
  rows,
  serverThat,
  signInFriend,
  startSandbox,
} from "./place.ts";

test("an account is added, tested and recorded; a friend's change reaches status and export", async () => {
  const sandbox = await startSandbox();
  const friend = await signInFriend(sandbox.port);
  const here = place();
  const server = `127.0.0.1:${sandbox.port}`;
  expect(await addAccount(here, server)).toEqual({
    code: 0,
    out: `Added ${ME} at ${server}. It is recorded from the next \`npx rollcall start\` on. To try it first: npx rollcall account test ${ME}\n`,
    err: [],
  });
  expect(statSync(here.data).mode & 0o777).toBe(0o700);
  const tried = await runCli(["account", "test", ME], { data: here.data });
  expect(tried).toEqual({ code: 0, out: `${ME} can sign in at ${server} and has 15 contacts there.\n`, err: [] });
  // Trying is not recording.
  expect(rows(here, "SELECT * FROM contact")).toEqual([]);

  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/info {2}me@example\.com: signed in, watching$/);
  await until(() => recorded(here).length === 1, "the first snapshot");
  friend.changeStatus("BSY");
  await until(() => recorded(here).length === 2, "the friend's change");
  friend.changeStatus("AWY");
  await until(() => recorded(here).length === 3, "the next change");
  expect(recorded(here)).toEqual(["available", "busy", "away"]);

  const status = JSON.parse((await runCli(["status", "--json"], { data: here.data })).out);
  expect(status).toMatchObject({
    isSandbox: false,
    collector: { pid: collector.pid, alive: true },
    accounts: [{ address: ME, network: "messenger", host: "127.0.0.1", state: "watching", contacts: 15 }],
  });
  expect(status.accounts[0].statuses.away).toBeGreaterThanOrEqual(1);
  expect(status.accounts[0].statuses.unknown).toBeUndefined();
  const { out } = await runCli(["status"], { data: here.data });
  expect(out).toMatch(new RegExp(`^collector {2}running since .* \\(process ${collector.pid}\\)$`, "m"));
  expect(out).toMatch(
    /^account {4}me@example\.com, messenger at 127\.0\.0\.1:\d+: observed since .*, last confirmed \d+ s ago$/m,
  );
  expect(out).toMatch(/^ {11}15 contacts: .*\d+ offline or hidden/m);
  const list = JSON.parse((await runCli(["account", "list", "--json"], { data: here.data })).out);
  expect(list).toMatchObject([{ address: ME, state: "watching", covered: { sinceMs: expect.any(Number) } }]);

  const second = await runCli(["collect"], { data: here.data });
  expect(second).toMatchObject({ code: 3, out: "" });
  expect(second.err).toEqual([
    expect.stringMatching(/^rollcall: another collector \(process \d+ since .*Z\) is recording into /),
  ]);
  expect(second.err[0]).toContain(`(process ${collector.pid} since `);
  expect(await runCli(["start"], { data: here.data })).toEqual({ code: 3, out: "", err: second.err });
  // Trying it would throw the collector out.
  expect(await runCli(["account", "test", ME], { data: here.data })).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^me@example\.com is signed in at .* by the collector that runs\.\n$/),
  });

  const ended = await collector.stop();
  expect(ended).toMatchObject({ code: 0, err: [] });
  expect(ended.out).toMatch(/info {2}stopped \(SIGTERM\)\n$/);
  const events = await exported(here, "--shape", "events", "--contact", FRIEND);
  expect(events.map((row) => [row.account, row.address, row.status, row.raw, row.origin])).toEqual([
    [ME, FRIEND, "available", "NLN", "baseline"],
    [ME, FRIEND, "busy", "BSY", "change"],
    [ME, FRIEND, "away", "AWY", "change"],
  ]);
  const spans = await exported(here, "--shape", "spans", "--contact", FRIEND);
  expect(spans.map((row) => row.status)).toEqual(["available", "busy", "away", "unknown"]);
  expect(spans[0]?.to_utc).toBe(events[1]?.at_utc);
  const coverage = await exported(here, "--shape", "coverage");
  expect(coverage.map((row) => [row.account, row.end_reason])).toEqual([[ME, "stopped"]]);
  expect(coverage[0]?.to_utc).toBe(spans[2]?.to_utc);

  const soeze = await exported(here, "--shape", "spans", "--contact", "soeze@sandbox.example");
  expect(soeze[0]?.name).toBe(`'=SUM Söze "KS"`);
  const file = join(here.data, "spans.csv");
  const { from_utc = "", to_utc = "" } = coverage[0] ?? {};
  const range = ["export", "--shape", "spans", "--from", from_utc, "--to", to_utc, "--tz", "UTC"];
  expect(await runCli([...range, "--out", file], { data: here.data })).toEqual({ code: 0, out: "", err: [] });
  expect(readFileSync(file, "utf8")).toBe((await runCli(range, { data: here.data })).out);
  expect(readdirSync(here.data).filter((name) => name.includes("unfinished"))).toEqual([]);
});

test("a password is in no argument, no output and no file in the clear", async () => {
  const server = await serverThat({ contacts: ["ann@example.com"] });
  const here = place();
  const add = new Cli(["account", "add", ME, "--server", `127.0.0.1:${server.port}`], {
    data: here.data,
    env: { ROLLCALL_PASSWORD: PASSWORD },
  });
  const added = await add.finished();
  expect(added.code).toBe(0);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  if (existsSync("/proc/self/cmdline")) {
    for (const view of ["cmdline", "environ"])
      expect(readFileSync(`/proc/${collector.pid}/${view}`, "utf8")).not.toContain(PASSWORD);
  }
  await collector.stop();
  expect(add.output + collector.output).not.toContain(PASSWORD);
  for (const file of readdirSync(here.data)) {
    expect(readFileSync(join(here.data, file)).includes(PASSWORD), file).toBe(false);
  }
  expect(server.peers[0]?.heard.join("\n")).not.toContain(PASSWORD);
});

test("a password can come from standard input", async () => {
  const here = place();
  const args = ["account", "add", ME, "--server", "127.0.0.1", "--password-file", "-"];
  expect(await runCli(args, { data: here.data, input: `${PASSWORD}\n` })).toMatchObject({ code: 0, err: [] });
  const again = await runCli(args, { data: here.data, input: PASSWORD });
  expect(again.out).toMatch(/^Changed me@example\.com at 127\.0\.0\.1:1863\./);
});

test("an account that recorded nothing is gone when it is removed; of one with a history, that stays", async () => {
  const server = await serverThat({ contacts: ["ann@example.com"] });
  const here = await placeAt(server.port);
  const remove = () => runCli(["account", "remove", ME], { data: here.data });
  expect(await remove()).toEqual({ code: 0, out: `Removed ${ME}.\n`, err: [] });
  expect(await remove()).toMatchObject({
    code: 2,
    err: [`rollcall: there is no account ${ME}; see: rollcall account list`],
  });
  await addAccount(here, `127.0.0.1:${server.port}`);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  await until(() => coverages(here).length === 1, "the coverage");
  await collector.stop();
  expect(await remove()).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^Removed me@example\.com\. Its password is gone\. What it recorded stays, /),
  });
  expect(rows(here, "SELECT wish, sealed_password FROM account")).toEqual([{ wish: "removed", sealed_password: null }]);
  expect(coverages(here)).toHaveLength(1);
});

test("a server that is taken away leaves a gap that is unknown, never offline", async () => {
  const sandbox = await startSandbox();
  const friend = await signInFriend(sandbox.port);
  const here = await placeAt(sandbox.port);
  const collector = new Cli(["collect"], { data: here.data, hurry: 5 });
  await collector.says(/signed in, watching/);
  await until(() => recorded(here).length === 1, "the friend's presence");
  friend.changeStatus("BSY");
  await until(() => recorded(here).length === 2, "the friend's change");
  await sandbox.cli.kill();
  await collector.says(/warn {2}me@example\.com: 127\.0\.0\.1:\d+ .*; trying again in \d+ s$/);
  await until(() => coverages(here).length === 1 && coverages(here)[0]?.reason !== null, "the end of the coverage");
  const awayMs = Date.now();
  const status = JSON.parse((await runCli(["status", "--json"], { data: here.data })).out);
  expect(status.accounts).toMatchObject([{ covered: null, contacts: 15, statuses: { unknown: 15 } }]);
  const { out } = await runCli(["status"], { data: here.data });
  expect(out).toMatch(
    /: NOT OBSERVED \((waiting: 127\.0\.0\.1:\d+ .*|waiting, again in \d+ s: 127\.0\.0\.1:\d+ .*|signing-in|syncing)\)\n {11}15 contacts: 15 unknown\n/,
  );

  const backMs = Date.now();
  await startSandbox(sandbox.port);
  const backAgain = await signInFriend(sandbox.port);
  await collector.says(/signed in, watching/);
  await until(() => coverages(here).length === 2, "the second coverage");
  backAgain.changeStatus("AWY");
  await until(() => recorded(here).at(-1) === "away", "the friend's next change");
  expect((await collector.stop()).code).toBe(0);

  const coverage = await exported(here, "--shape", "coverage");
  expect(coverage.map((row) => row.end_reason)).toEqual(["connection-lost", "stopped"]);
  const [gapFrom, gapTo] = [coverage[0]?.to_utc ?? "", coverage[1]?.from_utc ?? ""];
  expect(Date.parse(gapFrom)).toBeLessThanOrEqual(awayMs);
  expect(Date.parse(gapTo)).toBeGreaterThanOrEqual(backMs);
  const spans = await exported(here, "--shape", "spans");
  const inGap = spans.filter((row) => (row.from_utc ?? "") < gapTo && (row.to_utc ?? "") > gapFrom);
  expect(new Set(spans.map((row) => row.address)).size).toBe(15);
  expect(inGap.map(({ status, from_utc, to_utc }) => [status, from_utc, to_utc])).toEqual(
    Array.from({ length: 15 }, () => ["unknown", gapFrom, gapTo]),
  );
  const ofFriend = spans.filter((row) => row.address === FRIEND).map((row) => row.status);
  expect(ofFriend.slice(0, 2)).toEqual(["available", "unknown"]);
  expect(ofFriend).not.toContain("busy");
});

test("SIGTERM signs out, closes the coverage, ends the run and leaves one tidy file", async () => {
  const server = await serverThat({ contacts: ["ann@example.com"], present: ["BSY ann@example.com Ann"] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  server.peer.say("NLN AWY ann@example.com Ann");
  server.peer.say("NLN IDL ann@example.com Ann");
  await until(() => server.peer.heard.includes("PNG"), "the barrier");
  // What has just been said may not be written yet: stopping must not lose it.
  server.peer.say("NLN LUN ann@example.com Ann");
  await until(() => recorded(here, "ann@example.com").length > 1, "a change");
  expect((await collector.stop()).code).toBe(0);
  expect(server.peer.heard.at(-1)).toBe("OUT");
  expect(recorded(here, "ann@example.com")).toEqual(["busy", "away", "idle", "out-to-lunch"]);
  expect(rows(here, "SELECT end_reason FROM coverage")).toEqual([{ end_reason: "stopped" }]);
  expect(rows(here, "SELECT end_reason, ended_ms >= started_ms AS ordered FROM run")).toEqual([
    { end_reason: "stopped", ordered: 1 },
  ]);
  expect(sizeOf(`${here.databasePath}-wal`)).toBe(0);
  expect(existsSync(join(here.data, "collector.pid"))).toBe(false);
});

test("SIGKILL in mid-stream loses nothing that was committed, and the time until the restart is unknown", async () => {
  const ANN = "ann@example.com";
  const codes = ["NLN", "BSY", "AWY", "IDL", "LUN", "PHN", "BRB"];
  const words = ["available", "busy", "away", "idle", "out-to-lunch", "on-the-phone", "be-right-back"];
  const server = await serverThat({ contacts: [ANN] });
  const here = await placeAt(server.port);
  const collector = new Cli(["collect"], { data: here.data });
  await collector.says(/signed in, watching/);
  let said = 0;
  const speech = setInterval(() => {
    for (let i = 0; i < 3; i++) server.peer.say(`NLN ${codes[said++ % codes.length]} ${ANN} Ann`);
  }, 2);
  await until(() => recorded(here, ANN).length > 20, "a stream of changes");
  await collector.kill();
  clearInterval(speech);
  const killedMs = Date.now();
  const seen = recorded(here, ANN);
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => words[i % words.length]));

  const again = new Cli(["collect"], { data: here.data });
  await again.says(/signed in, watching/);
  await until(() => coverages(here).length === 2, "the second coverage");
  server.peer.say(`NLN BSY ${ANN} Ann`);
  await until(() => recorded(here, ANN).length > seen.length, "a change");
  expect((await again.stop()).code).toBe(0);
  expect(recorded(here, ANN)).toEqual([...seen, "busy"]);
  expect(coverages(here).map(({ reason }) => reason)).toEqual(["crash", "stopped"]);
  expect(rows(here, "SELECT end_reason FROM run ORDER BY id")).toEqual([
    { end_reason: "crash" },
    { end_reason: "stopped" },
  ]);
  const spans = await exported(here, "--shape", "spans", "--contact", ANN);
  const gap = spans.filter((row) => row.status === "unknown");
  const [first, second] = coverages(here);
  expect([gap[0]?.from_utc, gap[0]?.to_utc]).toEqual([iso(first?.toMs), iso(second?.fromMs)]);
  expect(first?.toMs).toBeLessThanOrEqual(killedMs);
  expect(spans.at(spans.indexOf(gap[0] as (typeof spans)[number]) + 1)?.status).toBe("offline");
});

interface Covered {
  fromMs: number;
  toMs: number;
  reason: string | null;
}

function coverages(here: Place): Covered[] {
  return rows(here, "SELECT from_ms AS fromMs, to_ms AS toMs, end_reason AS reason FROM coverage ORDER BY id");
}

function iso(ms: number | undefined): string {
  return new Date(ms ?? Number.NaN).toISOString();
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
