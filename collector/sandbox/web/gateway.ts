/**
 * The HTTP gateway, server's side: Messenger's byte stream in requests and answers (protocol reference 1.7).
 *
 * A session is **open** from `Action=open`; each request brings what the client says and takes what the server has
 * said. When the server hangs up, the next answer carries the rest and `Session=close`, and the session is **gone**.
 * So it is after a minute without a request, as if the line had broken.
 */
import { randomUUID } from "node:crypto";
import type { Clock, Timer } from "../../network/messenger/clock.ts";
import type { Link, LinkEvents } from "../../network/messenger/net/link.ts";
import { plainAnswer, type WebAnswer, type WebRequest } from "./exchange.ts";

const EXPIRY_MS = 60_000;

/** Browsers may use the gateway, too. */
const CROSS_ORIGIN = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Methods": "POST",
  "Access-Control-Expose-Headers": "X-MSN-Messenger",
};

export interface GatewayOptions {
  /** Gives a new SessionID with each answer, as some gateways do; the recorded one keeps it. */
  renewsIds?: boolean;
}

/** Makes the server's side of a connection; switchboards are SB. */
export type AcceptThroughGateway = (server: "NS" | "SB", link: Link) => LinkEvents;

export class Gateway {
  readonly #clock: Clock;
  readonly #accept: AcceptThroughGateway;
  readonly #options: GatewayOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock, accept: AcceptThroughGateway, options: GatewayOptions = {}) {
    this.#clock = clock;
    this.#accept = accept;
    this.#options = options;
  }

  async serve(request: WebRequest): Promise<WebAnswer> {
    const query = new URL(request.path, request.origin).searchParams;
    const id = query.get("SessionID");
    const session = id === null ? this.#open(query) : this.#sessions.get(id);
    if (!session) return plainAnswer(400, "Bad Request");
    session.touch();
    const isPoll = query.get("Action") === "poll";
    if (!isPoll) session.hear(request.body);
    else await session.waitForWords(Number(query.get("Lifespan") ?? 0) * 1000);
    return this.#answer(session);
  }

  /** Breaks every session's line; for when the server goes away. */
  close(): void {
    for (const session of [...this.#sessions.values()]) session.lose();
  }

  #open(query: URLSearchParams): Session {
    const session = new Session(this.#clock, query.get("IP") ?? "", () => this.#sessions.delete(session.id));
    session.join(this.#accept(query.get("Server") === "SB" ? "SB" : "NS", session.link));
    this.#sessions.set(session.id, session);
    return session;
  }

  #answer(session: Session): WebAnswer {
    const body = session.take();
    if (session.isOver) session.lose();
    else if (this.#options.renewsIds) this.#rename(session);
    const state = session.isOver ? "Session=close; " : "";
    return {
      status: 200,
      headers: {
        ...CROSS_ORIGIN,
        "X-MSN-Messenger": `SessionID=${session.id}; ${state}GW-IP=${session.host}`,
        "Content-Type": "application/x-msn-messenger",
      },
      body: [body],
    };
  }

  #rename(session: Session): void {
    this.#sessions.delete(session.id);
    session.id = randomUUID();
    this.#sessions.set(session.id, session);
  }
}

class Session {
  id: string = randomUUID();
  /** What the client asked to be connected to. */
  readonly host: string;
  readonly link: Link;
  readonly #clock: Clock;
  readonly #onGone: () => void;
  #events: LinkEvents | undefined;
  #said: Uint8Array[] = [];
  #isOver = false;
  #expiry: Timer | undefined;
  /** Ends the wait of the poll that is being held. */
  #wake: (() => void) | undefined;

  constructor(clock: Clock, host: string, onGone: () => void) {
    this.#clock = clock;
    this.host = host;
    this.#onGone = onGone;
    this.link = {
      write: (bytes) => {
        this.#said.push(bytes);
        this.#wake?.();
      },
      end: () => this.#finish(),
      destroy: () => this.#finish(),
    };
  }

  /** The server has hung up. */
  get isOver(): boolean {
    return this.#isOver;
  }

  join(events: LinkEvents): void {
    this.#events = events;
  }

  touch(): void {
    this.#expiry?.cancel();
    this.#expiry = this.#clock.after(EXPIRY_MS, () => this.lose());
    // One request at a time: a poll that waits gives way to a new request.
    this.#wake?.();
  }

  hear(bytes: Uint8Array): void {
    if (bytes.length > 0 && !this.#isOver) this.#events?.data(bytes);
  }

  /** Holds a poll until there is something to say, as long as the client is ready to wait. */
  waitForWords(atMostMs: number): Promise<void> {
    if (this.#said.length > 0 || this.#isOver || !(atMostMs > 0)) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        timer.cancel();
        this.#wake = undefined;
        resolve();
      };
      const timer = this.#clock.after(Math.min(atMostMs, EXPIRY_MS / 2), wake);
      this.#wake = wake;
    });
  }

  take(): Uint8Array {
    const said = Buffer.concat(this.#said);
    this.#said = [];
    return said;
  }

  /** Safe to call again. */
  lose(): void {
    this.#expiry?.cancel();
    this.#isOver = true;
    this.#wake?.();
    this.#onGone();
    const events = this.#events;
    this.#events = undefined;
    events?.closed();
  }

  #finish(): void {
    this.#isOver = true;
    this.#wake?.();
  }
}
