/** Where the dashboard listens. The command line looks here too, to say early what would go wrong late. */
import { SettingsError } from "./data-folder.ts";

export interface Listen {
  host: string;
  /** 0 leaves the choice to the operating system. */
  port: number;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

/** Where to listen: `ROLLCALL_HOST` and `ROLLCALL_PORT`. Throws SettingsError. */
export function listenSettings(env: Readonly<Record<string, string | undefined>>): Listen {
  const host = (env.ROLLCALL_HOST || "127.0.0.1").replace(/^\[(.*)\]$/, "$1");
  const port = env.ROLLCALL_PORT || "7655";
  requirePort("ROLLCALL_PORT", port, "default 7655");
  if (!LOOPBACK.has(host)) {
    throw new SettingsError(
      `ROLLCALL_HOST is "${host}", but beyond this computer the dashboard needs a password, which cannot be set yet: ` +
        `leave ROLLCALL_HOST out and forward the port instead, ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER`,
    );
  }
  return { host, port: Number(port) };
}

/** The port of this computer where the collector says how it is, `ROLLCALL_HEALTH_PORT`; undefined for none. Throws SettingsError. */
export function healthPort(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const port = env.ROLLCALL_HEALTH_PORT;
  if (!port) return undefined;
  requirePort("ROLLCALL_HEALTH_PORT", port, "leave it out for none");
  return Number(port);
}

function requirePort(name: string, port: string, otherwise: string): void {
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65_535) return;
  throw new SettingsError(`${name} is "${port}", which is not a port: give a number from 1 to 65535 (${otherwise})`);
}
