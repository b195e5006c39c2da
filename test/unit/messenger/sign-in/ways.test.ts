import { expect, test } from "vitest";
import { DIALECTS, dialectNamed } from "../../../../collector/network/messenger/dialects.ts";
import { explainRefusal, lost } from "../../../../collector/network/messenger/errors.ts";
import type { SessionEnd } from "../../../../collector/network/messenger/events.ts";
import { type AccountMemory, emptyMemory } from "../../../../collector/network/messenger/memory.ts";
import type { Failure } from "../../../../collector/network/messenger/sign-in/attempt.ts";
import { type Way, Ways } from "../../../../collector/network/messenger/sign-in/ways.ts";

const SERVER = { host: "dispatch.example", port: 1863 };
const NOTIFICATION = { host: "ns.example", port: 1864 };

function waysOf(memory: AccountMemory = emptyMemory()): Ways {
  return new Ways({ server: SERVER, dialects: DIALECTS, memory });
}

function failure(next: Failure["next"], end: SessionEnd = lost("first"), more: Partial<Failure> = {}): Failure {
  return { end, next, part: "identity", ...more };
}

function way(result: Way | SessionEnd): Way {
  return "why" in result ? expect.unreachable(JSON.stringify(result)) : result;
}

const P18 = dialectNamed("MSNP18");
const P7 = dialectNamed("MSNP7");

test("the first way begins at the server of the settings, or the one that is remembered", () => {
  expect(waysOf().current.endpoint).toEqual(SERVER);
  expect(waysOf({ notificationServer: NOTIFICATION }).current.endpoint).toEqual(NOTIFICATION);
});

test("weather on the first way ends the sign-in as it is told", () => {
  const end = lost("refused the connection");
  expect(waysOf().after(failure("stop", end), undefined)).toBe(end);
});

test("a failure of the dialect leads to an older one, and all that share the failure are gone", () => {
  const next = way(waysOf().after(failure("next-dialect"), P18));
  expect(next.endpoint).toEqual(SERVER);
  expect(next.offered[0]?.name).toBe("MSNP14");
});

test("a fresh ticket is tried once", () => {
  const ways = waysOf();
  const refused = explainRefusal("911", "USR", "me@x.com", "sso");
  expect(way(ways.after(failure("fresh-ticket", refused), P18)).offered).toHaveLength(DIALECTS.length);
  expect(ways.after(failure("fresh-ticket", refused), P18)).toBe(refused);
});

test("a remembered server is asked for a fresh ticket, too, before it is given up", () => {
  const memory: AccountMemory = { notificationServer: NOTIFICATION };
  const ways = waysOf(memory);
  expect(way(ways.after(failure("fresh-ticket"), P18)).endpoint).toEqual(NOTIFICATION);
  expect(way(ways.after(failure("stop"), P18)).endpoint).toEqual(SERVER);
  expect(memory.notificationServer).toBeUndefined();
});

test("a web service that fails says nothing about a remembered server", () => {
  const memory: AccountMemory = { notificationServer: NOTIFICATION };
  const next = way(waysOf(memory).after(failure("next-dialect", lost("x"), { service: "rst" }), P18));
  expect(next.endpoint).toEqual(NOTIFICATION);
  expect(next.offered[0]?.name).toBe("MSNP11");
});

test("the credentials count on the first way only; later, both failures are told and the account goes on", () => {
  const refused = explainRefusal("911", "USR", "me@x.com", "md5");
  expect(waysOf().after(failure("stop", refused), P7)).toBe(refused);
  const ways = waysOf();
  ways.after(failure("next-dialect", lost("no token service")), P18);
  expect(ways.after(failure("stop", refused), P7)).toEqual({
    why: "lost",
    cause: expect.objectContaining({
      message: expect.stringMatching(/^no token service; and with MSNP7: the server refused the address or password/),
    }),
  });
});

test("where the sign-in arrived is remembered, unless it is where it would begin anyway", () => {
  const memory = emptyMemory();
  waysOf(memory).arrivedAt(NOTIFICATION);
  expect(memory.notificationServer).toEqual(NOTIFICATION);
  waysOf(memory).arrivedAt(SERVER);
  expect(memory.notificationServer).toBeUndefined();
});
