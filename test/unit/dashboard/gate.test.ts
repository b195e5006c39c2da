import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { admit } from "../../../dashboard/gate/caller.ts";
import { atTheDoor } from "../../../dashboard/gate/door.ts";
import { Access } from "../../../db/access/access.ts";
import { listenSettings } from "../../../db/settings/listen.ts";

/** A request with these headers, from this computer. */
function asking(headers: IncomingHttpHeaders, url = "/", method = "GET", peer = "127.0.0.1") {
  const rawHeaders = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
  return { headers, rawHeaders, url, method, peer };
}

function place(port = 7655, env: Record<string, string> = {}) {
  return { ...listenSettings(env), port };
}

/** Why a dashboard on loopback refuses a request; undefined when it does not. */
function refusalOf(request: Parameters<typeof admit>[0], port = 7655) {
  const admission = admit(request, place(port));
  return admission.kind === "refused" ? admission : undefined;
}

describe("who may call", () => {
  test.each(["127.0.0.1:7655", "localhost:7655", "LOCALHOST:7655", "[::1]:7655"])("%s is this dashboard", (host) => {
    expect(refusalOf(asking({ host }))).toBeUndefined();
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
    const refusal = refusalOf(asking({ host }));
    expect(refusal?.code).toBe(403);
    expect(refusal?.message).toMatch(/^[^\n]*open http:\/\/127\.0\.0\.1:7655\/ instead, or see ROLLCALL_NAMES\.$/);
  });

  test("on port 80 browsers leave the port out", () => {
    expect(refusalOf(asking({ host: "localhost" }), 80)).toBeUndefined();
  });

  test("a page from elsewhere may not ask, not even one on this computer", () => {
    const host = "127.0.0.1:7655";
    expect(refusalOf(asking({ host, origin: `http://${host}` }))).toBeUndefined();
    for (const origin of ["http://localhost:7655", "http://127.0.0.1:3000", "https://127.0.0.1:7655", "null"])
      expect(refusalOf(asking({ host, origin }))?.code).toBe(403);
  });

  test.each(["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"])("%s is refused", (name) => {
    expect(refusalOf(asking({ host: "127.0.0.1:7655", [name]: "x" }))?.code).toBe(400);
  });
});

describe("where to listen", () => {
  test("loopback and port 7655 without settings", () => {
    expect(listenSettings({})).toMatchObject({ host: "127.0.0.1", port: 7655, proxies: [] });
    expect(listenSettings({ ROLLCALL_HOST: "[::1]", ROLLCALL_PORT: "0" })).toMatchObject({ host: "::1", port: 0 });
  });

  test.each(["65536", "-1", "http", "80.5", "1e3", " "])("the port '%s' is refused", (port) => {
    expect(() => listenSettings({ ROLLCALL_PORT: port })).toThrow(
      `ROLLCALL_PORT is ${/^\d+$/.test(port) ? port : JSON.stringify(port)}: it should be a port, a number from 1 to 65535 (default 7655)`,
    );
  });

  test("by its own names beyond this computer, and by those that it is given", () => {
    expect(listenSettings({ ROLLCALL_HOST: "192.168.1.2" }).names).toEqual([
      "127.0.0.1",
      "localhost",
      "[::1]",
      "192.168.1.2",
    ]);
    const everywhere = listenSettings({ ROLLCALL_HOST: "::", ROLLCALL_NAMES: "Home.lan, [FE80::1]" }).names;
    expect(everywhere).toEqual(expect.arrayContaining([hostname().toLowerCase(), "home.lan", "[fe80::1]"]));
  });

  test("a proxy is given by its address", () => {
    expect(listenSettings({ ROLLCALL_PROXY: "127.0.0.1, ::1" }).proxies).toEqual(["127.0.0.1", "::1"]);
    expect(() => listenSettings({ ROLLCALL_PROXY: "nginx" })).toThrow(
      'ROLLCALL_PROXY has "nginx": it should be addresses such as 127.0.0.1, separated by commas',
    );
  });
});

describe("behind a proxy", () => {
  const behind = place(7655, { ROLLCALL_PROXY: "127.0.0.1", ROLLCALL_NAMES: "presence.example.com" });
  const forwarded = {
    host: "127.0.0.1:7655",
    "x-forwarded-host": "presence.example.com",
    "x-forwarded-proto": "https",
    "x-forwarded-for": "203.0.113.9, 198.51.100.7",
  };

  test("its word on where a request comes from is believed, and of that the last", () => {
    const caller = { kind: "caller", address: "198.51.100.7", isSecure: true, isHere: false };
    expect(admit(asking(forwarded), behind)).toEqual(caller);
    const posted = { ...forwarded, origin: "https://presence.example.com" };
    expect(admit(asking(posted, "/sign-in", "POST"), behind)).toEqual(caller);
  });

  test("nobody else's is, and no other name", () => {
    expect(admit(asking(forwarded, "/", "GET", "192.168.1.9"), behind)).toMatchObject({ code: 400 });
    expect(admit(asking({ ...forwarded, "x-forwarded-host": "evil.example" }), behind)).toMatchObject({ code: 403 });
    const origin = "http://presence.example.com";
    expect(admit(asking({ ...forwarded, origin }, "/sign-in", "POST"), behind)).toMatchObject({ code: 403 });
  });

  test("a caller from another computer is not here, though it asks directly", () => {
    const beyond = place(7655, { ROLLCALL_HOST: "192.168.1.2" });
    const host = "192.168.1.2:7655";
    expect(admit(asking({ host }, "/", "GET", "::ffff:192.168.1.9"), beyond)).toEqual({
      kind: "caller",
      address: "192.168.1.9",
      isSecure: false,
      isHere: false,
    });
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

  const knock = (url: string, { method = "GET", cookie = "", isHere = true, isSecure = false } = {}) =>
    atTheDoor(access, { url, method, headers: { cookie } } as IncomingMessage, {
      port: 7655,
      nowMs: 1_000,
      caller: { isHere, isSecure },
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

  test("looking ahead with HEAD does not use up the key", () => {
    const key = access.makeKey(0);
    expect(knock(`/?key=${key}`, { method: "HEAD" })).toEqual({ kind: "out", keyWasTried: false });
    expect(knock(`/?key=${key}`).kind).toBe("redirect");
  });

  test("a key opens on this computer alone, and over https the cookie stays there", () => {
    const key = access.makeKey(0);
    expect(knock(`/?key=${key}`, { isHere: false })).toEqual({ kind: "out", keyWasTried: true });
    const passage = knock(`/?key=${key}`, { isSecure: true });
    expect(passage.kind === "redirect" && passage.cookie).toMatch(/; Secure$/);
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
    expect(refusalOf(asking(headers, "/contact/1"))).toBeUndefined();
    expect(refusalOf(asking(headers, "/export/spans.csv?from=-271821-04-21"))?.code).toBe(403);
    expect(refusalOf(asking(headers, "/api/live"))?.code).toBe(403);
  });

  test("is told from one of our own pages and from a bookmark", () => {
    for (const site of ["same-origin", "none"]) {
      expect(refusalOf(asking({ host, "sec-fetch-site": site }, "/export/spans.csv"))).toBeUndefined();
    }
  });
});

test("what changes something must say that it comes from here", () => {
  const host = "127.0.0.1:7655";
  const post = (headers: Record<string, string>) =>
    refusalOf(asking({ host, ...headers }, "/api/contact/1/notes", "POST"))?.code;
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
  expect(refusalOf({ ...asking({ host: "127.0.0.1:7655" }), rawHeaders })?.code).toBe(400);
});
