/** Every dialect over real sockets: signing in, lists, presence between people who speak different ones. */
import { afterEach, describe, expect, test } from "vitest";
import { longAnswer, shortAnswer } from "../../../collector/network/messenger/auth/challenge.ts";
import { DIALECTS } from "../../../collector/network/messenger/dialects.ts";
import { account, addressOf, greet, method, named, rest, show, status, World } from "./world.ts";

let world: World;

afterEach(() => world.close());

const ALL = DIALECTS.map(({ name }) => name);
const PLACE = "{11111111-1111-1111-1111-111111111111}";
const SINCE = (first: number) => ALL.filter((name) => named(name).number >= first);

describe.each(ALL)("in %s", (dialectName) => {
  const dialect = named(dialectName);
  const { number } = dialect;

  test("dispatch refers to the notification server in the dialect's shape", async () => {
    world = await World.start([account("ada")]);
    const client = world.connect("dispatch");
    await greet(client, dialect);
    client.send(`USR 3 ${method(dialect)} I ${addressOf("ada")}`);
    const { port, notificationPort } = world.listening;
    const tail = number === 2 ? "" : number < 7 ? " 0" : number < 13 ? ` 0 127.0.0.1:${port}` : " U D";
    expect(await client.take()).toBe(`XFR 3 NS 127.0.0.1:${notificationPort}${tail}`);
    await client.closed();
  });

  test("the right proof signs in, and is answered in the dialect's shape", async () => {
    world = await World.start([account("ada")]);
    const { client, welcome } = await world.signIn("ada", dialectName, number >= 16 ? PLACE : undefined);
    const name = number < 10 ? " ada%20%3Cb%3E" : "";
    const flags = number < 6 ? "" : number < 8 ? " 1" : " 1 0";
    expect(welcome.shift()).toBe(`USR 4 OK ada@sandbox.example${name}${flags}`);
    if (number >= 11) expect(welcome.shift()).toBe("SBS 0 null");
    expect(welcome.shift()).toBe("MSG Hotmail Hotmail …");
    const own = number >= 18 ? "1:ada@sandbox.example" : "ada@sandbox.example 1";
    expect(welcome).toEqual(number >= 16 ? [`UBX ${own} …`] : []);
    expect(await rest(client)).toEqual([]);
  });

  test("a wrong proof is answered with 911 and a hang-up", async () => {
    world = await World.start([account("ada")]);
    const client = world.connect();
    await greet(client, dialect);
    client.send(`USR 3 ${method(dialect)} I ${addressOf("ada")}`);
    await client.takeMany(number >= 13 ? 2 : 1);
    client.send(`USR 4 ${method(dialect)} S ${"0".repeat(32)} AAAA`);
    expect(await client.take()).toBe("911 4");
    await client.closed();
  });

  test("the snapshot, changes, hiding and leaving are told in the receiver's words", async () => {
    world = await World.start([account("ada", ["bo"]), account("bo", ["ada"])]);
    const { client: bo } = await world.signIn("bo", "MSNP18", PLACE);
    await show(bo, "MSNP18", "BSY");
    const { client: ada } = await world.signIn("ada", dialectName);
    const seen = await show(ada, dialectName, "NLN");
    const about = describeBo(number);
    const first = number >= 18 ? "NLN BSY" : "ILN 9 BSY";
    const details =
      number >= 18
        ? "UBX 1:bo@sandbox.example …"
        : number >= 14
          ? "UBX bo@sandbox.example 1 …"
          : "UBX bo@sandbox.example …";
    expect(seen.slice(0, number >= 11 ? 2 : 1)).toEqual([`${first} ${about}`, details].slice(0, number >= 11 ? 2 : 1));
    await show(bo, "MSNP18", "AWY");
    expect(await rest(ada)).toEqual([`NLN AWY ${about}`, ...(number >= 16 ? [details] : [])]);
    await show(bo, "MSNP18", "HDN");
    const gone =
      number >= 18
        ? "1:bo@sandbox.example 0:0"
        : number >= 16
          ? "bo@sandbox.example 1 0:0"
          : number >= 14
            ? "bo@sandbox.example 1 0"
            : "bo@sandbox.example";
    expect(await rest(ada)).toEqual([`FLN ${gone}`]);
    await show(bo, "MSNP18", "NLN");
    await rest(ada);
    await rest(bo);
    bo.send("OUT");
    await bo.closed();
    expect(await rest(ada)).toEqual([`FLN ${gone}`]);
  });

  test("an error number in place of the sign-in is passed on when a test wants it", async () => {
    world = await World.start([account("ada")]);
    world.server.faults.refuseSignInWith = "600";
    const client = world.connect();
    await greet(client, dialect);
    client.send(`USR 3 ${method(dialect)} I ${addressOf("ada")}`);
    await client.takeMany(number >= 13 ? 2 : 1);
    client.send(`USR 4 ${method(dialect)} S x y`);
    expect(await client.take()).toBe("600 4");
    await client.closed();
  });
});

/** Bo, with the capabilities of an MSNP18 client and no picture, as a dialect's presence lines have it. */
function describeBo(number: number): string {
  const who = number >= 18 ? "1:bo@sandbox.example" : number >= 14 ? "bo@sandbox.example 1" : "bo@sandbox.example";
  const capabilities = number < 8 ? [] : [number >= 16 ? "2684354592:48" : "2684354592"];
  const picture = number < 9 ? [] : ["%3Cmsnobj%2F%3E"];
  return [who, "bo%20%3Cb%3E", ...capabilities, ...picture].join(" ");
}

test("a server that was told to offer some dialects takes the best of those", async () => {
  world = await World.start([account("ada")], { dialects: ["MSNP8", "msnp11"] });
  const client = world.connect();
  client.send("VER 1 MSNP18 MSNP15 MSNP11 MSNP8 CVR0");
  expect(await client.take()).toBe("VER 1 MSNP11");
});

test("a server that has nothing in common with the client says 0 and hangs up", async () => {
  world = await World.start([account("ada")], { dialects: ["MSNP8"] });
  const client = world.connect();
  client.send("VER 1 MSNP18 MSNP15 CVR0");
  expect(await client.take()).toBe("VER 1 0");
  await client.closed();
});

test("somebody else's ticket does not sign in", async () => {
  world = await World.start([account("ada"), account("bo")]);
  const client = world.connect();
  await greet(client, named("MSNP12"));
  client.send("USR 3 TWN I ada@sandbox.example");
  await client.take();
  client.send(`USR 4 TWN S ${world.server.tickets.issue(addressOf("bo")).ticket}`);
  expect(await client.take()).toBe("911 4");
});

test("a ticket without the proof that its key is known does not sign in from MSNP15 on", async () => {
  world = await World.start([account("ada")]);
  const client = world.connect();
  await greet(client, named("MSNP15"));
  client.send("USR 3 SSO I ada@sandbox.example");
  await client.takeMany(2);
  client.send(
    `USR 4 SSO S ${world.server.tickets.issue(addressOf("ada")).ticket} ${Buffer.alloc(128).toString("base64")}`,
  );
  expect(await client.take()).toBe("911 4");
});

test.each(SINCE(8))("a CHG without capabilities is ignored in %s", async (dialectName) => {
  world = await World.start([account("ada")]);
  const { client } = await world.signIn("ada", dialectName);
  client.send("CHG 5 NLN");
  expect(await rest(client)).toEqual([]);
});

test("lists come row by row and counted in MSNP8, with everyone who is on any of them", async () => {
  const ada = account("ada", ["bo"], { blocked: [addressOf("cy")], pending: [addressOf("di")] });
  world = await World.start([ada, account("bo", ["ada"]), account("cy"), account("di")]);
  const { client } = await world.signIn("ada", "MSNP8");
  client.send("SYN 5 0");
  expect(await client.takeMany(7)).toEqual([
    "SYN 5 1 3 1",
    "GTC A",
    "BLP AL",
    "LSG 0 Other%20Contacts 0",
    "LST bo@sandbox.example bo%20%3Cb%3E 11 0",
    "LST cy@sandbox.example cy%20%3Cb%3E 4 0",
    "LST di@sandbox.example di%20%3Cb%3E 16 0",
  ]);
  client.send("SYN 6 1");
  expect(await rest(client)).toEqual(["SYN 6 1"]);
});

test.each([
  ["MSNP10", ""],
  ["MSNP11", ""],
  ["MSNP12", " 1"],
])("lists come with GUIDs and timestamps in %s", async (dialectName, network) => {
  const groups = { contacts: [{ address: addressOf("bo"), groups: ["Work"] }] };
  world = await World.start([account("ada", [], groups), account("bo")]);
  const { client } = await world.signIn("ada", dialectName);
  client.send("SYN 5 0 0");
  const guid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  const [head, , , own, group, row] = await client.takeMany(6);
  const stamp = "2000-01-01T00:00:00.0-00:00";
  expect(head).toBe(`SYN 5 ${stamp} ${stamp} 1 1`);
  expect(own).toBe("PRP MFN ada%20%3Cb%3E");
  expect(group).toMatch(new RegExp(`^LSG Work ${guid}$`));
  const id = group?.split(" ")[2];
  expect(row).toMatch(new RegExp(`^LST N=bo@sandbox.example F=bo%20%3Cb%3E C=${guid} 3${network} ${id}$`));
  client.send(`SYN 6 ${stamp} ${stamp}`);
  expect(await rest(client)).toEqual([`SYN 6 ${stamp} ${stamp}`]);
});

test("a SYN value that is neither 0 nor a timestamp gets a hang-up", async () => {
  world = await World.start([account("ada")]);
  const { client } = await world.signIn("ada", "MSNP11");
  client.send("SYN 5 17 17");
  await client.closed();
});

test.each(SINCE(13))("SYN is refused with 502 and GTC with a hang-up in %s", async (dialectName) => {
  world = await World.start([account("ada")]);
  const { client } = await world.signIn("ada", dialectName);
  client.send("SYN 5 0 0");
  expect(await client.take()).toBe("502 5");
  client.send("GTC 6 A");
  await client.closed();
});

test("somebody who is added hears of it in their own dialect, and is shown at once from MSNP13 on", async () => {
  world = await World.start([account("ada"), account("bo"), account("cy")]);
  const { client: bo } = await world.signIn("bo", "MSNP11");
  await show(bo, "MSNP11", "NLN");
  const { client: cy } = await world.signIn("cy", "MSNP7");
  await show(cy, "MSNP7", "NLN");
  const { client: ada } = await world.signIn("ada", "MSNP15");
  await show(ada, "MSNP15", "NLN");
  await rest(ada);
  await rest(bo);
  ada.sendPayload("ADL 10", '<ml><d n="sandbox.example"><c n="bo" l="3" t="1"/><c n="cy" l="1" t="1"/></d></ml>');
  expect(await rest(ada)).toEqual([
    "ILN 10 NLN bo@sandbox.example 1 bo%20%3Cb%3E 268435488 %3Cmsnobj%2F%3E",
    "UBX bo@sandbox.example 1 …",
    "ILN 10 NLN cy@sandbox.example 1 cy%20%3Cb%3E 0 %3Cmsnobj%2F%3E",
    "UBX cy@sandbox.example 1 …",
    "ADL 10 OK",
  ]);
  expect(await rest(bo)).toEqual(["ADC 0 RL N=ada@sandbox.example F=ada%20%3Cb%3E", "NOT …"]);
  expect(await rest(cy)).toEqual(["ADD 0 RL 2 ada@sandbox.example ada%20%3Cb%3E"]);
});

test.each([
  ["an empty domain", '<ml><d n="sandbox.example"></d></ml>', "240 10", true],
  ["broken XML", "<ml><d", "241 10", false],
  ["white space between the tags", '<ml> <d n="sandbox.example"><c n="bo" l="3"/></d></ml>', "241 10", false],
  ["allowed and blocked at once", '<ml><d n="sandbox.example"><c n="bo" l="6"/></d></ml>', "241 10 …", false],
  ["the reverse list", '<ml><d n="sandbox.example"><c n="bo" l="8"/></d></ml>', "241 10 …", false],
  ["somebody unknown", '<ml><d n="sandbox.example"><c n="zoe" l="1"/></d></ml>', "208 10 …", false],
])("an ADL with %s is refused by number", async (_, payload, expected, hangsUp) => {
  world = await World.start([account("ada"), account("bo")]);
  const { client } = await world.signIn("ada", "MSNP15");
  client.sendPayload("ADL 10", payload);
  expect((await client.take()).replace(/ \d+$/, (end) => (end === " 10" ? end : " …"))).toBe(expected);
  if (hangsUp) await client.closed();
});

test("FQY says which network somebody is on, and leaves out who does not exist", async () => {
  world = await World.start([account("ada"), account("bo")]);
  const { client } = await world.signIn("ada", "MSNP15");
  client.sendPayload("FQY 10", '<ml><d n="sandbox.example"><c n="bo"/><c n="zoe"/></d></ml>');
  expect(await client.take()).toBe("FQY 10 …");
  expect(client.payload).toBe('<ml><d n="sandbox.example"><c n="bo" t="1"/></d></ml>');
});

test("groups are made, renamed and removed, by number or by GUID", async () => {
  world = await World.start([account("ada")]);
  const { client: old } = await world.signIn("ada", "MSNP9");
  old.send("ADG 5 Work 0");
  old.send("REG 6 1 Jobs 0");
  old.send("ADG 7 Jobs 0");
  old.send("RMG 8 1");
  old.send("RMG 9 0");
  expect(await old.takeMany(5)).toEqual(["ADG 5 2 Work 1 0", "REG 6 3 1 Jobs 0", "228 7", "RMG 8 4 1", "230 9"]);
  const { client } = await world.signIn("ada", "MSNP12");
  client.send("ADG 5 Work");
  const guid = (await client.take()).split(" ")[3];
  client.send(`REG 6 ${guid} Jobs`);
  client.send(`RMG 7 ${guid}`);
  expect(await client.takeMany(2)).toEqual([`REG 6 1 Jobs ${guid} 0`, `RMG 7 1 ${guid}`]);
});

test("a telephone number is told to those who watch", async () => {
  world = await World.start([account("ada", ["bo"]), account("bo", ["ada"])]);
  const { client: bo } = await world.signIn("bo", "MSNP9");
  await show(bo, "MSNP9", "NLN");
  const { client: ada } = await world.signIn("ada", "MSNP11");
  ada.send("PRP 5 PHH 555%201234");
  expect(await ada.take()).toBe("PRP 5 PHH 555%201234");
  expect(await rest(bo)).toEqual(["BPR 1 ada@sandbox.example PHH 555%201234"]);
});

test("a personal message is told to those who watch, as well-formed XML", async () => {
  world = await World.start([account("ada"), account("bo", ["ada"]), account("cy", ["ada"])]);
  const { client: bo } = await world.signIn("bo", "MSNP13");
  await show(bo, "MSNP13", "NLN");
  const { client: cy } = await world.signIn("cy", "MSNP12");
  await show(cy, "MSNP12", "NLN");
  const { client: ada } = await world.signIn("ada", "MSNP18", PLACE);
  await show(ada, "MSNP18", "NLN");
  await rest(bo);
  await rest(cy);
  ada.sendPayload("UUX 10", "<Data><PSM>a &amp; &lt;b&gt;</PSM><CurrentMedia></CurrentMedia></Data>");
  expect(await bo.take()).toBe("UBX ada@sandbox.example …");
  expect(bo.payload).toBe("<Data><PSM>a &#x26; &#x3C;b&#x3E;</PSM><CurrentMedia></CurrentMedia></Data>");
  expect(await cy.take()).toBe("UBX ada@sandbox.example …");
  expect(cy.payload).toBe("<Data><PSM>a &amp; &lt;b&gt;</PSM><CurrentMedia></CurrentMedia></Data>");
  ada.sendPayload("UUX 11", "<Data><PSM>broken");
  await rest(bo);
});

test.each(["MSNP6", "MSNP10", "MSNP11", "MSNP15", "MSNP18"])(
  "a server that challenges takes the right answer and hangs up on a wrong one in %s",
  async (dialectName) => {
    world = await World.start([account("ada")], { challenges: true });
    const { number, product } = named(dialectName);
    for (const isRight of [true, false]) {
      const { client } = await world.signIn("ada", dialectName, PLACE);
      client.send(`CHG 5 ${status(named(dialectName), "NLN")}`);
      const challenge = (await rest(client)).find((line) => line.startsWith("CHL"))?.split(" ")[2] ?? "";
      expect(challenge).toMatch(/^\d{20}$/);
      const { challengeId, challengeKey } = product;
      const right =
        number < 11 ? shortAnswer(challenge, challengeKey) : longAnswer(challenge, challengeId, challengeKey);
      client.sendPayload(`QRY 6 ${challengeId}`, isRight ? right : "0".repeat(32));
      expect(await client.take()).toBe(isRight ? "QRY 6" : "540 6");
      if (!isRight) await client.closed();
    }
  },
);

test("messages left for somebody are announced when they sign in, and at once when they are there", async () => {
  world = await World.start([account("ada"), account("bo")]);
  world.server.leaveMessage(addressOf("ada"), { from: addressOf("bo"), fromName: "Bo", text: "are you there?" });
  const { client } = await world.signIn("ada", "MSNP13");
  client.send("CHG 5 NLN 0");
  expect(await client.takeMany(2)).toEqual(["CHG 5 NLN 0", "MSG Hotmail Hotmail …"]);
  expect(client.payload).toContain("text/x-msmsgsinitialmdatanotification");
  expect(client.payload).toContain("<E>bo@sandbox.example</E>");
  world.server.leaveMessage(addressOf("ada"), { from: addressOf("bo"), fromName: "Bo", text: "hello?" });
  expect(await client.take()).toBe("MSG Hotmail Hotmail …");
  expect(client.payload).toContain("text/x-msmsgsoimnotification");
});
