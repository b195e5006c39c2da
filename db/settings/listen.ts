/** Where the dashboard listens. The command line looks here too, to say early what would go wrong late. */
import { type AddressList, addressList } from "./address-list.ts";
import { type Env, readSettings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

export interface Listen {
  host: string;
  /** 0 leaves the choice to the operating system. */
  port: number;
  /** Under which names it may be asked for besides those of this computer; lower case, a port only where one was said. */
  names: readonly string[] | undefined;
  /** Who may say on whose behalf they ask. */
  proxies: AddressList | undefined;
  /** Why others than this computer can come to the door, as a setting and what it is; undefined when they cannot. */
  open: string | undefined;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "::1"]);
/** Every address of this computer, loopback among them. */
const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Where to listen. Throws SettingsError. */
export function listenSettings(env: Env = process.env): Listen {
  const settings = readSettings(env);
  const host = settings.get("dashboard.host").replace(/^\[(.*)\]$/, "$1");
  const port = settings.get("dashboard.port");
  const proxy = settings.get("dashboard.proxy");
  const saying = (key: "dashboard.host" | "dashboard.proxy", value: string) => `${settings.from(key)} is "${value}"`;
  return {
    host,
    port,
    names: settings
      .get("dashboard.names")
      ?.split(",")
      .map((name) => name.trim().toLowerCase()),
    proxies: proxy === undefined ? undefined : addressList(proxy),
    open: !LOOPBACK.has(host)
      ? saying("dashboard.host", host)
      : proxy === undefined
        ? undefined
        : saying("dashboard.proxy", proxy),
  };
}

/** Throws SettingsError where others could come to the door of a dashboard that has no password. */
export function refuseWithoutPassword({ open, port }: Listen, hasPassword: boolean): void {
  if (open === undefined || hasPassword) return;
  throw new SettingsError(
    `${open}, but beyond this computer the dashboard needs a password: set one with \`rollcall password\`, ` +
      `or leave it out and forward the port instead, ssh -L ${port}:127.0.0.1:${port} THIS-COMPUTER`,
  );
}

/** Where a browser on this very computer finds it; undefined where it does not listen on loopback. */
export function ownAddress({ host, port }: Listen): string | undefined {
  if (EVERYWHERE.has(host)) return `http://127.0.0.1:${port}`;
  return LOOPBACK.has(host) ? `http://${inAddress(host)}:${port}` : undefined;
}

/** As it stands in an address: IPv6 in brackets. */
export function inAddress(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

export function listensEverywhere({ host }: Listen): boolean {
  return EVERYWHERE.has(host);
}
