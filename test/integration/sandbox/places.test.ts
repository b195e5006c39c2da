/** Several places at once (MSNP16 on), over real sockets. */
import { afterEach, expect, test } from "vitest";
import { account, addressOf, rest, show, World } from "./world.ts";

let world: World;

afterEach(() => world.close());

const HOME = "{11111111-1111-1111-1111-111111111111}";
const WORK = "{44444444-4444-4444-4444-444444444444}";

async function start(): Promise<void> {
  world = await World.start([account("ada", ["bo"]), account("bo", ["ada"])]);
}

test("another machine's sign-in keeps both, and everybody who understands is told the places", async () => {
  await start();
  const { client: bo } = await world.signIn("bo", "MSNP18");
  await show(bo, "MSNP18", "NLN");
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  await show(home, "MSNP18", "NLN");
  await rest(bo);
  const { client: work } = await world.signIn("ada", "MSNP18", WORK);
  await show(work, "MSNP18", "NLN");
  expect(await bo.take()).toBe("UBX 1:ada@sandbox.example …");
  expect(bo.payload).toContain(`<EndpointData id="${HOME}">`);
  expect(bo.payload).toContain(`<EndpointData id="${WORK}">`);
  expect(bo.payload).not.toContain("PrivateEndpointData");
  expect(await home.takeMany(2)).toEqual([
    "NLN NLN 1:ada@sandbox.example ada%20%3Cb%3E 2684354592:48 %3Cmsnobj%2F%3E",
    "UBX 1:ada@sandbox.example …",
  ]);
  expect(home.payload).toContain(`<PrivateEndpointData id="${WORK}">`);
});

test("leaving one place is no leaving; the last one is", async () => {
  await start();
  const { client: bo } = await world.signIn("bo", "MSNP16");
  await show(bo, "MSNP16", "NLN");
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  await show(home, "MSNP18", "NLN");
  const { client: work } = await world.signIn("ada", "MSNP18", WORK);
  await show(work, "MSNP18", "NLN");
  await rest(bo);
  await rest(home);
  home.send("OUT");
  await home.closed();
  expect(await rest(bo)).toEqual(["UBX ada@sandbox.example 1 …"]);
  await rest(work);
  work.send("OUT");
  await work.closed();
  expect(await rest(bo)).toEqual(["FLN ada@sandbox.example 1 0:0"]);
});

test.each([
  ["the same machine", "MSNP18", HOME],
  ["an older dialect", "MSNP15", undefined],
])("a sign-in from %s sends the other place out", async (_, dialectName, place) => {
  await start();
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  await world.signIn("ada", dialectName, place);
  expect(await home.take()).toBe("OUT OTH");
  await home.closed();
});

test("one place can sign out another, and all of them", async () => {
  await start();
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  const { client: work } = await world.signIn("ada", "MSNP18", WORK);
  await show(home, "MSNP18", "NLN");
  await show(work, "MSNP18", "NLN");
  await rest(home);
  home.sendPayload(`UUN 7 ${addressOf("ada")};${WORK} 4`, "goawyplzthxbye");
  expect(await home.take()).toBe("UUN 7 OK");
  expect(await work.takeMany(2)).toEqual([`UBN ada@sandbox.example;${HOME} 4 …`, "OUT OTH"]);
  expect(await rest(home)).toContain("UBX 1:ada@sandbox.example …");
});

test("what a place says about itself is told to the owner's places alone", async () => {
  await start();
  const { client: bo } = await world.signIn("bo", "MSNP18");
  await show(bo, "MSNP18", "NLN");
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  home.sendPayload(
    "UUX 5",
    "<PrivateEndpointData><EpName>den</EpName><Idle>true</Idle><ClientType>1</ClientType><State>NLN</State></PrivateEndpointData>",
  );
  expect(await home.take()).toBe("UUX 5 …");
  await show(home, "MSNP18", "NLN");
  home.sendPayload("UUX 6", "<PrivateEndpointData><EpName>attic</EpName></PrivateEndpointData>");
  expect(await home.takeMany(3)).toHaveLength(3);
  const said = `<PrivateEndpointData id="${HOME}"><EpName>attic</EpName><Idle>true</Idle><ClientType>1</ClientType><State>NLN</State></PrivateEndpointData>`;
  expect(home.payload).toContain(said);
  await bo.takeMany(2);
  expect(bo.payload).not.toContain("attic");
});

test("a change of lists at one place is told to the other", async () => {
  await start();
  const { client: home } = await world.signIn("ada", "MSNP18", HOME);
  const { client: work } = await world.signIn("ada", "MSNP18", WORK);
  home.sendPayload("RML 5", '<ml><d n="sandbox.example"><c n="bo" l="1" t="1"/></d></ml>');
  expect(await home.take()).toBe("RML 5 OK");
  expect(await work.takeMany(2)).toEqual(["RML 0 …", "NOT …"]);
  expect(work.payload).toContain("ABCHInternal");
});
