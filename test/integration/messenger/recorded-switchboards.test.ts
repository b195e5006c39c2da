/**
 * Every recorded conversation on a switchboard, its server's side played to our client line by line over TCP: in all
 * eleven dialects, and with two real clients at the other end.
 */
import { describe, expect, it } from "vitest";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import {
  answerRing,
  type Conversation,
  startConversation,
} from "../../../collector/network/messenger/switchboard/conversation.ts";
import type { ConversationEvent } from "../../../collector/network/messenger/switchboard/events.ts";
import { type Peer, RawServer } from "../../helpers/raw-server.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";
import { RECORDINGS, type Conversation as Recorded, readTranscript } from "../../helpers/transcript.ts";

/** How everything that the server says is cut into pieces. */
const CUTS: [string, readonly number[]][] = [
  ["as it was", []],
  ["byte by byte", [1]],
  ["cut anywhere", [7, 1, 40]],
];
const DIALECTS = RECORDINGS.filter((name) => name.endsWith("-switchboard"));
const ARIAL = { font: "Arial", bold: false, italic: false, underline: false, strikeout: false, color: "#000000" };
const BOB = "bob@example.com";
const ALICE = "alice@example.com";

interface Scene {
  clock: TestClock;
  conversation: Conversation;
  events: ConversationEvent[];
  /** Lines that the server has heard. */
  heard: readonly string[];
}

interface Part {
  pieces: readonly number[];
  /** For a conversation that is ours: whom to call. Else it is answered, in somebody's place. */
  invite?: readonly string[];
  /** Commands of the recorded client that ours does not send. */
  skip?: RegExp;
}

/** Lets our client live through a recorded conversation, in the recorded person's place. */
async function replay(recorded: Recorded, { pieces, invite, skip }: Part, act: (scene: Scene) => Promise<void>) {
  const clock = new TestClock();
  await using server = await RawServer.listen({ clock, pieces, serve: (peer) => play(peer, recorded, skip) });
  const first = recorded.steps.find((step) => step.kind === "client");
  const [, , account = "", cookie = "", sessionId = ""] = first?.line.split(" ") ?? [];
  const [address = "", placeId] = account.split(";");
  const ticket = { endpoint: { host: "127.0.0.1", port: server.port }, cookie };
  const dialect = { number: placeId === undefined ? 2 : 18 };
  const options = { own: { address, placeId }, dialect, request: () => Promise.resolve(ticket) };
  const parts = { clock, dial: dialTcp };
  const events: ConversationEvent[] = [];
  const note = (event: ConversationEvent) => void events.push(event);
  const ring = { ...ticket, sessionId, caller: address === BOB ? ALICE : BOB, callerName: "" };
  const conversation = invite
    ? startConversation({ ...options, invite }, parts, note)
    : answerRing(ring, options, parts, note);
  await settle();
  const heard = server.peer.heard;
  await act({ clock, conversation, events, heard });
  conversation.leave();
  await until(clock, () => heard.includes("OUT"));
  return { events, heard };
}

/** Says what the recorded server said to each command; answers to commands that were skipped are left out. */
function play(peer: Peer, { who, steps }: Recorded, skip: RegExp = /^$/): void {
  const trIds = new Map<string, string>();
  let next = 0;
  const goOn = () => {
    for (let step = steps[next]; step; step = steps[++next]) {
      if (step.kind === "client" && !skip.test(step.line)) return;
      if (step.kind !== "server") continue;
      const actual = step.trId === undefined ? undefined : trIds.get(step.trId);
      const isNumbered = step.trId !== undefined;
      if (!isNumbered) peer.send(step.bytes);
      else if (actual) peer.send(Buffer.from(step.bytes.toString("latin1").replace(/ \S+/, ` ${actual}`), "latin1"));
    }
  };
  peer.onLine = (line) => {
    const [verb, trId = ""] = line.split(" ");
    if (verb === "OUT") return peer.hangUp();
    const step = steps[next];
    if (step?.kind !== "client" || step.verb !== verb) throw new Error(`${who} said ${line} out of turn`);
    if (step.trId !== undefined) trIds.set(step.trId, trId);
    next++;
    goOn();
  };
}

/** Passes time until it is so: a conversation keeps pauses. */
async function until(clock: TestClock, isSo: () => boolean): Promise<void> {
  for (let passedMs = 0; !isSo(); passedMs += 100) {
    if (passedMs > 30_000) throw new Error("waited in vain");
    await clock.advance(100);
  }
}

function connection(name: string, who: string): Recorded {
  const found = readTranscript(name).find((one) => one.who === who && one.nth === 0);
  if (!found) throw new Error(`${name} has no ${who}`);
  return found;
}

/** The account of whoever enters in a recording, with its place from MSNP16 on. */
function placesOf(recorded: Recorded): string[] {
  const first = recorded.steps.find((step) => step.kind === "client");
  const place = first?.line.split(" ")[2]?.split(";")[1];
  return place === undefined ? [] : [place.toLowerCase()];
}

function without(events: readonly ConversationEvent[]) {
  return events.map(({ atMs: _, monotonicMs: __, ...news }) => news);
}

describe.each(CUTS)("a recorded switchboard, %s", (_, pieces) => {
  it.each(DIALECTS)("%s, as the one who is called", async (name) => {
    const recorded = connection(name, "bobSB");
    const { events, heard } = await replay(recorded, { pieces }, async ({ clock, conversation, events }) => {
      await until(clock, () => events.length === 4);
      const [participant] = conversation.participants;
      expect(participant).toMatchObject({ places: placesOf(connection(name, "aliceSB")) });
      const delivery = conversation.sendText("reply from bob", { receipt: true, format: ARIAL });
      await until(clock, () => events.length === 6);
      expect(await delivery).toEqual({ outcome: "delivered", message: 1 });
    });
    expect(without(events)).toMatchObject([
      { kind: "joined", participant: { address: ALICE, name: "Alice A" } },
      { kind: "typing", from: ALICE },
      { kind: "text", from: ALICE, name: "Alice A", text: "hello N é", format: ARIAL },
      { kind: "text", from: ALICE, name: "Alice A", text: "hello A" },
      { kind: "delivered", message: 1 },
      { kind: "text", from: ALICE, text: expect.stringMatching(/^x{1551}$/) },
    ]);
    expect(heard.map((line) => line.split(" ")[0])).toEqual(["ANS", "MSG", "OUT"]);
  });

  it.each(DIALECTS)("%s, as the one who calls", async (name) => {
    const recorded = connection(name, "aliceSB");
    const invite = ["nobody@example.com", "dave@example.com", BOB];
    // Whoever is here is not called again, and to an empty switchboard nothing is said.
    const part = { pieces, invite, skip: /^CAL 9 / };
    const { events, heard } = await replay(recorded, part, async ({ clock, conversation, events }) => {
      await until(clock, () => events.some(({ kind }) => kind === "joined"));
      expect(conversation.participants).toMatchObject([{ places: placesOf(connection(name, "bobSB")) }]);
      conversation.sendTyping();
      void conversation.sendText("hello N é");
      void conversation.sendText("hello A", { receipt: true });
      await until(clock, () => events.some(({ kind }) => kind === "text"));
      void conversation.sendText("x".repeat(1_551), { receipt: true });
      await until(clock, () => events.some(({ kind }) => kind === "closed"));
    });
    const offline = { outcome: "refused", code: "217" };
    expect(without(events)).toMatchObject([
      { kind: "not-joined", address: "nobody@example.com", outcome: offline },
      { kind: "not-joined", address: "dave@example.com", outcome: offline },
      { kind: "joined", participant: { address: BOB, name: "Bob É renamed%20x" } },
      { kind: "delivered", message: 2 },
      { kind: "text", from: BOB, name: "Bob É renamed%20x", text: "reply from bob", format: ARIAL },
      { kind: "delivered", message: 3 },
      { kind: "left", address: BOB, timedOut: false },
      { kind: "closed", why: "empty" },
    ]);
    const verbs = heard.map((line) => line.split(" ")[0]);
    expect(verbs).toEqual(["USR", "CAL", "CAL", "CAL", "MSG", "MSG", "MSG", "MSG", "OUT"]);
  });

  it.each([
    ["client-purple9", 1, "MS Sans Serif"],
    ["client-purple18", 2, "Segoe UI"],
  ])("%s, called by a real client", async (name, clientCaps, font) => {
    const { events } = await replay(connection(name, "SB2"), { pieces }, async ({ clock, conversation, events }) => {
      await until(clock, () => events.some(({ kind }) => kind === "text"));
      void conversation.sendText("hello back é", { receipt: true });
      await until(clock, () => events.length === 3 + clientCaps);
    });
    const said = without(events);
    expect(said.filter(({ kind }) => kind !== "mime")).toMatchObject([
      { kind: "joined", participant: { address: BOB, name: "Bob B" } },
      { kind: "text", from: BOB, name: "Bob B", text: "hi from purple", format: { font, rightToLeft: false } },
      { kind: "delivered", message: 1 },
    ]);
    const rest = said.filter((one) => one.kind === "mime");
    expect(rest.map(({ contentType }) => contentType)).toEqual(Array(clientCaps).fill("text/x-clientcaps"));
    expect(Buffer.from(rest[0]?.body ?? []).toString()).toBe("Client-Name: Purple/2.14.12\r\nChat-Logging: Y\r\n");
  });

  it.each(["client-purple9", "client-purple18"])("%s, in the place of a real client", async (name) => {
    const part = { pieces, invite: [ALICE], skip: /^MSG \d+ U / };
    const { events } = await replay(connection(name, "SB1"), part, async ({ clock, conversation, events }) => {
      await until(clock, () => conversation.participants.length === 1);
      void conversation.sendText("hi from purple", { receipt: true });
      await until(clock, () => events.some(({ kind }) => kind === "closed"));
    });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["closed", "delivered", "joined", "left", "text"]);
    expect(without(events)).toContainEqual({
      kind: "text",
      from: ALICE,
      name: "Alice A",
      text: "hello back é",
      format: undefined,
    });
  });
});
