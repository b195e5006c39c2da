import fc from "fast-check";
import { expect, test } from "vitest";
import { CredentialsRefused } from "../../../../collector/network/messenger/auth/credentials.ts";
import { fetchTokens, tokenRequest, type Wish } from "../../../../collector/network/messenger/auth/rst.ts";
import type { Ticket } from "../../../../collector/network/messenger/auth/ticket.ts";
import { type HttpClient, HttpFailure, type HttpRequest } from "../../../../collector/network/messenger/net/http.ts";
import { parseXml, textAt, type XmlElement } from "../../../../collector/network/messenger/soap/xml-reader.ts";
import { readRecording } from "../../../helpers/transcript.ts";
import { rst2Answer, rstAnswer, type TokenGiven } from "./token-answers.ts";

const NOW_MS = Date.UTC(2026, 10, 22, 14, 5, 28);
const ALICE = { address: "alice@example.com", password: "alicepw" };
const WISHES: readonly Wish[] = [
  { domain: "messengerclear.live.com", policy: "MBI_KEY_OLD" },
  { domain: "contacts.msn.com", policy: "MBI" },
  { domain: "messenger.msn.com", policy: "?id=507" },
];

const TOKENS: readonly TokenGiven[] = [
  { domain: "messengerclear.live.com", value: "t=abc+/==&p=", secret: "tgoPVK67sU36fQKlGLMgWgTXp7oiaQgE" },
  { domain: "contacts.msn.com", value: "t=def&p=" },
  { domain: "messenger.msn.com", value: "t=ghi&p=" },
];

interface Reply {
  body: string | Uint8Array;
  status?: number;
}

/** A service that gives these answers in turn, each in pieces of so many bytes. */
function serving(replies: readonly Reply[], pieceBytes = 1_000): { http: HttpClient; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const http: HttpClient = async (request) => {
    const { body, status = 200 } = replies[Math.min(requests.length, replies.length - 1)] as Reply;
    requests.push(request);
    return { status, headers: {}, body: pieces(Buffer.from(body as string), pieceBytes) };
  };
  return { http, requests };
}

async function* pieces(bytes: Buffer, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function ask({ http }: { http: HttpClient }, url = "https://login.example/RST.srf") {
  return fetchTokens(url, ALICE, WISHES, { http, nowMs: NOW_MS });
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
}

function contents(tickets: ReadonlyMap<string, Ticket>) {
  return [...tickets.values()].map(({ domain, value, secret, expiresMs }) => ({ domain, value, secret, expiresMs }));
}

const fault = (code: string, more = "") =>
  `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Fault><faultcode>${code}</faultcode><faultstring>Something</faultstring>${more}</S:Fault></S:Envelope>`;

test("one request asks for all domains, with their policies, after Passport's own", () => {
  const asked: [string | undefined, string | undefined][] = [];
  parseXml(tokenRequest(ALICE, WISHES), {
    RequestSecurityToken(element) {
      const policy = element.children.find(({ name }) => name === "PolicyReference")?.attributes?.URI;
      asked.push([textAt(element, "AppliesTo/EndpointReference/Address"), policy]);
    },
  });
  expect(asked).toEqual([
    ["http://Passport.NET/tb", undefined],
    ["messengerclear.live.com", "MBI_KEY_OLD"],
    ["contacts.msn.com", "MBI"],
    ["messenger.msn.com", "?id=507"],
  ]);
});

test("there is no white space between the elements of a request", () => {
  expect(tokenRequest(ALICE, WISHES)).not.toMatch(/>\s+</);
});

test("any address and any password arrive as they are", () => {
  const awkward = fc.string({ unit: fc.constantFrom(..."<>&\"']%,= \t\n\räß€😀".split("")) });
  fc.assert(
    fc.property(fc.oneof(awkward, fc.string({ unit: "grapheme" })), (text) => {
      let read: XmlElement | undefined;
      parseXml(tokenRequest({ address: text, password: text }, WISHES), {
        UsernameToken(element) {
          read = element;
        },
      });
      const speakable = text.toWellFormed().replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
      expect(read && textAt(read, "Password")).toBe(speakable);
      expect(read && textAt(read, "Username")).toBe(speakable);
    }),
    { seed: 12, numRuns: 300 },
  );
});

test("tickets come by domain, unescaped, with their key and how long they live", async () => {
  const service = serving([
    { body: rstAnswer(TOKENS, { created: "2026-11-22T14:05:28Z", expires: "2026-11-23T14:05:28Z" }) },
  ]);
  expect(contents(await ask(service))).toEqual(
    TOKENS.map((token) => ({ secret: undefined, ...token, expiresMs: NOW_MS + 86_400_000 })),
  );
  expect(service.requests[0]).toMatchObject({
    method: "POST",
    url: "https://login.example/RST.srf",
    headers: { "Content-Type": "text/xml; charset=utf-8" },
  });
});

test("RST2, whose namespaces and spelling differ, is read as well", async () => {
  const service = serving([
    { body: rst2Answer(TOKENS, { created: "2026-11-22T14:05:28Z", expires: "2026-11-22T15:05:28Z" }) },
  ]);
  expect(contents(await ask(service))).toEqual(
    TOKENS.map((token) => ({ secret: undefined, ...token, expiresMs: NOW_MS + 3_600_000 })),
  );
});

test("a service whose clock is wrong does not shorten its tickets' lives", async () => {
  const service = serving([
    { body: rstAnswer(TOKENS, { created: "2020-01-01T00:00:00Z", expires: "2020-01-02T00:00:00Z" }) },
  ]);
  expect((await ask(service)).get("contacts.msn.com")?.expiresMs).toBe(NOW_MS + 86_400_000);
});

test("a ticket that does not say how long it lives is to be used at once", async () => {
  const service = serving([{ body: rstAnswer(TOKENS, { created: "", expires: "soon" }) }]);
  expect((await ask(service)).get("contacts.msn.com")?.expiresMs).toBeUndefined();
});

test("tickets for domains that nobody asked for, and Passport's sealed one, are let go", async () => {
  const more = [...TOKENS, { domain: "spaces.live.com", value: "t=x&p=" }];
  expect((await ask(serving([{ body: rstAnswer(more) }]))).size).toBe(3);
});

test("a value that cannot stand in a command is no ticket", async () => {
  const bad = [{ domain: "contacts.msn.com", value: "t=x y" }, TOKENS[2] as TokenGiven];
  expect([...(await ask(serving([{ body: rstAnswer(bad) }]))).keys()]).toEqual(["messenger.msn.com"]);
});

test("the recorded refusals are refusals", async () => {
  const bodies: string[] = [];
  for (const name of ["msnp12", "msnp13", "msnp15", "msnp16", "msnp18"]) {
    for (const { steps } of readRecording(`${name}-wrong-password`).conversations) {
      for (const step of steps) if (step.kind === "response") bodies.push(step.response.body?.text ?? "");
    }
  }
  expect(bodies.length).toBeGreaterThan(8);
  for (const body of bodies) expect(await failure(ask(serving([{ body }])))).toBeInstanceOf(CredentialsRefused);
});

test("the recorded tickets, which were cut off in the recording, are no answer", async () => {
  for (const { steps } of readRecording("msnp15-presence").conversations) {
    for (const step of steps) {
      if (step.kind !== "response" || !step.response.body?.text.includes("RequestSecurityTokenResponse")) continue;
      const error = await failure(ask(serving([{ body: step.response.body.text }])));
      expect(error).toBeInstanceOf(HttpFailure);
      expect(error.message).toMatch(/^the answer of https:\/\/login\.example ends in the middle/);
    }
  }
});

test("RST2's refusal is one, and so is one with HTTP 500", async () => {
  const nested =
    '<S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope"><S:Body><S:Fault><S:Code><S:Value>S:Sender</S:Value><S:Subcode><S:Value>wst:FailedAuthentication</S:Value></S:Subcode></S:Code><S:Reason><S:Text xml:lang="en-US">Authentication Failure</S:Text></S:Reason></S:Fault></S:Body></S:Envelope>';
  expect(await failure(ask(serving([{ body: nested }])))).toBeInstanceOf(CredentialsRefused);
  const error = await failure(ask(serving([{ body: fault("wsse:FailedAuthentication"), status: 500 }])));
  expect(error).toBeInstanceOf(CredentialsRefused);
  expect(error).toMatchObject({ code: "credentials" });
  expect(error.message).not.toContain("alicepw");
});

test("a redirect is followed with the same request", async () => {
  const there = "<psf:redirectUrl>https://other.example/RST.srf</psf:redirectUrl>";
  const service = serving([{ body: fault("psf:Redirect", there) }, { body: rstAnswer(TOKENS) }]);
  expect((await ask(service)).size).toBe(3);
  expect(service.requests.map(({ url }) => url)).toEqual([
    "https://login.example/RST.srf",
    "https://other.example/RST.srf",
  ]);
  expect(service.requests[1]?.body).toBe(service.requests[0]?.body);
});

test("redirects in a circle, or to where nothing is encrypted, are not followed", async () => {
  const to = (url: string) => [{ body: fault("psf:Redirect", `<psf:redirectUrl>${url}</psf:redirectUrl>`) }];
  expect((await failure(ask(serving(to("https://login.example/RST.srf"))))).message).toMatch(/sends us in a circle/);
  expect((await failure(ask(serving(to("http://other.example/"))))).message).toMatch(/where a password must not go/);
  expect((await failure(ask(serving([{ body: fault("psf:Redirect") }])))).message).toMatch(/does not say where to/);
});

test.each([
  [{ body: fault("S:Client") }, 'https://login.example gave no ticket and answered "Client: Something"'],
  [{ body: rstAnswer([]) }, "https://login.example answered with HTTP 200 and no ticket"],
  [{ body: "", status: 503 }, "https://login.example answered with HTTP 503: check the address of the token service"],
  [
    { body: "<!DOCTYPE html><html>" },
    "the answer of https://login.example has a DOCTYPE, as a web page and no service's XML has: check the address of the token service",
  ],
])("a service that is in trouble, or none, says so", async (reply, message) => {
  const error = await failure(ask(serving([reply])));
  expect(error).toBeInstanceOf(HttpFailure);
  expect(error.message).toBe(message);
});

test("an answer cut at any byte is a failure, and at none a crash or half of the tickets", async () => {
  const whole = Buffer.from(rstAnswer(TOKENS));
  for (let end = 0; end < whole.length - 1; end++) {
    expect(await failure(ask(serving([{ body: whole.subarray(0, end) }], 100_000)))).toBeInstanceOf(HttpFailure);
  }
});

test("an answer arrives the same in pieces of any size", async () => {
  const whole = contents(await ask(serving([{ body: rstAnswer(TOKENS) }])));
  for (const size of [1, 2, 7, 1_000_000]) {
    expect(contents(await ask(serving([{ body: rstAnswer(TOKENS) }], size)))).toEqual(whole);
  }
});

test("an answer without end is cut off", async () => {
  const http: HttpClient = async () => ({
    status: 200,
    headers: {},
    body: (async function* () {
      yield Buffer.from("<a>");
      for (;;) yield Buffer.alloc(100_000, "<b/>");
    })(),
  });
  expect((await failure(ask({ http }))).message).toMatch(/is longer than \d+ bytes/);
});
