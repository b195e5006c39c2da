/**
 * The tickets of one account. It outlives sessions: who reconnects within a day asks no token service. Nothing of it
 * shows in a log.
 *
 * A ticket that was given is kept until half a minute before it expires, or until somebody who was shown it refuses it.
 * One request is on its way at a time, and all who want what it brings wait for it together.
 */
import type { Clock } from "../clock.ts";
import type { Dialect } from "../dialects.ts";
import { type HttpClient, HttpFailure } from "../net/http.ts";
import type { ServiceUrls } from "../services.ts";
import type { Credentials } from "./credentials.ts";
import { fetchPassportTicket, findLoginServer } from "./passport.ts";
import { fetchTokens, type Wish } from "./rst.ts";
import { SharedWork } from "./shared-work.ts";
import { Ticket, type TicketDomain } from "./ticket.ts";

export interface TicketsParts {
  http: HttpClient;
  clock: Pick<Clock, "nowMs">;
  services: Pick<ServiceUrls, "nexus" | "rst">;
  credentials: Credentials;
}

/** Domains of web services, and not of the sign-in. */
export type ServiceDomain = Exclude<TicketDomain, "passport" | "messengerclear.live.com">;

const REFRESH_EARLY_MS = 30_000;

/** With what policy the services' tickets are asked for (protocol reference 2.4). */
const SERVICES: readonly (Wish & { domain: ServiceDomain })[] = [
  { domain: "contacts.msn.com", policy: "MBI" },
  { domain: "messenger.msn.com", policy: "?id=507" },
  { domain: "messengersecure.live.com", policy: "MBI_SSL" },
];

interface Kept {
  ticket: Ticket;
  policy: string;
}

export class Tickets {
  readonly #parts: TicketsParts;
  readonly #kept = new Map<TicketDomain, Kept>();
  /** Domains whose last ticket was refused. */
  readonly #refused = new Set<TicketDomain>();
  #loginServer: string | undefined;
  #fetching: SharedWork | undefined;

  constructor(parts: TicketsParts) {
    this.#parts = parts;
  }

  /** Whether nobody has changed the password, or where tickets come from. */
  areGotWith({ http, services, credentials }: TicketsParts): boolean {
    const mine = this.#parts;
    return (
      mine.http === http &&
      mine.credentials.address === credentials.address &&
      mine.credentials.password === credentials.password &&
      mine.services.nexus === services.nexus &&
      mine.services.rst === services.rst
    );
  }

  /**
   * For `USR n TWN S` or `USR n SSO S`. `challenge` is what the server's own `USR … S` said behind the `S`: a challenge
   * in MSNP8 to 14, a policy from MSNP15 on. Throws CredentialsRefused, HttpFailure, or the signal's reason.
   */
  async forSignIn({ signIn }: Pick<Dialect, "signIn">, challenge: string, signal?: AbortSignal): Promise<Ticket> {
    switch (signIn) {
      case "passport":
        return await this.#logIn(challenge, signal);
      case "tokens":
        return await this.#token({ domain: "messenger.msn.com", policy: `?${challenge.replaceAll(",", "&")}` }, signal);
      case "sso": {
        const ticket = await this.#token({ domain: "messengerclear.live.com", policy: challenge }, signal);
        if (ticket.secret !== undefined) return ticket;
        this.#kept.delete(ticket.domain);
        throw new HttpFailure(`${this.#rst} gave a ticket without a key, with which nobody can sign in`);
      }
      case "md5":
        throw new TypeError("MSNP2 to MSNP7 sign in without a ticket");
      default:
        return signIn satisfies never;
    }
  }

  /** For a web service. Throws as `forSignIn` does. */
  async forService(domain: ServiceDomain, signal?: AbortSignal): Promise<Ticket> {
    const service = SERVICES.find((one) => one.domain === domain) as Wish;
    return await this.#token(service, signal, "any policy");
  }

  /**
   * The server that was shown the ticket refused it: it is forgotten. Whether another one is worth a try: once, and
   * then the refusal counts.
   */
  refused(ticket: Ticket): boolean {
    if (this.#kept.get(ticket.domain)?.ticket === ticket) this.#kept.delete(ticket.domain);
    if (this.#refused.delete(ticket.domain)) return false;
    this.#refused.add(ticket.domain);
    return true;
  }

  /** The server that was shown the ticket took it. */
  accepted(ticket: Ticket): void {
    this.#refused.delete(ticket.domain);
  }

  toJSON(): string {
    return "(tickets)";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toJSON();
  }

  get #rst(): string {
    return new URL(this.#parts.services.rst).origin;
  }

  /** Not kept: a Passport ticket answers one challenge, and does not live long enough to be shown twice. */
  async #logIn(challenge: string, signal: AbortSignal | undefined): Promise<Ticket> {
    const { http, services, credentials } = this.#parts;
    this.#loginServer ??= await findLoginServer(services.nexus, { http, signal });
    try {
      const value = await fetchPassportTicket(this.#loginServer, credentials, challenge, { http, signal });
      return new Ticket({ domain: "passport", value });
    } catch (error) {
      // It may have moved: the nexus will know.
      if (error instanceof HttpFailure) this.#loginServer = undefined;
      throw error;
    }
  }

  async #token(wish: Wish, signal: AbortSignal | undefined, match?: "any policy"): Promise<Ticket> {
    const key = `${wish.domain} ${match ?? wish.policy}`;
    for (;;) {
      signal?.throwIfAborted();
      const kept = this.#find(wish, match);
      if (kept) return kept;
      const current = this.#fetching;
      if (!current) return await this.#wait(this.#fetch(key, wish), wish, signal);
      if (current.key === key && !current.isGivenUp) return await this.#wait(current, wish, signal);
      // What others wait for may do for us; how it fails is not ours to tell.
      await current.join(signal).catch(() => signal?.throwIfAborted());
    }
  }

  #fetch(key: string, wish: Wish): SharedWork {
    const fetching = new SharedWork(key, (aborted) => this.#request(wish, aborted));
    this.#fetching = fetching;
    fetching.over.then(() => {
      this.#fetching = undefined;
    });
    return fetching;
  }

  async #wait(fetching: SharedWork, { domain }: Wish, signal: AbortSignal | undefined): Promise<Ticket> {
    await fetching.join(signal);
    // Whatever it says of its age: it is as fresh as tickets come.
    const ticket = this.#kept.get(domain)?.ticket;
    if (!ticket) throw new HttpFailure(`${this.#rst} gave no ticket for ${domain}`);
    return ticket;
  }

  async #request(wish: Wish, signal: AbortSignal): Promise<void> {
    const { http, clock, services, credentials } = this.#parts;
    const wishes = [wish, ...SERVICES.filter(({ domain }) => domain !== wish.domain)];
    const nowMs = clock.nowMs();
    const tokens = await fetchTokens(services.rst, credentials, wishes, { http, nowMs, signal });
    this.#kept.delete(wish.domain);
    for (const { domain, policy } of wishes) {
      const ticket = tokens.get(domain);
      if (ticket) this.#kept.set(domain, { ticket, policy });
    }
  }

  #find({ domain, policy }: Wish, match: "any policy" | undefined): Ticket | undefined {
    const kept = this.#kept.get(domain);
    if (!kept || (match === undefined && kept.policy !== policy)) return undefined;
    const { ticket } = kept;
    const isFresh = ticket.expiresMs !== undefined && ticket.expiresMs - REFRESH_EARLY_MS > this.#parts.clock.nowMs();
    return isFresh ? ticket : undefined;
  }
}
