import { expect, test } from "vitest";
import type { Link, LinkEvents } from "../../../../collector/network/messenger/net/link.ts";
import { Gateway, type GatewayOptions } from "../../../../collector/sandbox/web/gateway.ts";
import { TestClock } from "../../../helpers/test-clock.ts";

/** A server behind the gateway that repeats what it hears. */
function gatewayToEcho(options: GatewayOptions = {}) {
  const clock = new TestClock();
  const heard: string[] = [];
  let link: Link | undefined;
  const accept = (kind: "NS" | "SB", made: Link): LinkEvents => {
    link = made;
    heard.push(`${kind} opened`);
    return {
      connected: () => undefined,
      data(bytes) {
        heard.push(Buffer.from(bytes).toString());
        made.write(bytes);
      },
      closed: (cause) => void heard.push(cause ? "broken" : "closed"),
    };
  };
  const gateway = new Gateway(clock, accept, options);
  const ask = async (query: string, body = "") => {
    const answer = await gateway.serve({
      method: "POST",
      path: `/gateway/gateway.dll?${query}`,
      headers: {},
      body: Buffer.from(body),
      origin: "http://127.0.0.1:1863",
    });
    const told = answer.headers["X-MSN-Messenger"] ?? "";
    const text = Buffer.concat([...answer.body].map((piece) => Buffer.from(piece as string))).toString();
    return { status: answer.status, told, text, id: /SessionID=([^;]+)/.exec(told)?.[1] ?? "" };
  };
  return { clock, heard, ask, gateway, link: () => link as Link };
}

test("a session opens with the first commands, goes on by its id, and polls for the rest", async () => {
  const { ask, heard, link } = gatewayToEcho();
  const opened = await ask("Action=open&Server=NS&IP=messenger.hotmail.com", "VER 1 MSNP8 CVR0\r\n");
  expect(opened.told).toBe(`SessionID=${opened.id}; GW-IP=messenger.hotmail.com`);
  expect(opened.text).toBe("VER 1 MSNP8 CVR0\r\n");
  expect((await ask(`SessionID=${opened.id}`, "PNG\r\n")).text).toBe("PNG\r\n");
  expect((await ask(`Action=poll&SessionID=${opened.id}`)).text).toBe("");
  link().write(Buffer.from("FLN bob@example.com\r\n"));
  expect((await ask(`Action=poll&SessionID=${opened.id}`)).text).toBe("FLN bob@example.com\r\n");
  expect(heard).toEqual(["NS opened", "VER 1 MSNP8 CVR0\r\n", "PNG\r\n"]);
});

test("a switchboard is asked for by name", async () => {
  const { ask, heard } = gatewayToEcho();
  await ask("Action=open&Server=SB&IP=127.0.0.1", "USR 1 a@b.c 1\r\n");
  expect(heard[0]).toBe("SB opened");
});

test("an id that was never given, or is over, gets 400", async () => {
  const { ask, link } = gatewayToEcho();
  expect((await ask("SessionID=bogus")).status).toBe(400);
  const { id } = await ask("Action=open&Server=NS&IP=x");
  link().write(Buffer.from("OUT OTH\r\n"));
  link().end();
  const last = await ask(`Action=poll&SessionID=${id}`);
  expect([last.told, last.text]).toEqual([`SessionID=${id}; Session=close; GW-IP=x`, "OUT OTH\r\n"]);
  expect((await ask(`Action=poll&SessionID=${id}`)).status).toBe(400);
});

test("a minute without a request ends a session, and the server hears of it", async () => {
  const { ask, clock, heard } = gatewayToEcho();
  const { id } = await ask("Action=open&Server=NS&IP=x");
  await clock.advance(59_000);
  expect((await ask(`Action=poll&SessionID=${id}`)).status).toBe(200);
  await clock.advance(60_000);
  expect(heard).toEqual(["NS opened", "closed"]);
  expect((await ask(`Action=poll&SessionID=${id}`)).status).toBe(400);
});

test("a poll that may wait is held until there is something to say", async () => {
  const { ask, clock, link } = gatewayToEcho();
  const { id } = await ask("Action=open&Server=NS&IP=x");
  const held = ask(`Action=poll&Lifespan=3&SessionID=${id}`);
  await clock.advance(1_000);
  link().write(Buffer.from("NLN …\r\n"));
  expect((await held).text).toBe("NLN …\r\n");
  const empty = ask(`Action=poll&Lifespan=3&SessionID=${id}`);
  await clock.advance(3_000);
  expect((await empty).text).toBe("");
  const givesWay = ask(`Action=poll&Lifespan=3&SessionID=${id}`);
  await ask(`SessionID=${id}`, "");
  expect((await givesWay).status).toBe(200);
});

test("a gateway may give a new id with each answer; the old one is nobody's then", async () => {
  const { ask } = gatewayToEcho({ renewsIds: true });
  const first = await ask("Action=open&Server=NS&IP=x");
  const second = await ask(`Action=poll&SessionID=${first.id}`);
  expect(second.id).not.toBe(first.id);
  expect((await ask(`Action=poll&SessionID=${first.id}`)).status).toBe(400);
  expect((await ask(`SessionID=${second.id}`, "PNG\r\n")).text).toBe("PNG\r\n");
});

test("when the gateway goes away, every line breaks", async () => {
  const { ask, gateway, heard } = gatewayToEcho();
  const { id } = await ask("Action=open&Server=NS&IP=x");
  gateway.close();
  expect(heard).toEqual(["NS opened", "closed"]);
  expect((await ask(`Action=poll&SessionID=${id}`)).status).toBe(400);
});
