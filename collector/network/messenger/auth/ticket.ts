/** What one server gives and another takes for proof of who we are. */

/** The addresses for which the token service knows tickets (protocol reference 2.4); `passport` stands for a login server. */
export type TicketDomain =
  | "passport"
  /** MSNP15 on: the sign-in itself. The only one with a key. */
  | "messengerclear.live.com"
  /** MSNP12 to 14: the sign-in itself. Later: reading offline messages. */
  | "messenger.msn.com"
  /** Address book and sharing. */
  | "contacts.msn.com"
  /** Sending offline messages. */
  | "messengersecure.live.com";

export interface TicketContents {
  domain: TicketDomain;
  value: string;
  /** The key that proves it, base64. */
  secret?: string | undefined;
  /** UTC epoch milliseconds; undefined when it must be used at once. */
  expiresMs?: number | undefined;
}

/** Shows its value to who asks for it, and to no log. */
export class Ticket {
  readonly domain: TicketDomain;
  readonly expiresMs: number | undefined;
  readonly #value: string;
  readonly #secret: string | undefined;

  constructor({ domain, value, secret, expiresMs }: TicketContents) {
    this.domain = domain;
    this.expiresMs = expiresMs;
    this.#value = value;
    this.#secret = secret;
  }

  /** As it is to be sent. */
  get value(): string {
    return this.#value;
  }

  get secret(): string | undefined {
    return this.#secret;
  }

  toJSON(): string {
    return `(a ticket for ${this.domain})`;
  }

  toString(): string {
    return this.toJSON();
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toJSON();
  }
}
