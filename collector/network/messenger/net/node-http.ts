/**
 * HTTP with Node's own sockets. TLS is always verified; plain HTTP goes to this machine only, because requests carry
 * passwords and tickets. One client serves any number of accounts.
 */
import { X509Certificate } from "node:crypto";
import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as requestPlain } from "node:http";
import { request as requestSecure, Agent as SecureAgent } from "node:https";
import { createSecureContext, getCACertificates } from "node:tls";
import type { Clock, Timer } from "../clock.ts";
import { isLoopback } from "../services.ts";
import { quoteText } from "../wire/text.ts";
import { HttpFailure, type HttpRequest, type HttpResponse } from "./http.ts";
import { explainHttpError } from "./http-errors.ts";

export interface HttpClientOptions {
  /** Certificates, in PEM, that are trusted besides those that this machine trusts. */
  ca?: string;
  /** How long finding, reaching and greeting the service may take. */
  connectMs?: number;
  /** How long the service may say nothing while it is its turn. */
  idleMs?: number;
  clock?: Pick<Clock, "after">;
}

/** Implements HttpClient. */
export interface NodeHttpClient {
  (request: HttpRequest): Promise<HttpResponse>;
  /** Cuts every connection. Without it, connections that wait for the next request do not keep a process alive. */
  close(): void;
}

/** Connections that nobody uses are kept this long; servers keep theirs for five seconds or more. */
const KEEP_MS = 4_000;
const MAX_CONNECTIONS_PER_ORIGIN = 64;
const MAX_HEADER_BYTES = 32 * 1024;

/** Throws HttpFailure when `ca` holds no certificate. */
export function createHttpClient(options: HttpClientOptions = {}): NodeHttpClient {
  const { connectMs = 20_000, idleMs = 30_000, clock = REAL_TIME } = options;
  const keeping = { keepAlive: true, timeout: KEEP_MS, maxSockets: MAX_CONNECTIONS_PER_ORIGIN };
  const ca = checkCertificates(options.ca);
  const plain = new PlainAgent(keeping);
  let secure: SecureAgent | undefined;
  // Reading all roots takes some milliseconds, which a client that only ever meets loopback does not spend.
  const secureAgent = () => (secure ??= new SecureAgent({ ...keeping, secureContext: trusting(ca) }));

  const send = async (request: HttpRequest): Promise<HttpResponse> => {
    const url = checkUrl(request.url);
    request.signal?.throwIfAborted();
    const agent = url.protocol === "https:" ? secureAgent() : plain;
    return new Exchange(request, url, { connectMs, idleMs, clock }, agent).response;
  };
  return Object.assign(send, {
    close() {
      plain.destroy();
      secure?.destroy();
    },
  });
}

const REAL_TIME: Pick<Clock, "after"> = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

function trusting(ca: string[]) {
  // In one context for all connections: as an option of its own the list would be read again for each of them.
  return createSecureContext({ ca: [...getCACertificates("default"), ...ca] });
}

function checkCertificates(ca: string | undefined): string[] {
  if (ca === undefined) return [];
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (certificates.length === 0) {
    throw new HttpFailure(
      'the CA file holds no certificate: it should be PEM, with a line "-----BEGIN CERTIFICATE-----"',
    );
  }
  for (const [index, certificate] of certificates.entries()) {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw new HttpFailure(`certificate ${index + 1} of the CA file cannot be read: is it damaged?`, { cause });
    }
  }
  return certificates;
}

/** Throws HttpFailure for what we do not send a request to. */
function checkUrl(text: string): URL {
  if (!URL.canParse(text)) throw new HttpFailure(`${quoteText(text.split("?", 1)[0] ?? "")} is no web address`);
  const url = new URL(text);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return url;
  if (url.protocol === "http:") {
    throw new HttpFailure(
      `${url.origin} is not encrypted, and passwords would be readable on the way: use https://, or http:// on this machine only`,
    );
  }
  throw new HttpFailure(
    `${quoteText(`${url.protocol}//${url.host}`)} is no web address: it should begin with https://`,
  );
}

interface Limits {
  connectMs: number;
  idleMs: number;
  clock: Pick<Clock, "after">;
}

/**
 * One request and its response.
 *
 *   connecting  a new connection is being made, for at most `connectMs`; a kept one skips this.
 *   asking      the request is on its way or sent; silence of `idleMs` ends it.
 *   reading     the head has arrived, and the body is read as it is asked for. Only while a piece is awaited does
 *               silence count: a slow reader is not the service's fault.
 *   over        the body has ended, or something failed: then `#failure` says what, once and for all.
 */
class Exchange {
  readonly response: Promise<HttpResponse>;
  readonly #origin: string;
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #sent: ClientRequest;
  #timer: Timer | undefined;
  #failure: { cause: unknown } | undefined;

  constructor(request: HttpRequest, url: URL, limits: Limits, agent: PlainAgent | SecureAgent) {
    this.#origin = url.origin;
    this.#limits = limits;
    this.#signal = request.signal;
    this.#sent = this.#send(request, url, agent);
    this.response = new Promise((resolve, reject) => {
      this.#sent.on("response", (incoming) => resolve(this.#hear(incoming)));
      this.#sent.on("error", (error) => {
        this.#settle();
        reject(this.#explain(error, "head"));
      });
    });
    this.#sent.end(request.body);
  }

  #send({ method, headers }: HttpRequest, url: URL, agent: PlainAgent | SecureAgent): ClientRequest {
    const request = url.protocol === "https:" ? requestSecure : requestPlain;
    let sent: ClientRequest;
    try {
      sent = request(url, { method, headers: { ...headers }, agent, maxHeaderSize: MAX_HEADER_BYTES });
    } catch (error) {
      throw explainHttpError(this.#origin, error, "head");
    }
    this.#signal?.addEventListener("abort", this.#abort);
    sent.on("socket", (socket) => {
      const ready = url.protocol === "https:" ? "secureConnect" : "connect";
      if (!socket.connecting) return this.#awaitWord();
      this.#limit(this.#limits.connectMs, `${this.#origin} could not be reached in`);
      socket.once(ready, () => this.#awaitWord());
    });
    return sent;
  }

  #hear(incoming: IncomingMessage): HttpResponse {
    this.#timer?.cancel();
    return {
      status: incoming.statusCode ?? 0,
      headers: joined(incoming.headersDistinct),
      body: this.#read(incoming),
    };
  }

  async *#read(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
    try {
      this.#awaitWord();
      for await (const piece of incoming) {
        this.#timer?.cancel();
        // Aborted while the reader was busy with the piece before.
        if (this.#failure) break;
        yield piece as Buffer;
        this.#awaitWord();
      }
    } catch (error) {
      throw this.#explain(error, "body");
    } finally {
      this.#settle();
    }
    if (this.#failure) throw this.#failure.cause;
  }

  #awaitWord(): void {
    if (!this.#failure) this.#limit(this.#limits.idleMs, `${this.#origin} has said nothing for`);
  }

  #limit(ms: number, words: string): void {
    this.#timer?.cancel();
    this.#timer = this.#limits.clock.after(ms, () => {
      this.#fail(
        new HttpFailure(`${words} ${Math.round(ms / 1000)} s: try again later, or check this machine's network`),
      );
    });
  }

  readonly #abort = (): void => this.#fail(this.#signal?.reason);

  /** Ends it for a reason of ours. The request or its body then breaks, and `#explain` gives the reason. */
  #fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.#sent.destroy(new Error("given up"));
  }

  #explain(error: unknown, stage: "head" | "body"): unknown {
    return this.#failure ? this.#failure.cause : explainHttpError(this.#origin, error, stage);
  }

  #settle(): void {
    this.#timer?.cancel();
    this.#signal?.removeEventListener("abort", this.#abort);
  }
}

function joined(headers: NodeJS.Dict<string[]>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, values]) => [name, values?.join(", ") ?? ""] as const);
  // Without a prototype: header names are a stranger's words.
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}
