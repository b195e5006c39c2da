/** The recorded gateway over real HTTP: what the server says waits here until it is asked for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CLIENT_PAYLOADS, RawFrames } from "./frames.ts";
import { type Audience, Play, type PlayOptions } from "./replay-play.ts";
import type { Conversation } from "./transcript.ts";

const SESSION = "4234533f-de13-4b89-aa6b-8b57d1449421";

export class ReplayGateway {
  /** The requests, without their host. */
  readonly asked: string[] = [];
  readonly #server: Server;
  readonly #frames = new RawFrames(CLIENT_PAYLOADS);
  readonly #audience: Audience;
  readonly #play: Play;
  #outbox: Buffer[] = [];
  #isOver = false;

  static async listen(conversation: Conversation, options: PlayOptions): Promise<ReplayGateway> {
    const gateway = new ReplayGateway(conversation, options);
    await new Promise<void>((resolve) => gateway.#server.listen(0, "127.0.0.1", resolve));
    return gateway;
  }

  private constructor(conversation: Conversation, options: PlayOptions) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    const hangUp = () => {
      this.#isOver = true;
    };
    this.#audience = {
      index: 0,
      isMuted: false,
      onLine: () => undefined,
      say: (...lines) => this.#outbox.push(...lines.map((line) => Buffer.from(`${line}\r\n`))),
      send: (bytes) => this.#outbox.push(bytes),
      hangUp,
      reset: hangUp,
    };
    this.#play = new Play(this.#audience, conversation, options);
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the gateway does not listen");
    return `http://127.0.0.1:${address.port}/gateway/gateway.dll`;
  }

  get isPlayed(): boolean {
    return this.#play.isAtRest && this.#outbox.length === 0;
  }

  get whereabouts(): string {
    return this.#play.whereabouts;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked.push(`${request.method} ${request.url}`);
    const isKnown = /Action=open/.test(request.url ?? "") || request.url?.includes(SESSION);
    if (!isKnown)
      return void response.writeHead(400, { "Content-Type": "text/plain; charset=utf-8" }).end("400: Bad Request");
    for (const { line, payload } of this.#frames.push(Buffer.concat(chunks))) this.#audience.onLine(line, payload);
    const body = Buffer.concat(this.#outbox);
    this.#outbox = [];
    const over = this.#isOver ? " Session=close;" : "";
    response.writeHead(200, {
      "X-MSN-Messenger": `SessionID=${SESSION};${over} GW-IP=127.0.0.1`,
      "Content-Type": "application/x-msn-messenger",
      "Content-Length": body.length,
    });
    response.end(body);
  }
}
