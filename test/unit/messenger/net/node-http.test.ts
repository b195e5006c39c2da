import { execFile } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterEach, beforeAll, expect, test } from "vitest";
import { HttpFailure, type HttpResponse } from "../../../../collector/network/messenger/net/http.ts";
import { discardBody, readBody } from "../../../../collector/network/messenger/net/http-body.ts";
import {
  createHttpClient,
  type HttpClientOptions,
  type NodeHttpClient,
} from "../../../../collector/network/messenger/net/node-http.ts";
import { type Certificate, makeCa, makeServerCertificate } from "../../../helpers/certificates.ts";
import { serveHttp, serveHttps, serveRaw } from "../../../helpers/http-server.ts";
import { settle, TestClock } from "../../../helpers/test-clock.ts";

const clients: NodeHttpClient[] = [];

afterEach(() => {
  for (const http of clients.splice(0)) http.close();
});

let ca: Certificate;
let good: Certificate;

beforeAll(async () => {
  ca = await makeCa();
  good = await makeServerCertificate(ca);
});

function client(options?: HttpClientOptions): NodeHttpClient {
  const http = createHttpClient(options);
  clients.push(http);
  return http;
}

async function textOf(response: HttpResponse): Promise<string> {
  return (await readBody(response, 1024 * 1024)).toString("utf8");
}

/** What the person who runs the collector would read. */
async function complaint(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(HttpFailure);
    return (error as Error).message;
  }
  throw new Error("nothing failed");
}

test("a request arrives as it was asked for, and its response with status, headers and body", async () => {
  const { origin } = await serveHttp((request, response) => {
    request.setEncoding("utf8");
    let body = "";
    request.on("data", (piece: string) => {
      body += piece;
    });
    request.on("end", () => {
      response.setHeader("X-Twice", ["one", "two"]);
      response.writeHead(201, { "Content-Type": "text/xml" });
      response.end(JSON.stringify([request.method, request.url, request.headers.soapaction, body]));
    });
  });
  const response = await client()({
    method: "POST",
    url: `${origin}/a/b?c=d`,
    headers: { SOAPAction: '"x"' },
    body: "bödy",
  });
  expect(response.status).toBe(201);
  expect(response.headers["x-twice"]).toBe("one, two");
  expect(response.headers["content-type"]).toBe("text/xml");
  expect(JSON.parse(await textOf(response))).toEqual(["POST", "/a/b?c=d", '"x"', "bödy"]);
});

test("a body of bytes, and none at all, come with their length", async () => {
  const { origin } = await serveHttp((request, response) => {
    request.resume();
    response.end(`${request.headers["content-length"]} ${request.headers["transfer-encoding"]}`);
  });
  const http = client();
  const post = { method: "POST", url: origin, headers: {} } as const;
  expect(await textOf(await http({ ...post, body: Buffer.from([0, 255]) }))).toBe("2 undefined");
  expect(await textOf(await http(post))).toBe("0 undefined");
});

test("a redirect is told and not followed", async () => {
  const { origin } = await serveHttp((_, response) => {
    response.writeHead(302, { Location: "https://example.com/" }).end();
  });
  const response = await client()({ method: "GET", url: origin, headers: {} });
  expect([response.status, response.headers.location]).toEqual([302, "https://example.com/"]);
  await discardBody(response);
});

test("requests after one another share a connection, which does not outlive the client", async () => {
  const ports = new Set<number | undefined>();
  const { origin } = await serveHttp((request, response) => {
    ports.add(request.socket.remotePort);
    response.end("x");
  });
  const http = client();
  for (let count = 0; count < 3; count++) {
    await discardBody(await http({ method: "GET", url: origin, headers: {} }));
    await settle();
  }
  expect(ports.size).toBe(1);
});

test("a certificate of a private CA is trusted once the CA is given", async () => {
  const { origin } = await serveHttps(good, (_, response) => void response.end("secret"));
  const request = { method: "GET", url: origin, headers: {} } as const;
  expect(await textOf(await client({ ca: ca.cert })(request))).toBe("secret");
  expect(await complaint(client()(request))).toMatch(/signed by nobody this machine trusts .* --ca FILE/);
});

test("a certificate of another CA is not trusted", async () => {
  const other = await makeCa("Another CA");
  const { origin } = await serveHttps(await makeServerCertificate(other), (_, response) => void response.end());
  expect(await complaint(client({ ca: ca.cert })({ method: "GET", url: origin, headers: {} }))).toContain("--ca FILE");
});

test("a certificate that signs itself is not trusted", async () => {
  const alone = await makeServerCertificate(undefined);
  const { origin } = await serveHttps(alone, (_, response) => void response.end());
  expect(await complaint(client()({ method: "GET", url: origin, headers: {} }))).toContain("--ca FILE");
});

test("an expired certificate is not trusted, even of a CA that is", async () => {
  const past = { notBefore: new Date("2020-01-01"), notAfter: new Date("2021-01-01") };
  const { origin } = await serveHttps(await makeServerCertificate(ca, past), (_, response) => void response.end());
  expect(await complaint(client({ ca: ca.cert })({ method: "GET", url: origin, headers: {} }))).toMatch(
    /^the certificate of 127\.0\.0\.1:\d+ has expired: its owner must renew it/,
  );
});

test("a certificate for another host is not trusted, and the hosts it is for are named", async () => {
  const names = { dns: ["login.example"], ips: [] };
  const { origin } = await serveHttps(await makeServerCertificate(ca, names), (_, response) => void response.end());
  expect(await complaint(client({ ca: ca.cert })({ method: "GET", url: origin, headers: {} }))).toMatch(
    /is for "DNS:login\.example": check the address/,
  );
});

test("a CA file without a certificate is refused before anything is sent", () => {
  expect(() => createHttpClient({ ca: "hello" })).toThrow(/holds no certificate: it should be PEM/);
  const damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  expect(() => createHttpClient({ ca: good.cert + damaged })).toThrow(/certificate 2 of the CA file cannot be read/);
});

test("plain HTTP goes to this machine only", async () => {
  const request = { method: "GET", url: "http://example.com:8080/path?password=hunter2", headers: {} } as const;
  const message = await complaint(client()(request));
  expect(message).toMatch(/^http:\/\/example\.com:8080 is not encrypted, .* use https:\/\//);
  expect(message).not.toContain("hunter2");
});

test.each(["ftp://127.0.0.1/", "nonsense", "", "https://", "file:///etc/passwd"])("%j is refused", async (url) => {
  expect(await complaint(client()({ method: "GET", url, headers: {} }))).toContain("is no web address");
});

test("a closed port says so", async () => {
  const { origin, port } = await serveRaw(() => undefined);
  // Nobody listens one test later; here a port that was never opened does.
  const closed = origin.replace(String(port), "1");
  expect(await complaint(client()({ method: "GET", url: closed, headers: {} }))).toBe(
    "http://127.0.0.1:1 refused the connection: check its address and port, and that the service is up",
  );
});

test("a name that nobody has says so", async () => {
  const message = await complaint(client()({ method: "GET", url: "https://rollcall.invalid/", headers: {} }));
  expect(message).toMatch(/^no server called "rollcall\.invalid" was found \((ENOTFOUND|EAI_AGAIN)\)/);
});

test("a server that does not speak HTTP says so", async () => {
  const { origin } = await serveRaw((socket) => socket.write("VER 1 MSNP8\r\n"));
  expect(await complaint(client()({ method: "GET", url: origin, headers: {} }))).toMatch(
    /does not answer in HTTP \(HPE_\w+\): check the address and port/,
  );
});

test("a server that does not speak TLS says so", async () => {
  const { origin } = await serveHttp((_, response) => void response.end());
  const url = origin.replace("http:", "https:");
  expect(await complaint(client()({ method: "GET", url, headers: {} }))).toBe(
    `${url} does not speak TLS: check the port`,
  );
});

test("headers without end are cut off", async () => {
  const { origin } = await serveRaw((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`);
  });
  expect(await complaint(client()({ method: "GET", url: origin, headers: {} }))).toContain("headers without end");
});

test("a connection that is cut before the answer, and in the middle of it, says so", async () => {
  const before = await serveRaw((socket) => socket.once("data", () => socket.destroy()));
  expect(await complaint(client()({ method: "GET", url: before.origin, headers: {} }))).toMatch(
    /cut the connection before it answered/,
  );
  const amid = await serveRaw((socket) =>
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")),
  );
  const response = await client()({ method: "GET", url: amid.origin, headers: {} });
  expect(await complaint(textOf(response))).toMatch(/broke off in the middle of its answer/);
});

test("a server that says nothing is given up after a while", async () => {
  const clock = new TestClock();
  const { origin } = await serveRaw(() => undefined);
  const answer = complaint(client({ clock, idleMs: 30_000 })({ method: "GET", url: origin, headers: {} }));
  await clock.advance(29_000);
  await clock.advance(2_000);
  expect(await answer).toMatch(/has said nothing for 30 s/);
});

test("silence in the middle of a body ends it; a slow reader does not", async () => {
  const clock = new TestClock();
  const { origin } = await serveRaw((socket) => {
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"));
  });
  const response = await client({ clock, idleMs: 30_000 })({ method: "GET", url: origin, headers: {} });
  const pieces = response.body[Symbol.asyncIterator]();
  expect(Buffer.from((await pieces.next()).value).toString()).toBe("half");
  await clock.advance(300_000);
  const rest = complaint(pieces.next());
  await clock.advance(30_000);
  expect(await rest).toMatch(/has said nothing for 30 s/);
});

test("an abort ends a request that waits, a body that is read, and is not begun when it came before", async () => {
  const http = client();
  const { origin } = await serveRaw((socket) => {
    socket.on("data", (data) => {
      if (data.includes("/head")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
  });
  const reason = new Error("changed my mind");
  const waiting = new AbortController();
  const answer = http({ method: "GET", url: origin, headers: {}, signal: waiting.signal });
  await settle();
  waiting.abort(reason);
  await expect(answer).rejects.toBe(reason);

  const reading = new AbortController();
  const response = await http({ method: "GET", url: `${origin}/head`, headers: {}, signal: reading.signal });
  const body = textOf(response);
  await settle();
  reading.abort(reason);
  await expect(body).rejects.toBe(reason);

  const signal = AbortSignal.abort(reason);
  await expect(http({ method: "GET", url: origin, headers: {}, signal })).rejects.toBe(reason);
});

test("a body longer than expected is not read to its end", async () => {
  let isCut = false;
  const { origin } = await serveHttp((_, response) => {
    response.on("close", () => {
      isCut = !response.writableFinished;
    });
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(10_000)));
    };
    response.on("drain", more);
    more();
  });
  const response = await client()({ method: "GET", url: origin, headers: {} });
  expect(await complaint(readBody(response, 50_000))).toContain("more than 50000 bytes");
  await expect.poll(() => isCut).toBe(true);
});

test("a header that HTTP cannot say is refused without telling it", async () => {
  const { origin } = await serveHttp((_, response) => void response.end());
  const message = await complaint(client()({ method: "GET", url: origin, headers: { Authorization: "hunter2\n" } }));
  expect(message).toContain("a character that HTTP cannot say");
  expect(message).not.toContain("hunter2");
});

test("a client that has been closed cuts what is under way", async () => {
  const http = client();
  let isCut: Promise<unknown> | undefined;
  const { origin } = await serveRaw((socket) => {
    isCut = once(socket, "close");
  });
  const answer = complaint(http({ method: "GET", url: origin, headers: {} }));
  await settle();
  http.close();
  expect(await answer).toMatch(/cut the connection|cannot be reached/);
  await isCut;
});

test("connections that wait for the next request do not keep a process alive", async () => {
  const { origin } = await serveHttp((_, response) => void response.end("x"));
  const folder = new URL("../../../../collector/network/messenger/net/", import.meta.url);
  const program = `
    import { createHttpClient } from "${new URL("node-http.ts", folder)}";
    import { readBody } from "${new URL("http-body.ts", folder)}";
    const response = await createHttpClient()({ method: "GET", url: "${origin}", headers: {} });
    console.log(String(await readBody(response, 10)));`;
  const startMs = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  expect(stdout).toBe("x\n");
  // Sooner than the connection would have been closed by either side.
  expect(performance.now() - startMs).toBeLessThan(4_000);
});
