/** One address for everything, over real sockets: Messenger, HTTP and HTTPS on one port, and the gateway behind it. */
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import type { HttpResponse } from "../../../collector/network/messenger/net/http.ts";
import { createHttpClient, type NodeHttpClient } from "../../../collector/network/messenger/net/node-http.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { listen, PortError } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { certificates } from "../../../collector/sandbox/web/certificates.ts";
import { findAll, readXml } from "../../../collector/sandbox/web/xml.ts";
import { bookRequest, RECORDED_PEOPLE } from "../../helpers/web-parts.ts";
import { LineClient } from "./line-client.ts";

const leftovers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of leftovers.splice(0).reverse()) await clean();
});

async function start(accounts: readonly AccountSpec[] = RECORDED_PEOPLE) {
  const server = new SandboxServer({ clock: systemClock, accounts });
  const listening = await listen(server, 0);
  leftovers.push(() => listening.close());
  return { server, listening };
}

function client(ca?: string): NodeHttpClient {
  const http = createHttpClient(ca === undefined ? {} : { ca });
  leftovers.push(() => http.close());
  return http;
}

function lines(port: number): LineClient {
  const made = new LineClient(port);
  leftovers.push(() => made.destroy());
  return made;
}

async function textOf({ body }: HttpResponse): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Passes everything on to `port`, and what the client says byte by byte, each in a packet of its own. */
async function dribbling(port: number): Promise<number> {
  const sockets = new Set<Socket>();
  const proxy = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port, noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    let work = Promise.resolve();
    near.on("data", (bytes: Buffer) => {
      work = work.then(async () => {
        for (const byte of bytes) await new Promise<void>((done) => void far.write(Buffer.of(byte), () => done()));
      });
    });
    far.on("data", (bytes: Buffer) => void near.write(bytes));
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  leftovers.push(async () => {
    const closed = new Promise((resolve) => void proxy.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (proxy.address() as { port: number }).port;
}

async function dispatched(port: number): Promise<string> {
  const messenger = lines(port);
  messenger.send("VER 1 MSNP8 CVR0");
  expect(await messenger.take()).toBe("VER 1 MSNP8");
  messenger.send("CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 5.0.0544 MSMSGS alice@example.com");
  await messenger.take();
  messenger.send("USR 3 TWN I alice@example.com");
  return messenger.take();
}

test.each(["whole", "byte by byte"])(
  "Messenger, HTTP and HTTPS are told apart by their first bytes (%s)",
  async (how) => {
    const { listening } = await start();
    const port = how === "whole" ? listening.port : await dribbling(listening.port);
    const there = `127.0.0.1:${listening.notificationPort}`;
    expect(await dispatched(port)).toBe(`XFR 3 NS ${there} 0 127.0.0.1:${listening.port}`);

    const { ca } = await certificates();
    for (const scheme of ["http", "https"]) {
      const nexus = await client(ca)({
        method: "GET",
        url: `${scheme}://127.0.0.1:${port}/rdr/pprdr.asp`,
        headers: {},
      });
      expect(nexus.headers.passporturls).toBe(`DALogin=${scheme}://127.0.0.1:${listening.port}/login`);
      expect(await textOf(nexus)).toBe("200: OK");
    }
  },
);

test("without the sandbox's certificate nobody trusts it, and others are served all the same", async () => {
  const { listening } = await start();
  const url = `https://localhost:${listening.port}/rdr/pprdr.asp`;
  await expect(client()({ method: "GET", url, headers: {} })).rejects.toThrow(/certificate/);
  const { ca } = await certificates();
  expect((await client(ca)({ method: "GET", url, headers: {} })).status).toBe(200);
});

test("something that begins like TLS and is none is hung up on", async () => {
  const { listening } = await start();
  const socket = connect({ host: "127.0.0.1", port: listening.port });
  leftovers.push(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.resume();
  const closed = new Promise((resolve) => void socket.on("close", resolve));
  socket.write(
    Buffer.concat([Buffer.of(0x16), Buffer.from("this is no handshake at all, whatever it may seem to be")]),
  );
  await closed;
});

test("headers are spelled on the wire as old clients look for them, and answers say how long they are", async () => {
  const { listening } = await start();
  const socket = connect({ host: "127.0.0.1", port: listening.port });
  leftovers.push(() => void socket.destroy());
  let said = "";
  socket.on("data", (bytes: Buffer) => {
    said += bytes.toString("latin1");
  });
  const closed = new Promise((resolve) => void socket.on("close", resolve));
  socket.write("GET /rdr/pprdr.asp HTTP/1.0\r\nHost: nexus.passport.com\r\n\r\n");
  await closed;
  expect(said).toContain(`\r\nPassportURLs: DALogin=http://127.0.0.1:${listening.port}/login\r\n`);
  expect(said).toContain("\r\nContent-Length: 7\r\n");
});

test("ten thousand contacts arrive in pieces, and all of them", async () => {
  const people = Array.from({ length: 10_000 }, (_, at) => ({
    address: `p${at}@x.org`,
    password: "p",
    name: `Person & ${at}`,
    contacts: [],
  }));
  const contacts = people.map(({ address }) => ({ address, groups: ["Friends"] }));
  const { server, listening } = await start([...people, { address: "me@x.org", password: "m", name: "Me", contacts }]);
  const { ticket } = server.tickets.issue("me@x.org");
  for (const [path, action, element] of [
    ["/abservice/SharingService.asmx", "FindMembership", "Member"],
    ["/abservice/abservice.asmx", "ABFindAll", "Contact"],
  ] as const) {
    const response = await client()({
      method: "POST",
      url: `http://127.0.0.1:${listening.port}${path}`,
      headers: { "Content-Type": "text/xml; charset=utf-8" },
      body: bookRequest(action, ticket, "<deltasOnly>false</deltasOnly>"),
    });
    const text = await textOf(response);
    expect(text.split(`<${element}>`).length + text.split(`<${element} `).length - 2).toBe(
      element === "Contact" ? 10_001 : 10_000,
    );
    expect(text.endsWith("</soap:Envelope>")).toBe(true);
  }
});

test("an answer can be cut at any byte, and the client knows", async () => {
  const { server, listening } = await start();
  const url = `http://127.0.0.1:${listening.port}/rdr/pprdr.asp`;
  for (let afterBytes = 0; afterBytes < 7; afterBytes += 1) {
    server.web.webFaults.next("/rdr", { is: "cut", afterBytes });
    const answer = client()({ method: "GET", url, headers: {} }).then(textOf);
    await expect(answer).rejects.toThrow();
  }
  server.web.webFaults.next("/rdr", { is: "hang-up" });
  await expect(client()({ method: "GET", url, headers: {} })).rejects.toThrow();
  expect((await client()({ method: "GET", url, headers: {} })).status).toBe(200);
});

test("a request that is too long is refused", async () => {
  const { listening } = await start();
  const url = `http://127.0.0.1:${listening.port}/abservice/abservice.asmx`;
  const response = await client()({ method: "POST", url, headers: {}, body: Buffer.alloc(1024 * 1024 + 1) });
  expect([response.status, await textOf(response)]).toEqual([413, "413: Request Entity Too Large"]);
});

test("closing takes everybody with it within half a second, whatever they are at", async () => {
  const { server, listening } = await start();
  const base = `127.0.0.1:${listening.port}`;
  const { ca } = await certificates();
  const http = client(ca);
  await http({ method: "GET", url: `https://${base}/rdr/pprdr.asp`, headers: {} }).then(textOf);
  server.web.webFaults.next("/login", { is: "silence" });
  const unanswered = expect(http({ method: "GET", url: `http://${base}/login`, headers: {} })).rejects.toThrow();
  const silent = lines(listening.port);
  const undecided = lines(listening.port);
  undecided.sendBytes(Buffer.from("P"));
  const begun = connect({ host: "127.0.0.1", port: listening.port });
  begun.on("error", () => undefined);
  begun.write("POST /RST.srf HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
  leftovers.push(() => void begun.destroy());
  // All of them have arrived before the end.
  expect(await dispatched(listening.port)).toContain("XFR");
  const beganMs = performance.now();
  await listening.close();
  expect(performance.now() - beganMs).toBeLessThan(2_000);
  await unanswered;
  await Promise.all([silent.closed(), undecided.closed()]);
});

test("a port that is taken is told with what would help, and leaves nothing open", async () => {
  const { listening } = await start();
  const other = new SandboxServer({ clock: systemClock, accounts: [] });
  await expect(listen(other, listening.port)).rejects.toThrow(PortError);
  await expect(listen(other, 0, { notificationPort: listening.port })).rejects.toThrow(/--port/);
});

test("the address book is read with a ticket from the token service, over HTTPS", async () => {
  const { listening } = await start();
  const { ca } = await certificates();
  const base = `https://127.0.0.1:${listening.port}`;
  const headers = { "X-User": "alice@example.com", "X-Password": "alicepw" };
  const http = client(ca);
  const token = (await http({ method: "POST", url: `${base}/NotRST.srf`, headers })).headers["x-token"] ?? "";
  const response = await http({
    method: "POST",
    url: `${base}/abservice/abservice.asmx`,
    headers: { SOAPAction: '"http://www.msn.com/webservices/AddressBook/ABFindAll"' },
    body: bookRequest("ABFindAll", `t=${token}`, ""),
  });
  expect(findAll(readXml(await textOf(response)), "Contact")).toHaveLength(5);
});

test("the recorded conversation through the gateway is understood and answered the same", async () => {
  const { listening } = await start();
  const recorded = readFileSync(new URL("../../fixtures/transcripts/http-gateway-msnp08.txt", import.meta.url), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, direction, said = "", json] = / gw +H([<>]) (.*?)(?: body=(".*"))?$/.exec(line) ?? [];
      return direction ? [{ direction, said, body: json ? (JSON.parse(json) as string) : "" }] : [];
    });
  const http = client();
  let session = "";
  let token = "";
  const answers: [string, string][] = [];
  const wanted: [string, string][] = [];
  for (const [at, { direction, said, body }] of recorded.entries()) {
    if (direction === "<") continue;
    // No real time is waited here: nothing will come.
    const path = (said.split(" ")[2] ?? "").replace("Lifespan=3", "Lifespan=0");
    const headers = path === "/NotRST.srf" ? { "X-User": "alice@example.com", "X-Password": "alicepw" } : {};
    const response = await http({
      method: "POST",
      url: `http://127.0.0.1:${listening.port}${path.replace(/(?<=SessionID=)[0-9a-f-]{36}/, session)}`,
      headers: { "Content-Type": "application/x-msn-messenger", ...headers },
      body: body.replace(/[0-9a-f]{20}/, token),
    });
    session = /SessionID=([^;]+)/.exec(response.headers["x-msn-messenger"] ?? "")?.[1] ?? session;
    token = response.headers["x-token"] ?? token;
    // Nobody else signs in here: what the polls of the recording brought was about Bob.
    const isPoll = path.includes("Action=poll");
    answers.push([String(response.status), withoutNumbers(await textOf(response))]);
    const { said: head = "", body: expected = "" } = recorded[at + 1] ?? {};
    wanted.push([head.slice(0, 3), isPoll ? "" : withoutNumbers(expected)]);
  }
  expect(answers).toEqual(wanted);
  expect(answers).toHaveLength(8);
});

/** What differs from one server to the next: numbers, tickets, versions and the pages of an update. */
function withoutNumbers(text: string): string {
  return text
    .replace(/^(MSG Hotmail Hotmail) \d+/m, "$1 n")
    .replace(/^(LoginTime|MemberIdHigh|MemberIdLow|ClientPort|MSPAuth|ClientIP): .*$/gm, "$1: …")
    .replace(/https?:\/\/\S+/g, "URL");
}
