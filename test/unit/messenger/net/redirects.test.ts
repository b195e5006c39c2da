import { expect, test } from "vitest";
import { parseEndpoint, Redirects, readReferral } from "../../../../collector/network/messenger/net/redirects.ts";

const ORIGIN = { host: "Dispatch.example", port: 1863 };

test("an address is a host, and a port or the usual one", () => {
  expect(parseEndpoint("10.0.0.5")).toEqual({ host: "10.0.0.5", port: 1863 });
  expect(parseEndpoint("ns.example:1864")).toEqual({ host: "ns.example", port: 1864 });
  for (const none of ["", ":1863", "a b", "ns.example:0", "ns.example:65536", "[::1]", "http://x"]) {
    expect(parseEndpoint(none), none).toBeUndefined();
  }
});

test("this machine, in every spelling, is for servers on this machine", () => {
  const plain = ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST.", "printer.localhost", "0.0.0.0", "0"];
  for (const host of [...plain, "127.1", "2130706433", "0x7f.0.0.1", "017700000001"]) {
    expect(readReferral(`${host}:1863`, ORIGIN), host).toHaveProperty("refusal");
    expect(readReferral(`${host}:1863`, { host: "localhost", port: 1 }), host).toEqual({ host, port: 1863 });
  }
});

test("five referrals are followed, each to somewhere new, and the sixth is not", () => {
  const redirects = new Redirects(ORIGIN);
  for (let nth = 1; nth <= 5; nth++) expect(redirects.follow(`ns${nth}.example`)).toMatchObject({ port: 1863 });
  expect(redirects.follow("ns6.example")).toEqual({ refusal: "the servers sent us on more than 5 times" });
});

test("a circle is noticed whatever the spelling, and staying is none", () => {
  const redirects = new Redirects(ORIGIN);
  expect(redirects.follow("0")).toEqual(ORIGIN);
  expect(redirects.follow("DISPATCH.EXAMPLE:1863")).toEqual({
    refusal: "the servers send us in a circle, back to dispatch.example:1863",
  });
});

test("a sign-in that begins at a remembered server may be sent to the dispatch server", () => {
  const redirects = new Redirects(ORIGIN, { host: "ns.example", port: 1864 });
  expect(redirects.follow("dispatch.example:1863")).toEqual({ host: "dispatch.example", port: 1863 });
});
