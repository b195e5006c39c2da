/**
 * The sandbox's sign-in tickets: who holds which, until when, and the key that proves it (protocol reference 2.4).
 *
 * A ticket is a token of 20 characters. Passport 1.4 hands it out bare, the token service as `t=…&p=` with padding
 * behind it, and both forms are taken back: as in the recordings, only the token is looked at.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../network/messenger/clock.ts";

const LIFETIME_MS = 24 * 3_600_000;
const TOKEN = /^(?:t=)?([0-9a-f]{20})/;

/** Constant, and as long as a real ticket's, so that clients meet lines of the length they will meet elsewhere. */
const PADDING = padding(860);

export interface Ticket {
  /** The long form, `t=…&p=`. */
  ticket: string;
  /** The bare form, of 20 characters. */
  token: string;
  /** 24 bytes in base64: the proof key of SSO. */
  secret: string;
  expiresMs: number;
}

interface Holding {
  address: string;
  secret: string;
  expiresMs: number;
}

export class TicketOffice {
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #lifetimeMs: number;
  /** By token, oldest first: all live equally long. */
  readonly #holdings = new Map<string, Holding>();

  constructor(clock: Pick<Clock, "nowMs">, { lifetimeMs = LIFETIME_MS }: { lifetimeMs?: number } = {}) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  issue(address: string): Ticket {
    this.#forgetExpired();
    const token = randomBytes(10).toString("hex");
    const secret = randomBytes(24).toString("base64");
    const expiresMs = this.#clock.nowMs() + this.#lifetimeMs;
    this.#holdings.set(token, { address: address.toLowerCase(), secret, expiresMs });
    return { ticket: `t=${token}${PADDING}&p=`, token, secret, expiresMs };
  }

  /** Whose ticket this is, in either form; nothing when it was never issued, has expired or was revoked. */
  holderOf(ticket: string): { address: string; secret: string } | undefined {
    const token = TOKEN.exec(ticket)?.[1];
    const holding = token === undefined ? undefined : this.#holdings.get(token);
    if (!holding || holding.expiresMs <= this.#clock.nowMs()) return undefined;
    return { address: holding.address, secret: holding.secret };
  }

  /** `MSPAuth` of the profile: the long form without its `t=`, whichever form was shown. */
  mspAuth(ticket: string): string {
    return `${TOKEN.exec(ticket)?.[1] ?? ""}${PADDING}&p=`;
  }

  /** Every ticket issued so far is refused from now on; for tests, and for when a server forgets. */
  revokeAll(): void {
    this.#holdings.clear();
  }

  #forgetExpired(): void {
    for (const [token, { expiresMs }] of this.#holdings) {
      if (expiresMs > this.#clock.nowMs()) return;
      this.#holdings.delete(token);
    }
  }
}

function padding(length: number): string {
  let text = "";
  while (text.length < length) text += createHash("sha512").update(text).digest("base64").replaceAll("=", "");
  return text.slice(0, length);
}
