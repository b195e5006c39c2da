/**
 * Lines and servers that go wrong, over real sockets and on a clock that the test moves. Of each: nothing false is claimed,
 * the gap is there, and it is over by itself.
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { makeCa, makeServerCertificate } from "../../helpers/certificates.ts";
import { ADDRESS, CollectorFixture } from "../../helpers/collector-fixture.ts";
import { judge } from "../../helpers/oracle.ts";
import { actAsMessenger, type Peer, RawServer } from "../../helpers/raw-server.ts";
import { TestClock, until } from "../../helpers/test-clock.ts";
import { query, readClaims } from "../replay/scenarios.ts";
import { Line } from "./proxy.ts";

const STAGE = { contacts: ["bob@example.com", "cy@example.com"], present: ["BSY bob@example.com Bob"] };
const MINUTE_MS = 60_000;

interface Scene {
  clock: TestClock;
  line: Line;
  server: RawServer;
  rollcall: CollectorFixture;
  /** Time passes until somebody is observed again. */
  recover(): Promise<void>;
}

async function play(act: (scene: Scene) => Promise<void>, serve = (peer: Peer) => actAsMessenger(peer, STAGE)) {
  const clock = new TestClock();
  await using server = await RawServer.listen({ clock, serve });
  await using line = await Line.to(server.port, clock);
  await using rollcall = await CollectorFixture.start({ clock, accounts: [{ port: line.port }] });
  const open = () => query(rollcall.databasePath, "SELECT 1 FROM coverage WHERE end_reason IS NULL").length;
  const recover = async () => {
    for (let turn = 0; turn < 600 && open() === 0; turn++) await clock.advance(1_000);
    expect(open(), rollcall.said.join("\n")).toBe(1);
  };
  await recover();
  await act({ clock, line, server, rollcall, recover });
  await clock.advance(MINUTE_MS);
  await rollcall.stop();
  const { databasePath, said } = rollcall;
  return {
    claims: readClaims(databasePath),
    words: query<{ raw: string }>(databasePath, "SELECT raw FROM event ORDER BY seq").map(({ raw }) => raw),
    said,
    findings: judge({ databasePath, account: ADDRESS, log: server.log }),
  };
}

test("a line that is reset: the gap begins with the last proof of life, and it is back at once", async () => {
  let resetMs = 0;
  const outcome = await play(async ({ clock, line, recover }) => {
    await clock.advance(2 * MINUTE_MS);
    resetMs = line.lastByteMs;
    line.reset();
    await clock.advance(1);
    await recover();
  });
  expect(outcome.claims).toMatchObject([{ endReason: "connection-lost", toMs: resetMs }, { endReason: "stopped" }]);
  expect(outcome.findings).toEqual([]);
});

test("a line that swallows everything: nothing is claimed of the silence, and it is back when the line is", async () => {
  let [cutMs, mendedMs] = [0, 0];
  const outcome = await play(async ({ clock, line, server, recover }) => {
    await clock.advance(2 * MINUTE_MS);
    cutMs = line.lastByteMs;
    line.cut();
    // What the server goes on saying reaches nobody.
    server.peer.say("NLN AWY bob@example.com Bob");
    await clock.advance(3 * MINUTE_MS);
    line.mend();
    mendedMs = clock.nowMs();
    await recover();
  });
  expect(outcome.claims).toMatchObject([{ endReason: "silence", toMs: cutMs }, { endReason: "stopped" }]);
  expect(outcome.claims[1]?.fromMs).toBeGreaterThanOrEqual(mendedMs);
  expect(outcome.words).toEqual(["BSY", "BSY"]);
});

test("one byte a second: nothing is claimed before the last byte of it is there", async () => {
  const clock = new TestClock();
  await using server = await RawServer.listen({ clock, serve: (peer) => actAsMessenger(peer, STAGE) });
  await using line = await Line.to(server.port, clock);
  line.dripMs = 1_000;
  await using rollcall = await CollectorFixture.start({ clock, accounts: [{ port: line.port }] });
  const claims = () => readClaims(rollcall.databasePath);
  const heard = () =>
    query<{ atMs: number }>(rollcall.databasePath, "SELECT at_ms AS atMs FROM event WHERE raw = 'PHN'");
  // Too slow to sign in: whole answers take longer than the patience. It is said, and tried again.
  await clock.advance(5 * MINUTE_MS);
  expect(rollcall.said[0]).toMatch(/^warn .*said nothing for 30 s after [A-Z]{3}/);
  expect([claims(), query(rollcall.databasePath, "SELECT * FROM event")]).toEqual([[], []]);
  line.dripMs = undefined;
  for (let turn = 0; turn < 90 && claims().length === 0; turn++) await clock.advance(1_000);
  // Each byte proves that the line lives; the word counts when its last byte is there.
  line.dripMs = 1_000;
  const word = "NLN PHN bob@example.com Bob";
  const saidMs = clock.nowMs();
  server.peer.say(word);
  await clock.advance(20_000);
  expect(heard()).toEqual([]);
  await clock.advance(40_000);
  await rollcall.stop();
  expect(heard()[0]?.atMs).toBeGreaterThanOrEqual(saidMs + word.length * 1_000);
  expect(claims()).toMatchObject([{ endReason: "stopped" }]);
});

test.each<[string, (peer: Peer) => void]>([
  ["an SSH server", (peer) => peer.say("SSH-2.0-OpenSSH_10.0")],
  ["a mail server", (peer) => peer.say("220 mail.example ESMTP")],
  ["a web server", (peer) => (peer.onLine = () => peer.say("HTTP/1.1 400 Bad Request", "Connection: close", ""))],
  ["noise", (peer) => peer.send(Buffer.from(Array.from({ length: 4_000 }, (_, at) => (at * 73) % 256)))],
])("in the server's place %s: the gap lasts as long as it does", async (_, serve) => {
  let backMs = 0;
  const outcome = await play(async ({ clock, line, recover }) => {
    await clock.advance(MINUTE_MS);
    await using other = await RawServer.listen({ clock, serve });
    const own = line.target;
    line.target = other.port;
    line.reset();
    await clock.advance(35_000);
    expect(other.peers.length).toBeGreaterThan(1);
    line.target = own;
    backMs = clock.nowMs();
    line.reset();
    await clock.advance(1);
    await recover();
  });
  expect(outcome.claims).toMatchObject([{ endReason: "connection-lost" }, { endReason: "stopped" }]);
  expect(outcome.claims[1]?.fromMs).toBeGreaterThanOrEqual(backMs);
  expect(outcome.said.filter((line) => /^warn /.test(line)).length).toBeGreaterThan(1);
  expect(outcome.findings).toEqual([]);
});

test("a gateway whose certificate has run out is told as such, and nothing is claimed", async () => {
  const ca = await makeCa();
  const nowMs = Date.now();
  const validity = { notBefore: new Date(nowMs - 864e5 * 9), notAfter: new Date(nowMs - 864e5) };
  const { cert, key } = await makeServerCertificate(ca, validity);
  const web = createServer({ cert, key });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  const { port } = web.address() as AddressInfo;
  const options = { gateway: `https://localhost:${port}/gateway/gateway.dll`, ca: ca.cert };
  const rollcall = await CollectorFixture.start({ clock: systemClock, accounts: [{ port: 1863, options }] });
  await until(() => rollcall.said.length > 1, "two attempts");
  await rollcall.stop();
  expect(rollcall.said[0]).toMatch(
    /^warn alice@example\.com: .*certificate.*(expired|run out).*; trying again in \d+ s$/i,
  );
  expect(readClaims(rollcall.databasePath)).toEqual([]);
  await rollcall[Symbol.asyncDispose]();
  await new Promise((resolve) => web.close(resolve));
});
