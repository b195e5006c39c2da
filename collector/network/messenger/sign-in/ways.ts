/**
 * Which way of signing in to try next: at which server, with which dialects. It begins with the server that took us
 * last and all dialects of the account; each failure closes some ways, and when none is left, the session ends.
 *
 * The first way is the account's own. What a later one says about the credentials proves nothing: an old way may be
 * closed to this account whatever the password (protocol reference 2.4), so only the first can stop an account.
 */
import { dialectsAfter } from "../dialect-ladder.ts";
import type { Dialect } from "../dialects.ts";
import { endMessage, lost } from "../errors.ts";
import type { SessionEnd } from "../events.ts";
import type { AccountMemory } from "../memory.ts";
import type { Endpoint } from "../net/link.ts";
import { type RedirectRefused, Redirects } from "../net/redirects.ts";
import type { Failure } from "./attempt.ts";

/** There are six combinations of sign-in and lists. */
const MAX_WAYS = 6;

export interface Way {
  endpoint: Endpoint;
  offered: readonly Dialect[];
}

export interface WaysOptions {
  server: Endpoint;
  dialects: readonly Dialect[];
  memory: AccountMemory;
}

export class Ways {
  readonly #server: Endpoint;
  readonly #memory: AccountMemory;
  #offered: readonly Dialect[];
  #start: Endpoint;
  #redirects: Redirects;
  #count = 1;
  #hasAskedDispatch = false;
  #hasFreshTicket = false;
  #first: SessionEnd | undefined;

  constructor({ server, dialects, memory }: WaysOptions) {
    this.#server = server;
    this.#memory = memory;
    this.#offered = dialects;
    this.#start = memory.notificationServer ?? server;
    this.#redirects = new Redirects(server, this.#start);
  }

  get current(): Way {
    return { endpoint: this.#start, offered: this.#offered };
  }

  /** Where a referral leads on this way. */
  follow(address: string): Endpoint | RedirectRefused {
    return this.#redirects.follow(address);
  }

  /** The way to try after a failure, or how the session ends. `dialect`: what was agreed on, if that far. */
  after(failure: Failure, dialect: Dialect | undefined): Way | SessionEnd {
    if (this.#isServersOwn(failure)) return this.#throughDispatch();
    switch (failure.next) {
      case "fresh-ticket":
        if (this.#hasFreshTicket) return this.#over(failure, dialect);
        this.#hasFreshTicket = true;
        return this.#begin(this.#start);
      case "through-dispatch":
        return this.#hasAskedDispatch ? this.#over(failure, dialect) : this.#throughDispatch();
      case "next-dialect":
        return this.#nextDialect(failure, dialect);
      case "stop":
        return this.#over(failure, dialect);
      default:
        return failure.next satisfies never;
    }
  }

  /** Signed in at this server: the next session begins there. */
  arrivedAt(endpoint: Endpoint): void {
    const isServer = endpoint.host === this.#server.host && endpoint.port === this.#server.port;
    this.#memory.notificationServer = isServer ? undefined : endpoint;
  }

  /** A remembered server that fails us is forgotten, and may be no server of the account's any more. */
  #isServersOwn({ next, part, service }: Failure): boolean {
    const isRemembered = this.#memory.notificationServer !== undefined;
    return isRemembered && part === "identity" && service === undefined && next !== "fresh-ticket";
  }

  #throughDispatch(): Way {
    this.#memory.notificationServer = undefined;
    this.#hasAskedDispatch = true;
    return this.#begin(this.#server);
  }

  #nextDialect(failure: Failure, dialect: Dialect | undefined): Way | SessionEnd {
    if (!dialect) return this.#over(failure, dialect);
    const { part, service } = failure;
    const offered = dialectsAfter(this.#offered, { dialect, part, service });
    if (offered.length === 0 || this.#count === MAX_WAYS) return this.#over(failure, dialect);
    this.#first ??= failure.end;
    this.#offered = offered;
    this.#count++;
    return this.#begin(this.#start);
  }

  #begin(start: Endpoint): Way {
    this.#start = start;
    this.#redirects = new Redirects(this.#server, start);
    return this.current;
  }

  #over({ end }: Failure, dialect: Dialect | undefined): SessionEnd {
    if (!this.#first) return end;
    const first = endMessage(this.#first);
    // That the server speaks nothing older adds nothing.
    if (end.why === "refused" && end.code === "dialect") return lost(first, endCause(this.#first));
    const how = dialect ? `with ${dialect.name}` : "the next time";
    return lost(`${first}; and ${how}: ${endMessage(end)}`, endCause(this.#first));
  }
}

function endCause(end: SessionEnd): unknown {
  return end.why === "lost" ? end.cause : undefined;
}
