import { expect, test } from "vitest";
import { HttpFailure } from "../../../../collector/network/messenger/net/http.ts";
import { VirtualClock } from "../../../../collector/sandbox/virtual-clock.ts";
import type { WebRequest } from "../../../../collector/sandbox/web/exchange.ts";
import { Gateway } from "../../../../collector/sandbox/web/gateway.ts";
import { serveWeb } from "../../../../collector/sandbox/web/services.ts";
import { virtualHttp } from "../../../../collector/sandbox/web/virtual-http.ts";
import { webParts } from "../../../helpers/web-parts.ts";

const BASE = "http://127.0.0.1:1863";
const NEXUS = { method: "GET", url: `${BASE}/rdr/pprdr.asp`, headers: {} } as const;

/** A client of the services on a clock of its own. */
function virtual(condition: { is: "up" | "away" | "silent" } = { is: "up" }) {
  const clock = new VirtualClock(0);
  const parts = { ...webParts(), clock };
  const gateway = new Gateway(clock, () => {
    throw new Error("nobody should come through the gateway here");
  });
  const serve = (request: WebRequest) => serveWeb(parts, gateway, request);
  const http = virtualHttp({ clock, serve, condition: () => condition.is });
  const get = async (url: string = NEXUS.url, signal?: AbortSignal) => {
    const response = await http({ ...NEXUS, url, ...(signal ? { signal } : {}) });
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) pieces.push(piece);
    return { status: response.status, headers: response.headers, text: Buffer.concat(pieces).toString() };
  };
  return { clock, faults: parts.webFaults, get };
}

test("without a socket, an answer comes on the virtual clock, with the names of its headers in lower case", async () => {
  const { clock, get } = virtual();
  const answer = get();
  await clock.run(10);
  expect(await answer).toMatchObject({
    status: 200,
    headers: { passporturls: `DALogin=${BASE}/login` },
    text: "200: OK",
  });
});

test("faults are met in their order, and then all is well again", async () => {
  const { clock, faults, get } = virtual();
  faults.next("/rdr", { is: "status", status: 503 }, { is: "empty" }, { is: "content", body: "<html>" });
  const statuses: unknown[] = [];
  for (let turn = 0; turn < 4; turn += 1) {
    const answer = get();
    await clock.run(clock.nowMs() + 10);
    const { status, text } = await answer;
    statuses.push([status, text]);
  }
  expect(statuses).toEqual([
    [503, "503: scripted by a test"],
    [200, ""],
    [200, "<html>"],
    [200, "200: OK"],
  ]);
});

test("a fault may stay until it is cleared: a loop of redirects", async () => {
  const { clock, faults, get } = virtual();
  faults.always("/login", { is: "redirect" });
  for (let turn = 0; turn < 3; turn += 1) {
    const answer = get(`${BASE}/login?a=b`);
    await clock.run(clock.nowMs() + 10);
    expect(await answer).toMatchObject({ status: 302, headers: { location: `${BASE}/login?a=b` } });
  }
  faults.clear();
  const answer = get(`${BASE}/login`);
  await clock.run(clock.nowMs() + 10);
  expect((await answer).status).toBe(401);
});

test("an answer is late, cut off, or never comes", async () => {
  const { clock, faults, get } = virtual();
  faults.next(
    "/rdr",
    { is: "slow", delayMs: 5_000 },
    { is: "cut", afterBytes: 3 },
    { is: "hang-up" },
    { is: "silence" },
  );
  let isThere = false;
  const late = get().then(() => {
    isThere = true;
  });
  await clock.run(4_000);
  expect(isThere).toBe(false);
  await clock.run(6_000);
  await late;
  const cut = expect(get()).rejects.toThrow(new HttpFailure("the answer was cut off"));
  await clock.run(7_000);
  await cut;
  const hungUp = expect(get()).rejects.toThrow("127.0.0.1:1863 closed the connection without an answer");
  await clock.run(8_000);
  await hungUp;
  const impatience = new AbortController();
  const silent = expect(get(NEXUS.url, impatience.signal)).rejects.toThrow("that is enough");
  await clock.run(60_000);
  impatience.abort(new Error("that is enough"));
  await silent;
});

test("services that are away refuse the connection", async () => {
  const condition: { is: "up" | "away" | "silent" } = { is: "away" };
  const { clock, get } = virtual(condition);
  const refused = expect(get()).rejects.toThrow("127.0.0.1:1863 refused the connection");
  await clock.run(10);
  await refused;
  condition.is = "up";
  const answer = get();
  await clock.run(20);
  expect((await answer).status).toBe(200);
});
