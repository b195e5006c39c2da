/** What tests can make go wrong, seen from a client's socket. */
import { afterEach, expect, test } from "vitest";
import type { FaultPlan } from "../../../collector/sandbox/faults.ts";
import { payloadLine } from "../../../collector/sandbox/line.ts";
import { TestClock } from "../../helpers/test-clock.ts";
import { account, addressOf, rest, show, World } from "./world.ts";

let world: World;

afterEach(() => world.close());

const plan: FaultPlan = {};

/** The first notification connection goes by `plan`, which the test changes when it wants to. */
async function start(clock?: TestClock): Promise<void> {
  for (const key of Object.keys(plan)) delete plan[key as keyof FaultPlan];
  world = await World.start([account("ada", ["bo"]), account("bo", ["ada"])], clock ? { clock } : {});
  world.server.faults.planFor = (role, nth) => (role === "notification" && nth === 0 ? plan : undefined);
}

test.each([1, 5, 11, 40])("the line is cut after any number of bytes: %i", async (bytes) => {
  await start();
  plan.cutAfterBytes = bytes;
  const client = world.connect();
  client.send("VER 1 MSNP7 CVR0\r\nINF 2\r\nUSR 3 MD5 I ada@sandbox.example");
  const said = ["VER 1 MSNP7", "INF 2 MD5"];
  // Thirteen bytes and eleven.
  const whole = said.slice(0, bytes < 13 ? 0 : bytes < 24 ? 1 : 2);
  expect(await client.takeMany(whole.length)).toEqual(whole);
  await client.closed();
});

test("answers are late by as much as the plan says, and in order", async () => {
  const clock = new TestClock();
  await start(clock);
  plan.delayMs = 700;
  const client = world.connect();
  client.send("VER 1 MSNP7 CVR0\r\nINF 2");
  await clock.advance(500);
  expect(client.pending).toEqual([]);
  await clock.advance(300);
  expect(await client.takeMany(2)).toEqual(["VER 1 MSNP7", "INF 2 MD5"]);
});

test("frames in pieces are the same frames", async () => {
  await start();
  plan.pieceBytes = 1;
  const { welcome } = await world.signIn("ada", "MSNP7");
  expect(welcome[0]).toBe("USR 4 OK ada@sandbox.example ada%20%3Cb%3E 1");
});

test("in silence nothing is heard or answered, and the line stays open", async () => {
  await start();
  const { client: ada } = await world.signIn("ada", "MSNP7");
  plan.isSilent = true;
  ada.send("CHG 9 NLN");
  const { client: bo } = await world.signIn("bo", "MSNP7");
  expect(await show(bo, "MSNP7", "NLN")).toEqual([]);
  plan.isSilent = false;
  expect(await rest(ada)).toEqual([]);
});

test("a notification can be lost, doubled, or change places with the next", async () => {
  await start();
  const { client: ada } = await world.signIn("ada", "MSNP7");
  await show(ada, "MSNP7", "NLN");
  const { client: bo } = await world.signIn("bo", "MSNP7");
  const fates = { NLN: "twice", BSY: "lose", AWY: "after-the-next" } as const;
  plan.onFrame = (line) => (line.startsWith("NLN ") ? fates[line.slice(4, 7) as keyof typeof fates] : undefined);
  for (const code of ["NLN", "BSY", "AWY", "BRB"]) await show(bo, "MSNP7", code);
  expect((await rest(ada)).map((line) => line.slice(0, 7))).toEqual(["NLN NLN", "NLN NLN", "NLN BRB", "NLN AWY"]);
});

test("a payload can be announced longer than it is, and swallows what follows", async () => {
  await start();
  const { client } = await world.signIn("ada", "MSNP7");
  plan.onFrame = (line) => (line.startsWith("MSG ") ? { lengthOffBy: "QNG\r\n".length } : undefined);
  world.server.say(addressOf("ada"), payloadLine("hello", "MSG", "Hotmail", "Hotmail"));
  client.send("PNG");
  expect(await client.take()).toBe("MSG Hotmail Hotmail …");
  expect(client.payload).toBe("helloQNG\r\n");
});

test("a sign-in can be sent in circles", async () => {
  await start();
  const { port, notificationPort } = world.listening;
  const here = { host: "127.0.0.1", port: notificationPort };
  world.server.faults.referTo = (role) => (role === "notification" ? { ...here, port } : undefined);
  const client = world.connect();
  client.send("VER 1 MSNP7 CVR0\r\nUSR 3 MD5 I ada@sandbox.example");
  expect(await client.takeMany(2)).toEqual([
    "VER 1 MSNP7",
    `XFR 3 NS 127.0.0.1:${port} 0 127.0.0.1:${notificationPort}`,
  ]);
  await client.closed();
});

test.each(["OTH", "SSD", "RCT 5"] as const)("somebody can be sent out with OUT %s", async (reason) => {
  await start();
  const { client } = await world.signIn("ada", "MSNP11");
  world.server.kick(addressOf("ada"), reason);
  expect(await client.take()).toBe(`OUT ${reason}`);
  await client.closed();
});

test("a session can be sent on to another server, and be warned that this one goes down", async () => {
  await start();
  const { client } = await world.signIn("ada", "MSNP15");
  world.server.announceMaintenance(5);
  expect(await client.take()).toBe("MSG Hotmail Hotmail …");
  expect(client.payload).toContain("Type: 1\r\nArg1: 5\r\n");
  world.server.migrate(addressOf("ada"), { host: "127.0.0.1", port: 1 });
  expect(await client.take()).toBe("XFR 0 NS 127.0.0.1:1 U D");
});

test("after a crash nobody is signed in, and everybody may sign in again", async () => {
  await start();
  const { client: ada } = await world.signIn("ada", "MSNP18");
  await show(ada, "MSNP18", "NLN");
  world.server.crash();
  await ada.closed();
  const { client: bo } = await world.signIn("bo", "MSNP7");
  expect(await show(bo, "MSNP7", "NLN")).toEqual([]);
  const { client: again } = await world.signIn("ada", "MSNP18");
  expect(await show(again, "MSNP18", "NLN")).toContain(`NLN NLN 1:bo@sandbox.example bo%20%3Cb%3E 0:0 %3Cmsnobj%2F%3E`);
});
