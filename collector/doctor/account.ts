/** Whether an account can sign in, asked from the outside in: name, port, certificate, sign-in. */
import { lookup } from "node:dns/promises";
import { connect as dial, isIP, type Socket } from "node:net";
import { checkServerIdentity, connect as dialTls, type PeerCertificate } from "node:tls";
import type { StoredAccount } from "../../db/settings/accounts.ts";
import type { Finding } from "./finding.ts";

const PATIENCE_MS = 10_000;
const SOON_DAYS = 14;
const DAY_MS = 86_400_000;

interface Place {
  host: string;
  port: number;
  isTls: boolean;
}

/** Where it goes: the server or its gateway, and the web services that are not at their usual place. */
function placesOf({ host, port, options }: StoredAccount): Place[] {
  const urls = [options.gateway, ...Object.values(options.services ?? {})].flatMap((url) =>
    url ? [new URL(url)] : [],
  );
  const web = urls.map(({ hostname, port, protocol }) => {
    const isTls = protocol === "https:";
    return { host: hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(port) || (isTls ? 443 : 80), isTls };
  });
  const all = [...(options.gateway ? [] : [{ host, port, isTls: false }]), ...web];
  return all.filter((one, nth) => all.findIndex(({ host, port }) => host === one.host && port === one.port) === nth);
}

/** `signIn`: tries it, and says in words how it went; throws an error that says why not. */
export async function accountFindings(account: StoredAccount, signIn: () => Promise<string>): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const place of placesOf(account)) findings.push(...(await placeFindings(place, account.options.ca)));
  // What is not reached need not be tried.
  if (findings.some(({ verdict }) => verdict === "bad")) return findings;
  const about = `sign-in of ${account.address}`;
  try {
    return [...findings, { about, verdict: "good", found: await signIn() }];
  } catch (error) {
    const advice = `try again with rollcall account test ${account.address}; with other settings, rollcall account add`;
    return [...findings, { about, verdict: "bad", found: (error as Error).message, advice }];
  }
}

async function placeFindings(place: Place, ca: string | undefined): Promise<Finding[]> {
  const { host, port, isTls } = place;
  const where = `${host}:${port}`;
  let addresses: string[];
  try {
    addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const advice = "check its spelling, and the name servers of this machine";
    return [{ about: `name ${host}`, verdict: "bad", found: `it leads nowhere (${code})`, advice }];
  }
  const name: Finding = { about: `name ${host}`, verdict: "good", found: addresses.join(", ") };
  const refusal = await refusalOf(place);
  if (refusal !== undefined) {
    const advice = "check the port (1863 is usual), a firewall on the way, and that the server is up";
    return [name, { about: `port ${where}`, verdict: "bad", found: refusal, advice }];
  }
  const open: Finding = { about: `port ${where}`, verdict: "good", found: "answers" };
  return isTls ? [name, open, await certificateFinding(place, ca)] : [name, open];
}

/** Why nobody answers there; undefined when somebody does. */
async function refusalOf({ host, port }: Place): Promise<string | undefined> {
  const { error } = await settled(dial({ host, port }), "connect");
  return error && `no connection (${error})`;
}

async function certificateFinding({ host, port }: Place, ca: string | undefined): Promise<Finding> {
  const about = `certificate of ${host}:${port}`;
  // Looked at here, so that it can be told from a server that speaks no TLS.
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = dialTls({ host, port, ...name, rejectUnauthorized: false, ...(ca ? { ca } : {}) });
  let certificate: PeerCertificate | undefined;
  let distrust: string | undefined;
  socket.once("secureConnect", () => {
    certificate = socket.getPeerCertificate();
    distrust = socket.authorized
      ? undefined
      : (socket.authorizationError as unknown as Error | string | null)?.toString();
  });
  const { error } = await settled(socket, "secureConnect");
  if (!certificate) {
    return {
      about,
      verdict: "bad",
      found: `no TLS there (${error})`,
      advice: "check the address; http:// is not https://",
    };
  }
  const wrongName = checkServerIdentity(host, certificate);
  const found = `${certificate.subject?.CN ?? host}, valid until ${certificate.valid_to}`;
  const problem = distrust ?? wrongName?.message;
  if (problem !== undefined) {
    const advice = "if it is your server's own, give it with rollcall account add … --ca FILE; never trust it unseen";
    return { about, verdict: "bad", found: `${found}: ${problem}`, advice };
  }
  const daysLeft = (Date.parse(certificate.valid_to) - Date.now()) / DAY_MS;
  if (daysLeft > SOON_DAYS) return { about, verdict: "good", found };
  return { about, verdict: "odd", found, advice: "whoever runs the server should renew it" };
}

function settled(socket: Socket, event: "connect" | "secureConnect"): Promise<{ error: string | undefined }> {
  return new Promise((resolve) => {
    const end = (error?: string) => {
      socket.destroy();
      resolve({ error });
    };
    socket.setTimeout(PATIENCE_MS, () => end("no answer within 10 s"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.once(event, () => setImmediate(() => end()));
  });
}
