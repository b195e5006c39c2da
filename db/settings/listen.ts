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
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new SettingsError(
      `ROLLCALL_PORT is "${port}", which is not a port: give a number from 1 to 65535 (default 7655)`,
    );
  }
  if (!LOOPBACK.has(host)) {
    throw new SettingsError(
      `ROLLCALL_HOST is "${host}", but beyond this computer the dashboard needs a password, which cannot be set yet: ` +
        `leave ROLLCALL_HOST out and forward the port instead, ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER`,
    );
  }
  return { host, port: Number(port) };
}
