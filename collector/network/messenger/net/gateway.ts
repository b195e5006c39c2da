/**
 * The HTTP gateway: Messenger's byte stream in requests and answers, for where nothing but HTTP gets through (protocol
 * reference 1.7).
 *
 *   new      nothing has been sent. The first words open the session.
 *   asking   one request is on its way, never two; what is written meanwhile waits, and goes out together.
 *   resting  nothing to send: the next word of ours is sent at once, and without one we ask after `pollMs`.
 *   over     closed by us, by the gateway (`Session=close`, or a session that it does not know), or by HTTP failing.
 *            A request that failed is not repeated: nobody knows what of it has arrived.
 */
import type { Clock, Timer } from "../clock.ts";
import { isLoopback } from "../services.ts";
import { quoteText } from "../wire/text.ts";
import { type HttpClient, HttpFailure, type HttpResponse } from "./http.ts";
import type { Dial, Endpoint, Link, LinkEvents } from "./link.ts";

export interface GatewayOptions {
  http: HttpClient;
  clock: Pick<Clock, "after">;
  /** For instance `https://gateway.example/gateway/gateway.dll`; the usual path may be left out. */
  url: string;
  /** What is behind it: a notification server or a switchboard. */
  server: "NS" | "SB";
  pollMs?: number;
}

export function dialGateway(options: GatewayOptions): Dial {
  return (endpoint, events) => new GatewayLink(options, endpoint, events);
}

const POLL_MS = 2_000;
const USUAL_PATH = "/gateway/gateway.dll";
const CONTENT_TYPE = "application/x-msn-messenger";
/** Like a socket that nobody reads from. */
const MAX_QUEUED_BYTES = 1024 * 1024;
/** More than all lists of all contacts in one answer. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

class GatewayLink implements Link {
  readonly #options: GatewayOptions;
  readonly #events: LinkEvents;
  readonly #host: string;
  readonly #aborter = new AbortController();
  #url: URL | undefined;
  #sessionId: string | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #isAsking = false;
  #isEnding = false;
  #isOver = false;
  #poll: Timer | undefined;
  /** While reading is paused: what goes on when it is resumed. */
  #paused: PromiseWithResolvers<void> | undefined;

  constructor(options: GatewayOptions, endpoint: Endpoint, events: LinkEvents) {
    this.#options = options;
    this.#events = events;
    this.#host = endpoint.host;
    if (URL.canParse(options.url)) this.#url = withUsualPath(new URL(options.url));
    queueMicrotask(() => this.#begin());
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver || this.#isEnding) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > MAX_QUEUED_BYTES) {
      return this.#close(new Error("the gateway does not take what is sent to it"));
    }
    this.#goOn();
  }

  end(): void {
    this.#isEnding = true;
    this.#goOn();
  }

  destroy(): void {
    queueMicrotask(() => this.#close());
    this.#aborter.abort(new HttpFailure("the connection is over"));
  }

  pause(): void {
    this.#paused ??= Promise.withResolvers();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }

  #begin(): void {
    if (this.#isOver || this.#aborter.signal.aborted) return;
    if (this.#url) this.#events.connected();
    else this.#close(new Error(`the gateway's address ${quoteText(this.#options.url)} is no web address`));
  }

  /** Sends what waits, as soon as everything has been written that is written in one go. */
  #goOn(): void {
    queueMicrotask(() => {
      if (this.#isAsking || this.#isOver) return;
      if (this.#queue.length > 0) void this.#ask(this.#take());
      else if (this.#isEnding) this.#close();
    });
  }

  #rest(): void {
    this.#poll = this.#options.clock.after(this.#options.pollMs ?? POLL_MS, () => {
      if (!this.#isAsking && !this.#isOver) void this.#ask(undefined);
    });
  }

  /** One request, with words of ours or as a poll, and its answer. */
  async #ask(words: Uint8Array | undefined): Promise<void> {
    this.#isAsking = true;
    this.#poll?.cancel();
    try {
      const response = await this.#options.http({
        method: "POST",
        url: this.#target(words === undefined),
        headers: { "Content-Type": CONTENT_TYPE },
        ...(words && { body: words }),
        signal: this.#aborter.signal,
      });
      const isLast = this.#readHead(response);
      await this.#readBody(response);
      if (isLast) return this.#close();
    } catch (error) {
      // Anything else is a mistake of our own, which is not to look like weather.
      if (!(error instanceof HttpFailure)) throw error;
      return this.#close(error);
    } finally {
      this.#isAsking = false;
    }
    if (this.#isOver) return;
    if (this.#queue.length > 0 || this.#isEnding) this.#goOn();
    else this.#rest();
  }

  /** The query in the order of the recording. */
  #target(isPoll: boolean): string {
    const { href } = this.#url as URL;
    if (this.#sessionId === undefined) {
      return `${href}?Action=open&Server=${this.#options.server}&IP=${encodeURIComponent(this.#host)}`;
    }
    return `${href}?${isPoll ? "Action=poll&" : ""}SessionID=${encodeURIComponent(this.#sessionId)}`;
  }

  #take(): Uint8Array {
    const words = Buffer.concat(this.#queue);
    this.#queue = [];
    this.#queuedBytes = 0;
    return words;
  }

  /** True when the gateway says that nothing follows this answer. Throws HttpFailure when it is no gateway's. */
  #readHead({ status, headers }: HttpResponse): boolean {
    const { origin } = this.#url as URL;
    if (status !== 200) {
      throw new HttpFailure(
        this.#sessionId === undefined
          ? `${origin} answered with HTTP ${status}: check the gateway's address`
          : `the gateway ${origin} does not know the session any more (HTTP ${status})`,
      );
    }
    const fields = fieldsOf(headers["x-msn-messenger"] ?? "");
    this.#sessionId = fields.get("sessionid") || this.#sessionId;
    if (this.#sessionId === undefined) {
      throw new HttpFailure(`${origin} does not answer as a gateway does: check the gateway's address`);
    }
    this.#move(fields.get("gw-ip"));
    return fields.get("session")?.toLowerCase() === "close";
  }

  /** A gateway may send us on to its neighbour; some only repeat the host that we asked for. */
  #move(host: string | undefined): void {
    const url = this.#url as URL;
    if (!host || host === this.#host || host === url.hostname || host === url.host) return;
    if (!/^[A-Za-z0-9.-]+(:\d{1,5})?$/.test(host)) return;
    const next = new URL(url);
    next.host = host;
    if (isLoopback(next.hostname) === isLoopback(url.hostname)) this.#url = next;
  }

  async #readBody({ body }: HttpResponse): Promise<void> {
    let sizeBytes = 0;
    for await (const piece of body) {
      await this.#paused?.promise;
      sizeBytes += piece.length;
      if (sizeBytes > MAX_ANSWER_BYTES) throw new HttpFailure("the gateway's answer has no end");
      if (this.#isOver) return;
      if (piece.length > 0) this.#events.data(piece);
    }
    await this.#paused?.promise;
  }

  #close(cause?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#poll?.cancel();
    this.#queue = [];
    this.resume();
    this.#aborter.abort(new HttpFailure("the connection is over"));
    this.#events.closed(cause);
  }
}

function withUsualPath(url: URL): URL {
  if (url.pathname === "/") url.pathname = USUAL_PATH;
  url.search = "";
  url.hash = "";
  return url;
}

/** `SessionID=1234.5; GW-IP=host; Session=close`, names lower-cased. */
function fieldsOf(header: string): Map<string, string> {
  return new Map(
    header.split(";").map((field) => {
      const [name = "", ...value] = field.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()] as const;
    }),
  );
}
