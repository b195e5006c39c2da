/**
 * What can go wrong with the sandbox's servers, scripted by tests. Nothing does unless it is asked for. What concerns
 * bytes and frames is a plan for each connection (`fault-link.ts`); the rest is looked at where it would happen.
 */
import type { Endpoint } from "../network/messenger/net/link.ts";

export type Role = "dispatch" | "notification" | "switchboard";

/** May be changed while the connection lives; it is looked at with each frame. */
export interface FaultPlan {
  /** How much later than said everything arrives. */
  delayMs?: number;
  /** The line breaks when so many bytes have been sent in all, wherever that is. */
  cutAfterBytes?: number;
  /** Frames arrive in pieces of so many bytes. */
  pieceBytes?: number;
  /** Nothing arrives any more, in either direction, and nobody is told. */
  isSilent?: boolean;
  /** `line` is the frame's first line, without its end. */
  onFrame?(line: string): FrameFate | undefined;
}

export type FrameFate =
  /** It never arrives. */
  | "lose"
  /** It arrives twice. */
  | "twice"
  /** It changes places with the frame after it, where the protocol leaves the order open. */
  | "after-the-next"
  /** Its payload is announced so many bytes longer, or shorter, than it is. */
  | { lengthOffBy: number };

export class Faults {
  /** Asked with each new connection; `nth` counts the connections of this role from 0. */
  planFor: ((role: Role, nth: number) => FaultPlan | undefined) | undefined;
  /** Every right proof of identity is answered with this error number, for instance "911" or "600". */
  refuseSignInWith: string | undefined;
  /**
   * Where a sign-in is sent on to instead of being dealt with; undefined lets it pass. At dispatch it replaces the
   * notification server. To send a client in circles, name the endpoint it comes from.
   */
  referTo: ((role: "dispatch" | "notification") => Endpoint | undefined) | undefined;
  /** Switchboard messages reach nobody, and are answered with NAK. */
  undeliverable = false;
  readonly #connections: Record<Role, number> = { dispatch: 0, notification: 0, switchboard: 0 };

  nextPlan(role: Role): FaultPlan | undefined {
    const nth = this.#connections[role];
    this.#connections[role] += 1;
    return this.planFor?.(role, nth);
  }
}
