import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { AccountSpec } from "../../../../collector/sandbox/directory.ts";
import { findAll, readXml, textOf } from "../../../../collector/sandbox/web/xml.ts";
import { bookRequest, elementPaths, tokenRequest, webParts } from "../../../helpers/web-parts.ts";

const BOOK = "/abservice/abservice.asmx";
const SHARING = "/abservice/SharingService.asmx";
const DOMAINS = ["http://Passport.NET/tb", "messengerclear.live.com", "messenger.msn.com", "contacts.msn.com"];

function recording(name: string): string {
  return readFileSync(new URL(`../../../fixtures/transcripts/${name}`, import.meta.url), "utf8");
}

/** The bodies of a recording's HTTP lines, as far as they were kept. */
function recordedBodies(file: string, direction: "H>" | "H<", what: string): string[] {
  return recording(file)
    .split("\n")
    .filter((line) => line.includes(` ${direction} `) && line.includes(what))
    .map((line) => JSON.parse(`${/ body=(".*?)(?:\.\.\.\(\d+\))?"$/.exec(line)?.[1]}"`) as string);
}

test.each(["msnp13", "msnp15", "msnp18"])(
  "the lists have the recorded shape, element for element (%s)",
  async (name) => {
    const web = webParts();
    const { ticket } = web.tickets.issue("alice@example.com");
    for (const [path, action] of [
      [SHARING, "FindMembership"],
      [BOOK, "ABFindAll"],
    ] as const) {
      const { status, headers, text } = await web.ask({ path, body: bookRequest(action, ticket, "") });
      expect([status, headers["Content-Type"]]).toEqual([200, "text/xml; charset=utf-8"]);
      expect(elementPaths(text)).toEqual(elementPaths(recording(`soap-${name}-${action}.xml`)));
    }
  },
);

test("names, addresses and groups arrive as they are, whatever they are made of", async () => {
  const name = `<b>"Bo" & 'Co'</b>\u0007\ud800 ]]> 🎈`;
  const people: AccountSpec[] = [
    { address: "me@x.org", password: "p", name, contacts: [{ address: "Bo&Co@x.org", groups: ["<&> "] }] },
    { address: "Bo&Co@x.org", password: "p", name, contacts: [] },
  ];
  const web = webParts(people);
  const { ticket } = web.tickets.issue("me@x.org");
  const { text } = await web.ask({ path: BOOK, body: bookRequest("ABFindAll", ticket, "") });
  const [contact] = findAll(readXml(text), "Contact");
  expect(findAll(contact, "displayName")[0]?.text).toBe(`<b>"Bo" & 'Co'</b>\ufffd\ufffd ]]> 🎈`);
  expect(textOf(contact, "passportName")).toBe("Bo&Co@x.org");
  expect(findAll(readXml(text), "Group").map((one) => findAll(one, "name")[0]?.text)).toEqual(["<&> "]);
});

test("MSNP16 and later are given the same book in other wrappings", async () => {
  const web = webParts();
  const { ticket } = web.tickets.issue("alice@example.com");
  const paged = await web.ask({ path: BOOK, body: bookRequest("ABFindContactsPaged", ticket, "") });
  const all = await web.ask({ path: BOOK, body: bookRequest("ABFindAll", ticket, "") });
  const people = (xml: string) => findAll(readXml(xml), "Contact").map((one) => textOf(one, "passportName"));
  expect(people(paged.text)).toEqual(people(all.text));
  expect(elementPaths(paged.text).slice(7, 10)).toEqual([
    "soap:Envelope/soap:Header/ServiceHeader/SessionId",
    "soap:Envelope/soap:Body",
    "soap:Envelope/soap:Body/ABFindContactsPagedResponse",
  ]);
  expect(elementPaths(paged.text).filter((path) => path.endsWith("/CircleTicket"))).toHaveLength(1);
});

test("a request for changes only is told to ask for everything", async () => {
  const web = webParts();
  const { ticket } = web.tickets.issue("alice@example.com");
  for (const [path, action] of [
    [SHARING, "FindMembership"],
    [BOOK, "ABFindAll"],
  ] as const) {
    const { status, text } = await web.ask({
      path,
      body: bookRequest(action, ticket, "<deltasOnly>true</deltasOnly>"),
    });
    expect([status, textOf(readXml(text), "errorcode")]).toEqual([200, "FullSyncRequired"]);
  }
});

test("a ticket that was never issued, has expired or was revoked gets 403, in whatever form it is shown", async () => {
  const web = webParts(undefined, { lifetimeMs: 60_000 });
  const statusFor = async (ticket: string) =>
    (await web.ask({ path: BOOK, body: bookRequest("ABFindAll", ticket, "") })).status;
  const { ticket, token } = web.tickets.issue("alice@example.com");
  expect(await statusFor(ticket)).toBe(200);
  expect(await statusFor(token)).toBe(200);
  expect(await statusFor("t=badtokenbadtoken&p=")).toBe(403);
  expect(await statusFor("")).toBe(403);
  await web.clock.advance(60_000);
  expect(await statusFor(ticket)).toBe(403);
  const fresh = web.tickets.issue("alice@example.com").ticket;
  expect(await statusFor(fresh)).toBe(200);
  web.tickets.revokeAll();
  expect(await statusFor(fresh)).toBe(403);
});

test("what is no SOAP gets 400, and an action that nobody knows a fault with its name", async () => {
  const web = webParts();
  const { ticket } = web.tickets.issue("alice@example.com");
  expect((await web.ask({ path: BOOK, body: "this is no XML" })).status).toBe(400);
  expect((await web.ask({ path: BOOK, body: "<a><b></a>" })).status).toBe(400);
  const { text, status } = await web.ask({ path: BOOK, body: bookRequest("ABFindEverything", ticket, "") });
  expect([status, textOf(readXml(text), "errorcode")]).toEqual([500, "NotSupported"]);
});

test("Passport 1.4 leads from the nexus to a ticket, in the spelling that old clients look for", async () => {
  const web = webParts();
  const nexus = await web.ask({ path: "/rdr/pprdr.asp" });
  expect(nexus.headers.PassportURLs).toBe("DALogin=https://127.0.0.1:28473/login");
  expect(nexus.text).toBe("200: OK");
  const authorization =
    "Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=bob%40example.com,pwd=bobpw,ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1";
  const login = await web.ask({ path: "/login", headers: { authorization } });
  const [, token = ""] =
    /^Passport1\.4 da-status=success,from-PP='([0-9a-f]{20})'$/.exec(login.headers["Authentication-Info"] ?? "") ?? [];
  expect(web.tickets.holderOf(token)?.address).toBe("bob@example.com");
});

test("a wrong password, or an address that nobody has, is refused as recorded", async () => {
  const web = webParts();
  for (const who of [
    "sign-in=bob%40example.com,pwd=WRONG",
    "sign-in=nobody%40example.com,pwd=x",
    "",
    "sign-in=%,pwd=",
  ]) {
    const login = await web.ask({ path: "/login", headers: { authorization: `Passport1.4 OrgVerb=GET,${who}` } });
    expect([login.status, login.text]).toEqual([401, "401: Unauthorized"]);
    expect(login.headers["WWW-Authenticate"]).toBe("Passport1.4 da-status=failed");
  }
});

test("passwords with commas, percent signs and other letters are understood", async () => {
  const password = "a,b=c%d é <&>";
  const web = webParts([{ address: "me@x.org", password, name: "Me", contacts: [] }]);
  const authorization = `Passport1.4 sign-in=me%40x.org,pwd=${encodeURIComponent(password)},ct=1`;
  expect((await web.ask({ path: "/login", headers: { authorization } })).status).toBe(200);
  const escaped = password.replace("<&>", "&lt;&amp;&gt;");
  const { text } = await web.ask({ path: "/RST.srf", body: tokenRequest("ME@x.org", escaped, DOMAINS) });
  expect(text).toContain("BinarySecurityToken");
});

test("a client that sends only the sixteen characters that used to count is let in", async () => {
  const web = webParts([{ address: "me@x.org", password: "0123456789abcdéf-and-more", name: "Me", contacts: [] }]);
  const tokensFor = async (password: string) =>
    (await web.ask({ path: "/RST.srf", body: tokenRequest("me@x.org", password, DOMAINS) })).text.includes("Compact1");
  expect(await tokensFor("0123456789abcdéf")).toBe(true);
  expect(await tokensFor("0123456789abcdé")).toBe(false);
});

test("the short way to a ticket is there, too", async () => {
  const web = webParts();
  const headers = { "x-user": "alice@example.com", "x-password": "alicepw" };
  const { headers: answered, text } = await web.ask({ method: "POST", path: "/NotRST.srf", headers });
  expect(text).toBe("200: OK");
  expect(web.tickets.holderOf(answered["X-Token"] ?? "")?.address).toBe("alice@example.com");
  expect(
    (await web.ask({ method: "POST", path: "/NotRST.srf", headers: { ...headers, "x-password": "" } })).status,
  ).toBe(403);
});

test("tokens come for every address asked for, in that order; one of them with the key of its ticket", async () => {
  const web = webParts();
  const { text, headers } = await web.ask({
    path: "/RST.srf",
    body: tokenRequest("alice@example.com", "alicepw", DOMAINS),
  });
  expect(headers["Content-Type"]).toBe("text/xml; charset=utf-8");
  const responses = findAll(readXml(text), "RequestSecurityTokenResponse");
  expect(responses.map((one) => textOf(one, "Address"))).toEqual(DOMAINS);
  expect(responses.map((one) => textOf(one, "BinarySecret") !== undefined)).toEqual([true, true, false, false]);
  for (const one of responses.slice(1)) {
    const ticket = textOf(one, "BinarySecurityToken") ?? "";
    expect(ticket).toMatch(/^t=[0-9a-f]{20}[A-Za-z0-9+/]{860}&p=$/);
    const holder = web.tickets.holderOf(ticket);
    expect(holder?.address).toBe("alice@example.com");
    expect([undefined, holder?.secret]).toContain(textOf(one, "BinarySecret"));
    expect(textOf(one, "Expires")).toBe("2026-11-23T13:42:00Z");
  }
});

test("tokens have the recorded shape, and no white space between elements", async () => {
  const [recorded = ""] = recordedBodies("msnp18-presence.txt", "H<", "RequestSecurityTokenResponseCollection");
  const web = webParts();
  const { text } = await web.ask({ path: "/RST.srf", body: tokenRequest("dave@example.com", "davepw", DOMAINS) });
  const kept = elementPaths(recorded);
  expect(kept.length).toBeGreaterThan(60);
  expect(elementPaths(text).slice(0, kept.length)).toEqual(kept);
  expect(text.slice(text.indexOf("<S:Envelope"))).not.toMatch(/>\s+</);
});

test("a refused sign-in at the token service has the recorded shape", async () => {
  const [recorded = ""] = recordedBodies("msnp12-wrong-password.txt", "H<", "FailedAuthentication");
  const web = webParts();
  const { status, text } = await web.ask({
    path: "/RST.srf",
    body: tokenRequest("alice@example.com", "WRONG", DOMAINS),
  });
  expect(status).toBe(200);
  expect(elementPaths(text)).toEqual(elementPaths(recorded));
  expect(textOf(readXml(text), "faultcode")).toBe("wsse:FailedAuthentication");
});

test("the newer token service says the same in its own namespaces", async () => {
  const web = webParts();
  const { text } = await web.ask({
    path: "/RST2.srf",
    body: tokenRequest("alice@example.com", "alicepw", DOMAINS),
  });
  const responses = findAll(readXml(text), "RequestSecurityTokenResponse");
  expect(responses.map((one) => textOf(one, "Address"))).toEqual(DOMAINS);
  expect(responses.map((one) => findAll(one, "Lifetime").length)).toEqual([1, 1, 1, 1]);
  const refused = await web.ask({ path: "/RST2.srf", body: tokenRequest("alice@example.com", "no", DOMAINS) });
  expect(refused.text).toContain("wst:FailedAuthentication");
});

test("requests of the recorded client are understood, as far as they were kept and completed by the reference", async () => {
  const files = ["msnp12-presence.txt", "msnp13-presence.txt", "msnp15-presence.txt", "msnp18-presence.txt"];
  for (const file of files) {
    for (const kept of recordedBodies(file, "H>", "/RST.srf")) {
      const web = webParts();
      const begun = kept.slice(0, kept.indexOf("<ps:RequestMultipleSecurityTokens"));
      const whole = tokenRequest("", "", DOMAINS);
      const body = begun + whole.slice(whole.indexOf("<ps:RequestMultipleSecurityTokens"));
      const { text } = await web.ask({ path: "/RST.srf", headers: { "content-type": "application/soap+xml" }, body });
      expect(findAll(readXml(text), "BinarySecurityToken"), file).toHaveLength(3);
    }
    for (const [what, path] of [
      ["/FindMembership", SHARING],
      ["/ABFindAll", BOOK],
    ] as const) {
      for (const kept of recordedBodies(file, "H>", what)) {
        const web = webParts();
        const { ticket } = web.tickets.issue("alice@example.com");
        const begun = kept.slice(0, kept.indexOf("<TicketToken>"));
        const whole = bookRequest(what.slice(1), ticket, "<deltasOnly>false</deltasOnly>");
        const body = begun + whole.slice(whole.indexOf("<TicketToken>"));
        expect((await web.ask({ path, body })).status, file).toBe(200);
      }
    }
  }
});

test("the client's configuration says where the address book is", async () => {
  const web = webParts();
  const { text } = await web.ask({ path: "/Config/MsgrConfig.asmx", body: "<x/>" });
  expect(textOf(readXml(textOf(readXml(text), "GetClientConfigResult") ?? ""), "url")).toBe(
    "https://127.0.0.1:28473/abservice/abservice.asmx",
  );
});

test("a path that is nothing gets 404", async () => {
  const web = webParts();
  expect((await web.ask({ path: "/" })).status).toBe(404);
  expect((await web.ask({ method: "POST", path: "/login" })).status).toBe(404);
});
