/** Servers that send a client on: while it signs in, in mid-session, and the server that was remembered. */
import { expect, test } from "vitest";
import { type AccountMemory, emptyMemory } from "../../../../collector/network/messenger/memory.ts";
import type { Dial, Endpoint } from "../../../../collector/network/messenger/net/link.ts";
import { dialTcp } from "../../../../collector/network/messenger/net/tcp.ts";
import { actAs } from "../../../helpers/hand-server.ts";
import { type HandOptions, HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

const clock = new TestClock();

type Handle = (line: string, peer: Peer) => boolean;

const server = (handle: Handle = () => false, dialect = 7) =>
  RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect, handle: (line) => handle(line, peer) }) });

/** Sends whoever says who they are on to `to`. */
const referTo =
  (to: () => string): Handle =>
  (line, peer) => {
    const [verb, trId, , step] = line.split(" ");
    if (verb !== "USR" || step !== "I") return false;
    peer.say(`XFR ${trId} NS ${to()} 0 127.0.0.1:1`);
    return true;
  };

const session = (options: Omit<HandOptions, "clock">) => new HandSession({ dialects: [7], ...options, clock });

test("the old connection says nothing more, and the new one begins at VER", async () => {
  await using second = await server();
  await using first = await server(referTo(() => `127.0.0.1:${second.port}`));
  await using scene = session({ port: first.port });
  await scene.watching();
  expect(first.peer.heard).toEqual(["VER 1 MSNP7 CVR0", "INF 2", "USR 3 MD5 I me@x.com"]);
  expect(second.peer.heard.slice(0, 3)).toEqual(["VER 1 MSNP7 CVR0", "INF 2", "USR 3 MD5 I me@x.com"]);
  expect(scene.isWatching()).toBe(true);
});

test("the address 0 means: stay here, and begin again", async () => {
  let isFirst = true;
  const once: Handle = (line, peer) => {
    if (!isFirst || !/^USR \d+ MD5 I/.test(line)) return false;
    isFirst = false;
    return referTo(() => "0")(line, peer);
  };
  await using only = await server(once);
  await using scene = session({ port: only.port });
  await scene.watching();
  expect(only.peers).toHaveLength(1);
  expect(only.peer.heard.filter((line) => /^(VER|USR \d+ MD5 I)/.test(line))).toHaveLength(4);
});

test("a server that tells us to begin again for ever is left", async () => {
  await using only = await server(referTo(() => "0"));
  await using scene = session({ port: only.port });
  await scene.over();
  expect(scene.message).toBe("the servers sent us on more than 5 times");
});

test("servers that send us in a circle are left", async () => {
  const ports: number[] = [];
  await using second = await server(referTo(() => `127.0.0.1:${ports[0]}`));
  await using first = await server(referTo(() => `127.0.0.1:${second.port}`));
  ports.push(first.port);
  await using scene = session({ port: first.port });
  await scene.over();
  expect(scene.message).toBe(`the servers send us in a circle, back to 127.0.0.1:${first.port}`);
});

/** As if the servers were somewhere else: dials these names on this machine. */
const elsewhere =
  (ports: Record<string, number>): Dial =>
  (endpoint, events) =>
    dialTcp({ host: "127.0.0.1", port: ports[endpoint.host] ?? endpoint.port }, events);

test("a server elsewhere has no business with this machine, in the sign-in, in mid-session or for a conversation", async () => {
  await using first = await server(referTo(() => "127.0.0.1:1863"));
  const there: Endpoint = { host: "messenger.example", port: 1863 };
  const parts = { dial: elsewhere({ "messenger.example": first.port }) };
  await using scene = session({ port: 0, server: there, parts });
  await scene.over();
  expect(scene.message).toBe("the dispatch server sent us to 127.0.0.1:1863, which is this machine");

  await using second = await server((line, peer) => {
    if (!/^XFR/.test(line)) return false;
    peer.say(`XFR ${line.split(" ")[1]} SB localhost:1864 CKI 1.2.3`);
    return true;
  });
  const dial = elsewhere({ "messenger.example": second.port });
  await using other = session({ port: 0, server: there, parts: { dial } });
  await other.watching();
  second.peer.say(
    "RNG 11752099 127.0.0.1:1864 CKI 1.2.3 bob@x.com Bob",
    "RNG 2 10.0.1.200:1865 CKI 1.2.3 bob@x.com Bob",
  );
  await expect(other.session.requestSwitchboard()).rejects.toMatchObject({ code: "bad-answer" });
  expect(other.words.filter((word) => word.startsWith("ring"))).toHaveLength(1);
  second.peer.say("XFR 0 NS [::1] 0");
  await other.over();
  expect(other.end?.why).toBe("lost");
});

test("a server that empties itself ends the session, and the next one begins where it was sent", async () => {
  const memory = emptyMemory();
  await using second = await server();
  await using first = await server();
  await using scene = session({ port: first.port, memory });
  await scene.watching();
  first.peer.say(`XFR 0 NS 127.0.0.1:${second.port} 0 127.0.0.1:${first.port}`);
  await scene.over();
  expect(scene.end).toEqual({
    why: "server-closing",
    message: `the server asked us to move to 127.0.0.1:${second.port}`,
    comeBackMs: 0,
  });
  await using next = session({ port: first.port, memory });
  await next.watching();
  expect([first.peers.length, second.peers.length]).toEqual([1, 1]);
});

test("the server of the last session is tried first, and the dispatch server is spared", async () => {
  const memory = emptyMemory();
  await using notification = await server();
  await using dispatch = await server(referTo(() => `127.0.0.1:${notification.port}`));
  for (let nth = 0; nth < 2; nth++) {
    await using scene = session({ port: dispatch.port, memory });
    await scene.watching();
  }
  expect([dispatch.peers.length, notification.peers.length]).toEqual([1, 2]);
});

function doing(act: (peer: Peer) => void): Handle {
  return (_, peer) => {
    act(peer);
    return true;
  };
}

const REFUSALS: [name: string, refuse: Handle][] = [
  ...["928", "931", "601", "600", "500", "911"].map((code): [string, Handle] => [
    `answers with ${code}`,
    (line, peer) => {
      if (!/^USR \d+ MD5 S/.test(line)) return false;
      peer.say(`${code} ${line.split(" ")[1]}`);
      return true;
    },
  ]),
  ["hangs up", doing((peer) => peer.hangUp())],
  ["cuts the line", doing((peer) => peer.reset())],
];

for (const [name, refuse] of REFUSALS) {
  test(`a remembered server that ${name} is forgotten, and the way leads through dispatch`, async () => {
    await using old = await server(refuse);
    await using dispatch = await server();
    const memory: AccountMemory = { notificationServer: { host: "127.0.0.1", port: old.port } };
    await using scene = session({ port: dispatch.port, memory });
    await scene.watching();
    expect(scene.isWatching()).toBe(true);
    expect([old.peers.length, dispatch.peers.length]).toEqual([1, 1]);
    expect(memory.notificationServer).toBeUndefined();
  });
}

test("a remembered server that is gone, or silent, is forgotten too", async () => {
  const gone = await server();
  const { port } = gone;
  await gone.close();
  await using dispatch = await server();
  const memory: AccountMemory = { notificationServer: { host: "127.0.0.1", port } };
  await using scene = session({ port: dispatch.port, memory });
  await scene.watching();
  expect(scene.isWatching()).toBe(true);

  await using silent = await server(() => true);
  memory.notificationServer = { host: "127.0.0.1", port: silent.port };
  await using other = session({ port: dispatch.port, memory });
  await other.until(() => silent.peers.length > 0, "a dial");
  await clock.advance(30_000);
  await other.watching();
  expect(other.isWatching()).toBe(true);
});

test("928 at the dispatch server itself is tried once more, and then told", async () => {
  await using only = await server((line, peer) => {
    if (!/^USR \d+ MD5 S/.test(line)) return false;
    peer.say(`928 ${line.split(" ")[1]}`);
    return true;
  });
  await using scene = session({ port: only.port });
  await scene.over();
  expect(only.peers).toHaveLength(2);
  expect(scene.message).toBe("the server answered USR with error 928 (the ticket is bad, or the account has moved)");
});
