/**
 * Connections without sockets between clients and a sandbox server, on a clock that may be virtual. Bytes take a few
 * milliseconds each way and arrive in order, in the pieces in which they were written.
 *
 * The network is in one of three conditions:
 *
 * - **up**: dials succeed, bytes arrive.
 * - **away**: entered by `takeAway`, which breaks every link; dials are refused. Left by `bringBack`.
 * - **silent**: entered by `goSilent`; nothing arrives anywhere, no dial gets an answer, and nobody is told. Left by
 *   `bringBack`. A link that has lost bytes can never be trusted again, so links from before stay silent.
 */
import type { HttpClient } from "../network/messenger/net/http.ts";
import type { Dial, Endpoint, Link, LinkEvents } from "../network/messenger/net/link.ts";
import type { Clock } from "../network/network.ts";
import type { Endpoints } from "./referral.ts";
import { Gateway } from "./web/gateway.ts";
import { serveWeb, type WebParts } from "./web/services.ts";
import { virtualHttp } from "./web/virtual-http.ts";

const HOST = "127.0.0.1";
const ENDPOINTS: Endpoints = {
  dispatch: { host: HOST, port: 1863 },
  notification: { host: HOST, port: 1864 },
  switchboard: { host: HOST, port: 1865 },
};

/** The part of SandboxServer that a network needs. */
export interface Acceptor {
  acceptDispatch(link: Link, endpoints: Endpoints): LinkEvents;
  acceptNotification(link: Link, endpoints: Endpoints): LinkEvents;
  acceptSwitchboard(link: Link, endpoints: Endpoints): LinkEvents;
}

export class VirtualNetwork {
  readonly #clock: Clock;
  readonly #server: Acceptor;
  readonly #delayMs: number;
  readonly #wires = new Set<Wire>();
  #condition: "up" | "away" | "silent" = "up";

  constructor(clock: Clock, server: Acceptor, delayMs = 3) {
    this.#clock = clock;
    this.#server = server;
    this.#delayMs = delayMs;
  }

  /** Where clients sign in. */
  get endpoint(): Endpoint {
    return ENDPOINTS.dispatch;
  }

  readonly dial: Dial = (endpoint, events) => {
    const wire = new Wire(this.#clock, this.#delayMs, events, () => this.#wires.delete(wire));
    this.#wires.add(wire);
    if (this.#condition === "silent") wire.mute();
    wire.near.later(() => this.#answer(wire, endpoint));
    return wire.near;
  };

  /** An HTTP client through the same network: the services come and go with everything else, whatever the host. */
  http({ web }: { web: WebParts }): HttpClient {
    const gateway = new Gateway(this.#clock, (kind, link) =>
      kind === "SB"
        ? this.#server.acceptSwitchboard(link, ENDPOINTS)
        : this.#server.acceptNotification(link, ENDPOINTS),
    );
    return virtualHttp({
      clock: this.#clock,
      delayMs: this.#delayMs,
      condition: () => this.#condition,
      serve: (request) => serveWeb(web, gateway, request),
    });
  }

  takeAway(): void {
    this.#condition = "away";
    for (const wire of [...this.#wires]) wire.cut(systemError("ECONNRESET", "read ECONNRESET"));
  }

  goSilent(): void {
    this.#condition = "silent";
    for (const wire of this.#wires) wire.mute();
  }

  bringBack(): void {
    this.#condition = "up";
  }

  #answer(wire: Wire, endpoint: Endpoint): void {
    // The client has given up: the server never hears of it.
    if (wire.near.isClosed) return;
    const accept = this.#acceptorAt(endpoint);
    if (this.#condition === "away" || !accept) {
      return wire.cut(systemError("ECONNREFUSED", `connect ECONNREFUSED ${endpoint.host}:${endpoint.port}`));
    }
    wire.connect(accept(wire.far));
  }

  #acceptorAt({ host, port }: Endpoint): ((link: Link) => LinkEvents) | undefined {
    if (host !== HOST) return undefined;
    switch (port) {
      case ENDPOINTS.dispatch.port:
        return (link) => this.#server.acceptDispatch(link, ENDPOINTS);
      case ENDPOINTS.notification.port:
        return (link) => this.#server.acceptNotification(link, ENDPOINTS);
      case ENDPOINTS.switchboard.port:
        return (link) => this.#server.acceptSwitchboard(link, ENDPOINTS);
      default:
        return undefined;
    }
  }
}

/** One connection: the near end is the client's, the far end the server's. */
class Wire {
  readonly near: End;
  readonly far: End;

  constructor(clock: Clock, delayMs: number, events: LinkEvents, onGone: () => void) {
    const gone = () => {
      if (this.near.isClosed && this.far.isClosed) onGone();
    };
    this.near = new End(clock, delayMs, gone);
    this.far = new End(clock, delayMs, gone);
    this.near.join(this.far, events);
  }

  connect(serverEvents: LinkEvents): void {
    this.far.join(this.near, serverEvents);
    this.far.later(() => this.near.opened());
  }

  /** Both ends learn at once that the line is broken. */
  cut(cause: Error): void {
    this.near.shut(cause);
    this.far.shut(cause);
  }

  mute(): void {
    this.near.mute();
    this.far.mute();
  }
}

/** One end of a wire, as its owner holds it. */
class End implements Link {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #onClosed: () => void;
  #other: End | undefined;
  #events: LinkEvents | undefined;
  #isMute = false;
  #hasEnded = false;
  #isDestroyed = false;
  #isClosed = false;

  constructor(clock: Clock, delayMs: number, onClosed: () => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onClosed = onClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  join(other: End, events: LinkEvents): void {
    this.#other = other;
    this.#events = events;
  }

  mute(): void {
    this.#isMute = true;
  }

  write(bytes: Uint8Array): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.later(() => this.#other?.receive(bytes));
  }

  /** The other end closes too when it has read everything, and its answer closes this one, as with TCP. */
  end(): void {
    if (this.#hasEnded || this.#isClosed) return;
    this.#hasEnded = true;
    this.later(() => {
      this.#other?.shut();
      this.later(() => this.shut());
    });
  }

  destroy(): void {
    if (this.#isDestroyed || this.#isClosed) return;
    this.later(() => this.#other?.shut());
    this.#hasEnded = true;
    this.#isDestroyed = true;
    // A socket, too, never calls back from within destroy.
    this.#clock.after(0, () => this.shut());
  }

  opened(): void {
    if (!this.#hasEnded && !this.#isClosed) this.#events?.connected();
  }

  shut(cause?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events?.closed(cause);
    this.#onClosed();
  }

  /** Runs `arrive` when what leaves here now gets there; never, when the line has gone silent by then. */
  later(arrive: () => void): void {
    this.#clock.after(this.#delayMs, () => {
      if (!this.#isMute) arrive();
    });
  }

  receive(bytes: Uint8Array): void {
    if (!this.#isDestroyed && !this.#isClosed) this.#events?.data(bytes);
  }
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
