/** The web services over HTTP and HTTPS, on sockets that somebody else accepted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Socket } from "node:net";
import { certificates } from "./certificates.ts";
import { plainAnswer, type WebAnswer, type WebRequest } from "./exchange.ts";

export type ServeWeb = (request: WebRequest) => Promise<WebAnswer>;

export interface HttpSockets {
  /** Takes over a socket, with the bytes that have been read from it. */
  take(socket: Socket, spoken: "tls" | "http", first: Uint8Array): void;
}

/** Nobody's list edit has a megabyte. */
const MAX_REQUEST_BYTES = 1024 * 1024;
/** Shorter answers are sent with their length, which old clients read instead of waiting for the end. */
const COUNTED_BYTES = 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** Old clients speak old TLS; this is a network of made-up people on loopback. */
const OLD_TLS = { minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;

export function httpSockets(serve: ServeWeb): HttpSockets {
  const handle = (scheme: "http" | "https") => (request: IncomingMessage, response: ServerResponse) => {
    void respond(serve, scheme, request, response);
  };
  const plain = createServer(handle("http"));
  let secured: Promise<Server> | undefined;
  const secure = () => {
    secured ??= certificates().then(({ key, cert }) => {
      const server = createTlsServer({ key, cert, ...OLD_TLS }, handle("https"));
      // A client that does not trust us, or that is none, has hung up; its socket closes by itself.
      server.on("tlsClientError", (_, socket) => socket.destroy());
      return server;
    });
    return secured;
  };
  return {
    take(socket, spoken, first) {
      socket.unshift(first);
      const hand = (server: Server) => {
        server.emit("connection", socket);
        process.nextTick(() => socket.resume());
      };
      if (spoken === "http") hand(plain);
      else void secure().then((server) => !socket.destroyed && hand(server));
    },
  };
}

async function respond(
  serve: ServeWeb,
  scheme: "http" | "https",
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const body = await readBody(request);
    const answer = body
      ? await serve({
          method: request.method ?? "GET",
          path: request.url ?? "/",
          headers: plainHeaders(request),
          body,
          origin: `${scheme}://${hostOf(request)}`,
        })
      : plainAnswer(413, "Request Entity Too Large");
    await send(answer, response);
  } catch (error) {
    // The client has left in the middle of its request or of our answer.
    if (!request.socket.destroyed) throw error;
  }
}

/** Nothing when it is too long. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes <= MAX_REQUEST_BYTES) pieces.push(piece);
  }
  return sizeBytes <= MAX_REQUEST_BYTES ? Buffer.concat(pieces) : undefined;
}

function plainHeaders({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}

/** Our own address, whatever name the client came by: it is where everything else is, too. */
function hostOf({ socket }: IncomingMessage): string {
  return `${socket.localAddress ?? "127.0.0.1"}:${socket.localPort ?? 0}`;
}

async function send(answer: WebAnswer, response: ServerResponse): Promise<void> {
  if (answer.hangsUp) return void response.socket?.destroy();
  if (answer.cutAfterBytes !== undefined) return sendCut(answer, answer.cutAfterBytes, response);
  const pieces = inPieces(answer.body);
  const begun: Buffer[] = [];
  let sizeBytes = 0;
  let next = pieces.next();
  for (; !next.done && sizeBytes <= COUNTED_BYTES; next = pieces.next()) {
    begun.push(next.value);
    sizeBytes += next.value.length;
  }
  response.writeHead(answer.status, { ...answer.headers, ...(next.done ? { "Content-Length": sizeBytes } : {}) });
  for (const piece of begun) response.write(piece);
  for (; !next.done; next = pieces.next()) {
    if (!response.write(next.value)) await drained(response);
    if (response.destroyed) return;
  }
  response.end();
}

function sendCut({ status, headers, body }: WebAnswer, afterBytes: number, response: ServerResponse): void {
  const whole = Buffer.concat([...inPieces(body)]);
  response.writeHead(status, { ...headers, "Content-Length": whole.length });
  response.flushHeaders();
  response.write(whole.subarray(0, afterBytes));
  response.socket?.destroySoon();
}

function* inPieces(body: Iterable<string | Uint8Array>): Generator<Buffer> {
  let pieces: Buffer[] = [];
  let sizeBytes = 0;
  for (const part of body) {
    const piece = Buffer.from(part as string);
    pieces.push(piece);
    sizeBytes += piece.length;
    if (sizeBytes < PIECE_BYTES) continue;
    yield Buffer.concat(pieces);
    pieces = [];
    sizeBytes = 0;
  }
  if (sizeBytes > 0) yield Buffer.concat(pieces);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}
