/** Tickets that are kept from one session to the next, and what happens when the server does not want them. */
import { expect, test } from "vitest";
import { emptyMemory } from "../../../../collector/network/messenger/memory.ts";
import { createHttpClient } from "../../../../collector/network/messenger/net/node-http.ts";
import { actAs, type HandServices, serveHand } from "../../../helpers/hand-server.ts";
import { HandSession } from "../../../helpers/hand-session.ts";
import { type Peer, RawServer } from "../../../helpers/raw-server.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

interface World {
  clock: TestClock;
  services: HandServices;
  server: RawServer;
  /** Signs in with the same memory; resolves at the barrier or the end. */
  signIn(): Promise<HandSession>;
}

/** `refuse`: the error number for a ticket, or none. */
async function inWorld(
  { dialect, refuse }: { dialect: number; refuse(ticket: string): string | undefined },
  act: (world: World) => Promise<void>,
): Promise<void> {
  const clock = new TestClock(Date.UTC(2026, 10, 22, 14, 6));
  const services = await serveHand();
  const memory = emptyMemory();
  const serve = (peer: Peer) =>
    actAs(peer, {
      dialect,
      handle(line) {
        const [, trId, ticket = ""] = /^USR (\d+) \w+ S (\S+)/.exec(line) ?? [];
        const code = refuse(ticket);
        if (code === undefined) return false;
        peer.say(`${code} ${trId}`);
        peer.hangUp();
        return true;
      },
    });
  await using server = await RawServer.listen({ clock, serve });
  const sessions = new AsyncDisposableStack();
  const web = createHttpClient();
  const signIn = async () => {
    const options = { port: server.port, services: services.urls, memory, dialects: [dialect] };
    const scene = new HandSession({ ...options, clock, web });
    sessions.use(scene);
    await scene.watching();
    return scene;
  };
  await act({ clock, services, server, signIn });
  await sessions.disposeAsync();
}

for (const dialect of [12, 15, 18]) {
  test(`MSNP${dialect}: the ticket of the last session serves the next one, and no service is asked`, async () => {
    await inWorld({ dialect, refuse: () => undefined }, async ({ services, signIn }) => {
      expect((await signIn()).isWatching()).toBe(true);
      expect((await signIn()).isWatching()).toBe(true);
      expect(services.issued()).toBe(1);
    });
  });

  for (const code of ["911", "928"]) {
    test(`MSNP${dialect}: a kept ticket that is refused with ${code} is replaced by a fresh one`, async () => {
      let isRevoked = false;
      const refuse = (ticket: string) => (isRevoked && ticket.includes("ticket-1") ? code : undefined);
      await inWorld({ dialect, refuse }, async ({ services, signIn }) => {
        await signIn();
        isRevoked = true;
        expect((await signIn()).isWatching()).toBe(true);
        expect(services.issued()).toBe(2);
      });
    });
  }

  test(`MSNP${dialect}: a fresh one that is refused too is the server's trouble, not the account's`, async () => {
    await inWorld(
      { dialect, refuse: (ticket) => (ticket === "" ? undefined : "911") },
      async ({ services, signIn }) => {
        const scene = await signIn();
        expect(scene.end).toMatchObject({ why: "lost" });
        expect(scene.message).toMatch(
          /^the server refused the ticket that its own (token service|login server) had just given \(error 911\)$/,
        );
        expect(services.issued()).toBe(2);
      },
    );
  });
}

test("a server that repeats the ticket instead of an answer does not get it into the message", async () => {
  const clock = new TestClock();
  const services = await serveHand();
  const handle = (line: string, peer: Peer) => {
    const isProof = / SSO S \S/.test(line);
    if (isProof) peer.say(line);
    return isProof;
  };
  await using server = await RawServer.listen({
    clock,
    serve: (peer) => actAs(peer, { dialect: 18, handle: (line) => handle(line, peer) }),
  });
  await using scene = new HandSession({ clock, port: server.port, services: services.urls, dialects: [18] });
  await scene.over();
  expect(services.issued()).toBe(1);
  expect(scene.message).toBe('the server answered USR with "SSO S"');
});
