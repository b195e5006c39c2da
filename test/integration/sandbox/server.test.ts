/** What the recordings do not show, over real sockets: dispatch, the order of leaving, hostile input, ports. */
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { type Listening, listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { LineClient } from "./line-client.ts";

const clients: LineClient[] = [];
let server: SandboxServer;
let listening: Listening | undefined;

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await listening?.close();
  listening = undefined;
});

async function start(...accounts: AccountSpec[]): Promise<Listening> {
  server = new SandboxServer({ clock: systemClock, accounts });
  listening = await listen(server, 0);
  return listening;
}

function account(name: string, contacts: string[] = [], blocked: string[] = []): AccountSpec {
  const address = (who: string) => `${who}@sandbox.example`;
  return {
    address: address(name),
    password: `${name}'s password`,
    name: `${name} <b>&"100 %"`,
    contacts: contacts.map((contact) => ({ address: address(contact), groups: ["Friends"] })),
    blocked: blocked.map(address),
  };
}

function connectTo(port: number): LineClient {
  const client = new LineClient(port);
  clients.push(client);
  return client;
}

/** Signs in at the notification server, up to and including the profile message. */
async function signIn(name: string, dialect = "MSNP7"): Promise<LineClient> {
  const client = connectTo((listening as Listening).notificationPort);
  client.send(`VER 1 ${dialect} CVR0`);
  client.send("INF 2");
  client.send(`USR 3 MD5 I ${name}@sandbox.example`);
  await client.takeMany(3);
  client.sendDigest(4, `${name}'s password`);
  await client.takeMany(2);
  return client;
}

async function show(client: LineClient, code: string): Promise<void> {
  client.send(`CHG 9 ${code}`);
  expect(await client.take()).toBe(`CHG 9 ${code}`);
}

/** Everything said to this client so far has been taken when it returns. */
async function quiet(client: LineClient): Promise<void> {
  client.send("PNG");
  expect(await client.take()).toBe("QNG");
}

test.each([
  ["MSNP2", (n: number) => `XFR 3 NS 127.0.0.1:${n}`],
  ["MSNP3", (n: number) => `XFR 3 NS 127.0.0.1:${n} 0`],
  ["MSNP6", (n: number) => `XFR 3 NS 127.0.0.1:${n} 0`],
  ["MSNP7", (n: number, d: number) => `XFR 3 NS 127.0.0.1:${n} 0 127.0.0.1:${d}`],
])("dispatch refers a %s client to the notification server and hangs up", async (dialect, expected) => {
  const { port, notificationPort } = await start(account("ada"));
  const client = connectTo(port);
  client.send(`VER 1 ${dialect} CVR0`);
  expect(await client.take()).toBe(`VER 1 ${dialect}`);
  client.send("INF 2");
  expect(await client.take()).toBe("INF 2 MD5");
  client.send("USR 3 MD5 I ada@sandbox.example");
  expect(await client.take()).toBe(expected(notificationPort, port));
  await client.closed();
});

test("dispatch refuses what is no address with 911", async () => {
  const { port } = await start();
  const client = connectTo(port);
  client.send("VER 1 MSNP7");
  client.send("USR 3 MD5 I ada");
  expect(await client.takeMany(2)).toEqual(["VER 1 MSNP7", "911 3"]);
  await client.closed();
});

test("the best dialect that both sides know is chosen, in whatever order it was offered", async () => {
  const { notificationPort } = await start();
  const client = connectTo(notificationPort);
  client.send("VER 1 MSNP2 MSNP19 msnp6 MSNP4 CVR0");
  expect(await client.take()).toBe("VER 1 MSNP6");
});

test("names are sent percent-encoded and read back as they were", async () => {
  await start(account("ada", ["bo"]), account("bo", ["ada"]));
  const ada = await signIn("ada");
  await show(ada, "NLN");
  const bo = await signIn("bo");
  bo.send("REA 5 bo@sandbox.example %3DSUM%20S%C3%B6ze%20%22KS%22");
  expect(await bo.take()).toBe("REA 5 2 bo@sandbox.example %3DSUM%20S%C3%B6ze%20%22KS%22");
  await show(bo, "BSY");
  expect(await ada.take()).toBe("NLN BSY bo@sandbox.example %3DSUM%20S%C3%B6ze%20%22KS%22");
});

test("SYN with the serial that the server is at is answered with that line alone", async () => {
  await start(account("ada"));
  const ada = await signIn("ada");
  ada.send("SYN 5 1");
  expect(await ada.take()).toBe("SYN 5 1");
  await quiet(ada);
});

test("a hidden person sees the snapshot and is shown to nobody", async () => {
  await start(account("ada", ["bo"]), account("bo", ["ada"]));
  const bo = await signIn("bo");
  await show(bo, "LUN");
  const ada = await signIn("ada");
  await show(ada, "HDN");
  expect(await ada.take()).toMatch(/^ILN 9 LUN bo@sandbox.example bo%20/);
  await quiet(bo);
});

test("a blocked contact sees the owner leave, and come back when unblocked", async () => {
  await start(account("ada", ["bo"]), account("bo", ["ada"]));
  const ada = await signIn("ada");
  await show(ada, "NLN");
  const bo = await signIn("bo");
  await show(bo, "NLN");
  await ada.take();
  await bo.take();
  bo.send("ADD 10 BL ada@sandbox.example ada");
  expect(await bo.take()).toBe("ADD 10 BL 2 ada@sandbox.example ada");
  expect(await ada.take()).toBe("FLN bo@sandbox.example");
  await show(bo, "BSY");
  await quiet(ada);
  bo.send("REM 11 BL ada@sandbox.example");
  expect(await ada.take()).toMatch(/^NLN BSY bo@sandbox.example/);
});

test("a second sign-in sends the first one out with OTH, and contacts see both steps", async () => {
  await start(account("ada", ["bo"]), account("bo", ["ada"]));
  const bo = await signIn("bo");
  await show(bo, "NLN");
  const first = await signIn("ada");
  await show(first, "NLN");
  await first.take();
  await bo.take();
  const second = await signIn("ada");
  expect(await first.take()).toBe("OUT OTH");
  await first.closed();
  expect(await bo.take()).toBe("FLN ada@sandbox.example");
  await show(second, "AWY");
  expect(await bo.take()).toMatch(/^NLN AWY ada@sandbox.example/);
});

test("a contact added from elsewhere is announced with transaction number 0", async () => {
  await start(account("ada"));
  const ada = await signIn("ada");
  server.addAccount(account("newcomer"));
  server.addContact("ada@sandbox.example", { address: "newcomer@sandbox.example", groups: ["Work"] });
  expect(await ada.takeMany(2)).toEqual([
    "ADD 0 FL 2 newcomer@sandbox.example newcomer%20%3Cb%3E%26%22100%20%25%22 1",
    "ADD 0 AL 3 newcomer@sandbox.example newcomer%20%3Cb%3E%26%22100%20%25%22",
  ]);
});

test("a server that stops says OUT SSD to everyone and closes", async () => {
  await start(account("ada"), account("bo"));
  const both = [await signIn("ada"), await signIn("bo")];
  await listening?.close();
  for (const client of both) {
    expect(await client.take()).toBe("OUT SSD");
    await client.closed();
  }
});

test.each([
  ["a line without end", Buffer.alloc(20_000, 0x41)],
  ["bytes of another protocol", Buffer.from("\x16\x03\x01\x02\x00\x01\n", "latin1")],
  ["a payload of a gigabyte", Buffer.from("QRY 5 x 1073741824\r\n")],
  ["a name longer than any name", Buffer.from(`REA 5 ada@sandbox.example ${"x".repeat(388)}\r\n`)],
])("%s closes its own connection and no other", async (_, bytes) => {
  await start(account("ada"), account("bo"));
  const bo = await signIn("bo");
  const ada = await signIn("ada");
  ada.sendBytes(bytes);
  await ada.closed();
  await quiet(bo);
});

test("a taken port is one clear error that says what to do", async () => {
  const { port } = await start();
  const again = listen(new SandboxServer({ clock: systemClock, accounts: [] }), port);
  await expect(again).rejects.toThrow(
    `port ${port} on 127.0.0.1 is already in use; stop the program that uses it (another sandbox?), or choose another port with --port N`,
  );
});
