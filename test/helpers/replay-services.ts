/**
 * The recorded web services over real HTTP on loopback: Passport nexus and login with the recorded responses, security
 * tokens made up in the recorded shape, and the address book. It remembers what it gave out, and checks that the client
 * signs in with nothing else.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "../../collector/network/network.ts";
import { proves } from "./oracle/blob.ts";
import { addressBookOf, membershipsOf } from "./replay-address-book.ts";
import type { Heard } from "./replay-play.ts";
import { issueTokens, type Tokens } from "./replay-tokens.ts";
import type { Conversation, Step } from "./transcript.ts";
import { presenceOf } from "./transcript-shape.ts";
import type { WebRequest, WebResponse } from "./transcript-web.ts";

export interface WebEntry {
  method: string;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  status: number;
}

export interface ServicesOptions {
  clock: Clock;
  /** The conversation whose person signs in now. */
  current(): Conversation | undefined;
  /** Called for each answer of the address book's. */
  served(name: string, body: string): void;
}

/** One request of the recording's, and what it was answered. */
interface Exchange {
  request: WebRequest;
  response: WebResponse;
}

export class ReplayServices {
  readonly log: WebEntry[] = [];
  readonly findings: string[] = [];
  readonly #server: Server;
  readonly #options: ServicesOptions;
  readonly #tickets = new Set<string>();
  readonly #secrets = new Map<string, string>();

  static async listen(options: ServicesOptions): Promise<ReplayServices> {
    const services = new ReplayServices(options);
    await new Promise<void>((resolve) => services.#server.listen(0, "127.0.0.1", resolve));
    return services;
  }

  private constructor(options: ServicesOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.findings.push(String(error));
        response.writeHead(500).end();
      });
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the web server does not listen");
    return address.port;
  }

  get urls() {
    const base = `http://127.0.0.1:${this.port}`;
    return {
      nexus: `${base}/rdr/pprdr.asp`,
      rst: `${base}/RST.srf`,
      addressBook: `${base}/abservice/abservice.asmx`,
      sharing: `${base}/abservice/SharingService.asmx`,
      offlineMessages: `${base}/rsi/rsi.asmx`,
    };
  }

  /** What the client proved itself with, against what it was given and what the recorded client sent. */
  check({ line, instead, conversation }: Heard): void {
    const [verb, , method, step, ticket = "", blob = ""] = line.split(" ");
    if (verb !== "USR" || conversation.server === "switchboard" || step !== "S") return;
    if (method === "MD5") {
      const expected = instead.line.split(" ")[4];
      if (ticket !== expected) this.findings.push(`the digest ${ticket} should be the recorded ${expected}`);
      return;
    }
    if (!this.#tickets.has(ticket)) this.findings.push(`it signed in with a ticket that was not given to it: ${line}`);
    if (method !== "SSO") return;
    const secret = this.#secrets.get(ticket) ?? "";
    const question = conversation.steps.find(
      (one) => one.kind === "server" && one.verb === "USR" && one.line.includes(" SSO S "),
    );
    const nonce = question && "line" in question ? (question.line.split(" ")[5] ?? "") : "";
    const complaint = proves(blob, secret, nonce);
    if (complaint) this.findings.push(`the proof of the token's key is wrong: ${complaint}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const { method = "", url: path = "", headers } = request;
    const answer = this.#answer(path, body, headers);
    const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    this.log.push({ method, path, headers: flat, body, status: answer.status });
    response.writeHead(answer.status, answer.headers).end(answer.text);
  }

  #answer(path: string, body: string, headers: IncomingMessage["headers"]): Answer {
    if (path.startsWith("/abservice/SharingService")) return this.#soap("FindMembership", body, headers);
    if (path.startsWith("/abservice/abservice")) return this.#soap("ABFindAll", body, headers);
    const exchange = this.#recorded(path);
    if (!exchange) {
      this.findings.push(`it asked for ${path}, which the recorded client did not`);
      return { status: 404, headers: {}, text: "" };
    }
    if (path === "/RST.srf") return this.#tokens(body, exchange);
    this.#compareAuthorization(exchange.request, headers.authorization);
    return this.#asRecorded(exchange.response);
  }

  /** The exchange at that path in the sign-in that is going on; where none was recorded, the same person's elsewhere. */
  #recorded(path: string): Exchange | undefined {
    const conversation = this.#options.current();
    if (!conversation) return undefined;
    const asks = (step: Step) => step.kind === "request" && step.request.path === path;
    const isRecorded = conversation.steps.some(({ kind }) => kind === "request");
    const steps = (isRecorded ? conversation : presenceOf(conversation, asks))?.steps ?? [];
    const at = steps.findIndex(asks);
    const request = steps[at];
    const response = steps.slice(at).find((step) => step.kind === "response");
    if (request?.kind !== "request" || response?.kind !== "response") return undefined;
    return { request: request.request, response: response.response };
  }

  #compareAuthorization(recorded: WebRequest, said: string | undefined): void {
    const expected = recorded.headers.Authorization;
    if (expected !== said) this.findings.push(`Authorization is ${said} where the recorded client said ${expected}`);
  }

  #asRecorded({ status, headers, body }: WebResponse): Answer {
    const { "Content-Length": _, Date: __, ...rest } = headers;
    const put = Object.entries(rest).map(([name, value]): [string, string] => [
      name,
      value.replace(/https:\/\/127\.0\.0\.1:\d+/, `http://127.0.0.1:${this.port}`),
    ]);
    const ticket = /from-PP='([^']*)'/.exec(headers["Authentication-Info"] ?? "")?.[1];
    if (ticket) this.#tickets.add(ticket);
    return { status, headers: Object.fromEntries(put), text: body?.text ?? "" };
  }

  #tokens(body: string, { response }: Exchange): Answer {
    // A refusal is short, and stands whole in the recording.
    if (response.body && !response.body.isCut) return this.#asRecorded(response);
    const tokens: Tokens = issueTokens(body, response.body?.text ?? "", this.#options.clock.nowMs());
    for (const { ticket, secret } of tokens.issued) {
      this.#tickets.add(ticket);
      this.#secrets.set(ticket, secret);
    }
    return { status: 200, headers: { "Content-Type": "text/xml; charset=utf-8" }, text: tokens.text };
  }

  #soap(name: "FindMembership" | "ABFindAll", body: string, headers: IncomingMessage["headers"]): Answer {
    const conversation = this.#options.current();
    const ticket = /<(?:\w+:)?TicketToken>([^<]*)</.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? "";
    if (!this.#tickets.has(ticket)) {
      this.findings.push(`${name} came with a ticket that was not given to it`);
      return { status: 403, headers: {}, text: "" };
    }
    if (!String(headers.soapaction).includes(name) && name === "FindMembership")
      this.findings.push(`SOAPAction is ${headers.soapaction}, where ${name} is asked for`);
    const give = name === "FindMembership" ? membershipsOf : addressBookOf;
    const text = give(conversation?.address ?? "", conversation?.dialect ?? "", {
      isPaged: String(headers.soapaction).includes("ABFindContactsPaged"),
    });
    this.#options.served(name, text);
    return { status: 200, headers: { "Content-Type": "text/xml; charset=utf-8" }, text };
  }
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
