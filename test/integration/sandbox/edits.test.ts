/** What the recordings do not show of edits and of what clients send each other, over real sockets. */
import { afterEach, expect, test } from "vitest";
import type { LineClient } from "./line-client.ts";
import { account, addressOf, rest, show, World } from "./world.ts";

let world: World;

afterEach(() => world.close());

async function start(...contacts: string[]): Promise<void> {
  world = await World.start([account("ada", contacts), account("bo"), account("cy")]);
}

async function answers(client: LineClient, ...commands: string[]): Promise<string[]> {
  for (const command of commands) client.send(command);
  return rest(client);
}

test("a contact is put into a group by GUID, taken out of it, and called by a name of the owner's own", async () => {
  await start("bo");
  const bo = world.account("bo").guid;
  const { client } = await world.signIn("ada", "MSNP12");
  const [made = ""] = await answers(client, "ADG 5 Work");
  const work = made.split(" ")[3];
  expect(await answers(client, `ADC 6 FL C=${bo} ${work}`, `SBP 7 ${bo} MFN Bobby`)).toEqual([
    `ADC 6 FL C=${bo} ${work}`,
    `SBP 7 ${bo} MFN Bobby`,
  ]);
  const roster = await answers(client, "SYN 8 0 0");
  expect(roster.at(-1)).toBe(`LST N=bo@sandbox.example F=Bobby C=${bo} 3 1 ${work}`);
  expect(await answers(client, `REM 9 FL ${bo} ${work}`, `REM 10 FL ${bo} ${work}`, `REM 11 FL ${bo}`)).toEqual([
    `REM 9 FL ${bo} ${work}`,
    "225 10",
    `REM 11 FL ${bo}`,
  ]);
  expect(await answers(client, `REM 12 FL ${bo}`)).toEqual(["216 12"]);
});

test("a name for nobody gets a hang-up", async () => {
  await start();
  const { client } = await world.signIn("ada", "MSNP12");
  client.send("SBP 5  MFN Bobby");
  await client.closed();
});

test("somebody who waits is accepted from MSNP11 on; anybody else on the reverse list gets a hang-up", async () => {
  world = await World.start([account("ada", [], { pending: [addressOf("bo")] }), account("bo"), account("cy")]);
  const { client } = await world.signIn("ada", "MSNP12");
  expect(await answers(client, `ADC 5 RL N=${addressOf("bo")}`)).toEqual([
    "ADC 5 RL N=bo@sandbox.example F=bo%20%3Cb%3E",
  ]);
  client.send(`ADC 6 RL N=${addressOf("cy")}`);
  await client.closed();
});

test("one list is said on request below MSNP10", async () => {
  await start("bo");
  const { client } = await world.signIn("ada", "MSNP8");
  expect(await answers(client, "LST 5 AL", "LST 6 BL")).toEqual([
    "LST 5 AL 1 1 1 bo@sandbox.example bo%20%3Cb%3E",
    "LST 6 BL 1 0 0",
  ]);
});

test("lists keep the spelling of an address, presence does not", async () => {
  world = await World.start([account("ada", ["bo"]), { ...account("bo"), address: "Bo@Sandbox.Example" }]);
  const { client: bo } = await world.signIn("bo", "MSNP9");
  await show(bo, "MSNP9", "NLN");
  const { client } = await world.signIn("ada", "MSNP9");
  expect((await answers(client, "SYN 5 0")).at(-1)).toContain("LST Bo@Sandbox.Example ");
  expect(await show(client, "MSNP9", "NLN")).toEqual([expect.stringContaining("ILN 9 NLN bo@sandbox.example ")]);
});

test("a blob reaches the other side's clients since MSNP13, and 217 says that there is none", async () => {
  await start();
  const { client: bo } = await world.signIn("bo", "MSNP15");
  const { client: ada } = await world.signIn("ada", "MSNP15");
  ada.sendPayload(`UUN 5 ${addressOf("bo")} 3`, "hello");
  expect(await ada.take()).toBe("217 5");
  await show(bo, "MSNP15", "NLN");
  ada.sendPayload(`UUN 6 ${addressOf("bo")} 3`, "hello");
  expect(await ada.take()).toBe("UUN 6 OK");
  expect(await bo.take()).toBe("UBN ada@sandbox.example 3 …");
  expect(bo.payload).toBe("hello");
});

test("a text for somebody who is signed out is kept, with its sender", async () => {
  await start();
  const { client } = await world.signIn("ada", "MSNP18");
  client.sendPayload(`UUM 5 ${addressOf("bo")} 1 1`, "MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nlater?");
  expect(await client.take()).toBe("UUM 5 OK");
  expect(world.server.web.offline.waitingFor(addressOf("bo"))).toMatchObject([
    { from: addressOf("ada"), fromName: "ada <b>", text: "later?" },
  ]);
});

test("the policy file is handed out on request in MSNP11 and MSNP12", async () => {
  await start();
  const { client } = await world.signIn("ada", "MSNP11");
  expect(await answers(client, "GCF 5 Shields.xml", "GCF 6 other.xml")).toEqual(["GCF 5 Shields.xml …", "510 6"]);
});
