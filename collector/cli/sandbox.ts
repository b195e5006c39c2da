/** `rollcall sandbox`: a Messenger network of our own on loopback, with made-up people. */
import { Command, InvalidArgumentError } from "commander";
import { parseAddress } from "../../db/settings/accounts.ts";
import { SettingsError } from "../../db/settings/data-folder.ts";
import { systemClock } from "../clock.ts";
import { dialTcp } from "../network/messenger/net/tcp.ts";
import { SEED } from "../sandbox/first-look.ts";
import { listen, PortError } from "../sandbox/listen.ts";
import { runPeople } from "../sandbox/live.ts";
import { type ExtraAccount, PEOPLE, sandboxAccounts, WATCHER } from "../sandbox/people.ts";
import { SandboxServer } from "../sandbox/server.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { say, tellParent } from "./say.ts";

export const sandboxCommand = new Command("sandbox")
  .description("run a Messenger network with made-up people on this computer")
  .option("--port <n>", "where to listen; 0 lets the system choose", parsePort, 1863)
  .option("--account <address:password>", "an account of your own on it; may be given several times", parseAccount, [])
  .action(async ({ port, account }: { port: number; account: ExtraAccount[] }) => {
    const stop = askedToStop();
    const nowMs = systemClock.nowMs();
    const server = new SandboxServer({ clock: systemClock, accounts: sandboxAccounts(PEOPLE, account, nowMs) });
    const listening = await listen(server, port).catch((error: unknown) => {
      if (error instanceof PortError) throw new Failure(EXIT.failed, error.message, { cause: error });
      throw error;
    });
    const endpoint = { host: "127.0.0.1", port: listening.port };
    const people = runPeople({ server: endpoint, clock: systemClock, dial: dialTcp, seed: SEED, lively: true });
    say("info", `sandbox listening on ${endpoint.host}:${endpoint.port} (process ${process.pid})`);
    for (const { address, password } of [WATCHER, ...account])
      say("info", `you can sign in as ${address} with "${password}"`);
    tellParent(`port ${listening.port}`);
    const why = await stop;
    await people.stop();
    await listening.close();
    say("info", `sandbox stopped (${why})`);
  });

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

function parseAccount(text: string, earlier: ExtraAccount[]): ExtraAccount[] {
  const colon = text.indexOf(":");
  try {
    if (colon < 1 || colon === text.length - 1)
      throw new SettingsError(`"${text}" should look like you@example.com:password`);
    return [...earlier, { address: parseAddress(text.slice(0, colon)).toLowerCase(), password: text.slice(colon + 1) }];
  } catch (error) {
    if (error instanceof SettingsError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
