/** Where the dashboard listens. The command line looks here too, to say early what would go wrong late. */
import { type Env, readSettings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

export interface Listen {
  host: string;
  /** 0 leaves the choice to the operating system. */
  port: number;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);

/** Where to listen. Throws SettingsError. */
export function listenSettings(env: Env = process.env): Listen {
  const settings = readSettings(env);
  const host = settings.get("dashboard.host").replace(/^\[(.*)\]$/, "$1");
  const port = settings.get("dashboard.port");
  if (!LOOPBACK.has(host)) {
    throw new SettingsError(
      `${settings.from("dashboard.host")} is "${host}", but beyond this computer the dashboard needs a password, which cannot be set yet: ` +
        `leave it out and forward the port instead, ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER`,
    );
  }
  return { host, port };
}
