import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { guestMay, keepOnlyPlainHeaders } from "../../../dashboard/gate/guest.ts";
import { Access } from "../../../db/access/access.ts";

const OWN = [
  { id: 7, name: "Anna", account: "me@example.com", address: "anna@example.com" },
  { id: 12, name: "Ben", account: "work@example.com", address: "ben@example.com" },
];
const ANNA = "contact=anna%40example.com&account=me%40example.com";

describe("a guest", () => {
  test.each([
    "/contact/7",
    "/contact/12?tz=UTC&range=4w&day=2026-11-01",
    `/export/events.csv?${ANNA}&tz=UTC`,
    `/export/hourly.csv?${ANNA}&from=2026-01-01&to=2026-02-01`,
    `/export/spans.csv?${ANNA.replace("me", "Me")}`,
    "/_next/static/chunks/main.js",
  ])("may ask for %s, and only look", (url) => {
    expect(guestMay({ method: "GET", url }, OWN)).toBe(true);
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
      expect(guestMay({ method, url }, OWN)).toBe(false);
  });

  test.each([
    "/",
    "/everyone",
    "/coverage",
    "/settings",
    "/api/live",
    "/api/session",
    "/api/v1/contacts",
    "/api/contact/7/notes",
    "/contact/8",
    "/contact/07",
    "/contact/7/",
    "/contact/7/x",
    "/contact/7.rsc",
    "/contact/%37",
    "//contact/7",
    "/contact/8/../7",
    "/contact/7/../8",
    "/contact/7/%2e%2e/8",
    "/contact/7\\..\\8",
    "/CONTACT/7",
    "/_next/image?url=/x",
    "/_next/data/x/contact/7.json",
    "/_next/static/../../settings",
    "/export/events.csv",
    "/export/events.csv?contact=anna%40example.com",
    "/export/events.csv?account=me%40example.com",
    "/export/events.csv?contact=&account=",
    "/export/events.csv?contact=ben%40example.com&account=me%40example.com",
    "/export/events.csv?contact=dmitri%40example.com&account=me%40example.com",
    `/export/events.csv?${ANNA}&contact=dmitri%40example.com`,
    `/export/events.csv?contact=&${ANNA}`,
    `/export/events.csv?${ANNA}&contacts=all`,
    `/export/coverage.csv?${ANNA}`,
    `/export/events.jsonl?${ANNA}`,
    `/export/events.csv?a?${ANNA}`,
  ])("may not ask for %s", (url) => {
    expect(guestMay({ method: "GET", url }, OWN)).toBe(false);
  });

  test("sends no header that Next could take for its own", () => {
    const request = {
      headers: {
        host: "x",
        rsc: "1",
        cookie: "a=b",
        "x-middleware-subrequest": "x",
        "next-action": "x",
        "x-matched-path": "/",
      },
    };
    keepOnlyPlainHeaders(request);
    expect(request.headers).toEqual({ host: "x", rsc: "1" });
  });
});

describe("a guest's link", () => {
  let folder: string;
  let access: Access;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollcall-guest-"));
    access = new Access(folder);
  });
  afterEach(() => {
    access.close();
    rmSync(folder, { recursive: true });
  });

  const contacts = [{ account: "Me@example.com", address: "Anna@example.com" }];

  test("opens until its time is over, and what it opened ends with it", () => {
    const secret = access.inviteGuest({ name: " Mum ", contacts, untilMs: 1_000 }, 0);
    const token = access.admitGuest(secret, 999) ?? "";
    expect(access.findGuest(token, 999)).toMatchObject({
      name: "Mum",
      untilMs: 1_000,
      contacts: [{ account: "me@example.com", address: "anna@example.com" }],
    });
    expect(access.listGuests(999)).toMatchObject([{ name: "Mum", seenMs: 999 }]);
    expect(access.admitGuest(secret, 1_000)).toBeUndefined();
    expect(access.findGuest(token, 1_000)).toBeUndefined();
    expect(access.listGuests(1_000)).toEqual([]);
  });

  test("is no key, no session and no token of the owner's", () => {
    const secret = access.inviteGuest({ name: "Mum", contacts, untilMs: 1_000 }, 0);
    const token = access.admitGuest(secret, 1) ?? "";
    for (const word of [secret, token]) {
      expect(access.findSession(word, 1)).toBeUndefined();
      expect(access.redeemKey(word, 1)).toBeUndefined();
      expect(access.findToken(word, 1)).toBeUndefined();
    }
    expect(access.findGuest(secret, 1)).toBeUndefined();
    expect(access.findGuest(access.startSession(1), 1)).toBeUndefined();
  });

  test("is taken back with all that it opened", () => {
    const secret = access.inviteGuest({ name: "Mum", contacts, untilMs: 1_000 }, 0);
    const token = access.admitGuest(secret, 1) ?? "";
    const [guest] = access.listGuests(1);
    expect(access.endGuest(guest?.id ?? 0)).toBe(true);
    expect(access.endGuest(guest?.id ?? 0)).toBe(false);
    expect(access.findGuest(token, 1)).toBeUndefined();
    expect(access.admitGuest(secret, 1)).toBeUndefined();
  });

  test("names somebody, shows somebody, and lies in the future", () => {
    expect(() => access.inviteGuest({ name: " ", contacts, untilMs: 1 }, 0)).toThrow(/needs a name/);
    expect(() => access.inviteGuest({ name: "Mum", contacts: [], untilMs: 1 }, 0)).toThrow(/needs a contact/);
    expect(() => access.inviteGuest({ name: "Mum", contacts, untilMs: 1 }, 1)).toThrow(/over already/);
  });
});
