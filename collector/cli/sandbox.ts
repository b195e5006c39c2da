/** `rollcall sandbox`: a Messenger network of our own on loopback, with made-up people. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { parseAddress } from "../../db/settings/accounts.ts";
import { SettingsError } from "../../db/settings/settings-error.ts";
import { systemClock } from "../clock.ts";
import { dialTcp } from "../network/messenger/net/tcp.ts";
import { SEED } from "../sandbox/first-look.ts";
import { listen, PortError } from "../sandbox/listen.ts";
import { runPeople } from "../sandbox/live.ts";
import { type ExtraAccount, PEOPLE, sandboxAccounts, WATCHER } from "../sandbox/people.ts";
import { SandboxServer } from "../sandbox/server.ts";
import { certificates } from "../sandbox/web/certificates.ts";
import { askedToStop, EXIT, Failure } from "./exit.ts";
import { withSettings } from "./flags.ts";
import { say, tellParent } from "./say.ts";

const HELP = `One port is all that a client needs to know. On it are
  Messenger   dispatch, MSNP2 to MSNP18; notification server and switchboards have ports
              of their own, to which clients are sent on
  HTTP(S)     Passport nexus (/rdr/pprdr.asp) and login, tokens (/RST.srf, /RST2.srf),
              address book and sharing (/abservice/…), offline messages (/rsi/rsi.asmx),
              client configuration (/Config/MsgrConfig.asmx)
  gateway     Messenger through HTTP (/gateway/gateway.dll)

Everything is on this computer only, and forgotten when the sandbox stops.`;

interface SandboxOptions {
  port: number;
  tlsCa?: string;
  account: ExtraAccount[];
}

export const sandboxCommand = withSettings(
  new Command("sandbox").description("run a Messenger network with made-up people on this computer"),
  "log.level",
  "log.format",
)
  .option("--port <n>", "where to listen, for everything; 0 lets the system choose", parsePort, 1863)
  .option("--tls-ca <file>", "write there the certificate (PEM) with which HTTPS on that port can be trusted")
  .option("--account <address:password>", "an account of your own on it; may be given several times", parseAccount, [])
  .addHelpText("after", `\n${HELP}`)
  .action(async ({ port, tlsCa, account }: SandboxOptions) => {
    const stop = askedToStop();
    // Before anything is opened: a file that cannot be written should leave nothing behind.
    if (tlsCa !== undefined) await writeCertificate(tlsCa);
    const nowMs = systemClock.nowMs();
    const server = new SandboxServer({ clock: systemClock, accounts: sandboxAccounts(PEOPLE, account, nowMs) });
    const listening = await listen(server, port).catch((error: unknown) => {
      if (error instanceof PortError) throw new Failure(EXIT.failed, error.message, { cause: error });
      throw error;
    });
    const endpoint = { host: "127.0.0.1", port: listening.port };
    const people = runPeople({ server: endpoint, clock: systemClock, dial: dialTcp, seed: SEED, lively: true });
    say("info", `sandbox listening on ${endpoint.host}:${endpoint.port} (process ${process.pid})`);
    for (const line of howToSignIn(`${endpoint.host}:${endpoint.port}`, [WATCHER, ...account], tlsCa))
      say("info", line);
    tellParent(`port ${listening.port}`);
    const why = await stop;
    await people.stop();
    await listening.close();
    say("info", `sandbox stopped (${why})`);
  });

function howToSignIn(server: string, accounts: readonly ExtraAccount[], tlsCa: string | undefined): string[] {
  const [first] = accounts;
  const whoCan = accounts.map(({ address, password }) => `you can sign in as ${address} with "${password}"`);
  // Under `rollcall start` the collector signs in, and a newcomer has enough to read.
  if (process.send) return whoCan;
  return [
    ...whoCan,
    `with Rollcall: npx rollcall account add ${first?.address} --server ${server}`,
    `with an old client: server ${server}, or http://${server}/gateway/gateway.dll; Passport nexus http://${server}/rdr/pprdr.asp; tokens http://${server}/RST.srf; address book http://${server}/abservice/abservice.asmx`,
    tlsCa === undefined
      ? "https:// works on the same port, too; to trust it, start with --tls-ca FILE"
      : `https:// works on the same port, too; ${tlsCa} holds the certificate to trust: it changes with each start`,
  ];
}

async function writeCertificate(file: string): Promise<void> {
  const { ca } = await certificates();
  try {
    writeFileSync(file, ca);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Failure(
      EXIT.failed,
      `cannot write the certificate to ${file} (${code}): check the folder and its rights`,
      {
        cause: error,
      },
    );
  }
}

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
