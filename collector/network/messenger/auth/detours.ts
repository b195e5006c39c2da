/** Where sign-in services may send us on to, password in hand (protocol reference 2.4 and 5). */
import { HttpFailure } from "../net/http.ts";
import { isLoopback } from "../services.ts";
import { quoteText } from "../wire/text.ts";

const MAX_DETOURS = 5;

export class Detours {
  #at: URL;
  readonly #visited = new Set<string>();

  /** `url` must be one that the HTTP client accepts; it says why when it does not. */
  constructor(url: string) {
    if (!URL.canParse(url)) throw new HttpFailure(`${quoteText(url)} is no web address`);
    this.#at = new URL(url);
    this.#visited.add(this.#at.href);
  }

  get url(): string {
    return this.#at.href;
  }

  get origin(): string {
    return this.#at.origin;
  }

  /** Goes on to where the service said. Throws HttpFailure when that is not followed. */
  follow(location: string | undefined): void {
    const from = this.#at.origin;
    if (location === undefined || !URL.canParse(location, this.#at.href)) {
      throw new HttpFailure(`${from} sends us on, and does not say where to`);
    }
    const next = new URL(location, this.#at);
    if (!this.#isAllowed(next)) {
      throw new HttpFailure(`${from} sends us on to ${quoteText(next.origin)}, where a password must not go`);
    }
    if (this.#visited.has(next.href)) throw new HttpFailure(`${from} sends us in a circle`);
    if (this.#visited.size > MAX_DETOURS)
      throw new HttpFailure(`${from} sends us on once more after ${MAX_DETOURS} times`);
    this.#visited.add(next.href);
    this.#at = next;
  }

  /** Encrypted; and a service elsewhere has no business with the programs on this machine. */
  #isAllowed(next: URL): boolean {
    if (isLoopback(next.hostname) && !isLoopback(this.#at.hostname)) return false;
    return next.protocol === "https:" || (next.protocol === "http:" && isLoopback(next.hostname));
  }
}

export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}
