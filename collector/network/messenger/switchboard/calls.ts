/**
 * Calling people into a conversation, one a second at most (protocol reference 5.22).
 *
 *   in line  until its turn has come. Sent: ringing. Called again after an error that passes: in line.
 *   ringing  the server has been asked, and passes it on. They join, refuse by way of an error, or do not come: settled.
 */
import type { Clock, Timer } from "../clock.ts";
import { explainSwitchboardError } from "./board.ts";
import type { JoinOutcome } from "./events.ts";

const BETWEEN_CALLS_MS = 1_000;
const BETWEEN_TRIES_MS = 3_000;
const MAX_TRIES = 3;

export interface CallsParts {
  clock: Clock;
  /** How long somebody may take to join. */
  joinWithinMs: number;
  /** `answer` gets an error number, or nothing when it rings at theirs. */
  call(address: string, answer: (error: string | undefined) => void): void;
  settled(address: string, outcome: JoinOutcome): void;
}

interface Call {
  tries: number;
  /** They were here a moment ago: that they are said to be offline may pass. */
  isAgain: boolean;
  timer: Timer | undefined;
}

export class Calls {
  readonly #parts: CallsParts;
  readonly #calls = new Map<string, Call>();
  #line: string[] = [];
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #turn: Timer | undefined;

  constructor(parts: CallsParts) {
    this.#parts = parts;
  }

  get isPending(): boolean {
    return this.#calls.size > 0;
  }

  has(address: string): boolean {
    return this.#calls.has(address);
  }

  add(address: string, isAgain: boolean): void {
    if (this.#calls.has(address)) return;
    this.#calls.set(address, { tries: 0, isAgain, timer: undefined });
    this.#line.push(address);
    this.#next();
  }

  /** They have come, whoever called them. */
  joined(address: string): void {
    this.#settle(address, { outcome: "joined" });
  }

  /** The switchboard is gone: nobody is being called any more, and nobody is told so. */
  forget(): void {
    this.#turn?.cancel();
    this.#turn = undefined;
    for (const { timer } of this.#calls.values()) timer?.cancel();
    this.#calls.clear();
    this.#line = [];
  }

  #next(): void {
    if (this.#turn || this.#line.length === 0) return;
    const waitMs = this.#nextAtMs - this.#parts.clock.monotonicMs();
    if (waitMs > 0) {
      this.#turn = this.#parts.clock.after(waitMs, () => {
        this.#turn = undefined;
        this.#next();
      });
      return;
    }
    const address = this.#line.shift();
    const call = address === undefined ? undefined : this.#calls.get(address);
    if (address !== undefined && call) this.#call(address, call);
    this.#next();
  }

  #call(address: string, call: Call): void {
    this.#nextAtMs = this.#parts.clock.monotonicMs() + BETWEEN_CALLS_MS;
    call.tries++;
    call.timer = this.#parts.clock.after(this.#parts.joinWithinMs, () =>
      this.#settle(address, { outcome: "no-answer", explanation: `${address} did not join in time` }),
    );
    this.#parts.call(address, (error) => {
      // Answered late, when it has been settled or begun anew.
      if (this.#calls.get(address) === call) this.#answered(address, call, error);
    });
  }

  #answered(address: string, call: Call, error: string | undefined): void {
    // 215: they have been called already, or are here; both end with their joining.
    if (error === undefined || error === "215") return;
    call.timer?.cancel();
    const mayPass = error === "713" || (error === "217" && call.isAgain);
    if (!mayPass || call.tries >= MAX_TRIES) {
      return this.#settle(address, {
        outcome: "refused",
        code: error,
        explanation: explainSwitchboardError(error, address),
      });
    }
    call.timer = this.#parts.clock.after(BETWEEN_TRIES_MS, () => {
      this.#line.push(address);
      this.#next();
    });
  }

  #settle(address: string, outcome: JoinOutcome): void {
    const call = this.#calls.get(address);
    if (!call) return;
    call.timer?.cancel();
    this.#calls.delete(address);
    this.#line = this.#line.filter((one) => one !== address);
    this.#parts.settled(address, outcome);
  }
}
