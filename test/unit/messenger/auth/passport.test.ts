import type { IncomingMessage, ServerResponse } from "node:http";
import fc from "fast-check";
import { afterEach, beforeAll, expect, test } from "vitest";
import { CredentialsRefused } from "../../../../collector/network/messenger/auth/credentials.ts";
import { fetchPassportTicket, findLoginServer } from "../../../../collector/network/messenger/auth/passport.ts";
import { type HttpClient, HttpFailure } from "../../../../collector/network/messenger/net/http.ts";
import { createHttpClient, type NodeHttpClient } from "../../../../collector/network/messenger/net/node-http.ts";
import { type Certificate, makeCa, makeServerCertificate } from "../../../helpers/certificates.ts";
import { type RunningServer, serveHttp, serveHttps } from "../../../helpers/http-server.ts";
import { readRecording } from "../../../helpers/transcript.ts";
import type { WebRequest, WebResponse } from "../../../helpers/transcript-web.ts";

const CHALLENGE = "ct=1,rver=1,wp=FS_40SEC_0_COMPACT,lc=1,id=1";
const ALICE = { address: "alice@example.com", password: "alicepw" };

let ca: Certificate;
let certificate: Certificate;
let http: NodeHttpClient;

beforeAll(async () => {
  ca = await makeCa();
  certificate = await makeServerCertificate(ca);
  http = createHttpClient({ ca: ca.cert });
});

afterEach(() => http.close());

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(listener: Listener): Promise<RunningServer> {
  return await serveHttps(certificate, listener);
}

/** A server whose every answer has these headers. */
async function saying(headers: Record<string, string>, status = 200): Promise<RunningServer> {
  return await serve((_, response) => void response.writeHead(status, headers).end("200: OK"));
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing failed");
}

/** The recorded requests and responses of a file, answered by path. */
async function recorded(name: string): Promise<{ http: HttpClient; requests: WebRequest[] }> {
  const requests: WebRequest[] = [];
  const responses: WebResponse[] = [];
  for (const { steps } of readRecording(name).conversations) {
    for (const step of steps) {
      if (step.kind === "request") requests.push(step.request);
      if (step.kind === "response") responses.push(step.response);
    }
  }
  const replay: HttpClient = async ({ url, headers }) => {
    const { pathname } = new URL(url);
    const at = requests.findIndex(
      (one) => one.path === pathname && (one.headers.Authorization ?? "") === (headers.Authorization ?? ""),
    );
    const response = responses[at];
    if (!response) throw new Error(`not in the recording: ${pathname} ${JSON.stringify(headers)}`);
    const lowered = Object.fromEntries(
      Object.entries(response.headers).map(([key, value]) => [key.toLowerCase(), value]),
    );
    return { status: response.status, headers: lowered, body: bytes(response.body?.text ?? "") };
  };
  return { http: replay, requests };
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test.each(["msnp08-presence", "msnp09-presence", "msnp11-presence"])(
  "what we ask is what the recorded client of %s asked, and its ticket is found",
  async (name) => {
    const { http } = await recorded(name);
    const login = await findLoginServer("https://nexus.passport.com/rdr/pprdr.asp", { http });
    expect(login).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/login$/);
    expect(await fetchPassportTicket(login, ALICE, CHALLENGE, { http })).toMatch(/^[0-9a-f]{20}$/);
  },
);

test.each(["msnp08-wrong-password", "msnp11-wrong-password"])("the recorded refusal of %s is one", async (name) => {
  const { http } = await recorded(name);
  const wrong = { ...ALICE, password: "WRONG" };
  const error = await failure(fetchPassportTicket("https://127.0.0.1:1/login", wrong, CHALLENGE, { http }));
  expect(error).toBeInstanceOf(CredentialsRefused);
  expect(error).toMatchObject({ code: "credentials" });
  expect(error.message).not.toContain("WRONG");
});

test.each([
  ["PassportURLs", "DARealm=Passport.Net,DALogin=login.live.com/login2.srf,DAReg=https://x/,ConfigVersion=15"],
  ["passporturls", "DALogin=https://login.live.com/login2.srf"],
  ["PASSPORTURLS", " dalogin = https://login.live.com/login2.srf , ConfigVersion=1"],
])("the login server is found in %s: %s", async (header, value) => {
  const { origin } = await saying({ [header]: value });
  expect(await findLoginServer(`${origin}/rdr/pprdr.asp`, { http })).toBe("https://login.live.com/login2.srf");
});

test("a nexus that is none says so", async () => {
  const { origin } = await saying({}, 404);
  const error = await failure(findLoginServer(origin, { http }));
  expect(error).toBeInstanceOf(HttpFailure);
  expect(error.message).toBe(
    `${origin} answered with HTTP 404 and does not say where to log in: is its address that of a nexus?`,
  );
});

test("the ticket is taken as it stands between the quotes", async () => {
  const { origin } = await saying({
    "Authentication-Info":
      "Passport1.4 da-status=success,tname=MSPAuth,tname=MSPProf,from-PP='t=53*1hAu8ADuD3TEwdXoOMi08sD*2!cMrntTwVMTjoB3p6stWTqzbkKZPVQzA5NOt19SLI60PY!b8K4YhC!Ooo5ug$$&p=5eKBBC!yBH6ex5mftp!a9DrSb0B3hU8aqAWpaPn07iCGBw5akemiWSd7t2ot!okPvIR!Wqk!MKvi1IMpxfhkao9wpxlMWYAZ!DqRfACmyQGG112Bp9xrk04!BVBUa9*H9mJLoWw39m63YQRE1yHnYNv08nyz43D3OnMcaCoeSaEHVM7LpR*LWDme29qq2X3j8N',ru=http://messenger.msn.com",
  });
  expect(await fetchPassportTicket(origin, ALICE, CHALLENGE, { http })).toMatch(/^t=53\*1hAu8ADuD3.*&p=5eKBBC!.*j8N$/);
});

test("Authorization goes along on every redirect, which fetch would not do", async () => {
  const seen: (string | undefined)[] = [];
  const second = await serve((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(200, { "Authentication-Info": "Passport1.4 da-status=success,from-PP='abc'" }).end();
  });
  const first = await serve((request, response) => {
    seen.push(request.headers.authorization);
    const location = request.url === "/" ? "/next?x=1" : `${second.origin}/login`;
    response.writeHead(302, { Location: location, "Authentication-Info": "Passport1.4 da-status=redir" }).end();
  });
  expect(await fetchPassportTicket(first.origin, ALICE, CHALLENGE, { http })).toBe("abc");
  expect(seen).toHaveLength(3);
  expect(new Set(seen)).toEqual(
    new Set([
      `Passport1.4 OrgVerb=GET,OrgURL=http%3A%2F%2Fmessenger%2Emsn%2Ecom,sign-in=alice%40example.com,pwd=alicepw,${CHALLENGE}`,
    ]),
  );
});

test("redirects in a circle, without end, without a place, or out of encryption are not followed", async () => {
  const moving = async (location: (path: string) => string | undefined) => {
    const { origin } = await serve((request, response) => {
      const next = location(request.url ?? "");
      response.writeHead(302, next === undefined ? {} : { Location: next }).end();
    });
    return (await failure(fetchPassportTicket(`${origin}/0`, ALICE, CHALLENGE, { http }))).message;
  };
  expect(await moving((path) => (path === "/0" ? "/1" : "/0"))).toMatch(/sends us in a circle$/);
  expect(await moving((path) => `/${Number(path.slice(1)) + 1}`)).toMatch(/sends us on once more after 5 times$/);
  expect(await moving(() => undefined)).toMatch(/does not say where to$/);
  expect(await moving(() => "http://example.com/?pwd=alicepw")).toMatch(
    /sends us on to "http:\/\/example\.com", where a password must not go$/,
  );
  expect(await moving(() => "ftp://127.0.0.1/")).toMatch(/where a password must not go$/);
});

test("a login server elsewhere cannot send the password to a program on this machine", async () => {
  const elsewhere: HttpClient = async () => ({
    status: 302,
    headers: { location: "http://localhost:8080/" },
    body: bytes(""),
  });
  const error = await failure(fetchPassportTicket("https://login.example/", ALICE, CHALLENGE, { http: elsewhere }));
  expect(error.message).toMatch(/sends us on to "http:\/\/localhost:8080"/);
});

test("plain HTTP is used on this machine only", async () => {
  const error = await failure(fetchPassportTicket("http://login.example/", ALICE, CHALLENGE, { http }));
  expect(error.message).toContain("http://login.example is not encrypted");
  const { origin } = await serveHttp((_, response) => {
    response.writeHead(200, { "authentication-info": "Passport1.4 da-status=success,from-PP='abc'" }).end();
  });
  expect(await fetchPassportTicket(origin, ALICE, CHALLENGE, { http })).toBe("abc");
});

test("a refusal tells the server's reason, with nothing in it that plays tricks", async () => {
  const { origin } = await saying(
    {
      "WWW-Authenticate":
        "Passport1.4 da-status=failed,srealm=Passport.NET,ts=-3,prompt,cburl=http://x,cbtxt=Type%20your%20e-mail%0d%1b[2J%20correctly",
    },
    401,
  );
  const error = await failure(fetchPassportTicket(origin, ALICE, CHALLENGE, { http }));
  expect(error).toBeInstanceOf(CredentialsRefused);
  expect(error.message).toBe(`${origin} refused the address or password: "Type your e-mail\\x0d\\x1b[2J correctly"`);
});

test("da-status=failed is a refusal with any status", async () => {
  const { origin } = await saying({ "Authentication-Info": "Passport1.4 da-status=failed-noretry" });
  expect(await failure(fetchPassportTicket(origin, ALICE, CHALLENGE, { http }))).toBeInstanceOf(CredentialsRefused);
});

test.each(["", "from-PP=''", "from-PP='two words'", "da-status=success"])(
  "an answer without a ticket (%j) is a failure of the service, not of the password",
  async (info) => {
    const { origin } = await saying({ "Authentication-Info": `Passport1.4 ${info}` }, 500);
    const error = await failure(fetchPassportTicket(origin, ALICE, CHALLENGE, { http }));
    expect(error).toBeInstanceOf(HttpFailure);
    expect(error.message).toContain("HTTP 500 and no ticket");
  },
);

test("a challenge that would break the header is not sent", async () => {
  const error = await failure(fetchPassportTicket("https://x.invalid/", ALICE, "ct=1\r\nX: y", { http }));
  expect(error.message).toBe("the server's challenge cannot be passed on to the login server");
});

test("any address and any password arrive as they are", async () => {
  let said = "";
  const server: HttpClient = async ({ headers }) => {
    said = headers.Authorization ?? "";
    return {
      status: 200,
      headers: { "authentication-info": "Passport1.4 da-status=success,from-PP='t'" },
      body: bytes(""),
    };
  };
  const awkward = fc.string({ unit: fc.constantFrom(..."%,='\"@&+ <>;:/?#\\\u0000\r\näß€😀\t~".split("")) });
  await fc.assert(
    fc.asyncProperty(fc.oneof(awkward, fc.string({ unit: "grapheme" })), async (password) => {
      await fetchPassportTicket("https://x.invalid/", { address: "a,b@example.com", password }, CHALLENGE, {
        http: server,
      });
      // As a server reads it: fields are split before they are decoded.
      const fields = new Map(
        said
          .slice("Passport1.4 ".length)
          .split(",")
          .map((field) => field.split("=", 2) as [string, string]),
      );
      expect(decodeURIComponent(fields.get("pwd") ?? "")).toBe(password.toWellFormed());
      expect(decodeURIComponent(fields.get("sign-in") ?? "")).toBe("a,b@example.com");
      expect(said).toMatch(/^[\x20-\x7e]+$/);
    }),
    { seed: 14, numRuns: 300 },
  );
});

test("an abort ends it", async () => {
  const aborter = new AbortController();
  const { origin } = await serve(() => aborter.abort(new Error("enough")));
  const asked = fetchPassportTicket(origin, ALICE, CHALLENGE, { http, signal: aborter.signal });
  await expect(asked).rejects.toThrow("enough");
});
