/** A sandbox with a few accounts on sockets, and clients of any dialect that sign in to it line by line. */
import { systemClock } from "../../../collector/clock.ts";
import { ssoBlob } from "../../../collector/network/messenger/auth/sso.ts";
import { DIALECTS, type Dialect, dialectNamed } from "../../../collector/network/messenger/dialects.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { type Listening, listen } from "../../../collector/sandbox/listen.ts";
import { type SandboxOptions, SandboxServer } from "../../../collector/sandbox/server.ts";
import { LineClient } from "./line-client.ts";

export class World {
  readonly server: SandboxServer;
  readonly listening: Listening;
  readonly #clients: LineClient[] = [];

  constructor(server: SandboxServer, listening: Listening) {
    this.server = server;
    this.listening = listening;
  }

  static async start(accounts: readonly AccountSpec[], options: Partial<SandboxOptions> = {}): Promise<World> {
    const server = new SandboxServer({ clock: systemClock, accounts, ...options });
    return new World(server, await listen(server, 0));
  }

  connect(where: "dispatch" | "notification" | "switchboard" = "notification"): LineClient {
    const { port, notificationPort, switchboardPort } = this.listening;
    const client = new LineClient(
      { dispatch: port, notification: notificationPort, switchboard: switchboardPort }[where],
    );
    this.#clients.push(client);
    return client;
  }

  /** From VER to everything that follows `USR OK`; returns those last lines too. */
  async signIn(name: string, dialectName: string, place?: string): Promise<{ client: LineClient; welcome: string[] }> {
    const client = this.connect();
    const dialect = named(dialectName);
    await greet(client, dialect);
    const { address } = this.account(name);
    client.send(`USR 3 ${method(dialect)} I ${address}`);
    if (dialect.number >= 13) await client.take();
    const [, , , , ...riddle] = (await client.take()).split(" ");
    client.send(`USR 4 ${method(dialect)} S ${this.#proof(dialect, name, riddle, client)}${place ? ` ${place}` : ""}`);
    const welcome = await client.takeMany(dialect.number >= 16 ? 4 : dialect.number >= 11 ? 3 : 2);
    return { client, welcome };
  }

  account(name: string) {
    const found = this.server.directory.account(addressOf(name));
    if (!found) throw new Error(`there is no account of ${name}`);
    return found;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    await this.listening.close();
  }

  #proof(dialect: Dialect, name: string, riddle: readonly string[], client: LineClient): string {
    const { address, password } = this.account(name);
    if (dialect.signIn === "md5") return client.digest(password);
    const { ticket, token, secret } = this.server.tickets.issue(address);
    if (dialect.signIn === "passport") return token;
    const nonce = riddle[1] ?? "";
    return dialect.signIn === "tokens" ? ticket : `${ticket} ${ssoBlob({ secret, nonce })}`;
  }
}

export function account(name: string, contacts: string[] = [], more: Partial<AccountSpec> = {}): AccountSpec {
  return {
    address: addressOf(name),
    password: `${name}'s password`,
    name: `${name} <b>`,
    contacts: contacts.map((contact) => ({ address: addressOf(contact), groups: [] })),
    ...more,
  };
}

export function addressOf(name: string): string {
  return `${name}@sandbox.example`;
}

export function named(name: string): Dialect {
  return dialectNamed(name) ?? (DIALECTS[0] as Dialect);
}

/** VER, and what the dialect has between it and USR. */
export async function greet(client: LineClient, dialect: Dialect): Promise<void> {
  client.send(`VER 1 ${dialect.name} CVR0`);
  client.send(dialect.number < 8 ? "INF 2" : "CVR 2 0x0409 winnt 5.1 i386 MSNMSGR 8.5.1302 MSMSGS me@sandbox.example");
  await client.takeMany(2);
}

export function method({ signIn }: Dialect): string {
  return { md5: "MD5", passport: "TWN", tokens: "TWN", sso: "SSO" }[signIn];
}

/** The parameters of a CHG in the dialect. */
export function status({ number }: Dialect, code: string): string {
  if (number < 8) return code;
  return number < 16 ? `${code} 268435488` : `${code} 2684354592:48`;
}

/** Sets a status; returns everything that was said to this client until then, but for the echo. */
export async function show(client: LineClient, dialectName: string, code: string): Promise<string[]> {
  client.send(`CHG 9 ${status(named(dialectName), code)}`);
  return (await rest(client)).filter((line) => !line.startsWith("CHG"));
}

/** What was said to this client so far and has not been taken; a ping proves that nothing more is on its way. */
export async function rest(client: LineClient): Promise<string[]> {
  client.send("PNG");
  const lines: string[] = [];
  for (let line = await client.take(); !line.startsWith("QNG"); line = await client.take()) lines.push(line);
  return lines;
}
