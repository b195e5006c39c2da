import { mkdtempSync, rmSync } from "node:fs";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { refuseCaller } from "../../../dashboard/gate/caller.ts";
import { atTheDoor } from "../../../dashboard/gate/door.ts";
import { Access } from "../../../db/access/access.ts";
import { listenSettings } from "../../../db/settings/listen.ts";

/** A request with these headers. */
function asking(headers: IncomingHttpHeaders, url = "/") {
  return { headers, rawHeaders: Object.entries(headers).flatMap(([name, value]) => [name, String(value)]), url };
}

describe("who may call", () => {
  test.each(["127.0.0.1:7655", "localhost:7655", "LOCALHOST:7655", "[::1]:7655"])("%s is this dashboard", (host) => {
    expect(refuseCaller(asking({ host }), 7655)).toBeUndefined();
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
    const refusal = refuseCaller(asking({ host }), 7655);
    expect(refusal?.code).toBe(403);
    expect(refusal?.message).toMatch(/^[^\n]*open http:\/\/127\.0\.0\.1:7655\/ instead\.$/);
  });

  test("on port 80 browsers leave the port out", () => {
    expect(refuseCaller(asking({ host: "localhost" }), 80)).toBeUndefined();
  });

  test("a page from elsewhere may not ask, not even one on this computer", () => {
    const host = "127.0.0.1:7655";
    expect(refuseCaller(asking({ host, origin: `http://${host}` }), 7655)).toBeUndefined();
    for (const origin of ["http://localhost:7655", "http://127.0.0.1:3000", "https://127.0.0.1:7655", "null"])
      expect(refuseCaller(asking({ host, origin }), 7655)?.code).toBe(403);
  });

  test.each(["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"])("%s is refused", (name) => {
    expect(refuseCaller(asking({ host: "127.0.0.1:7655", [name]: "x" }), 7655)?.code).toBe(400);
  });
});

describe("where to listen", () => {
  test("loopback and port 7655 without settings", () => {
    expect(listenSettings({})).toEqual({ host: "127.0.0.1", port: 7655 });
    expect(listenSettings({ ROLLCALL_HOST: "[::1]", ROLLCALL_PORT: "0" })).toEqual({ host: "::1", port: 0 });
  });

  test.each(["65536", "-1", "http", "80.5", "1e3", " "])("the port '%s' is refused", (port) => {
    expect(() => listenSettings({ ROLLCALL_PORT: port })).toThrow(
      `ROLLCALL_PORT is ${/^\d+$/.test(port) ? port : JSON.stringify(port)}: it should be a port, a number from 1 to 65535 (default 7655)`,
    );
  });

  test.each(["0.0.0.0", "192.168.1.2", "::", "example.com"])("%s would need a password", (host) => {
    expect(() => listenSettings({ ROLLCALL_HOST: host })).toThrow(/needs a password.*ssh -L 7655:127\.0\.0\.1:7655/);
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

  const knock = (url: string, { method = "GET", cookie = "" } = {}) =>
    atTheDoor(access, { url, method, headers: { cookie } } as IncomingMessage, 7655, 1_000);

  test("a key becomes a cookie once, and leaves the address", () => {
    const key = access.makeKey(0);
    const passage = knock(`/contact/3?tz=UTC&key=${key}`);
    expect(passage).toMatchObject({ kind: "redirect", location: "/contact/3?tz=UTC" });
    const cookie = passage.kind === "redirect" ? (passage.cookie ?? "") : "";
    expect(cookie).toMatch(/^rollcall_7655=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
    expect(knock("/", { cookie: cookie.split(";", 1)[0] ?? "" })).toEqual({ kind: "in" });
    expect(knock(`/?key=${key}`)).toEqual({ kind: "out", keyWasTried: true });
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
    expect(refuseCaller(asking(headers, "/contact/1"), 7655)).toBeUndefined();
    expect(refuseCaller(asking(headers, "/export/spans.csv?from=-271821-04-21"), 7655)?.code).toBe(403);
    expect(refuseCaller(asking(headers, "/api/live"), 7655)?.code).toBe(403);
  });

  test("is told from one of our own pages and from a bookmark", () => {
    for (const site of ["same-origin", "none"]) {
      expect(refuseCaller(asking({ host, "sec-fetch-site": site }, "/export/spans.csv"), 7655)).toBeUndefined();
    }
  });
});

test("what changes something must say that it comes from here", () => {
  const host = "127.0.0.1:7655";
  const post = (headers: Record<string, string>) =>
    refuseCaller({ ...asking({ host, ...headers }, "/api/contact/1/notes"), method: "POST" }, 7655)?.code;
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
  expect(refuseCaller({ headers: { host: "127.0.0.1:7655" }, rawHeaders, url: "/" }, 7655)?.code).toBe(400);
});
