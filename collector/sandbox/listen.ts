/**
 * The sandbox on sockets, on loopback and nowhere else.
 *
 * One port is all that a client needs to know: its first bytes tell whether it speaks Messenger (and is sent on to the
 * notification server), HTTP or TLS (and wants the web services or the gateway). Notification server and switchboards
 * have ports of their own, which clients are told.
 */
import { createServer, type Server, type Socket } from "node:net";
import type { Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Endpoints } from "./referral.ts";
import { type AcceptThroughGateway, Gateway, type GatewayOptions } from "./web/gateway.ts";
import { httpSockets } from "./web/http-sockets.ts";
import { serveWeb, type WebParts } from "./web/services.ts";
import { sniff } from "./web/sniff.ts";

const HOST = "127.0.0.1";
/** How long a client may take to hang up after `OUT SSD` before its socket is cut. */
const PARTING_MS = 500;

/** What a SandboxServer is to those who bring it connections. */
export interface Served {
  readonly web: WebParts;
  /** `endpoints`: where clients are sent on to. */
  acceptDispatch(link: Link, endpoints: Endpoints): LinkEvents;
  acceptNotification(link: Link, endpoints: Endpoints): LinkEvents;
  acceptSwitchboard(link: Link, endpoints: Endpoints): LinkEvents;
  stop(): void;
}

export interface ListenOptions {
  /** 0, as usual, lets the system choose. */
  notificationPort?: number;
  switchboardPort?: number;
  gateway?: GatewayOptions;
}

export interface Listening {
  /** Where clients sign in, and where the web services are. */
  port: number;
  notificationPort: number;
  switchboardPort: number;
  /** Sends everyone out in order; resolves when every socket and all listeners are closed. */
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

/** `port`: the one that clients are told (0 lets the system choose). Throws PortError. */
export async function listen(server: Served, port: number, options: ListenOptions = {}): Promise<Listening> {
  const sockets = new Set<Socket>();
  // Known before anybody can come in: the front opens last.
  const endpoints: Endpoints = { dispatch: at(0), notification: at(0), switchboard: at(0) };
  const acceptThrough: AcceptThroughGateway = (kind, link) =>
    kind === "SB" ? server.acceptSwitchboard(link, endpoints) : server.acceptNotification(link, endpoints);
  const gateway = new Gateway(server.web.clock, acceptThrough, options.gateway);
  const web = httpSockets((request) => serveWeb(server.web, gateway, request));
  const front = listener(sockets, (socket) =>
    sniff(socket, (spoken, first) => {
      if (spoken !== "messenger") return web.take(socket, spoken, first);
      carry(socket, (link) => server.acceptDispatch(link, endpoints), first);
    }),
  );
  const notification = listener(sockets, (socket) =>
    carry(socket, (link) => server.acceptNotification(link, endpoints)),
  );
  const switchboard = listener(sockets, (socket) => carry(socket, (link) => server.acceptSwitchboard(link, endpoints)));
  const listeners = [front, notification, switchboard];
  try {
    endpoints.notification = at(await open(notification, options.notificationPort ?? 0));
    endpoints.switchboard = at(await open(switchboard, options.switchboardPort ?? 0));
    endpoints.dispatch = at(await open(front, port));
  } catch (error) {
    await Promise.all(listeners.map(closed));
    throw error;
  }
  return {
    port: endpoints.dispatch.port,
    notificationPort: endpoints.notification.port,
    switchboardPort: endpoints.switchboard.port,
    close: () => close(server, gateway, listeners, sockets),
  };
}

function at(port: number): Endpoint {
  return { host: HOST, port };
}

function listener(sockets: Set<Socket>, welcome: (socket: Socket) => void): Server {
  return createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    // Broken lines are told by `close`; nobody waits for more.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    welcome(socket);
  });
}

/** `first`: what has been read from the socket already. */
function carry(socket: Socket, acceptLink: (link: Link) => LinkEvents, first?: Buffer): void {
  let cause: Error | undefined;
  const events = acceptLink({
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  });
  socket.on("error", (error) => {
    cause = error;
  });
  socket.on("close", () => events.closed(cause));
  socket.on("data", (bytes: Buffer) => events.data(bytes));
  if (first) events.data(first);
  socket.resume();
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

async function close(server: Served, gateway: Gateway, listeners: Server[], sockets: Set<Socket>): Promise<void> {
  const all = Promise.all(listeners.map(closed));
  server.stop();
  gateway.close();
  for (const socket of sockets) socket.end();
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, PARTING_MS);
  await all;
  clearTimeout(cut);
}

/** Also for one that was never opened. */
function closed(listener: Server): Promise<void> {
  return new Promise((resolve) => listener.close(() => resolve()));
}
