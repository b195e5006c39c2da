/** A real web server on a free port of this machine, for one test. */
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import type { Certificate } from "./certificates.ts";

export interface RunningServer {
  port: number;
  /** For instance `http://127.0.0.1:4711`. */
  origin: string;
}

export async function serveHttp(listener: RequestListener): Promise<RunningServer> {
  return { ...(await listening(createServer(listener), "http")) };
}

export async function serveHttps({ cert, key }: Certificate, listener: RequestListener): Promise<RunningServer> {
  return await listening(createSecureServer({ cert, key }, listener), "https");
}

/** A server that says what it likes, HTTP or not. */
export async function serveRaw(listener: (socket: Socket) => void): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    listener(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return await listening(server, "http");
}

async function listening(server: Server | RawServer, scheme: string): Promise<RunningServer> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    if ("closeAllConnections" in server) server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `${scheme}://127.0.0.1:${port}` };
}
