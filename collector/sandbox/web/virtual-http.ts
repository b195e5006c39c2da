/** An HTTP client that needs no sockets: its requests go straight to the services, on a clock that may be virtual. */
import type { Clock } from "../../network/messenger/clock.ts";
import { type HttpClient, HttpFailure, type HttpRequest } from "../../network/messenger/net/http.ts";
import type { WebAnswer, WebRequest } from "./exchange.ts";

export interface VirtualHttpOptions {
  clock: Clock;
  serve(request: WebRequest): Promise<WebAnswer>;
  /** A request and its answer take this long, each. */
  delayMs?: number;
  /** Whether the services can be reached now; `silent`: nobody answers, and nobody says so. */
  condition?(): "up" | "away" | "silent";
}

export function virtualHttp({ clock, serve, delayMs = 3, condition = () => "up" }: VirtualHttpOptions): HttpClient {
  return async (request) => {
    const { signal } = request;
    const answer = await abortable(signal, exchange(request));
    return {
      status: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value])),
      body: read(answer, signal),
    };
  };

  async function exchange(request: HttpRequest): Promise<WebAnswer> {
    const { host } = new URL(request.url);
    await cross(`${host} refused the connection`);
    const answer = await serve(asServed(request));
    await cross(`${host} cut the connection`);
    if (answer.hangsUp) throw new HttpFailure(`${host} closed the connection without an answer`);
    return answer;
  }

  /** One way through the network, as it is when that is done. */
  async function cross(whenAway: string): Promise<void> {
    await new Promise<void>((resolve) => void clock.after(delayMs, resolve));
    switch (condition()) {
      case "up":
        return;
      case "away":
        throw new HttpFailure(whenAway);
      case "silent":
        return new Promise(() => undefined);
    }
  }
}

function asServed({ method, url, headers, body = "" }: HttpRequest): WebRequest {
  const { origin, pathname, search } = new URL(url);
  return {
    method,
    path: pathname + search,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body as string),
    origin,
  };
}

async function* read({ body, cutAfterBytes }: WebAnswer, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  let left = cutAfterBytes ?? Number.POSITIVE_INFINITY;
  for (const part of body) {
    signal?.throwIfAborted();
    const piece = Buffer.from(part as string).subarray(0, left);
    left -= piece.length;
    if (piece.length > 0) yield piece;
    if (left === 0) break;
  }
  if (cutAfterBytes !== undefined) throw new HttpFailure("the answer was cut off");
}

function abortable<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
