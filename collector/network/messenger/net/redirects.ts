/** Where the servers of one sign-in send us, and when to stop following (protocol reference 1.2 and 5.6). */

import { quoteText } from "../wire/text.ts";
import type { Endpoint } from "./link.ts";

const DEFAULT_PORT = 1863;
const MAX_REDIRECTS = 5;

export class Redirects {
  readonly #visited = new Set<string>();
  readonly #first: Endpoint;

  constructor(first: Endpoint) {
    this.#first = first;
    this.#visited.add(spell(first));
  }

  /** Where `XFR … NS address` leads, or why it is not followed. */
  follow(address: string): Endpoint | { refusal: string } {
    const endpoint = parseEndpoint(address);
    if (!endpoint) return { refusal: `the dispatch server sent us to ${quoteText(address)}, which is no address` };
    const there = spell(endpoint);
    // A server elsewhere has no business with the programs on this machine.
    if (isLoopback(endpoint.host) && !isLoopback(this.#first.host)) {
      return { refusal: `the dispatch server sent us to ${there}, which is this machine` };
    }
    if (this.#visited.has(there)) return { refusal: `the servers send us in a circle, back to ${there}` };
    if (this.#visited.size > MAX_REDIRECTS)
      return { refusal: `the servers sent us on more than ${MAX_REDIRECTS} times` };
    this.#visited.add(there);
    return endpoint;
  }
}

function spell({ host, port }: Endpoint): string {
  return `${host.toLowerCase()}:${port}`;
}

function isLoopback(host: string): boolean {
  return /^(127\.|0+\.|localhost\.?$)/i.test(host) || host === "::1";
}

function parseEndpoint(address: string): Endpoint | undefined {
  const match = /^(?<host>[A-Za-z0-9._-]{1,253})(?::(?<port>\d{1,5}))?$/.exec(address);
  const host = match?.groups?.host;
  const port = Number(match?.groups?.port ?? DEFAULT_PORT);
  return host !== undefined && port > 0 && port < 65536 ? { host, port } : undefined;
}
