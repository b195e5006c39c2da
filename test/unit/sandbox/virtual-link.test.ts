import { expect, test } from "vitest";
import type { Link, LinkEvents } from "../../../collector/network/messenger/net/link.ts";
import { VirtualClock } from "../../../collector/sandbox/virtual-clock.ts";
import { type Acceptor, VirtualNetwork } from "../../../collector/sandbox/virtual-link.ts";

/** Writes down what it hears, with the instant. */
class Ear implements LinkEvents {
  readonly heard: string[] = [];
  readonly #clock: VirtualClock;
  link!: Link;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  connected(): void {
    this.#note("connected");
  }

  data(bytes: Uint8Array): void {
    this.#note(Buffer.from(bytes).toString());
  }

  closed(cause?: Error): void {
    this.#note(cause ? `closed: ${cause.message}` : "closed");
  }

  #note(what: string): void {
    this.heard.push(`${this.#clock.monotonicMs()} ${what}`);
  }
}

function setUp() {
  const clock = new VirtualClock(0);
  const server = new Ear(clock);
  const acceptor: Acceptor = {
    acceptDispatch(link) {
      server.link = link;
      return server;
    },
    acceptNotification: () => expect.unreachable(),
    acceptSwitchboard: () => expect.unreachable(),
  };
  const network = new VirtualNetwork(clock, acceptor, 5);
  return { clock, server, network, client: dial(network, clock) };
}

function dial(network: VirtualNetwork, clock: VirtualClock): Ear {
  const client = new Ear(clock);
  client.link = network.dial(network.endpoint, client);
  return client;
}

test("bytes arrive in order, some milliseconds later, each way", async () => {
  const { clock, server, client } = setUp();
  await clock.run(10);
  expect(client.heard).toEqual(["10 connected"]);
  client.link.write(Buffer.from("a"));
  client.link.write(Buffer.from("b"));
  server.link.write(Buffer.from("x"));
  await clock.run(20);
  expect(server.heard).toEqual(["15 a", "15 b"]);
  expect(client.heard).toEqual(["10 connected", "15 x"]);
});

test("ending sends what was written, closes the far end, and then this one, each once", async () => {
  const { clock, server, client } = setUp();
  await clock.run(10);
  server.link.write(Buffer.from("OUT SSD"));
  server.link.end();
  server.link.write(Buffer.from("too late"));
  await clock.run(100);
  client.link.end();
  client.link.destroy();
  await clock.run(200);
  expect(client.heard).toEqual(["10 connected", "15 OUT SSD", "15 closed"]);
  expect(server.heard).toEqual(["20 closed"]);
});

test("a destroyed link hears nothing more and the far end learns of it", async () => {
  const { clock, server, client } = setUp();
  await clock.run(10);
  server.link.write(Buffer.from("on its way"));
  client.link.destroy();
  await clock.run(100);
  expect(client.heard).toEqual(["10 connected", "10 closed"]);
  expect(server.heard).toEqual(["15 closed"]);
});

test("a server that goes away breaks every link and refuses dials until it is back", async () => {
  const { clock, server, network, client } = setUp();
  await clock.run(10);
  network.takeAway();
  expect(client.heard.at(-1)).toBe("10 closed: read ECONNRESET");
  expect(server.heard).toEqual(["10 closed: read ECONNRESET"]);
  const refused = dial(network, clock);
  await clock.run(20);
  expect(refused.heard).toEqual(["15 closed: connect ECONNREFUSED 127.0.0.1:1863"]);
  network.bringBack();
  const welcome = dial(network, clock);
  await clock.run(40);
  expect(welcome.heard).toEqual(["30 connected"]);
});

test("in silence bytes vanish and nobody is told, and a link that lost some never speaks again", async () => {
  const { clock, server, network, client } = setUp();
  await clock.run(10);
  server.link.write(Buffer.from("on its way"));
  network.goSilent();
  client.link.write(Buffer.from("into the void"));
  const unanswered = dial(network, clock);
  await clock.run(1_000);
  network.bringBack();
  client.link.write(Buffer.from("hello?"));
  await clock.run(2_000);
  expect(client.heard).toEqual(["10 connected"]);
  expect(server.heard).toEqual([]);
  expect(unanswered.heard).toEqual([]);
  client.link.destroy();
  await clock.run(3_000);
  expect(client.heard.at(-1)).toBe("2000 closed");
  expect(server.heard).toEqual([]);
});

test("a client that gives up before it is connected is never seen by the server", async () => {
  const { clock, server, client } = setUp();
  client.link.destroy();
  await clock.run(100);
  expect(client.heard).toEqual(["0 closed"]);
  expect(server.heard).toEqual([]);
});
