/** A real web server on a free port of this machine, for one test. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from "node:net";
import { afterEach } from "vitest";
import type { Certificate } from "./certificates.ts";

const running: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()));
});

export interface RunningServer {
  port: number;
  /** For instance `http://127.0.0.1:4711`. */
  origin: string;
}

export async function serveHttp(listener: RequestListener): Promise<RunningServer> {
  const server = createServer(listener);
  return await listening(server, "http", () => server.closeAllConnections());
}

export async function serveHttps({ cert, key }: Certificate, listener: RequestListener): Promise<RunningServer> {
  const server = createSecureServer({ cert, key }, listener);
  return await listening(server, "https", () => server.closeAllConnections());
}

/** A server that says what it likes, HTTP or not. */
export async function serveRaw(listener: (socket: Socket) => void): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    listener(socket);
    // Otherwise it would not notice that the other side hung up.
    socket.resume();
  });
  return await listening(server, "http", () => {
    for (const socket of sockets) socket.destroy();
  });
}

async function listening(server: RawServer, scheme: string, hangUp: () => void): Promise<RunningServer> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(async () => {
    server.close();
    hangUp();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `${scheme}://127.0.0.1:${port}` };
}
