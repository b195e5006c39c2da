/** A session of the library's on a clock that stands still, over real sockets, and everything it told. */
import { DIALECTS } from "../../collector/network/messenger/dialects.ts";
import type { MessengerEvent, SessionEnd } from "../../collector/network/messenger/events.ts";
import type { HttpClient } from "../../collector/network/messenger/net/http.ts";
import { createHttpClient } from "../../collector/network/messenger/net/node-http.ts";
import { dialTcp } from "../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../collector/network/messenger/notification.ts";
import type { MessengerSession, SessionOptions, SessionParts } from "../../collector/network/messenger/session-api.ts";
import { settle, TestClock } from "./test-clock.ts";

export interface HandOptions extends Partial<Omit<SessionOptions, "dialects">> {
  port: number;
  /** By their numbers; all when absent. */
  dialects?: readonly number[];
  clock?: TestClock;
  parts?: Partial<SessionParts>;
  /** To share with other sessions, as tickets go with it. */
  web?: HttpClient & { close(): void };
}

export const PLACE = { id: "{11111111-2222-3333-4444-555555555555}", name: "logger" };

export class HandSession {
  readonly clock: TestClock;
  readonly session: MessengerSession;
  readonly events: MessengerEvent[] = [];
  end: SessionEnd | undefined;
  readonly #http: HttpClient & { close(): void };

  constructor({ port, dialects, clock = new TestClock(), parts = {}, web, ...options }: HandOptions) {
    this.clock = clock;
    this.#http = web ?? createHttpClient();
    const numbers = dialects ?? DIALECTS.map(({ number }) => number);
    this.session = openSession(
      {
        address: "me@x.com",
        password: "password",
        server: { host: "127.0.0.1", port },
        dialects: DIALECTS.filter(({ number }) => numbers.includes(number)),
        place: PLACE,
        ...options,
      },
      { clock, dial: dialTcp, http: this.#http, pingAfterMs: Number.POSITIVE_INFINITY, ...parts },
      (event) => this.events.push(event),
    );
    void this.session.ended.then((end) => {
      this.end = end;
    });
  }

  /** What was told, without proofs of life and instants. */
  get told() {
    return this.events.filter(({ kind }) => kind !== "alive").map(({ atMs: _, monotonicMs: __, ...said }) => said);
  }

  /** The same in few words: `presence bob@x.com BSY`. */
  get words(): string[] {
    return this.told.map((said) => {
      const { kind = "", address = "", code = "", name = "" } = said as Record<string, string>;
      return [kind, kind === "signed-in" ? "" : address, code, kind.startsWith("own-") ? name : ""]
        .filter(Boolean)
        .join(" ");
    });
  }

  get message(): string {
    if (!this.end) throw new Error("the session has not ended");
    if (this.end.why === "lost") return this.end.cause.message;
    return "message" in this.end ? this.end.message : this.end.why;
  }

  isWatching(): boolean {
    return this.events.some(({ kind }) => kind === "snapshot-complete");
  }

  /** Lets everything that is under way arrive, without time passing. */
  async until(isTrue: () => boolean, what: string): Promise<void> {
    for (let turn = 0; !isTrue(); turn++) {
      if (turn > 400)
        throw new Error(`waited in vain for ${what}; told: ${this.words.join(", ")}; ${JSON.stringify(this.end)}`);
      await settle();
    }
  }

  watching(): Promise<void> {
    return this.until(() => this.isWatching() || this.end !== undefined, "the barrier");
  }

  over(): Promise<void> {
    return this.until(() => this.end !== undefined, "the end");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.session.close();
    await settle();
    await this.clock.advance(2_000);
    await this.over();
    this.#http.close();
  }
}
