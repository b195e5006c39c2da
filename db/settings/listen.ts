/** Where the dashboard listens, and by which names it is asked for. The command line looks here too. */
import { isIP } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { type Env, readSettings } from "./settings.ts";
import { SettingsError } from "./settings-error.ts";

export interface Listen {
  host: string;
  /** 0 leaves the choice to the operating system. */
  port: number;
  /** Lower-cased, without a port, addresses of IPv6 in brackets: whoever asks for another name asks for somebody else. */
  names: string[];
  /** Addresses of reverse proxies, whose word on where a request came from is believed. */
  proxies: string[];
}

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];
const EVERYWHERE = ["0.0.0.0", "::"];

/** Where to listen. Throws SettingsError. */
export function listenSettings(env: Env = process.env): Listen {
  const settings = readSettings(env);
  const host = bare(settings.get("dashboard.host"));
  const proxies = listed(settings.get("dashboard.proxy"));
  const strange = proxies.find((address) => isIP(address) === 0);
  if (strange !== undefined) {
    throw new SettingsError(
      `${settings.from("dashboard.proxy")} has "${strange}": it should be addresses such as 127.0.0.1, separated by commas`,
    );
  }
  const names = [...LOOPBACK, ...ownNames(host), ...listed(settings.get("dashboard.names"))];
  return { host, port: settings.get("dashboard.port"), names: [...new Set(names.map(asInUrl))], proxies };
}

/** Only programs of this computer can ask there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(host);
}

/** What to open in a browser on this computer, with a key or without. */
export function addressToOpen({ host, port }: Pick<Listen, "host" | "port">, key?: string): string {
  const name = asInUrl(EVERYWHERE.includes(host) ? "127.0.0.1" : host);
  return `http://${name}:${port}/${key === undefined ? "" : `?key=${key}`}`;
}

/** A page elsewhere can have its own name lead to this computer, but not an address of it. */
function ownNames(host: string): string[] {
  if (isLoopback(host)) return [];
  if (!EVERYWHERE.includes(host)) return [host];
  const addresses = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return [hostname(), `${hostname()}.local`, ...addresses];
}

function listed(words = ""): string[] {
  return words.split(",").flatMap((word) => (word.trim() === "" ? [] : [bare(word.trim())]));
}

function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function asInUrl(name: string): string {
  return isIP(name) === 6 ? `[${name.toLowerCase()}]` : name.toLowerCase();
}
