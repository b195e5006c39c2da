/** How sessions end, and that nothing of them is left. */
import { expect, test } from "vitest";
import { emptyMemory } from "../../../../collector/network/messenger/memory.ts";
import { actAs, serveHand } from "../../../helpers/hand-server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { settle, TestClock } from "../../../helpers/test-clock.ts";

async function watching(
  act: (scene: HandSession, peer: Peer, server: RawServer) => Promise<void>,
  handle: (line: string, peer: Peer) => boolean = () => false,
): Promise<void> {
  const clock = new TestClock();
  const serve = (peer: Peer) => actAs(peer, { dialect: 7, handle: (line) => handle(line, peer) });
  await using server = await RawServer.listen({ clock, serve });
  await using scene = new HandSession({ port: server.port, clock, dialects: [7], parts: { pingAfterMs: 20_000 } });
  await scene.watching();
  await act(scene, server.peer, server);
}

const ENDS: [line: string, end: object][] = [
  ["OUT OTH", { why: "signed-in-elsewhere" }],
  ["OUT SSD", { why: "server-closing", message: "the server is going down" }],
  ["OUT RCT 5", { why: "server-closing", message: "the server asks us to come back in 5 min", comeBackMs: 300_000 }],
  ["OUT RCT", { why: "server-closing", message: "the server asks us to come back later" }],
  [
    "OUT MIG",
    { why: "lost", cause: expect.objectContaining({ message: "the server has moved the account to another one" }) },
  ],
  [
    "OUT TOU",
    {
      why: "refused",
      code: "account",
      message: "the network wants me@x.com to agree to its terms of use first: sign in on its own site",
    },
  ],
  ["OUT", { why: "lost", cause: expect.objectContaining({ message: 'the server signed us out ("OUT")' }) }],
];

for (const [line, end] of ENDS) {
  test(`${line} ends the session in its own way`, async () => {
    await watching(async (scene, peer) => {
      peer.say(line);
      await scene.over();
      expect(scene.end).toEqual(end);
      await settle();
      expect(scene.clock.timers).toBe(0);
    });
  });
}

test("OUT SSD and OUT MIG make the next session ask the dispatch server", async () => {
  for (const line of ["OUT SSD", "OUT MIG"]) {
    const clock = new TestClock();
    const memory = emptyMemory();
    await using server = await RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect: 7 }) });
    await using dispatch = await RawServer.listen({ clock, serve: () => undefined });
    memory.notificationServer = { host: "127.0.0.1", port: server.port };
    await using scene = new HandSession({ port: dispatch.port, clock, memory, dialects: [7] });
    await scene.watching();
    expect(memory.notificationServer).toBeDefined();
    server.peer.say(line);
    await scene.over();
    expect(memory.notificationServer).toBeUndefined();
  }
});

test("who closes says goodbye behind a last ping, and the end is the one that was asked for", async () => {
  await watching(async (scene, peer) => {
    const ping = scene.session.ping();
    scene.session.close();
    await scene.over();
    expect(peer.heard.slice(-3)).toEqual(["PNG", "PNG", "OUT"]);
    expect(scene.end).toEqual({ why: "asked" });
    expect(scene.told.slice(-2)).toEqual([
      { kind: "pong", ping },
      { kind: "pong", ping: ping + 1 },
    ]);
    expect(scene.clock.timers).toBe(0);
  });
});

test("a server that does not hang up is left after two seconds", async () => {
  const ignore = (line: string) => line === "OUT";
  await watching(async (scene, peer) => {
    // Nor does it hang up when we do.
    peer.isMuted = true;
    scene.session.close();
    await scene.clock.advance(1_999);
    expect(scene.end).toBeUndefined();
    await scene.clock.advance(1);
    expect(scene.end).toEqual({ why: "asked" });
  }, ignore);
});

test("a signal signs out, at any moment", async () => {
  const clock = new TestClock();
  await using server = await RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect: 7 }) });
  const early = AbortSignal.abort();
  await using never = new HandSession({ port: server.port, clock, dialects: [7], signal: early });
  await never.over();
  expect(never.end).toEqual({ why: "asked" });
  expect(server.peers).toHaveLength(0);

  const controller = new AbortController();
  await using scene = new HandSession({ port: server.port, clock, dialects: [7], signal: controller.signal });
  await scene.watching();
  controller.abort();
  await scene.over();
  expect(scene.end).toEqual({ why: "asked" });
  expect(server.peer.heard.at(-1)).toBe("OUT");
  expect(clock.timers).toBe(0);
});

test("a request to a web service ends with the session that made it", async () => {
  const clock = new TestClock();
  const gone = Promise.withResolvers<void>();
  const services = await serveHand(({ path }, response) => {
    if (path !== "FindMembership") return false;
    response.on("close", () => gone.resolve());
    return true;
  });
  await using server = await RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect: 15 }) });
  await using scene = new HandSession({ port: server.port, clock, services: services.urls, dialects: [15] });
  await scene.until(() => services.asked.includes("POST FindMembership"), "the request");
  scene.session.close();
  await scene.over();
  await gone.promise;
  expect(scene.end).toEqual({ why: "asked" });
  expect(clock.timers).toBe(0);
});

test("a service that never answers is given up, and is the reason why", async () => {
  const clock = new TestClock();
  const services = await serveHand(({ path }) => path === "/RST.srf");
  await using server = await RawServer.listen({ clock, serve: (peer) => actAs(peer, { dialect: 15 }) });
  await using scene = new HandSession({ port: server.port, clock, services: services.urls, dialects: [15] });
  await scene.until(() => services.asked.length > 0, "the request");
  await clock.advance(30_000);
  await scene.over();
  expect(scene.message).toBe(`${services.urls.rst}: it did not answer for 30 s`);
  expect(clock.timers).toBe(0);
});

test("what is asked of a session that is over, or not there yet, is refused in words", async () => {
  await watching(
    async (scene, peer) => {
      const waiting = scene.session.changeName("New");
      const ticket = scene.session.requestSwitchboard();
      peer.say("OUT OTH");
      await expect(waiting).rejects.toMatchObject({
        code: "session-over",
        message: "the session is over: signed in elsewhere",
      });
      await expect(ticket).rejects.toMatchObject({ code: "session-over" });
      await expect(scene.session.changeStatus("BSY")).rejects.toMatchObject({ code: "not-signed-in" });
    },
    (line) => /^(REA|XFR)/.test(line),
  );
});
