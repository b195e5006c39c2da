/** Where the servers of one sign-in send us, and when to stop following (protocol reference 1.2 and 5.6). */
import { isLoopback } from "../services.ts";
import { quoteText } from "../wire/text.ts";
import type { Endpoint } from "./link.ts";

const DEFAULT_PORT = 1863;
const MAX_REDIRECTS = 5;

export interface RedirectRefused {
  refusal: string;
}

export class Redirects {
  readonly #visited = new Set<string>();
  readonly #origin: Endpoint;
  #count = 0;
  #at: Endpoint;

  /** `origin`: the server of the settings. `start`: where this sign-in begins, when that is another one. */
  constructor(origin: Endpoint, start: Endpoint = origin) {
    this.#origin = origin;
    this.#at = start;
    this.#visited.add(spellEndpoint(start));
  }

  /** Where `XFR … NS address` leads, or why it is not followed. The address `0` means: stay, and begin anew. */
  follow(address: string): Endpoint | RedirectRefused {
    this.#count++;
    if (this.#count > MAX_REDIRECTS) return { refusal: `the servers sent us on more than ${MAX_REDIRECTS} times` };
    if (address === "0") return this.#at;
    const endpoint = readReferral(address, this.#origin);
    if ("refusal" in endpoint) return endpoint;
    const there = spellEndpoint(endpoint);
    if (this.#visited.has(there)) return { refusal: `the servers send us in a circle, back to ${there}` };
    this.#visited.add(there);
    this.#at = endpoint;
    return endpoint;
  }
}

/** The endpoint that a server of the network of `origin` names, or why it is not gone to. */
export function readReferral(address: string, origin: Endpoint): Endpoint | RedirectRefused {
  const endpoint = parseEndpoint(address);
  if (!endpoint) return { refusal: `the dispatch server sent us to ${quoteText(address)}, which is no address` };
  // A server elsewhere has no business with the programs on this machine.
  if (isThisMachine(endpoint.host) && !isThisMachine(origin.host)) {
    return { refusal: `the dispatch server sent us to ${spellEndpoint(endpoint)}, which is this machine` };
  }
  return endpoint;
}

export function spellEndpoint({ host, port }: Endpoint): string {
  return `${host.toLowerCase()}:${port}`;
}

/** `host` or `host:port`. */
export function parseEndpoint(address: string): Endpoint | undefined {
  const match = /^(?<host>[A-Za-z0-9._-]{1,253})(?::(?<port>\d{1,5}))?$/.exec(address);
  const host = match?.groups?.host;
  const port = Number(match?.groups?.port ?? DEFAULT_PORT);
  return host !== undefined && port > 0 && port < 65536 ? { host, port } : undefined;
}

/** Also as `127.1`, `2130706433` or `0x7f.0.0.1`, which systems read as addresses as browsers do. */
function isThisMachine(host: string): boolean {
  const { hostname = host } = URL.parse(`http://${host}`) ?? {};
  return isLoopback(hostname) || hostname.startsWith("0.") || /\.localhost\.?$/.test(hostname);
}
