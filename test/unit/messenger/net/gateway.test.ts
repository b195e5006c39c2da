import type { IncomingMessage, RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { dialGateway, type GatewayOptions } from "../../../../collector/network/messenger/net/gateway.ts";
import type { Link, LinkEvents } from "../../../../collector/network/messenger/net/link.ts";
import { createHttpClient } from "../../../../collector/network/messenger/net/node-http.ts";
import { serveHttp } from "../../../helpers/http-server.ts";
import { settle, TestClock } from "../../../helpers/test-clock.ts";
import { readRecording } from "../../../helpers/transcript.ts";

const http = createHttpClient();
afterEach(() => http.close());

interface Asked {
  path: string;
  body: string;
}

/** What the gateway answers to each request, in turn; the last one again and again. */
type Reply = { session: string; body?: string; status?: number };

interface Bench {
  clock: TestClock;
  link: Link;
  asked: Asked[];
  heard: string[];
  closed: (Error | undefined)[];
}

async function dial(replies: readonly Reply[], more: Partial<GatewayOptions> = {}): Promise<Bench> {
  const asked: Asked[] = [];
  const { origin } = await serveHttp(answering(replies, asked));
  return { asked, ...connect(`${origin}/gateway/gateway.dll`, more) };
}

function connect(url: string, more: Partial<GatewayOptions> = {}): Omit<Bench, "asked"> {
  const clock = new TestClock();
  const heard: string[] = [];
  const closed: (Error | undefined)[] = [];
  const events: LinkEvents = {
    connected: () => heard.push("(connected)"),
    data: (bytes) => heard.push(Buffer.from(bytes).toString("latin1")),
    closed: (cause) => closed.push(cause),
  };
  const link = dialGateway({ http, clock, url, server: "NS", ...more })({ host: "ns.example", port: 1863 }, events);
  return { clock, link, heard, closed };
}

function answering(replies: readonly Reply[], asked: Asked[]): RequestListener {
  return async (request, response) => {
    const { session, body = "", status = 200 } = replies[Math.min(asked.length, replies.length - 1)] as Reply;
    asked.push({ path: request.url ?? "", body: await bodyOf(request) });
    response.writeHead(status, { "X-MSN-Messenger": session, "Content-Type": "application/x-msn-messenger" });
    response.end(body);
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return await text(request);
}

test("the recorded client's side is what we send, letter by letter, and the server's side is what is heard", async () => {
  const steps = readRecording("http-gateway-msnp08").conversations.flatMap((one) => one.steps);
  const requests = steps
    .filter((step) => step.kind === "request")
    .map(({ request }) => request)
    .filter(({ path }) => path.startsWith("/gateway/") && !path.includes("Lifespan") && !path.includes("bogus"));
  const responses = steps
    .filter((step) => step.kind === "response")
    .map(({ response }) => response)
    .filter(({ headers }) => headers["X-MSN-Messenger"]);
  const asked: { path: string; type: string | undefined; body: string }[] = [];
  const { origin } = await serveHttp(async (request, response) => {
    const body = await text(request);
    asked.push({ path: request.url ?? "", type: request.headers["content-type"], body });
    const answer = responses[asked.length - 1];
    response.writeHead(answer?.status ?? 400, { "X-MSN-Messenger": answer?.headers["X-MSN-Messenger"] });
    response.end(answer?.body?.text);
  });

  const clock = new TestClock();
  const heard: string[] = [];
  const dialed = dialGateway({ http, clock, url: origin, server: "NS" });
  const link = dialed(
    { host: "messenger.hotmail.com", port: 1863 },
    {
      connected: () => undefined,
      data: (bytes) => heard.push(Buffer.from(bytes).toString("utf8")),
      closed: () => undefined,
    },
  );
  for (const { body } of requests) {
    if (body) link.write(Buffer.from(body.text));
    await clock.advance(body ? 0 : 2_000);
  }
  link.destroy();
  expect(asked).toEqual(
    requests.map(({ path, headers, body }) => ({ path, type: headers["Content-Type"], body: body?.text ?? "" })),
  );
  expect(heard.join("")).toBe(
    responses
      .slice(0, requests.length)
      .map(({ body }) => body?.text ?? "")
      .join(""),
  );
});

test("what is written in one go, or while a request is on its way, goes out together", async () => {
  const { link, asked, clock } = await dial([{ session: "SessionID=1; GW-IP=127.0.0.1" }]);
  link.write(Buffer.from("VER 1\r\n"));
  link.write(Buffer.from("CVR 2\r\n"));
  // Under way now.
  await Promise.resolve();
  await Promise.resolve();
  link.write(Buffer.from("USR 3\r\n"));
  link.write(Buffer.from("USR 4\r\n"));
  await settle();
  expect(asked).toEqual([
    { path: "/gateway/gateway.dll?Action=open&Server=NS&IP=ns.example", body: "VER 1\r\nCVR 2\r\n" },
    { path: "/gateway/gateway.dll?SessionID=1", body: "USR 3\r\nUSR 4\r\n" },
  ]);
  link.destroy();
  await clock.advance(0);
});

test("nothing is sent before there are words to open with; then it polls while there is nothing to say", async () => {
  const { link, asked, clock, heard } = await dial([
    { session: "SessionID=1; GW-IP=127.0.0.1", body: "one " },
    { session: "SessionID=1; GW-IP=127.0.0.1", body: "two " },
    { session: "SessionID=1; GW-IP=127.0.0.1" },
  ]);
  await clock.advance(60_000);
  expect(asked).toEqual([]);
  link.write(Buffer.from("VER"));
  await clock.advance(1_999);
  expect(asked).toHaveLength(1);
  await clock.advance(4_002);
  expect(asked.slice(1)).toEqual(Array(3).fill({ path: "/gateway/gateway.dll?Action=poll&SessionID=1", body: "" }));
  expect(heard).toEqual(["(connected)", "one ", "two "]);
  link.destroy();
});

test("the newest session id is used, and a switchboard is asked for as one", async () => {
  const replies = [
    { session: "SessionID=1.1; GW-IP=127.0.0.1" },
    { session: "SessionID=2.2; GW-IP=127.0.0.1" },
    { session: "SessionID=3.3; GW-IP=127.0.0.1" },
  ];
  const { link, asked, clock } = await dial(replies, { server: "SB", pollMs: 5_000 });
  link.write(Buffer.from("ANS"));
  await clock.advance(5_000);
  link.write(Buffer.from("OUT"));
  await clock.advance(0);
  expect(asked.map(({ path }) => path.slice("/gateway/gateway.dll".length))).toEqual([
    "?Action=open&Server=SB&IP=ns.example",
    "?Action=poll&SessionID=1.1",
    "?SessionID=2.2",
  ]);
  link.destroy();
});

test("a gateway may name another host, which is asked from then on; an echo of the server's name is none", async () => {
  const first: Asked[] = [];
  const second: Asked[] = [];
  const neighbour = await serveHttp(answering([{ session: "SessionID=1; GW-IP=ns.example" }], second));
  const { origin } = await serveHttp(answering([{ session: `SessionID=1; GW-IP=127.0.0.1:${neighbour.port}` }], first));
  const { link, clock } = connect(origin);
  link.write(Buffer.from("VER"));
  await clock.advance(6_000);
  expect([first.length, second.length]).toEqual([1, 3]);
  link.destroy();
});

test("a gateway on this machine cannot send us elsewhere, nor anywhere with nonsense", async () => {
  const { link, asked, clock, closed } = await dial([
    { session: "SessionID=1; GW-IP=example.com" },
    { session: "SessionID=1; GW-IP=../../x" },
    { session: "SessionID=1" },
  ]);
  link.write(Buffer.from("VER"));
  await clock.advance(6_000);
  expect([asked.length, closed]).toEqual([4, []]);
  link.destroy();
});

test("Session=close ends it in order, after what was still said", async () => {
  const { link, heard, closed, clock, asked } = await dial([
    { session: "SessionID=1; GW-IP=127.0.0.1; Session=close", body: "OUT\r\n" },
  ]);
  link.write(Buffer.from("VER"));
  await clock.advance(60_000);
  expect(heard).toEqual(["(connected)", "OUT\r\n"]);
  expect(closed).toEqual([undefined]);
  link.write(Buffer.from("PNG"));
  await clock.advance(60_000);
  expect(asked).toHaveLength(1);
});

test("a session that the gateway does not know any more is a lost connection", async () => {
  const { link, closed, clock } = await dial([
    { session: "SessionID=1; GW-IP=127.0.0.1" },
    { session: "", status: 400 },
  ]);
  link.write(Buffer.from("VER"));
  await clock.advance(2_000);
  expect(closed.map(String)).toEqual([
    expect.stringMatching(/the gateway http:\/\/127\.0\.0\.1:\d+ does not know the session any more \(HTTP 400\)/),
  ]);
});

test.each([
  [{ session: "", status: 404 }, /answered with HTTP 404: check the gateway's address/],
  [{ session: "" }, /does not answer as a gateway does/],
] as const)("a web server that is no gateway says so", async (reply, message) => {
  const { link, closed } = await dial([reply]);
  link.write(Buffer.from("VER"));
  await expect.poll(() => String(closed[0])).toMatch(message);
});

test("a gateway that cannot be reached, and an address that is none, are a lost connection", async () => {
  const closedPort = connect("http://127.0.0.1:1/");
  closedPort.link.write(Buffer.from("VER"));
  await expect.poll(() => String(closedPort.closed[0])).toMatch(/refused the connection/);
  const nowhere = connect("gateway");
  nowhere.link.write(Buffer.from("VER"));
  await settle();
  expect(String(nowhere.closed[0])).toContain('the gateway\'s address "gateway" is no web address');
});

test("end sends what waits, tells what is answered, and closes", async () => {
  const { link, heard, closed, asked } = await dial([{ session: "SessionID=1; GW-IP=127.0.0.1", body: "bye" }]);
  link.write(Buffer.from("OUT\r\n"));
  link.end();
  link.write(Buffer.from("late"));
  await settle();
  expect(asked.map(({ body }) => body)).toEqual(["OUT\r\n"]);
  expect([heard, closed]).toEqual([["(connected)", "bye"], [undefined]]);
});

test("destroy ends it at once: nothing is heard, and closed is told once", async () => {
  const { link, heard, closed, clock } = await dial([{ session: "SessionID=1; GW-IP=127.0.0.1", body: "late" }]);
  link.write(Buffer.from("VER"));
  link.destroy();
  link.destroy();
  await clock.advance(60_000);
  expect([heard, closed]).toEqual([["(connected)"], [undefined]]);
});

test("while reading is paused nothing is told, and afterwards everything in order", async () => {
  const { link, heard, clock } = await dial([
    { session: "SessionID=1; GW-IP=127.0.0.1", body: "one " },
    { session: "SessionID=1; GW-IP=127.0.0.1", body: "two " },
  ]);
  link.write(Buffer.from("VER"));
  link.pause?.();
  await clock.advance(60_000);
  expect(heard).toEqual(["(connected)"]);
  link.resume?.();
  await clock.advance(2_000);
  expect(heard).toEqual(["(connected)", "one ", "two "]);
  link.destroy();
});

test("a gateway that takes nothing does not make us remember without end", async () => {
  const { origin } = await serveHttp(() => undefined);
  const { link, closed } = connect(origin);
  for (let count = 0; count < 20; count++) {
    link.write(Buffer.alloc(64 * 1024));
    await Promise.resolve();
    await Promise.resolve();
  }
  await settle();
  expect(closed.map(String)).toEqual(["Error: the gateway does not take what is sent to it"]);
});
