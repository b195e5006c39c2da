/** The sandbox's network on TCP, on loopback and nowhere else. */
import { createServer, type Server, type Socket } from "node:net";
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { SandboxServer } from "./server.ts";

const HOST = "127.0.0.1";
/** How long a client may take to hang up after `OUT SSD` before its socket is cut. */
const PARTING_MS = 500;

export interface Listening {
  /** Where clients sign in. */
  port: number;
  notificationPort: number;
  /** Sends everyone out in order; resolves when every socket and both listeners are closed. */
  close(): Promise<void>;
}

export class PortError extends Error {
  readonly code: "port-taken" | "port-forbidden";
  constructor(code: PortError["code"], message: string, cause: unknown) {
    super(message, { cause });
    this.name = "PortError";
    this.code = code;
  }
}

/** Dispatch on `port` (0 lets the system choose), notification on a port of the system's choice. Throws PortError. */
export async function listen(server: SandboxServer, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  const notification = createServer({ noDelay: true }, (socket) => {
    accept(socket, sockets, (link) => server.acceptNotification(link));
  });
  const there = await open(notification, 0);
  const dispatch = createServer({ noDelay: true }, (socket) => {
    const own: Endpoint = { host: HOST, port: socket.localPort ?? port };
    accept(socket, sockets, (link) => server.acceptDispatch(link, own, { host: HOST, port: there }));
  });
  try {
    const here = await open(dispatch, port);
    return { port: here, notificationPort: there, close: () => close(server, [dispatch, notification], sockets) };
  } catch (error) {
    await closed(notification);
    throw error;
  }
}

function accept(socket: Socket, sockets: Set<Socket>, acceptLink: (link: Link) => LinkEvents): void {
  let cause: Error | undefined;
  const events = acceptLink({
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  });
  sockets.add(socket);
  socket.on("data", (bytes: Buffer) => events.data(bytes));
  socket.on("error", (error) => {
    cause = error;
  });
  socket.on("close", () => {
    sockets.delete(socket);
    events.closed(cause);
  });
}

function open(listener: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    listener.listen(port, HOST, () => {
      const address = listener.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    const message = `port ${port} on ${HOST} is already in use; stop the program that uses it (another sandbox?), or choose another port with --port N`;
    return new PortError("port-taken", message, error);
  }
  if (error.code === "EACCES") {
    const message = `this user may not listen on port ${port}; choose one above 1023 with --port N`;
    return new PortError("port-forbidden", message, error);
  }
  return error;
}

async function close(server: SandboxServer, listeners: Server[], sockets: Set<Socket>): Promise<void> {
  const all = Promise.all(listeners.map(closed));
  server.stop();
  for (const socket of sockets) socket.end();
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, PARTING_MS);
  await all;
  clearTimeout(cut);
}

function closed(listener: Server): Promise<void> {
  return new Promise((resolve) => listener.close(() => resolve()));
}
