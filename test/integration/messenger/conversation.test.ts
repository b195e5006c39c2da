/** Conversations over real sockets, against a small switchboard that does what a test tells it to. */
import { describe, expect, it } from "vitest";
import { dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import { RequestRefused } from "../../../collector/network/messenger/errors.ts";
import type { SwitchboardTicket } from "../../../collector/network/messenger/events.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import {
  answerRing,
  type Conversation,
  type StartOptions,
  startConversation,
} from "../../../collector/network/messenger/switchboard/conversation.ts";
import type { ConversationEvent } from "../../../collector/network/messenger/switchboard/events.ts";
import { SmallSwitchboard, type Stage } from "../../helpers/small-switchboard.ts";
import { settle, TestClock } from "../../helpers/test-clock.ts";

const BOB = "bob@example.com";
const CAROL = "carol@example.com";
const PLACE = "{11111111-1111-1111-1111-111111111111}";

interface Scene extends AsyncDisposable {
  clock: TestClock;
  switchboard: SmallSwitchboard;
  events: ConversationEvent[];
  kinds(): string[];
  requests: number;
  start(options?: Partial<StartOptions>): Conversation;
  answer(options?: Partial<StartOptions>): Conversation;
}

async function play(stage: Stage): Promise<Scene> {
  const clock = new TestClock();
  const switchboard = await SmallSwitchboard.listen(stage);
  const events: ConversationEvent[] = [];
  const held: Conversation[] = [];
  const parts = { clock, dial: dialTcp };
  const scene: Scene = {
    clock,
    switchboard,
    events,
    requests: 0,
    kinds: () => events.map(({ kind }) => kind),
    start: (options = {}) => hold(startConversation({ ...usual, invite: [BOB], ...options }, parts, note)),
    answer: (options = {}) => {
      const ring = { ...switchboard.ticket(), sessionId: "11752099", caller: BOB, callerName: "Bob" };
      return hold(answerRing(ring, { ...usual, ...options }, parts, note));
    },
    async [Symbol.asyncDispose]() {
      for (const conversation of held) conversation.leave();
      await settle();
      await switchboard[Symbol.asyncDispose]();
    },
  };
  const usual = {
    own: { address: "me@example.com", placeId: PLACE },
    dialect: dialectNamed("MSNP12") ?? { number: 12 },
    request: async (): Promise<SwitchboardTicket> => {
      scene.requests++;
      return switchboard.ticket();
    },
  };
  const note = (event: ConversationEvent) => void events.push(event);
  const hold = (conversation: Conversation) => {
    held.push(conversation);
    return conversation;
  };
  return scene;
}

describe("a conversation that we start", () => {
  it("proves who we are, calls whom we invite, and sends what waits once they have joined", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start({ id: "my own id" });
    const delivery = conversation.sendText("hello é\nsecond line");
    await settle();
    expect(conversation.id).toBe("my own id");
    expect(scene.switchboard.board.heard.map((line) => line.replace(/ \d+$/, ""))).toEqual([
      "USR 1 me@example.com ticket.1",
      "CAL 2 bob@example.com",
      "MSG 3 N",
    ]);
    expect(scene.switchboard.board.bodies).toEqual(["hello é\r\nsecond line"]);
    expect(await delivery).toEqual({ outcome: "sent", message: 1 });
    expect(conversation.participants).toEqual([{ address: BOB, name: "bob", capabilities: undefined, places: [] }]);
    expect(scene.kinds()).toEqual(["joined"]);
  });

  it("names our place from MSNP16 on", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    scene.start({ dialect: { number: 18 } });
    await settle();
    expect(scene.switchboard.board.heard[0]).toBe(`USR 1 me@example.com;${PLACE} ticket.1`);
  });

  it("counts everyone once, at however many places, and never ourselves", async () => {
    await using scene = await play({ people: { [BOB]: "rings" } });
    const conversation = scene.start({ dialect: { number: 18 } });
    await settle();
    const place = "{22222222-2222-2222-2222-222222222222}";
    const other = "{33333333-3333-3333-3333-333333333333}";
    scene.switchboard.board.say(
      `JOI bob@example.com;${place} Bob 2789003324:48`,
      `JOI Bob@example.com;${other} Bob 2789003324:48`,
      "JOI bob@example.com Bob 2789003324:48",
      "JOI me@example.com Me 2789003324:48",
    );
    await settle();
    expect(conversation.participants).toMatchObject([{ address: BOB, places: [place, other] }]);
    scene.switchboard.board.say(`BYE bob@example.com;${place}`);
    await settle();
    expect(scene.kinds()).toEqual(["joined"]);
    scene.switchboard.board.say(`BYE 1:bob@example.com;${other}`, "BYE bob@example.com");
    await settle();
    expect(scene.kinds()).toEqual(["joined", "left", "closed"]);
  });

  it("is over with a readable reason when the only one invited is offline", async () => {
    await using scene = await play({ people: {} });
    const conversation = scene.start();
    const delivery = conversation.sendText("anyone?");
    const explanation =
      "bob@example.com is offline, hides, or does not exist; the server does not tell which (error 217)";
    expect(await conversation.ended).toEqual({ why: "unreachable", explanation });
    expect(await delivery).toEqual({ outcome: "undelivered", message: 1, why: "unreachable", explanation });
    expect(scene.events).toMatchObject([
      { kind: "not-joined", address: BOB, outcome: { outcome: "refused", code: "217" } },
      { kind: "undelivered", message: 1, why: "unreachable" },
    ]);
  });

  it.each([
    ["208", '"bob@example.com" is no address that the server knows (error 208)'],
    ["216", "bob@example.com does not take messages from this account: blocked, or not on the allow list (error 216)"],
    ["913", "the server lets nobody talk who appears offline (error 913): be online first, or use MSNP13 or later"],
    ["500", "the switchboard answered with error 500"],
  ] as const)("explains a call that is answered with %s", async (code, explanation) => {
    await using scene = await play({ people: { [BOB]: code } });
    expect(await scene.start().ended).toEqual({ why: "unreachable", explanation });
  });

  it("calls again in three seconds when it calls too often, three times in all", async () => {
    await using scene = await play({ people: { [BOB]: "713" } });
    const conversation = scene.start();
    await scene.clock.advance(10_000);
    expect(await conversation.ended).toMatchObject({ why: "unreachable" });
    expect(scene.switchboard.board.heard.filter((line) => line.startsWith("CAL"))).toHaveLength(3);
  });

  it("waits for whoever is there already or has been called, when the server says 215", async () => {
    await using scene = await play({ people: { [BOB]: "215" } });
    const conversation = scene.start();
    await settle();
    scene.switchboard.board.say("JOI bob@example.com Bob");
    await settle();
    expect(conversation.participants).toHaveLength(1);
  });

  it("calls one person a second, and lets everyone join before the first words", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "joins" } });
    const conversation = scene.start({ invite: [BOB, CAROL] });
    const delivery = conversation.sendText("hello both");
    await settle();
    const { board } = scene.switchboard;
    expect(board.heard).toHaveLength(2);
    await scene.clock.advance(999);
    expect(board.heard).toHaveLength(2);
    await scene.clock.advance(1);
    expect(board.heard.slice(2).map((line) => line.split(" ")[0])).toEqual(["CAL", "MSG"]);
    expect((await delivery).outcome).toBe("sent");
  });

  it("does not let those who have joined wait longer than five seconds for those who have not", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "rings" } });
    const conversation = scene.start({ invite: [BOB, CAROL] });
    void conversation.sendText("hello both");
    await scene.clock.advance(4_999);
    expect(scene.switchboard.board.messages).toHaveLength(0);
    await scene.clock.advance(1);
    expect(scene.switchboard.board.bodies).toEqual(["hello both"]);
  });

  it("is over when nobody answers within the time that it was given", async () => {
    await using scene = await play({ people: { [BOB]: "rings" } });
    const conversation = scene.start({ joinWithinMs: 20_000 });
    await scene.clock.advance(20_000);
    expect(await conversation.ended).toEqual({
      why: "unreachable",
      explanation: "bob@example.com did not join in time",
    });
  });

  it("asks three times for a switchboard, three seconds apart", async () => {
    await using scene = await play({ people: {} });
    let requests = 0;
    const request = () => {
      requests++;
      return Promise.reject(new Error("the server is busy (error 280)"));
    };
    const conversation = scene.start({ request });
    await scene.clock.advance(2_999);
    expect(requests).toBe(1);
    await scene.clock.advance(10_000);
    expect(requests).toBe(3);
    expect(await conversation.ended).toEqual({ why: "unreachable", explanation: "the server is busy (error 280)" });
  });

  it("does not ask again for what an account that appears offline cannot have", async () => {
    await using scene = await play({ people: {} });
    let requests = 0;
    const request = () => {
      requests++;
      return Promise.reject(new RequestRefused("913", "opening a conversation: not while you appear offline"));
    };
    expect((await scene.start({ request }).ended).why).toBe("unreachable");
    expect(requests).toBe(1);
  });

  it("gives up a switchboard that does not let us in within a minute, and tries with a new ticket", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, door: "nothing" });
    const conversation = scene.start();
    await scene.clock.advance(59_000);
    scene.switchboard.stage.door = undefined as never;
    expect(scene.requests).toBe(1);
    await scene.clock.advance(10_000);
    expect(scene.requests).toBe(2);
    expect(scene.switchboard.boards.map(({ isGone }) => isGone)).toEqual([true, false]);
    expect(conversation.participants).toHaveLength(1);
  });

  it("throws for what is no address, and says what one looks like", () => {
    const options = { own: { address: "me@example.com" }, dialect: { number: 8 }, request: () => Promise.reject() };
    const parts = { clock: new TestClock(), dial: dialTcp };
    expect(() => startConversation({ ...options, invite: ["bob example"] }, parts, () => undefined)).toThrow(
      '"bob example" should be an address such as bob@example.com',
    );
    expect(() => startConversation({ ...options, invite: [] }, parts, () => undefined)).toThrow(
      "a conversation needs somebody to invite",
    );
  });
});

describe("a ring that we answer", () => {
  it("learns who is there already", async () => {
    await using scene = await play({ people: {}, door: "nothing" });
    const conversation = scene.answer();
    await settle();
    const { board } = scene.switchboard;
    expect(board.heard).toEqual(["ANS 1 me@example.com ticket.1 11752099"]);
    board.say("IRO 1 1 2 bob@example.com Bob%20B 1073791020", "IRO 1 2 2 al@example.com Al", "ANS 1 OK");
    board.sayText("bob@example.com Bob%20B", "hi");
    await settle();
    expect(conversation.participants.map(({ name }) => name)).toEqual(["Bob B", "Al"]);
    expect(scene.events).toMatchObject([
      { kind: "joined", participant: { address: BOB, capabilities: { canJoinChunks: true } } },
      { kind: "joined", participant: { address: "al@example.com", capabilities: undefined } },
      { kind: "text", from: BOB, name: "Bob B", text: "hi", format: undefined },
    ]);
  });

  it("is over when its ticket is refused, and does not try it twice", async () => {
    await using scene = await play({ people: {}, door: "911" });
    expect(await scene.answer().ended).toEqual({
      why: "unreachable",
      explanation:
        "the switchboard does not accept the ticket to it (error 911): it is good once, for about two minutes",
    });
    expect(scene.switchboard.boards).toHaveLength(1);
  });

  it("is not even tried when it rang more than two minutes ago", async () => {
    await using scene = await play({ people: {} });
    const rang = { atMs: scene.clock.nowMs(), monotonicMs: scene.clock.monotonicMs() };
    await scene.clock.advance(120_000);
    const ring = { ...scene.switchboard.ticket(), sessionId: "1", caller: BOB, callerName: "Bob" };
    const options = { own: { address: "me@example.com" }, dialect: { number: 8 }, rang };
    const never = () => Promise.reject(new Error("not asked for"));
    const conversation = answerRing(ring, { ...options, request: never }, { clock: scene.clock, dial: dialTcp }, () => {
      throw new Error("nothing should be told");
    });
    expect(await conversation.ended).toMatchObject({ why: "unreachable" });
    expect(scene.switchboard.boards).toHaveLength(0);
  });

  it("calls the one who rang when we have something to say after they have left", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, door: "nothing" });
    const conversation = scene.answer();
    await settle();
    scene.switchboard.board.say("IRO 1 1 1 bob@example.com Bob", "ANS 1 OK", "BYE bob@example.com");
    await settle();
    expect(scene.kinds()).toEqual(["joined", "left", "closed"]);
    expect(scene.events.at(-1)).toMatchObject({ why: "empty", explanation: "everybody has left" });
    delete scene.switchboard.stage.door;
    const delivery = conversation.sendText("one more thing");
    await settle();
    expect(scene.switchboard.board.heard.map((line) => line.split(" ")[0])).toEqual(["USR", "CAL", "MSG"]);
    expect(await delivery).toMatchObject({ outcome: "sent" });
    expect(scene.kinds().slice(3)).toEqual(["reopened", "joined"]);
  });
});

describe("receipts", () => {
  it("tell that a message has arrived", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const delivery = scene.start().sendText("hello", { receipt: true });
    expect(await delivery).toEqual({ outcome: "delivered", message: 1 });
    expect(scene.switchboard.board.messages.map(({ kind }) => kind)).toEqual(["A"]);
    expect(scene.kinds()).toEqual(["joined", "delivered"]);
  });

  it("tell that it has not", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, receipt: "NAK" });
    expect(await scene.start().sendText("hello", { receipt: true })).toEqual({
      outcome: "undelivered",
      message: 1,
      why: "refused",
      explanation: "the server could not deliver it to everyone",
    });
  });

  it("tell it as an event for a message that asked for none", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, receipt: "NAK" });
    expect(await scene.start().sendText("hello")).toEqual({ outcome: "sent", message: 1 });
    await settle();
    expect(scene.events.at(-1)).toMatchObject({ kind: "undelivered", message: 1, why: "refused" });
  });

  it("that do not come within a minute are told as unknown", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, receipt: "nothing" });
    const delivery = scene.start().sendText("hello", { receipt: true });
    await scene.clock.advance(60_000);
    expect(await delivery).toMatchObject({ outcome: "undelivered", why: "no-answer" });
  });

  it("are not awaited on a line that has broken", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, receipt: "nothing" });
    const delivery = scene.start().sendText("hello", { receipt: true });
    await settle();
    scene.switchboard.board.destroy();
    expect(await delivery).toMatchObject({ outcome: "undelivered", why: "lost" });
    expect(scene.events.at(-1)).toMatchObject({ kind: "closed", why: "lost" });
  });
});

describe("silence", () => {
  it("closes the switchboard after a minute, and the next message opens another with the same people", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start();
    await scene.clock.advance(59_000);
    scene.switchboard.board.sayText("bob@example.com Bob", "still here");
    await scene.clock.advance(59_000);
    expect(scene.switchboard.board.isGone).toBe(false);
    await scene.clock.advance(2_000);
    expect(scene.switchboard.board.heard.at(-1)).toBe("OUT");
    expect(scene.switchboard.board.isGone).toBe(true);
    expect(scene.events.at(-1)).toMatchObject({ kind: "closed", why: "idle" });
    expect(conversation.participants).toEqual([]);
    expect(await conversation.sendText("back again")).toMatchObject({ outcome: "sent" });
    expect(scene.requests).toBe(2);
    expect(scene.kinds().slice(-2)).toEqual(["reopened", "joined"]);
  });

  it("that has been agreed on ends the conversation", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start({ timeoutMs: 90_000 });
    await scene.clock.advance(90_000);
    expect(await conversation.ended).toEqual({ why: "timed-out", explanation: "nothing was said for 90 seconds" });
    expect(await conversation.sendText("too late")).toMatchObject({ outcome: "undelivered", why: "ended" });
  });
});

describe("a conversation that goes on", () => {
  it("calls somebody who was here again when the server does not find them at once", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start({ idleMs: 1_000 });
    await scene.clock.advance(1_000);
    scene.switchboard.stage.people = {};
    const delivery = conversation.sendText("are you there?");
    await scene.clock.advance(3_000);
    scene.switchboard.stage.people = { [BOB]: "joins" };
    await scene.clock.advance(3_000);
    expect(await delivery).toMatchObject({ outcome: "sent" });
  });

  it("rests when they are gone, and can be tried once more", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start({ idleMs: 1_000 });
    await scene.clock.advance(1_000);
    scene.switchboard.stage.people = {};
    const delivery = conversation.sendText("are you there?");
    await scene.clock.advance(10_000);
    expect(await delivery).toMatchObject({ outcome: "undelivered", why: "unreachable" });
    scene.switchboard.stage.people = { [BOB]: "joins" };
    expect(await conversation.sendText("now?")).toMatchObject({ outcome: "sent" });
  });

  it("does not call back who has left while others stayed, unless their line had died", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "joins", "al@example.com": "joins" } });
    const conversation = scene.start({ invite: [BOB, CAROL, "al@example.com"], idleMs: 5_000 });
    await scene.clock.advance(2_500);
    expect(conversation.participants).toHaveLength(3);
    scene.switchboard.board.say("BYE bob@example.com", "BYE carol@example.com 1");
    await settle();
    expect(scene.events.slice(-2)).toMatchObject([
      { kind: "left", address: BOB, timedOut: false },
      { kind: "left", address: CAROL, timedOut: true },
    ]);
    await scene.clock.advance(10_000);
    void conversation.sendText("hello again");
    await scene.clock.advance(2_000);
    const called = scene.switchboard.board.heard.filter((line) => line.startsWith("CAL"));
    expect(called.map((line) => line.split(" ")[2])).toEqual([CAROL, "al@example.com"]);
  });

  it("keeps a group together when nobody could be reached, and goes on without those who could not", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "joins" } });
    const conversation = scene.start({ invite: [BOB, CAROL], idleMs: 2_000 });
    await scene.clock.advance(5_000);
    const called = () => {
      const calls = scene.switchboard.board.heard.filter((line) => line.startsWith("CAL"));
      return new Set(calls.map((line) => line.split(" ")[2]));
    };
    for (const [people, expected] of [
      [{}, [BOB, CAROL]],
      [{ [BOB]: "joins" }, [BOB, CAROL]],
      [{ [BOB]: "joins", [CAROL]: "joins" }, [BOB]],
    ] as const) {
      scene.switchboard.stage.people = { ...people };
      void conversation.sendText("hello");
      await scene.clock.advance(20_000);
      expect(called()).toEqual(new Set(expected));
    }
  });

  it("takes others in, and says when they come or will not", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "joins", "al@example.com": "216" } });
    const conversation = scene.start();
    await settle();
    const [carol, al, nobody, bob] = [
      conversation.invite(CAROL),
      conversation.invite("al@example.com"),
      conversation.invite("not an address"),
      conversation.invite("BOB@example.com"),
    ];
    await scene.clock.advance(3_000);
    expect(await carol).toEqual({ outcome: "joined" });
    expect(await bob).toEqual({ outcome: "joined" });
    expect(await al).toMatchObject({ outcome: "refused", code: "216" });
    expect(await nobody).toMatchObject({ outcome: "refused", code: "208" });
    expect(conversation.participants.map(({ address }) => address)).toEqual([BOB, CAROL]);
  });

  it("opens a switchboard for an invitation, too", async () => {
    await using scene = await play({ people: { [BOB]: "joins", [CAROL]: "joins" } });
    const conversation = scene.start({ idleMs: 5_000 });
    await scene.clock.advance(5_000);
    const carol = conversation.invite(CAROL);
    await scene.clock.advance(2_000);
    expect(await carol).toEqual({ outcome: "joined" });
    expect(conversation.participants.map(({ address }) => address)).toEqual([BOB, CAROL]);
  });

  it("outlives a broken line while people are being called", async () => {
    await using scene = await play({ people: { [BOB]: "rings" } });
    const conversation = scene.start();
    const delivery = conversation.sendText("hello");
    await settle();
    scene.switchboard.stage.people = { [BOB]: "joins" };
    scene.switchboard.board.destroy();
    await scene.clock.advance(4_000);
    expect(await delivery).toMatchObject({ outcome: "sent" });
    expect(scene.requests).toBe(2);
  });

  it("is given up by a server that says goodbye", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    scene.start();
    await settle();
    scene.switchboard.board.say("OUT");
    await settle();
    expect(scene.events.at(-1)).toMatchObject({ kind: "closed", why: "lost" });
  });
});

describe("what is sent", () => {
  it("says that we type every four seconds at most, and only to somebody", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start();
    conversation.sendTyping();
    await settle();
    for (let key = 0; key < 5; key++) {
      conversation.sendTyping();
      await scene.clock.advance(1_000);
    }
    await settle();
    expect(scene.switchboard.board.messages.map(({ kind }) => kind)).toEqual(["U", "U"]);
    expect(scene.switchboard.board.messages[0]?.payload.toString()).toBe(
      "MIME-Version: 1.0\r\nContent-Type: text/x-msmsgscontrol\r\nTypingUser: me@example.com\r\n\r\n\r\n",
    );
  });

  it("nudges", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    await scene.start().sendNudge();
    await settle();
    expect(scene.switchboard.board.messages[0]?.payload.toString()).toBe(
      "MIME-Version: 1.0\r\nContent-Type: text/x-msnmsgr-datacast\r\n\r\nID: 1\r\n\r\n",
    );
  });

  it("goes in packets that fit to those who can join them", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, arrival: "Bob 1073741856" });
    const text = "é".repeat(5_000);
    expect(await scene.start().sendText(text, { receipt: true })).toMatchObject({ outcome: "delivered" });
    const { messages } = scene.switchboard.board;
    expect(messages.length).toBeGreaterThan(5);
    expect(Math.max(...messages.map(({ payload }) => payload.length))).toBeLessThanOrEqual(1664);
    expect(messages[0]?.payload.toString("latin1")).toContain(`Chunks: ${messages.length}\r\n`);
    expect(scene.kinds()).toEqual(["joined", "delivered"]);
  });

  it("goes as several texts to those who cannot", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, arrival: "Bob 1073741824" });
    const text = "🎉".repeat(2_000);
    expect(await scene.start().sendText(text, { receipt: true })).toMatchObject({ outcome: "delivered" });
    const { messages, bodies } = scene.switchboard.board;
    expect(messages.length).toBeGreaterThan(4);
    expect(bodies.join("")).toBe(text);
    expect(bodies.every((body) => !body.includes("\ufffd"))).toBe(true);
  });

  it("is refused when it is no text and too large for somebody", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start();
    const headers = { "Content-Type": "image/gif" };
    expect(await conversation.sendMime({ headers, body: Buffer.alloc(3_000) })).toMatchObject({
      outcome: "undelivered",
      why: "not-sendable",
      explanation: "it has 3046 bytes, and not everyone here can join a message of more than 1664",
    });
    expect(await conversation.sendMime({ headers, body: "small" })).toMatchObject({ outcome: "sent" });
    expect(await conversation.sendMime({ headers: {}, body: "" })).toMatchObject({ why: "not-sendable" });
    expect(await conversation.sendText("")).toMatchObject({ why: "not-sendable" });
  });

  it("does not wait without end", async () => {
    await using scene = await play({ people: { [BOB]: "rings" } });
    const conversation = scene.start();
    for (let count = 0; count < 100; count++) void conversation.sendText("hello");
    expect(await conversation.sendText("one too many")).toMatchObject({ why: "queue-full", message: 101 });
  });

  it("can be taken back while it waits", async () => {
    await using scene = await play({ people: { [BOB]: "rings" } });
    const conversation = scene.start();
    const aborted = new AbortController();
    const delivery = conversation.sendText("not after all", { signal: aborted.signal });
    const other = conversation.sendText("this one");
    aborted.abort(new Error("changed my mind"));
    await expect(delivery).rejects.toThrow("changed my mind");
    await settle();
    scene.switchboard.board.say("JOI bob@example.com Bob");
    expect(await other).toMatchObject({ outcome: "sent", message: 2 });
    await settle();
    expect(scene.switchboard.board.bodies).toEqual(["this one"]);
    await expect(conversation.sendText("x", { signal: aborted.signal })).rejects.toThrow("changed my mind");
    await expect(conversation.invite(CAROL, { signal: aborted.signal })).rejects.toThrow("changed my mind");
  });
});

describe("leaving", () => {
  it("says goodbye, settles everything, and tells nothing more", async () => {
    await using scene = await play({ people: { [BOB]: "joins" }, receipt: "nothing" });
    const conversation = scene.start();
    const delivery = conversation.sendText("hello", { receipt: true });
    await settle();
    const carol = conversation.invite(CAROL);
    conversation.leave();
    conversation.leave();
    scene.switchboard.board.sayText("bob@example.com Bob", "wait!");
    await settle();
    expect(scene.switchboard.board.heard.at(-1)).toBe("OUT");
    expect(await conversation.ended).toEqual({ why: "asked" });
    expect(await delivery).toMatchObject({ outcome: "undelivered", why: "ended" });
    expect(await carol).toMatchObject({ outcome: "ended" });
    expect(await conversation.invite(CAROL)).toMatchObject({ outcome: "ended" });
    expect(scene.kinds()).toEqual(["joined"]);
  });

  it("is what the signal does, at whatever point", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const leaving = new AbortController();
    let asked: AbortSignal | undefined;
    const request = ({ signal }: { signal: AbortSignal }) => {
      asked = signal;
      return new Promise<SwitchboardTicket>(() => undefined);
    };
    const conversation = scene.start({ signal: leaving.signal, request });
    leaving.abort();
    expect(await conversation.ended).toEqual({ why: "asked" });
    expect(asked?.aborted).toBe(true);
    expect(await scene.start({ signal: leaving.signal }).ended).toEqual({ why: "asked" });
    expect(scene.requests).toBe(0);
  });

  it("can be done from within an event", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const events: string[] = [];
    const options = { own: { address: "me@example.com" }, dialect: { number: 8 }, invite: [BOB] };
    const request = async () => scene.switchboard.ticket();
    const parts = { clock: scene.clock, dial: dialTcp };
    const conversation = startConversation({ ...options, request }, parts, (event) => {
      events.push(event.kind);
      conversation.leave();
    });
    expect(await conversation.ended).toEqual({ why: "asked" });
    await settle();
    expect(events).toEqual(["joined"]);
  });

  it("does not wait for a far end that never hangs up", async () => {
    await using scene = await play({ people: { [BOB]: "joins" } });
    const conversation = scene.start();
    await settle();
    const { board } = scene.switchboard;
    board.hangUp = () => undefined;
    conversation.leave();
    await scene.clock.advance(3_000);
    expect(board.isGone).toBe(true);
  });
});
