/**
 * All conversations, and the cookies that open the door to them (protocol reference 2.16). A cookie lives two minutes
 * and works once.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../network/messenger/clock.ts";
import type { Presence, Seat } from "./presence.ts";
import { SwitchboardSession } from "./switchboard-session.ts";

const COOKIE_LIVES_MS = 120_000;

interface Admission {
  seat: Seat;
  /** The conversation somebody was rung for; missing for who opens one. */
  session: SwitchboardSession | undefined;
  untilMs: number;
}

export class Switchboards {
  readonly #clock: Clock;
  readonly #presence: Presence;
  /** By cookie, oldest first: all live equally long. */
  readonly #admissions = new Map<string, Admission>();

  constructor(clock: Clock, presence: Presence) {
    this.#clock = clock;
    this.#presence = presence;
  }

  /** A cookie for a new conversation, or for the one that `session` is. */
  admit(seat: Seat, session?: SwitchboardSession): string {
    this.#forgetExpired();
    const cookie = randomBytes(10).toString("hex");
    this.#admissions.set(cookie, { seat, session, untilMs: this.#clock.monotonicMs() + COOKIE_LIVES_MS });
    return cookie;
  }

  /** The conversation that `USR` opens; nothing for a bad cookie. */
  open(cookie: string, address: string): { seat: Seat; session: SwitchboardSession } | undefined {
    const admission = this.#take(cookie, address);
    if (!admission || admission.session) return undefined;
    return { seat: admission.seat, session: new SwitchboardSession(this.#clock, this.#presence) };
  }

  /** The conversation that `ANS` joins; nothing for a bad cookie, another number, or one that is over. */
  join(cookie: string, address: string, sessionId: string): { seat: Seat; session: SwitchboardSession } | undefined {
    const admission = this.#take(cookie, address);
    const session = admission?.session;
    if (!admission || session?.id !== sessionId || session.isOver) return undefined;
    return { seat: admission.seat, session };
  }

  #take(cookie: string, address: string): Admission | undefined {
    this.#forgetExpired();
    const admission = this.#admissions.get(cookie);
    if (admission?.seat.account.address !== address) return undefined;
    this.#admissions.delete(cookie);
    return admission;
  }

  #forgetExpired(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [cookie, { untilMs }] of this.#admissions) {
      if (untilMs > nowMs) return;
      this.#admissions.delete(cookie);
    }
  }
}
