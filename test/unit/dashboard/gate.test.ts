import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refuseCaller, wayOf } from "../../../dashboard/gate/caller.ts";
import { atTheDoor, ownPage } from "../../../dashboard/gate/door.ts";
import { ownNames } from "../../../dashboard/gate/names.ts";
import { Access } from "../../../db/access/access.ts";
import { addressList } from "../../../db/settings/address-list.ts";
import { listenSettings, refuseWithoutPassword } from "../../../db/settings/listen.ts";

const HERE = { port: 7655, names: ["127.0.0.1", "localhost", "[::1]"], proxies: undefined };

/** A request with these headers. */
function asking(headers: IncomingHttpHeaders, url = "/") {
  return { headers, rawHeaders: Object.entries(headers).flatMap(([name, value]) => [name, String(value)]), url };
}

describe("who may call", () => {
  test.each(["127.0.0.1:7655", "localhost:7655", "LOCALHOST:7655", "[::1]:7655"])("%s is this dashboard", (host) => {
    expect(refuseCaller(asking({ host }), HERE)).toBeUndefined();
  });

  test.each([
    "evil.example",
    "evil.example:7655",
    "127.0.0.1:80",
    "127.0.0.1",
    "localhost.evil.example:7655",
    "127.0.0.1:7655.evil.example",
    "",
  ])("'%s' is not", (host) => {
    const refusal = refuseCaller(asking({ host }), HERE);
    expect(refusal?.code).toBe(403);
    expect(refusal?.message).toMatch(
      /^[^\n]*open http:\/\/127\.0\.0\.1:7655\/ instead, or add the name to dashboard\.names\.$/,
    );
  });

  test("on port 80 browsers leave the port out", () => {
    expect(refuseCaller(asking({ host: "localhost" }), { ...HERE, port: 80 })).toBeUndefined();
  });

  test("a page from elsewhere may not ask, not even one on this computer", () => {
    const host = "127.0.0.1:7655";
    expect(refuseCaller(asking({ host, origin: `http://${host}` }), HERE)).toBeUndefined();
    for (const origin of ["http://localhost:7655", "http://127.0.0.1:3000", "https://127.0.0.1:7655", "null"])
      expect(refuseCaller(asking({ host, origin }), HERE)?.code).toBe(403);
  });

  test.each(["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"])("%s is refused", (name) => {
    expect(refuseCaller(asking({ host: "127.0.0.1:7655", [name]: "x" }), HERE)?.code).toBe(400);
  });
});

describe("where to listen", () => {
  test("loopback and port 7655 without settings", () => {
    expect(listenSettings({})).toMatchObject({ host: "127.0.0.1", port: 7655, open: undefined });
    expect(listenSettings({ ROLLCALL_HOST: "[::1]", ROLLCALL_PORT: "0" })).toMatchObject({ host: "::1", port: 0 });
  });

  test.each(["65536", "-1", "http", "80.5", "1e3", " "])("the port '%s' is refused", (port) => {
    expect(() => listenSettings({ ROLLCALL_PORT: port })).toThrow(
      `ROLLCALL_PORT is ${/^\d+$/.test(port) ? port : JSON.stringify(port)}: it should be a port, a number from 1 to 65535 (default 7655)`,
    );
  });

  test.each(["0.0.0.0", "192.168.1.2", "::", "example.com"])("%s would need a password", (host) => {
    const listen = listenSettings({ ROLLCALL_HOST: host });
    expect(() => refuseWithoutPassword(listen, false)).toThrow(
      /needs a password.*`rollcall password`.*ssh -L 7655:127\.0\.0\.1:7655/,
    );
    refuseWithoutPassword(listen, true);
  });

  test("loopback behind a proxy needs one, too", () => {
    const listen = listenSettings({ ROLLCALL_PROXY: "127.0.0.1" });
    expect(() => refuseWithoutPassword(listen, false)).toThrow(/^ROLLCALL_PROXY is "127\.0\.0\.1", but beyond/);
    refuseWithoutPassword(listenSettings({}), false);
  });

  test.each(["127.0.0.1/33", "proxy.lan", "10.0.0.0/8,,::1", " "])("the proxy '%s' is refused", (proxy) => {
    expect(() => listenSettings({ ROLLCALL_PROXY: proxy })).toThrow(/ROLLCALL_PROXY is .*IP addresses or networks/);
  });

  test("the dashboard answers to its own addresses, or to the names that are given, and to loopback always", () => {
    const loopback = ["127.0.0.1", "localhost", "[::1]"];
    expect(ownNames(listenSettings({}))).toEqual(loopback);
    expect(ownNames(listenSettings({ ROLLCALL_HOST: "192.0.2.7" }))).toEqual(["192.0.2.7", ...loopback]);
    expect(ownNames(listenSettings({ ROLLCALL_HOST: "0.0.0.0" }))).toEqual(expect.arrayContaining(loopback));
    expect(ownNames(listenSettings({ ROLLCALL_HOST: "::", ROLLCALL_NAMES: "Home.LAN, [fd00::1]:81" }))).toEqual([
      "home.lan",
      "[fd00::1]:81",
      ...loopback,
    ]);
  });
});

describe("the door", () => {
  let folder: string;
  let access: Access;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollcall-door-"));
    access = new Access(folder);
  });
  afterEach(() => {
    access.close();
    rmSync(folder, { recursive: true });
  });

  const knock = (url: string, { method = "GET", cookie = "", address = "127.0.0.1", isHttps = false } = {}) =>
    atTheDoor(access, { url, method, headers: { cookie } } as IncomingMessage, {
      port: 7655,
      way: { address, isHttps },
      nowMs: 1_000,
    });

  test("a key becomes a cookie once, and leaves the address", () => {
    const key = access.makeKey(0);
    const passage = knock(`/contact/3?tz=UTC&key=${key}`);
    expect(passage).toMatchObject({ kind: "redirect", location: "/contact/3?tz=UTC" });
    const cookie = passage.kind === "redirect" ? (passage.cookie ?? "") : "";
    expect(cookie).toMatch(/^rollcall_7655=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    expect(knock("/", { cookie: cookie.split(";", 1)[0] ?? "" })).toMatchObject({ kind: "in" });
    expect(knock(`/?key=${key}`)).toEqual({ kind: "out", keyWasTried: true });
  });

  test("a key opens on this computer alone, and another one's trying does not use it up", () => {
    const key = access.makeKey(0);
    expect(knock(`/?key=${key}`, { address: "192.0.2.9" })).toEqual({ kind: "out", keyWasTried: true });
    expect(knock(`/?key=${key}`, { address: "" })).toEqual({ kind: "out", keyWasTried: true });
    expect(knock(`/?key=${key}`, { address: "::1" }).kind).toBe("redirect");
  });

  test("behind https the cookie never travels without", () => {
    const passage = knock(`/?key=${access.makeKey(0)}`, { isHttps: true });
    expect(passage.kind === "redirect" && passage.cookie).toMatch(/; Secure$/);
  });

  test.each([
    ["/contact/3?tz=UTC&key=abc", "/contact/3?tz=UTC"],
    ["//evil.example/x", "/"],
    ["/\\evil.example/x", "/"],
    ["https://evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/sign-in?x", "/"],
    ["", "/"],
  ])("after signing in, '%s' leads to %s", (asked, page) => {
    expect(ownPage(asked)).toBe(page);
  });

  test("looking ahead with HEAD does not use up the key", () => {
    const key = access.makeKey(0);
    expect(knock(`/?key=${key}`, { method: "HEAD" })).toEqual({ kind: "out", keyWasTried: false });
    expect(knock(`/?key=${key}`).kind).toBe("redirect");
  });

  test("an address with a used key still works for a browser that is in", () => {
    const first = knock(`/?key=${access.makeKey(0)}`);
    const cookie = first.kind === "redirect" ? (first.cookie?.split(";", 1)[0] ?? "") : "";
    expect(knock("/?key=used", { cookie })).toEqual({ kind: "redirect", location: "/", cookie: undefined });
  });

  test("the redirect never leads to another host", () => {
    for (const path of ["//evil.example/x", "/\\evil.example/x", "///evil.example"]) {
      const passage = knock(`${path}?key=${access.makeKey(0)}`);
      expect(passage.kind === "redirect" && passage.location).toMatch(/^\/(?![/\\])/);
    }
  });

  test("a cookie of another port, or none, does not open", () => {
    expect(knock("/", { cookie: "rollcall_1=abc; other=1" })).toEqual({ kind: "out", keyWasTried: false });
    expect(knock("/")).toEqual({ kind: "out", keyWasTried: false });
  });
});

describe("a request from another site", () => {
  const host = "127.0.0.1:7655";

  test.each(["cross-site", "same-site"])("%s may open a page, and start no download or stream", (site) => {
    const headers = { host, "sec-fetch-site": site };
    expect(refuseCaller(asking(headers, "/contact/1"), HERE)).toBeUndefined();
    expect(refuseCaller(asking(headers, "/export/spans.csv?from=-271821-04-21"), HERE)?.code).toBe(403);
    expect(refuseCaller(asking(headers, "/api/live"), HERE)?.code).toBe(403);
  });

  test("is told from one of our own pages and from a bookmark", () => {
    for (const site of ["same-origin", "none"]) {
      expect(refuseCaller(asking({ host, "sec-fetch-site": site }, "/export/spans.csv"), HERE)).toBeUndefined();
    }
  });
});

test("what changes something must say that it comes from here", () => {
  const host = "127.0.0.1:7655";
  const post = (headers: Record<string, string>) =>
    refuseCaller({ ...asking({ host, ...headers }, "/api/contact/1/notes"), method: "POST" }, HERE)?.code;
  expect(post({ origin: `http://${host}` })).toBeUndefined();
  for (const headers of [
    {},
    { origin: "null" },
    { origin: "http://localhost:7655" },
    { origin: "http://evil.example" },
  ])
    expect(post(headers as Record<string, string>)).toBe(403);
});

test("a request that names two hosts is refused, whichever comes first", () => {
  const rawHeaders = ["Host", "127.0.0.1:7655", "HOST", "evil.example"];
  expect(refuseCaller({ headers: { host: "127.0.0.1:7655" }, rawHeaders, url: "/" }, HERE)?.code).toBe(400);
});

describe("behind a proxy", () => {
  const place = { port: 7655, names: ["home.example", "127.0.0.1"], proxies: addressList("127.0.0.1,10.1.0.0/16") };
  const via = (peer: string, headers: Record<string, string>, method = "GET") => ({
    ...asking(headers),
    method,
    socket: { remoteAddress: peer },
  });
  const forwarded = {
    host: "127.0.0.1:7655",
    "x-forwarded-host": "home.example",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "198.51.100.1, 192.0.2.9, 10.1.2.3",
  };

  test("what it says is believed: the last address that is not its own, the name and https", () => {
    for (const peer of ["127.0.0.1", "::ffff:127.0.0.1", "10.1.255.1"]) {
      expect(refuseCaller(via(peer, forwarded), place)).toBeUndefined();
      expect(wayOf(via(peer, forwarded), place)).toEqual({
        address: "192.0.2.9",
        host: "home.example",
        isHttps: true,
        isByProxy: true,
      });
    }
  });

  test("nobody else is believed", () => {
    expect(refuseCaller(via("192.0.2.1", forwarded), place)).toMatchObject({
      code: 400,
      message: expect.stringContaining('"192.0.2.1" is not among dashboard.proxy'),
    });
    expect(wayOf(via("192.0.2.1", forwarded), place)).toMatchObject({ address: "192.0.2.1", isHttps: false });
  });

  test("forms come from the address that the browser sees", () => {
    const post = (origin: string) => refuseCaller(via("127.0.0.1", { ...forwarded, origin }, "POST"), place)?.code;
    expect(post("https://home.example")).toBeUndefined();
    expect(post("http://home.example")).toBe(403);
    expect(post("http://127.0.0.1:7655")).toBe(403);
  });

  test("a name that nobody gave it is refused", () => {
    const strange = { ...forwarded, "x-forwarded-host": "evil.example" };
    expect(refuseCaller(via("127.0.0.1", strange), place)?.code).toBe(403);
  });
});
