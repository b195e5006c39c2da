/** What the tests of the command line share: an account in a data folder, a look into its history, a friend online. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterEach } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { DIALECTS } from "../../../collector/network/messenger/dialects.ts";
import { HttpFailure } from "../../../collector/network/messenger/net/http.ts";
import { dialTcp } from "../../../collector/network/messenger/net/tcp.ts";
import { openSession } from "../../../collector/network/messenger/notification.ts";
import type { MessengerSession } from "../../../collector/network/messenger/session-api.ts";
import { readerOrNothing } from "../../../db/open.ts";
import { actAsMessenger, RawServer, type Stage } from "../../helpers/raw-server.ts";
import { Cli, type Finished, runCli } from "../../helpers/run-cli.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/test-clock.ts";

export const ME = "me@example.com";
export const PASSWORD = "correct horse battery";
export const FRIEND = "friend@example.com";

const open = new Set<() => Promise<unknown>>();

afterEach(async () => {
  const closing = [...open].map((close) => close());
  open.clear();
  await Promise.all(closing);
});

export interface Place {
  data: string;
  databasePath: string;
  passwordFile: string;
}

export function place(): Place {
  const data = join(tempFolder(), "data");
  const passwordFile = join(tempFolder(), "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  return { data, passwordFile, databasePath: join(data, "rollcall.db") };
}

export function addAccount({ data, passwordFile }: Place, server: string, ...more: string[]): Promise<Finished> {
  const args = ["account", "add", ME, "--network", "messenger", "--server", server, "--password-file", passwordFile];
  return runCli([...args, ...more], { data });
}

/** A folder with an account at this port. */
export async function placeAt(port: number, ...more: string[]): Promise<Place> {
  const here = place();
  await addAccount(here, `127.0.0.1:${port}`, ...more);
  return here;
}

/** A server that answers as this stage says, or whatever `serve` does; closed when the test is over. */
export async function serverThat(serve: Stage | ((peer: RawServer["peer"]) => void)): Promise<RawServer> {
  const act = typeof serve === "function" ? serve : (peer: RawServer["peer"]) => actAsMessenger(peer, serve);
  const server = await RawServer.listen({ clock: systemClock, serve: act });
  open.add(() => server.close());
  return server;
}

export async function startSandbox(port = 0): Promise<{ cli: Cli; port: number }> {
  const accounts = ["--account", `${ME}:${PASSWORD}`, "--account", `${FRIEND}:secret`];
  const cli = new Cli(["sandbox", "--port", String(port), ...accounts]);
  const [, found] = await cli.says(/sandbox listening on 127\.0\.0\.1:(\d+)/);
  return { cli, port: Number(found) };
}

/** A friend with a client of their own, shown to others. */
export async function signInFriend(port: number): Promise<MessengerSession> {
  const server = { host: "127.0.0.1", port };
  const dialects = DIALECTS.filter(({ name }) => name === "MSNP7");
  const parts = { clock: systemClock, dial: dialTcp, http: () => Promise.reject(new HttpFailure("there is no web")) };
  let isIn = false;
  const options = { address: FRIEND, password: "secret", server, dialects, status: "NLN" } as const;
  const session = openSession(options, parts, ({ kind }) => {
    if (kind === "snapshot-complete") isIn = true;
  });
  open.add(() => {
    session.close();
    return session.ended;
  });
  await until(() => isIn, "the friend's sign-in");
  return session;
}

/** What the history holds, read as any other program might. */
export function rows<Row>({ databasePath }: Place, sql: string, ...values: (string | number)[]): Row[] {
  const db = readerOrNothing(databasePath);
  if (!db) return [];
  try {
    return db.prepare(sql).all(...values) as Row[];
  } finally {
    db.close();
  }
}

/** What has been recorded about one contact, in order. */
export function recorded(here: Place, address = FRIEND): string[] {
  return rows<{ status: string }>(
    here,
    `SELECT s.status FROM event e JOIN contact c ON c.id = e.contact_id JOIN status_code s ON s.code = e.status
     WHERE c.address = ? ORDER BY e.seq`,
    address,
  ).map(({ status }) => status);
}

export type Row = Record<string, string>;

export async function exported({ data }: Place, ...args: string[]): Promise<Row[]> {
  const { code, out, err } = await runCli(["export", ...args, "--tz", "UTC"], { data });
  if (code !== 0) throw new Error(err.join("\n"));
  return parse(out, { columns: true });
}
