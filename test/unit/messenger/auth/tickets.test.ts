import { inspect } from "node:util";
import { beforeEach, expect, test } from "vitest";
import { CredentialsRefused } from "../../../../collector/network/messenger/auth/credentials.ts";
import { Tickets } from "../../../../collector/network/messenger/auth/tickets.ts";
import { type HttpClient, HttpFailure, type HttpRequest } from "../../../../collector/network/messenger/net/http.ts";
import { parseXml, textAt } from "../../../../collector/network/messenger/soap/xml-reader.ts";
import { TestClock } from "../../../helpers/test-clock.ts";
import { rstAnswer, type TokenGiven } from "./token-answers.ts";

const SSO = { signIn: "sso" } as const;
const TOKENS = { signIn: "tokens" } as const;
const PASSPORT = { signIn: "passport" } as const;
const CHALLENGE = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1";

let clock: TestClock;
let requests: HttpRequest[];
let answer: (request: HttpRequest) => Promise<{ body: string; headers?: Record<string, string>; status?: number }>;

beforeEach(() => {
  clock = new TestClock();
  requests = [];
  answer = async (request) => ({ body: grant(request) });
});

const http: HttpClient = async (request) => {
  requests.push(request);
  request.signal?.throwIfAborted();
  const { body, headers = {}, status = 200 } = await answer(request);
  request.signal?.throwIfAborted();
  return { status, headers, body: once(body) };
};

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** A ticket for everything that is asked for, numbered by the request. */
function grant({ body }: HttpRequest, except: readonly string[] = []): string {
  const tokens = wishes(String(body)).filter(({ domain }) => !except.includes(domain));
  return rstAnswer(
    tokens.map(
      ({ domain }): TokenGiven => ({
        domain,
        value: `t=${domain}-${requests.length}&p=`,
        ...(domain === "messengerclear.live.com" && { secret: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX" }),
      }),
    ),
  );
}

function wishes(body: string): { domain: string; policy: string | undefined }[] {
  const found: { domain: string; policy: string | undefined }[] = [];
  parseXml(body, {
    RequestSecurityToken(element) {
      const policy = element.children.find(({ name }) => name === "PolicyReference")?.attributes?.URI;
      found.push({ domain: textAt(element, "AppliesTo/EndpointReference/Address") ?? "", policy });
    },
  });
  return found;
}

function tickets(): Tickets {
  return new Tickets({
    http,
    clock,
    services: { nexus: "https://nexus.example/rdr/pprdr.asp", rst: "https://login.example/RST.srf" },
    credentials: { address: "alice@example.com", password: "hunter2" },
  });
}

test("one request brings what MSNP15 needs to sign in, and what its services need", async () => {
  const store = tickets();
  const ticket = await store.forSignIn(SSO, "MBI_KEY_OLD");
  expect(ticket).toMatchObject({ domain: "messengerclear.live.com" });
  expect([ticket.value, ticket.secret]).toEqual(["t=messengerclear.live.com-1&p=", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"]);
  expect((await store.forService("contacts.msn.com")).value).toBe("t=contacts.msn.com-1&p=");
  expect((await store.forService("messenger.msn.com")).value).toBe("t=messenger.msn.com-1&p=");
  expect((await store.forService("messengersecure.live.com")).value).toBe("t=messengersecure.live.com-1&p=");
  expect(requests).toHaveLength(1);
  expect(wishes(String(requests[0]?.body))).toEqual([
    { domain: "http://Passport.NET/tb", policy: undefined },
    { domain: "messengerclear.live.com", policy: "MBI_KEY_OLD" },
    { domain: "contacts.msn.com", policy: "MBI" },
    { domain: "messenger.msn.com", policy: "?id=507" },
    { domain: "messengersecure.live.com", policy: "MBI_SSL" },
  ]);
});

test("MSNP12 to 14 sign in with a ticket whose policy is the server's challenge", async () => {
  const store = tickets();
  const ticket = await store.forSignIn(TOKENS, CHALLENGE);
  expect(ticket.value).toBe("t=messenger.msn.com-1&p=");
  expect(wishes(String(requests[0]?.body))[1]).toEqual({
    domain: "messenger.msn.com",
    policy: "?ct=1&rver=1&wp=FS_40SEC_0_COMPACT&lc=1&id=1",
  });
  // Where the same address is a service, the same ticket will do.
  expect(await store.forService("messenger.msn.com")).toBe(ticket);
});

test("a ticket is kept, and fetched anew half a minute before it expires", async () => {
  const store = tickets();
  const first = await store.forSignIn(SSO, "MBI_KEY_OLD");
  await clock.advance(86_400_000 - 30_001);
  expect(await store.forSignIn(SSO, "MBI_KEY_OLD")).toBe(first);
  await clock.advance(1);
  const second = await store.forSignIn(SSO, "MBI_KEY_OLD");
  expect(second.value).toBe("t=messengerclear.live.com-2&p=");
  expect(requests).toHaveLength(2);
});

test("another challenge needs another ticket", async () => {
  const store = tickets();
  await store.forSignIn(TOKENS, "ct=1");
  await store.forSignIn(TOKENS, "ct=2");
  await store.forSignIn(SSO, "MBI_KEY_OLD");
  await store.forSignIn(SSO, "MBI");
  expect(requests).toHaveLength(4);
});

test("tickets that live shorter than half a minute, or for an unknown time, are used once", async () => {
  answer = async (request) => ({
    body: grant(request).replaceAll("2026-11-23T14:05:28Z", requests.length === 1 ? "2026-11-22T14:05:48Z" : ""),
  });
  const store = tickets();
  for (let count = 1; count <= 3; count++) {
    expect((await store.forSignIn(SSO, "MBI_KEY_OLD")).value).toBe(`t=messengerclear.live.com-${count}&p=`);
  }
});

test("callers at the same time share one request", async () => {
  const store = tickets();
  const got = await Promise.all([
    store.forSignIn(SSO, "MBI_KEY_OLD"),
    store.forSignIn(SSO, "MBI_KEY_OLD"),
    store.forService("contacts.msn.com"),
  ]);
  expect(requests).toHaveLength(1);
  expect(got[0]).toBe(got[1]);
});

test("there is never more than one request at a time", async () => {
  let running = 0;
  let most = 0;
  answer = async (request) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    return { body: grant(request) };
  };
  const store = tickets();
  await Promise.all(["a", "b", "a", "c"].map((policy) => store.forSignIn(SSO, policy)));
  expect(most).toBe(1);
});

test("one caller leaves, the others get their ticket; when all leave, the request is given up", async () => {
  let release = (): void => undefined;
  let aborted: AbortSignal | undefined;
  answer = async (request) => {
    aborted = request.signal;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return { body: grant(request) };
  };
  const store = tickets();
  const leaver = new AbortController();
  const left = store.forSignIn(SSO, "MBI_KEY_OLD", leaver.signal);
  const stays = store.forSignIn(SSO, "MBI_KEY_OLD");
  leaver.abort(new Error("left"));
  await expect(left).rejects.toThrow("left");
  expect(aborted?.aborted).toBe(false);
  release();
  expect((await stays).value).toContain("t=");

  const last = new AbortController();
  const gone = store.forSignIn(SSO, "other", last.signal);
  await Promise.resolve();
  last.abort(new Error("left too"));
  await expect(gone).rejects.toThrow("left too");
  expect(aborted?.aborted).toBe(true);
  // Whoever comes next does not inherit that.
  const next = store.forSignIn(SSO, "other");
  release();
  answer = async (request) => ({ body: grant(request) });
  expect((await next).value).toContain("t=");
});

test("a request that fails fails all who share it, and is tried anew by the next", async () => {
  const store = tickets();
  answer = async () => {
    throw new HttpFailure("down");
  };
  const both = await Promise.allSettled([store.forSignIn(SSO, "a"), store.forSignIn(SSO, "a")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(requests).toHaveLength(1);
  answer = async (request) => ({ body: grant(request) });
  expect((await store.forSignIn(SSO, "a")).value).toContain("t=");
});

test("a refused ticket is fetched once more; then the refusal counts", async () => {
  const store = tickets();
  const first = await store.forSignIn(SSO, "MBI_KEY_OLD");
  const contacts = await store.forService("contacts.msn.com");
  expect(store.refused(first)).toBe(true);
  const second = await store.forSignIn(SSO, "MBI_KEY_OLD");
  expect(second).not.toBe(first);
  expect(store.refused(second)).toBe(false);
  // A person has looked at it meanwhile.
  const third = await store.forSignIn(SSO, "MBI_KEY_OLD");
  store.accepted(third);
  expect(store.refused(third)).toBe(true);
  expect(contacts.value).toBe("t=contacts.msn.com-1&p=");
});

test("a refusal after one that was taken is the first again; other domains do not matter", async () => {
  const store = tickets();
  const first = await store.forSignIn(SSO, "MBI_KEY_OLD");
  expect(store.refused(first)).toBe(true);
  expect(store.refused(await store.forService("contacts.msn.com"))).toBe(true);
  store.accepted(await store.forSignIn(SSO, "MBI_KEY_OLD"));
  expect(store.refused(await store.forSignIn(SSO, "MBI_KEY_OLD"))).toBe(true);
});

test("refusing an old ticket does not throw away the new one", async () => {
  const store = tickets();
  const first = await store.forSignIn(SSO, "a");
  store.refused(first);
  const second = await store.forSignIn(SSO, "a");
  store.refused(first);
  expect(await store.forSignIn(SSO, "a")).toBe(second);
});

test("a service that gives less than what is needed says what is missing", async () => {
  answer = async (request) => ({ body: grant(request, ["contacts.msn.com"]) });
  const store = tickets();
  await store.forSignIn(SSO, "MBI_KEY_OLD");
  await expect(store.forService("contacts.msn.com")).rejects.toThrow(
    "https://login.example gave no ticket for contacts.msn.com",
  );
});

test("a sign-in ticket without its key is no use, and is not kept", async () => {
  answer = async (request) => ({ body: grant(request).replace(/<wst:BinarySecret>A[^<]*<\/wst:BinarySecret>/, "") });
  const store = tickets();
  await expect(store.forSignIn(SSO, "MBI_KEY_OLD")).rejects.toThrow("a ticket without a key");
  answer = async (request) => ({ body: grant(request) });
  expect((await store.forSignIn(SSO, "MBI_KEY_OLD")).secret).toBeDefined();
});

test("Passport's tickets are fetched for each sign-in, and the nexus is asked once", async () => {
  answer = async ({ url }) =>
    url.includes("nexus")
      ? { body: "", headers: { passporturls: "DALogin=login.example/login2.srf" } }
      : { body: "", headers: { "authentication-info": `Passport1.4 from-PP='${requests.length}'` } };
  const store = tickets();
  expect((await store.forSignIn(PASSPORT, CHALLENGE)).value).toBe("2");
  expect((await store.forSignIn(PASSPORT, CHALLENGE)).value).toBe("3");
  expect(requests.map(({ url }) => url)).toEqual([
    "https://nexus.example/rdr/pprdr.asp",
    "https://login.example/login2.srf",
    "https://login.example/login2.srf",
  ]);
});

test("a login server that does not work is looked up anew; one that refuses the password is not", async () => {
  let login: { status: number; headers?: Record<string, string> } = { status: 503 };
  answer = async ({ url }) =>
    url.includes("nexus")
      ? { body: "", headers: { passporturls: "DALogin=login.example/login2.srf" } }
      : { body: "", ...login };
  const store = tickets();
  await expect(store.forSignIn(PASSPORT, CHALLENGE)).rejects.toThrow(HttpFailure);
  login = { status: 401 };
  await expect(store.forSignIn(PASSPORT, CHALLENGE)).rejects.toThrow(CredentialsRefused);
  await expect(store.forSignIn(PASSPORT, CHALLENGE)).rejects.toThrow(CredentialsRefused);
  expect(requests.map(({ url }) => new URL(url).hostname.split(".")[0])).toEqual([
    "nexus",
    "login",
    "nexus",
    "login",
    "login",
  ]);
});

test("no log shows a ticket, a key or the password", async () => {
  const store = tickets();
  const ticket = await store.forSignIn(SSO, "MBI_KEY_OLD");
  const shown = [store, ticket, { ticket, store }].flatMap((one) => [
    inspect(one, { depth: 9, showHidden: true }),
    JSON.stringify(one),
    String(one),
  ]);
  for (const text of shown) expect(text).not.toMatch(/hunter2|t=|AAEC/);
});
