/** People who talk to each other over the sandbox's switchboards, signed in with the library, in every dialect. */
import { afterEach, describe, expect, it } from "vitest";
import { DIALECTS, type Dialect } from "../../../collector/network/messenger/dialects.ts";
import type { MessengerEvent, Ring } from "../../../collector/network/messenger/events.ts";
import { createHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import { type MessengerSession, openSession } from "../../../collector/network/messenger/notification.ts";
import {
  answerRing,
  type Conversation,
  startConversation,
} from "../../../collector/network/messenger/switchboard/conversation.ts";
import type { ConversationEvent } from "../../../collector/network/messenger/switchboard/events.ts";
import { listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { TestClock } from "../../helpers/test-clock.ts";

const NAMES = ["alice", "bob", "carol"] as const;
type Name = (typeof NAMES)[number];

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Person {
  session: MessengerSession;
  heard: MessengerEvent[];
  rings: Ring[];
  start(...invite: string[]): { conversation: Conversation; events: ConversationEvent[] };
  answer(ring: Ring): { conversation: Conversation; events: ConversationEvent[] };
}

async function network(clock: TestClock) {
  const accounts = NAMES.map((name) => ({
    address: addressOf(name),
    password: `${name}'s`,
    name: name.toUpperCase(),
    contacts: NAMES.filter((other) => other !== name).map((other) => ({ address: addressOf(other), groups: [] })),
  }));
  const listening = await listen(new SandboxServer({ clock, accounts }), 0);
  open.push(() => listening.close());
  return listening;
}

function addressOf(name: Name): string {
  return `${name}@example.com`;
}

async function signIn(name: Name, port: number, clock: TestClock, dialect: Dialect): Promise<Person> {
  const address = addressOf(name);
  const place = { id: `{11111111-1111-1111-1111-11111111111${NAMES.indexOf(name)}}`, name };
  const http = createHttpClient();
  const rings: Ring[] = [];
  const heard: MessengerEvent[] = [];
  const server = { host: "127.0.0.1", port };
  const session = openSession(
    { address, password: `${name}'s`, server, dialects: [dialect], status: "NLN", place },
    { clock, dial: dialTcp, http },
    (event) => {
      heard.push(event);
      if (event.kind === "ring") rings.push(event.ring);
    },
  );
  const options = {
    own: { address, placeId: place.id },
    dialect,
    request: (how: { signal: AbortSignal }) => session.requestSwitchboard(how),
  };
  const parts = { clock, dial: dialTcp };
  const held: Conversation[] = [];
  const hold = (begin: (on: (event: ConversationEvent) => void) => Conversation) => {
    const events: ConversationEvent[] = [];
    const conversation = begin((event) => void events.push(event));
    held.push(conversation);
    return { conversation, events };
  };
  open.push(async () => {
    for (const conversation of held) conversation.leave();
    session.close();
    await until(clock, "the end", () => false, session.ended);
    http.close();
  });
  await until(clock, `${name}'s snapshot`, () => heard.some(({ kind }) => kind === "snapshot-complete"));
  return {
    session,
    heard,
    rings,
    start: (...invite) => hold((on) => startConversation({ ...options, invite }, parts, on)),
    answer: (ring) => hold((on) => answerRing(ring, options, parts, on)),
  };
}

/** Passes time until it is so, or until something has come to its end. */
async function until(clock: TestClock, what: string, isSo: () => boolean, end?: Promise<unknown>): Promise<void> {
  let hasEnded = false;
  void end?.then(() => {
    hasEnded = true;
  });
  for (let passedMs = 0; !isSo() && !hasEnded; passedMs += 100) {
    if (passedMs > 30_000) throw new Error(`waited in vain for ${what}`);
    await clock.advance(100);
  }
}

function texts(events: readonly ConversationEvent[]): string[] {
  return events.filter((event) => event.kind === "text").map(({ from, text }) => `${from.split("@")[0]}: ${text}`);
}

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))("%s", (_, dialect) => {
  it("two people talk, part, and talk again", async () => {
    const clock = new TestClock();
    const { port } = await network(clock);
    const alice = await signIn("alice", port, clock, dialect);
    const bob = await signIn("bob", port, clock, dialect);
    const ours = alice.start(addressOf("bob"));
    const hello = ours.conversation.sendText("hello é 🎉\nsecond line", {
      receipt: true,
      format: { font: "Segoe UI", bold: true, color: "#ff8000" },
    });
    await until(clock, "the ring", () => bob.rings.length === 1);
    const theirs = bob.answer(bob.rings[0] as Ring);
    await until(clock, "the text", () => texts(theirs.events).length === 1);
    expect(await hello).toMatchObject({ outcome: "delivered" });
    expect(theirs.events).toMatchObject([
      { kind: "joined", participant: { address: "alice@example.com", name: "ALICE" } },
      { kind: "text", name: "ALICE", text: "hello é 🎉\nsecond line", format: { bold: true, color: "#ff8000" } },
    ]);
    const [participant] = theirs.conversation.participants;
    expect(participant?.places).toHaveLength(dialect.number >= 16 ? 1 : 0);
    expect(participant?.capabilities?.canJoinChunks).toBe(dialect.number >= 12 ? true : undefined);

    theirs.conversation.sendTyping();
    const long = "long é ".repeat(1_000);
    expect(await settled(clock, theirs.conversation.sendText(long, { receipt: true }))).toBe("delivered");
    expect(await settled(clock, theirs.conversation.sendNudge({ receipt: true }))).toBe("delivered");
    await until(clock, "the nudge", () => ours.events.some(({ kind }) => kind === "nudge"));
    expect(ours.events.filter(({ kind }) => kind === "typing")).toHaveLength(1);
    const joined = ours.events.filter((event) => event.kind === "text").map(({ text }) => text);
    expect(joined.join("")).toBe(long);
    expect(joined.length === 1).toBe(dialect.number >= 12);

    theirs.conversation.leave();
    await until(clock, "the goodbye", () => ours.events.some(({ kind }) => kind === "closed"));
    const again = ours.conversation.sendText("one more thing", { receipt: true });
    await until(clock, "the second ring", () => bob.rings.length === 2);
    const anew = bob.answer(bob.rings[1] as Ring);
    await until(clock, "the second text", () => texts(anew.events).length === 1);
    expect(await again).toMatchObject({ outcome: "delivered" });
    expect(ours.events.map(({ kind }) => kind)).toContain("reopened");
  });

  it("somebody who is offline cannot be called", async () => {
    const clock = new TestClock();
    const { port } = await network(clock);
    const alice = await signIn("alice", port, clock, dialect);
    const { conversation } = alice.start(addressOf("bob"));
    const delivery = conversation.sendText("are you there?");
    await until(clock, "the end", () => false, conversation.ended);
    expect(await conversation.ended).toMatchObject({ why: "unreachable", explanation: /error 217/ });
    expect(await delivery).toMatchObject({ outcome: "undelivered", why: "unreachable" });
  });
});

async function settled(clock: TestClock, delivery: Promise<{ outcome: string }>): Promise<string> {
  await until(clock, "a delivery", () => false, delivery);
  return (await delivery).outcome;
}

it("three people talk across dialects, and the two who stay go on", async () => {
  const clock = new TestClock();
  const { port } = await network(clock);
  const [newest, middle, oldest] = [0, 9, 16].map((at) => DIALECTS[at] as Dialect);
  const alice = await signIn("alice", port, clock, newest as Dialect);
  const bob = await signIn("bob", port, clock, middle as Dialect);
  const carol = await signIn("carol", port, clock, oldest as Dialect);
  const ours = alice.start(addressOf("bob"), addressOf("carol"));
  void ours.conversation.sendText("hello both");
  await until(clock, "a ring", () => bob.rings.length === 1);
  const bobs = bob.answer(bob.rings[0] as Ring);
  await until(clock, "another ring", () => carol.rings.length === 1);
  const carols = carol.answer(carol.rings[0] as Ring);
  await until(clock, "the text", () => texts(carols.events).length === 1);
  expect(texts(bobs.events)).toEqual(["alice: hello both"]);
  void carols.conversation.sendText("hello from carol");
  await until(clock, "carol's text", () => texts(bobs.events).length === 2 && texts(ours.events).length === 1);
  carols.conversation.leave();
  await until(clock, "carol's goodbye", () => ours.conversation.participants.length === 1);
  void bobs.conversation.sendText("carol has left");
  await until(clock, "bob's text", () => texts(ours.events).length === 2);
  expect(texts(ours.events)).toEqual(["carol: hello from carol", "bob: carol has left"]);
});
