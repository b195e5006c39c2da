/** Conversations over real sockets: who may come in, what each dialect is told, and how it ends. */
import { afterEach, describe, expect, test } from "vitest";
import { DIALECTS } from "../../../collector/network/messenger/dialects.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import type { LineClient } from "./line-client.ts";
import { account, addressOf, named, rest, show, World } from "./world.ts";

let world: World;

afterEach(() => world.close());

const ADA_PLACE = "{11111111-1111-1111-1111-111111111111}";
const BO_PLACE = "{22222222-2222-2222-2222-222222222222}";
const TEXT = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nhello é";

async function start(clock?: TestClock): Promise<void> {
  const accounts = [account("ada", ["bo", "cy"]), account("bo", ["ada"]), account("cy", ["ada"])];
  world = await World.start(accounts, clock ? { clock } : {});
}

/** Signed in and visible. */
async function enter(name: string, dialectName: string, place?: string): Promise<LineClient> {
  const { client } = await world.signIn(name, dialectName, named(dialectName).number >= 16 ? place : undefined);
  await show(client, dialectName, "NLN");
  return client;
}

/** The cookie of an `XFR … SB` or a `RNG`. */
function cookieOf(line: string): string {
  return / CKI (\S+)/.exec(line)?.[1] ?? "";
}

async function cookieFor(client: LineClient): Promise<string> {
  await rest(client);
  client.send("XFR 20 SB");
  return cookieOf(await client.take());
}

function own(name: string, dialectName: string, place: string): string {
  return named(dialectName).number >= 16 ? `${addressOf(name)};${place}` : addressOf(name);
}

async function open(caller: LineClient, dialectName: string): Promise<LineClient> {
  const board = world.connect("switchboard");
  const cookie = await cookieFor(caller);
  board.send(`USR 1 ${own("ada", dialectName, ADA_PLACE)} ${cookie}`);
  expect(await board.take()).toBe(`USR 1 OK ${own("ada", dialectName, ADA_PLACE)} ada%20%3Cb%3E`);
  return board;
}

async function join(
  board: LineClient,
  bo: LineClient,
  dialectName: string,
): Promise<{ joined: LineClient; ring: string }> {
  await rest(bo);
  board.send(`CAL 2 ${addressOf("bo")}`);
  expect(await board.take()).toMatch(/^CAL 2 RINGING [0-9a-f]{31}$/);
  const ring = await bo.take();
  const joined = world.connect("switchboard");
  joined.send(`ANS 1 ${own("bo", dialectName, BO_PLACE)} ${cookieOf(ring)} ${ring.split(" ")[1]}`);
  return { joined, ring };
}

describe.each(DIALECTS.map(({ name }) => name))("in %s", (dialectName) => {
  const { number } = named(dialectName);
  const capabilities = number < 12 ? "" : number < 16 ? " 268435488" : " 2684354592:48";

  test("somebody is called, answers, is spoken to and leaves", async () => {
    await start();
    const ada = await enter("ada", dialectName, ADA_PLACE);
    const bo = await enter("bo", dialectName, BO_PLACE);
    const board = await open(ada, dialectName);
    const { joined, ring } = await join(board, bo, dialectName);
    const tail = number < 13 ? "" : number < 14 ? " U messenger.hotmail.com" : " U messenger.hotmail.com 1";
    expect(ring.replace(/RNG \S+ \S+ CKI \S+/, "RNG …")).toBe(`RNG … ada@sandbox.example ada%20%3Cb%3E${tail}`);
    const adaRow = `ada@sandbox.example ada%20%3Cb%3E${capabilities}`;
    const boRow = `bo@sandbox.example bo%20%3Cb%3E${capabilities}`;
    if (number < 16) {
      expect(await joined.takeMany(2)).toEqual([`IRO 1 1 1 ${adaRow}`, "ANS 1 OK"]);
      expect(await board.take()).toBe(`JOI ${boRow}`);
    } else {
      const at = (row: string, place: string) => row.replace("example ", `example;${place} `);
      expect(await joined.takeMany(4)).toEqual([
        `IRO 1 1 2 ${at(adaRow, ADA_PLACE)}`,
        `IRO 1 2 2 ${adaRow}`,
        "ANS 1 OK",
        `JOI ${boRow}`,
      ]);
      expect(await board.takeMany(2)).toEqual([`JOI ${at(boRow, BO_PLACE)}`, `JOI ${boRow}`]);
    }
    board.sendPayload("MSG 3 A", TEXT);
    expect(await joined.take()).toBe("MSG ada@sandbox.example ada%20%3Cb%3E …");
    expect(joined.payload).toBe(TEXT);
    expect(await board.take()).toBe("ACK 3");
    joined.send("OUT");
    await joined.closed();
    if (number >= 16) expect(await board.take()).toBe(`BYE bo@sandbox.example;${BO_PLACE}`);
    expect(await board.take()).toBe("BYE bo@sandbox.example");
  });
});

test("people of different dialects are told of each other in their own words", async () => {
  await start();
  const ada = await enter("ada", "MSNP18", ADA_PLACE);
  const bo = await enter("bo", "MSNP2");
  const board = await open(ada, "MSNP18");
  const { joined } = await join(board, bo, "MSNP2");
  expect(await joined.takeMany(2)).toEqual(["IRO 1 1 1 ada@sandbox.example ada%20%3Cb%3E", "ANS 1 OK"]);
  expect(await board.take()).toBe("JOI bo@sandbox.example bo%20%3Cb%3E 0:0");
});

test("calls are refused by number: no address, unknown, signed out, hidden, unwelcome, already there", async () => {
  await start();
  const ada = await enter("ada", "MSNP12");
  const bo = await enter("bo", "MSNP12");
  const cy = await enter("cy", "MSNP12");
  const board = await open(ada, "MSNP12");
  const { joined } = await join(board, bo, "MSNP12");
  await joined.takeMany(2);
  await board.take();
  const answer = async (who: string) => {
    board.send(`CAL 9 ${who}`);
    return board.take();
  };
  expect(await answer("nobody")).toBe("208 9");
  expect(await answer(addressOf("nobody"))).toBe("217 9");
  expect(await answer(addressOf("bo"))).toBe("215 9");
  await show(cy, "MSNP12", "HDN");
  expect(await answer(addressOf("cy"))).toBe("217 9");
  await show(cy, "MSNP12", "NLN");
  cy.send(`ADC 9 BL N=${addressOf("ada")}`);
  await rest(cy);
  expect(await answer(addressOf("cy"))).toBe("216 9");
});

test("XFR is refused with 913 before the first CHG, and while hidden below MSNP13", async () => {
  await start();
  for (const [dialectName, whileHidden] of [
    ["MSNP12", "913 6"],
    ["MSNP13", "XFR 6 SB"],
  ] as const) {
    const { client } = await world.signIn("ada", dialectName);
    client.send("XFR 5 SB");
    expect(await client.take()).toBe("913 5");
    await show(client, dialectName, "HDN");
    client.send("XFR 6 SB");
    expect(await client.take()).toContain(whileHidden);
  }
});

test("a cookie works once, for its owner, and for two minutes", async () => {
  const clock = new TestClock();
  await start(clock);
  const ada = await enter("ada", "MSNP12");
  const knock = async (who: string, cookie: string) => {
    const board = world.connect("switchboard");
    board.send(`USR 1 ${addressOf(who)} ${cookie}`);
    return board.take();
  };
  const cookie = await cookieFor(ada);
  expect(await knock("bo", cookie)).toBe("911 1");
  expect(await knock("ada", cookie)).toBe("USR 1 OK ada@sandbox.example ada%20%3Cb%3E");
  expect(await knock("ada", cookie)).toBe("911 1");
  const late = await cookieFor(ada);
  await clock.advance(120_001);
  expect(await knock("ada", late)).toBe("911 1");
});

test("whoever does not say who they are within a minute is hung up on", async () => {
  const clock = new TestClock();
  await start(clock);
  const board = world.connect("switchboard");
  board.send("ZZZ 1");
  await clock.advance(60_001);
  await board.closed();
});

test("a conversation without a word for five minutes is closed, and everybody is told so", async () => {
  const clock = new TestClock();
  await start(clock);
  const ada = await enter("ada", "MSNP12");
  const bo = await enter("bo", "MSNP12");
  const board = await open(ada, "MSNP12");
  const { joined } = await join(board, bo, "MSNP12");
  await joined.takeMany(2);
  await board.take();
  await clock.advance(4 * 60_000);
  board.sendPayload("MSG 3 A", TEXT);
  await board.take();
  await joined.take();
  await clock.advance(4 * 60_000);
  expect(board.pending).toEqual([]);
  await clock.advance(60_001);
  expect(await joined.take()).toBe("BYE ada@sandbox.example 1");
  await joined.closed();
  await board.closed();
});

test.each([
  ["a message longer than 1664 bytes", "MSG 3 A", "x".repeat(1665)],
  [
    "P2P that is not sent as data",
    "MSG 3 N",
    "Content-Type: application/x-msnmsgrp2p\r\nP2P-Dest: bo@sandbox.example\r\n\r\n",
  ],
  ["a type that does not exist", "MSG 3 Q", TEXT],
])("%s gets a hang-up", async (_, line, payload) => {
  await start();
  const board = await open(await enter("ada", "MSNP15"), "MSNP15");
  board.sendPayload(line, payload);
  await board.closed();
});

test("what cannot be delivered is answered with NAK, and malformed data with 282", async () => {
  await start();
  const board = await open(await enter("ada", "MSNP15"), "MSNP15");
  board.sendPayload("MSG 3 D", TEXT);
  expect(await board.take()).toBe("282 3");
  world.server.faults.undeliverable = true;
  board.sendPayload("MSG 4 N", TEXT);
  expect(await board.take()).toBe("NAK 4");
});
