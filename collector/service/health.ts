/**
 * Answers to whoever watches the collector: `/livez` while the process moves, `/readyz` when the history can be written to
 * and every account has been tried once, `/metrics` for Prometheus. On a socket in the data folder, and on a port of this
 * computer where one is asked for.
 */
import { rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { openForReading } from "../../db/open.ts";
import { storedAccounts } from "../../db/settings/accounts.ts";
import type { Clock } from "../network/network.ts";
import { metricsOf } from "./metrics.ts";
import { type Readiness, socketPath } from "./socket.ts";
import type { Vitals } from "./vitals.ts";

export interface HealthParts {
  folder: string;
  databasePath: string;
  vitals: Vitals;
  clock: Clock;
  /** A port of this computer beside the socket. */
  port?: number | undefined;
  say(level: "warn", message: string): void;
}

export class Health {
  readonly #parts: HealthParts;
  readonly #servers: Server[] = [];

  /** Listens wherever it can; where it cannot, that is said, and recording goes on without. */
  static async start(parts: HealthParts): Promise<Health> {
    const health = new Health(parts);
    const socket = socketPath(parts.folder);
    // Whoever left it there is dead: the data folder's lock is ours.
    if (process.platform !== "win32") rmSync(socket, { force: true });
    await health.#listen(socket, { path: socket });
    if (parts.port !== undefined)
      await health.#listen(`127.0.0.1:${parts.port}`, { host: "127.0.0.1", port: parts.port });
    return health;
  }

  private constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        return closed;
      }),
    );
  }

  async #listen(name: string, where: { path: string } | { host: string; port: number }): Promise<void> {
    const server = createServer((question, answer) => void this.#answer(question, answer));
    const failure = await new Promise<Error | undefined>((resolve) => {
      server.once("error", resolve);
      server.listen(where, () => resolve(undefined));
    });
    if (!failure) return void this.#servers.push(server);
    this.#parts.say("warn", `nobody can ask at ${name} how the collector is: ${failure.message}`);
  }

  async #answer(question: IncomingMessage, answer: ServerResponse): Promise<void> {
    const send = (code: number, type: string, text: string) => {
      answer.writeHead(code, { "Content-Type": type, "Cache-Control": "no-store" });
      answer.end(text);
    };
    try {
      const path = question.url?.split("?")[0];
      if (question.method !== "GET" && question.method !== "HEAD") send(405, "text/plain", "GET only\n");
      // A page of another site that the user's browser has open may not look in.
      else if (!isOurs(question)) send(403, "text/plain", "this address is for this computer's own programs\n");
      else if (path === "/livez") send(200, "text/plain", "ok\n");
      else if (path === "/readyz") {
        const readiness = readinessOf(this.#parts);
        send(readiness.isReady ? 200 : 503, "application/json", `${JSON.stringify(readiness)}\n`);
      } else if (path === "/metrics") {
        const { type, text } = await this.#metrics();
        send(200, type, text);
      } else send(404, "text/plain", "there are /livez, /readyz and /metrics\n");
    } catch (error) {
      // A disk that cannot be read either.
      send(503, "text/plain", `${(error as Error).message}\n`);
    }
  }

  async #metrics(): Promise<{ type: string; text: string }> {
    const { databasePath, vitals, clock } = this.#parts;
    const db = openForReading(databasePath);
    try {
      return await metricsOf(db, databasePath, vitals, clock.nowMs());
    } finally {
      db.close();
    }
  }
}

/** Ready: the history can be written to, and every account has been tried once, whatever came of it. */
export function readinessOf({ databasePath, vitals }: Pick<HealthParts, "databasePath" | "vitals">): Readiness {
  const { held } = vitals;
  const db = openForReading(databasePath);
  try {
    const ids = storedAccounts(db).flatMap(({ id, sealedPassword, state, wish }) =>
      sealedPassword === null || state === "stopped" || wish !== "record" ? [] : [id],
    );
    return { isReady: held.why === null && vitals.haveAllBeenTried(ids), held };
  } finally {
    db.close();
  }
}

/** Asked by name of this computer, or through the socket, where the name means nothing. */
function isOurs({ headers, socket }: IncomingMessage): boolean {
  if (socket.remoteAddress === undefined) return true;
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? "") && headers.origin === undefined;
}
