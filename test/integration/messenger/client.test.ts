/** The whole library in one call, over real sockets and in real time, against the sandbox. */
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { type Client, type ClientOptions, openClient } from "../../../collector/network/messenger/client.ts";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import type { MessengerEvent } from "../../../collector/network/messenger/events.ts";
import type { ConversationEvent } from "../../../collector/network/messenger/switchboard/events.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { until } from "../../helpers/test-clock.ts";

const ALICE = "alice@example.com";
const BOB = "bob@example.com";

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function network() {
  const account = (address: string, other: string) => {
    return { address, password: "secret", name: address, contacts: [{ address: other, groups: ["Friends"] }] };
  };
  const server = new SandboxServer({ clock: systemClock, accounts: [account(ALICE, BOB), account(BOB, ALICE)] });
  const listening = await listen(server, 0);
  open.push(() => listening.close());
  return { server, port: listening.port };
}

/** Signed in, up to the barrier. */
async function signIn(port: number, address: string, options: Partial<ClientOptions> = {}) {
  const events: MessengerEvent[] = [];
  const heard: ConversationEvent[] = [];
  const client: Client = openClient(
    { address, password: "secret", server: { host: "127.0.0.1", port }, status: "NLN", ...options },
    (event) => {
      events.push(event);
      if (event.kind === "ring") client.answer(event.ring, (one) => void heard.push(one));
    },
  );
  open.push(() => {
    client.session.close();
    return client.session.ended;
  });
  await until(() => events.some(({ kind }) => kind === "snapshot-complete"), `${address}'s snapshot`);
  return { client, events, heard };
}

function dialect(name: string) {
  const found = dialectNamed(name);
  return found ? [found] : [];
}

describe("a client", () => {
  it.each(["MSNP2", "MSNP9", "MSNP18"])("knows who is there and talks to them, with MSNP18 and %s", async (name) => {
    const { port } = await network();
    const alice = await signIn(port, ALICE);
    expect(alice.client.contacts.forward).toMatchObject([{ address: BOB, status: "FLN", groups: ["Friends"] }]);
    const bob = await signIn(port, BOB, { dialects: dialect(name) });
    expect(bob.client.contacts.get(ALICE)?.status).toBe("NLN");
    await until(() => alice.client.contacts.get(BOB)?.status === "NLN", "bob's presence");
    await bob.client.session.changeStatus("BSY");
    await until(() => alice.client.contacts.get(BOB)?.status === "BSY", "bob's change");

    const conversation = alice.client.startConversation(BOB, () => undefined, { id: "mine" });
    expect(conversation.id).toBe("mine");
    expect(await conversation.sendText("hello", { receipt: true })).toMatchObject({ outcome: "delivered" });
    await until(() => bob.heard.some(({ kind }) => kind === "text"), "the text");
    bob.client.session.close();
    await until(() => alice.client.contacts.get(BOB)?.status === "FLN", "bob's goodbye");
    await bob.client.session.ended;
    expect(bob.client.contacts.get(ALICE)?.status).toBeUndefined();
  });

  it("leaves its conversations when it signs out", async () => {
    const { port } = await network();
    const leaving = new AbortController();
    const alice = await signIn(port, ALICE, { signal: leaving.signal });
    const bob = await signIn(port, BOB);
    const conversation = alice.client.startConversation(BOB, () => undefined);
    await conversation.sendText("hello", { receipt: true });
    leaving.abort();
    expect(await alice.client.session.ended).toEqual({ why: "asked" });
    expect(await conversation.ended).toEqual({ why: "asked" });
    await until(() => bob.heard.some(({ kind }) => kind === "left"), "the goodbye");
  });

  it("says why there can be no conversation before it is signed in", async () => {
    const { port } = await network();
    const client = openClient(
      { address: ALICE, password: "secret", server: { host: "127.0.0.1", port } },
      () => undefined,
    );
    const conversation = client.startConversation(BOB, () => undefined);
    expect(await conversation.ended).toEqual({
      why: "unreachable",
      explanation: "this needs a session that is signed in",
    });
    client.session.close();
    await client.session.ended;
  });

  it("reads what was left for it, and deletes it", async () => {
    const { server, port } = await network();
    server.leaveMessage(ALICE, { from: BOB, fromName: "Bob É", text: "call me — bob" });
    const { client, events } = await signIn(port, ALICE);
    await until(() => events.some(({ kind }) => kind === "offline-messages"), "the announcement");
    const notices = events.flatMap((event) => (event.kind === "offline-messages" ? event.notices : []));
    const ids = notices.map(({ id }) => id);
    expect(await client.session.readOfflineMessages(ids)).toMatchObject([
      { from: BOB, fromName: "Bob É", text: "call me — bob" },
    ]);
    await client.session.deleteOfflineMessages(ids);
    expect(await client.session.readOfflineMessages(ids)).toEqual([]);
  });

  it("talks through an HTTP gateway", async () => {
    const { port } = await network();
    const bob = await signIn(port, BOB);
    const alice = await signIn(port, ALICE, { gateway: `http://127.0.0.1:${port}/gateway/gateway.dll` });
    const conversation = alice.client.startConversation(BOB, () => undefined);
    expect(await conversation.sendText("over HTTP", { receipt: true })).toMatchObject({ outcome: "delivered" });
    await until(() => bob.heard.some((event) => event.kind === "text" && event.text === "over HTTP"), "the text");
  });
});
