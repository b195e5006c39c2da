/**
 * What the account shows of itself: status, name and personal message. A server punishes changes that come too fast
 * (protocol reference 5.22), so of each kind they leave at least two seconds apart; of what waits only the newest is
 * kept, and what is shown already is not sent again. A change has happened when the server has echoed it.
 */
import type { Clock } from "./clock.ts";
import { meaningOf, RequestRefused, refusal } from "./errors.ts";
import { isError } from "./net/connection.ts";
import { Throttle } from "./net/throttle.ts";
import type { Frame } from "./wire/frame.ts";

const DISTANCE_MS = 2_000;

/** Sends one value; `answer` gets the reply, or nothing when none came in time. */
export type SendValue = (value: string, answer: (reply: Frame | undefined) => void) => void;

interface Waiter {
  done(): void;
  failed(error: unknown): void;
}

interface Change {
  value: string;
  waiters: Waiter[];
}

/** One thing that the account shows, and the changes of it that are on their way. */
export class ShownValue {
  readonly #doing: string;
  readonly #send: SendValue;
  readonly #throttle: Throttle;
  #shown: string | undefined;
  #sent: Change | undefined;
  #next: Change | undefined;
  #isQueued = false;

  /** `doing`: what an error message begins with, for instance "changing the name". */
  constructor(clock: Clock, doing: string, send: SendValue) {
    this.#doing = doing;
    this.#send = send;
    this.#throttle = new Throttle(clock, DISTANCE_MS);
  }

  /** The server's word about it; undefined before the first. */
  get shown(): string | undefined {
    return this.#shown;
  }

  /** The server says what is shown, whoever wanted it so. */
  noteShown(value: string): void {
    if (!this.#sent) this.#shown = value;
  }

  /** Resolves when the server has echoed this change, or the newer one that took its place. */
  change(value: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => this.#leave(waiter, signal?.reason);
      const settled = (how: () => void) => {
        signal?.removeEventListener("abort", leave);
        how();
      };
      const waiter: Waiter = {
        done: () => settled(resolve),
        failed: (error) => settled(() => reject(error)),
      };
      signal?.addEventListener("abort", leave);
      this.#wish(value, waiter);
    });
  }

  /** Nothing more is sent, and whoever waits is told why. */
  stop(reason: () => Error): void {
    this.#throttle.stop();
    const waiters = [...(this.#sent?.waiters ?? []), ...(this.#next?.waiters ?? [])];
    this.#sent = undefined;
    this.#next = undefined;
    for (const { failed } of waiters) failed(reason());
  }

  #wish(value: string, waiter: Waiter): void {
    if (!this.#next && this.#sent?.value === value) return void this.#sent.waiters.push(waiter);
    if (!this.#next && !this.#sent && this.#shown === value) return waiter.done();
    this.#next = { value, waiters: [...(this.#next?.waiters ?? []), waiter] };
    this.#queue();
  }

  #queue(): void {
    if (this.#isQueued || this.#sent) return;
    this.#isQueued = true;
    this.#throttle.run(() => {
      this.#isQueued = false;
      this.#sendNext();
    });
  }

  #sendNext(): void {
    const change = this.#next;
    if (!change) return;
    this.#next = undefined;
    if (change.value === this.#shown) return settle(change, ({ done }) => done());
    this.#sent = change;
    this.#send(change.value, (reply) => this.#answered(change, reply));
  }

  #answered(change: Change, reply: Frame | undefined): void {
    if (this.#sent !== change) return;
    this.#sent = undefined;
    const error = this.#errorOf(reply);
    if (!error) this.#shown = change.value;
    settle(change, error ? ({ failed }) => failed(error) : ({ done }) => done());
    if (this.#next) this.#queue();
  }

  #errorOf(reply: Frame | undefined): RequestRefused | undefined {
    if (!reply) return new RequestRefused("no-answer", `${this.#doing}: the server did not answer`);
    const isDone = !isError(reply) || meaningOf(reply.verb).advice === "treat-as-done";
    return isDone ? undefined : refusal(reply.verb, this.#doing);
  }

  /** Whoever does not want to wait any longer; a change that nobody waits for any more is not sent. */
  #leave(waiter: Waiter, reason: unknown): void {
    for (const change of [this.#sent, this.#next]) {
      const at = change?.waiters.indexOf(waiter) ?? -1;
      if (at >= 0) change?.waiters.splice(at, 1);
    }
    if (this.#next?.waiters.length === 0) this.#next = undefined;
    waiter.failed(reason);
  }
}

function settle({ waiters }: Change, how: (waiter: Waiter) => void): void {
  for (const waiter of waiters) how(waiter);
}
