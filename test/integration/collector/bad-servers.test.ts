/** What a person reads when the server is not there, is none, or misbehaves. Whatever it does, nothing is claimed. */
import { expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import type { Clock } from "../../../collector/network/network.ts";
import { ADDRESS, CollectorFixture } from "../../helpers/collector-fixture.ts";
import { actAsMessenger, type Peer, RawServer } from "../../helpers/raw-server.ts";
import { TestClock, until } from "../../helpers/test-clock.ts";
import { query, readClaims } from "../replay/scenarios.ts";

const AGAIN = "trying again in 1 s";

/** Signs in to the server until `times` lines have been said, and returns them without the server's port. */
async function linesOf(clock: Clock, at: { host?: string; port: number }, times = 2): Promise<string[]> {
  await using rollcall = await CollectorFixture.start({ clock, accounts: [at] });
  const isEnough = () => rollcall.said.length >= times;
  for (let turn = 0; clock instanceof TestClock && turn < 200 && !isEnough(); turn++) await clock.advance(1_000);
  await until(isEnough, `${times} lines`);
  const [account] = query<{ state: string; detail: string }>(
    rollcall.databasePath,
    "SELECT state, state_detail AS detail FROM account",
  );
  expect(account?.detail === "" || rollcall.said.some((line) => line.includes(account?.detail ?? ""))).toBe(true);
  await rollcall.stop();
  for (const table of ["coverage", "watch", "event"]) {
    expect(query(rollcall.databasePath, `SELECT * FROM ${table}`), table).toEqual([]);
  }
  return rollcall.said.slice(0, times).map((line) => line.replaceAll(/(\d):\d+\b/g, "$1:PORT"));
}

async function linesFrom(serve: (peer: Peer) => void, clock: Clock = systemClock, times = 2): Promise<string[]> {
  await using server = await RawServer.listen({ clock, serve });
  return await linesOf(clock, { port: server.port }, times);
}

function twice(message: string): string[] {
  return Array(2).fill(`warn ${ADDRESS}: ${message}; ${AGAIN}`);
}

test("an unknown host: the name is doubted, and it is tried again", async () => {
  const lines = await linesOf(systemClock, { host: "messenger.invalid", port: 1863 });
  for (const line of lines) {
    expect(line).toMatch(
      /^warn alice@example\.com: no server called "messenger\.invalid" was found \((ENOTFOUND|EAI_AGAIN)\): check its name, and this machine's network; trying again in 1 s$/,
    );
  }
});

test("a refused connection: the port is doubted", async () => {
  const server = await RawServer.listen({ clock: systemClock, serve: () => undefined });
  const { port } = server;
  await server.close();
  expect(await linesOf(systemClock, { port })).toEqual(
    twice("127.0.0.1:PORT refused the connection: check the port (1863 is usual) and that the server is up"),
  );
});

test("a server that accepts and says nothing", async () => {
  expect(await linesFrom(() => undefined, new TestClock())).toEqual(
    twice("127.0.0.1:PORT said nothing for 30 s after VER: check that a Messenger server listens on this port"),
  );
});

test("a server that drips empty lines, but never answers", async () => {
  const clock = new TestClock();
  const drip = (peer: Peer) =>
    clock.after(5_000, () => {
      peer.say("");
      drip(peer);
    });
  expect(await linesFrom((peer) => void drip(peer), clock)).toEqual(
    twice("127.0.0.1:PORT said nothing for 30 s after VER: check that a Messenger server listens on this port"),
  );
});

test("garbage", async () => {
  const garbage = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x0a, 0xff, 0xfe, 0x00, 0x0d, 0x0a]);
  expect(await linesFrom((peer) => peer.send(garbage))).toEqual(
    twice(
      `127.0.0.1:PORT does not speak Messenger: it said "\\x16\\x03\\x01\\x02\\x00", which no Messenger server says; check the server's name and port`,
    ),
  );
});

test("garbage that would play tricks with a terminal arrives there as plain text", async () => {
  const tricks = Buffer.from("\x1b]0;owned\x07 \x9b31m \x7f\r\n", "latin1");
  const [line = ""] = await linesFrom((peer) => peer.send(tricks));
  expect(line).toContain('it said "\\x1b]0;owned\\x07 \\x9b31m \\x7f"');
  expect(line).not.toMatch(/\p{Cc}/u);
});

test("tricks in a sign-in's answer are taken out too", async () => {
  const answer = (verb: string, rest: string) => (peer: Peer) =>
    actAsMessenger(peer, { contacts: [] }, (line) => {
      const [said, trId] = line.split(" ");
      if (said === verb) peer.say(`${verb} ${trId} ${rest}`);
      return said === verb;
    });
  const stop = async (verb: string) => (await linesFrom(answer(verb, "\x1b[31mX"), systemClock, 1))[0];
  expect(await stop("VER")).toContain('it answered "\\x1b[31mX"');
  expect(await stop("INF")).toContain('wants to sign in with "\\x1b[31mX", we only know MD5');
  expect(await stop("USR")).toContain('answered USR with "\\x1b[31mX"');
});

test("an endless line", async () => {
  const serve = (peer: Peer) => {
    for (let block = 0; block < 32; block++) peer.send(Buffer.alloc(1024, 0x41));
  };
  expect(await linesFrom(serve)).toEqual(
    twice(
      "127.0.0.1:PORT does not speak Messenger: it sent a line of more than 16384 bytes; check the server's name and port",
    ),
  );
});

test("a web server", async () => {
  const serve = (peer: Peer) => {
    peer.onLine = () => peer.say("HTTP/1.1 400 Bad Request", "Connection: close", "");
  };
  expect(await linesFrom(serve)).toEqual(
    twice(
      '127.0.0.1:PORT does not speak Messenger: it said "HTTP/1.1 400 Bad Request", which no Messenger server says; check the server\'s name and port',
    ),
  );
});

test("a payload length that is nonsense", async () => {
  expect(await linesFrom((peer) => peer.say("MSG Hotmail Hotmail 4294967296"))).toEqual(
    twice(
      "127.0.0.1:PORT does not speak Messenger: it announced a MSG payload of 4294967296 bytes, more than 1048576; check the server's name and port",
    ),
  );
});

test("a server that closes after VER", async () => {
  const serve = (peer: Peer) => {
    peer.onLine = (line) => {
      peer.say(`VER ${line.split(" ")[1]} MSNP7`);
      peer.hangUp();
    };
  };
  expect(await linesFrom(serve)).toEqual(twice("127.0.0.1:PORT hung up during sign-in (after INF)"));
});

test("a server that closes at once", async () => {
  expect(await linesFrom((peer) => peer.hangUp())).toEqual(twice("127.0.0.1:PORT hung up during sign-in (after VER)"));
});

test("dispatch servers that send each other the user in a circle", async () => {
  const ports: number[] = [];
  const send = (to: () => number | undefined) => (peer: Peer) =>
    actAsMessenger(peer, { contacts: [] }, (line) => {
      const [verb, trId] = line.split(" ");
      if (verb === "USR") peer.say(`XFR ${trId} NS 127.0.0.1:${to()} 0`);
      return verb === "USR";
    });
  await using other = await RawServer.listen({ clock: systemClock, serve: send(() => ports[0]) });
  const serve = send(() => other.port);
  await using first = await RawServer.listen({ clock: systemClock, serve });
  ports.push(first.port);
  expect(await linesOf(systemClock, { port: first.port })).toEqual(
    twice("the servers send us in a circle, back to 127.0.0.1:PORT"),
  );
});

test("a dispatch server that sends the user nowhere", async () => {
  const serve = (peer: Peer) =>
    actAsMessenger(peer, { contacts: [] }, (line) => {
      const [verb, trId] = line.split(" ");
      if (verb === "USR") peer.say(`XFR ${trId} NS example.com:99999999`);
      return verb === "USR";
    });
  expect(await linesFrom(serve)).toEqual(
    twice('the dispatch server sent us to "example.com:99999999", which is no address'),
  );
});

test("a server that ignores the first status is not believed when everyone looks offline", async () => {
  const serve = (peer: Peer) =>
    actAsMessenger(peer, { contacts: ["bob@example.com"] }, (line) => line.startsWith("CHG"));
  expect(await linesFrom(serve)).toEqual(twice("the server answered the ping but not our first status"));
});

test("a server that never answers the ping behind the first status opens no coverage", async () => {
  const serve = (peer: Peer) => actAsMessenger(peer, { contacts: ["bob@example.com"] }, (line) => line === "PNG");
  expect(await linesFrom(serve, new TestClock())).toEqual(
    twice("127.0.0.1:PORT said nothing for 30 s after CHG: check that a Messenger server listens on this port"),
  );
});

test("an unconfirmed account is refused once, with where to go", async () => {
  const serve = (peer: Peer) =>
    actAsMessenger(peer, { contacts: [] }, (line) => {
      const [verb, trId] = line.split(" ");
      if (verb === "USR") peer.say(`924 ${trId}`);
      return verb === "USR";
    });
  expect(await linesFrom(serve, systemClock, 1)).toEqual([
    `error ${ADDRESS}: the server does not let ${ADDRESS} sign in (error 924): the account needs to be confirmed or released on the network's own site`,
  ]);
});

test("a server that goes down ends the coverage in order and is left alone for a minute", async () => {
  const clock = new TestClock();
  await using server = await RawServer.listen({
    clock,
    serve: (peer) => actAsMessenger(peer, { contacts: ["bob@example.com"] }),
  });
  const backoff = { baseMs: 5_000, capMs: 300_000, stableMs: 120_000 };
  await using rollcall = await CollectorFixture.start({ clock, accounts: [{ port: server.port }], backoff });
  await clock.advance(1_000);
  server.peer.say("OUT SSD");
  server.peer.hangUp();
  await clock.advance(60_000);
  expect(server.peers).toHaveLength(1);
  await clock.advance(6_000);
  expect(server.peers).toHaveLength(2);
  await rollcall.stop();
  expect(rollcall.said[1]).toMatch(/^warn alice@example\.com: the server is going down; trying again in 6[1-5] s$/);
  expect(readClaims(rollcall.databasePath)[0]?.endReason).toBe("server-closing");
});
