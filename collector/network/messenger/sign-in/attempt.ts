/**
 * One connection on which we try to sign in, from the dial to the barrier: what its steps need, and the ways in which
 * it can end. The steps are functions, each of which asks and goes on when the answer is there:
 *
 *   dialing → greeting.ts → md5.ts, passport.ts, tokens.ts or sso.ts → lists.ts → status.ts → arrived
 *
 * Nothing of an attempt that is over is heard any more: not its connection, not its timers, not its HTTP answers.
 */
import type { Clock, Instant, Timer } from "../clock.ts";
import type { FailedPart } from "../dialect-ladder.ts";
import type { Dialect } from "../dialects.ts";
import { explainBrokenLine, explainRefusal, isCredentialsError, lost, meaningOf } from "../errors.ts";
import type { SessionEnd } from "../events.ts";
import type { AddressBookLists } from "../lists/address-book-lists.ts";
import type { AccountMemory } from "../memory.ts";
import { Connection, isError } from "../net/connection.ts";
import type { HttpClient } from "../net/http.ts";
import type { Dial, Endpoint } from "../net/link.ts";
import type { ServiceUrls } from "../services.ts";
import { type Frame, WireError } from "../wire/frame.ts";

export interface Failure {
  /** What to tell when nothing else can be tried. */
  end: SessionEnd;
  /** `stop`: no other way will do better. `fresh-ticket`: the ticket came from the memory, and is out of it now. */
  next: "stop" | "next-dialect" | "through-dispatch" | "fresh-ticket";
  part: FailedPart;
  service?: keyof ServiceUrls | undefined;
}

export interface AttemptEvents {
  /** A chunk has arrived; what it says follows. */
  heard(read: Instant): void;
  /** A frame that answers nothing of ours. */
  frame(frame: Frame, read: Instant): void;
  understood(read: Instant): void;
  /** `XFR n NS address`: go there instead. The attempt goes on where it is if the address is `0`. */
  referred(address: string): void;
  /** `dialect`: what was agreed on, if it came to that. */
  failed(failure: Failure, dialect: Dialect | undefined): void;
}

export interface AttemptOptions {
  address: string;
  password: string;
  endpoint: Endpoint;
  offered: readonly Dialect[];
  services: ServiceUrls;
  /** Asked for from MSNP16 on. */
  place(): { id: string; name: string };
  memory: AccountMemory;
}

export interface AttemptParts {
  clock: Clock;
  dial: Dial;
  http: HttpClient;
  stepMs: number;
}

export class Attempt {
  readonly options: AttemptOptions;
  readonly parts: AttemptParts;
  readonly connection: Connection;
  /** The part that is under way, and would be the one that failed. */
  part: FailedPart = "identity";
  /** Gets each frame first; true when it has dealt with it. */
  reader: ((frame: Frame) => boolean) | undefined;
  /** The services that know the lists, from MSNP13 on. */
  book: AddressBookLists | undefined;
  readonly #events: AttemptEvents;
  /** Ends what is asked of web services. */
  #aborter: AbortController | undefined;
  #isOver = false;
  #dialect: Dialect | undefined;
  #step: Timer | undefined;
  /** The step that the timer is for, when it is for one of the server's. */
  #expected: string | undefined;
  /** When the last of several answers to the step came. */
  #heardMs: number | undefined;
  #lastAsked = "";
  #hasArrived = false;

  /** `connected`: begins, and begins anew when the server says so. */
  constructor(options: AttemptOptions, parts: AttemptParts, events: AttemptEvents, connected: (self: Attempt) => void) {
    this.options = options;
    this.parts = parts;
    this.#events = events;
    this.expect("connecting");
    this.connection = new Connection(options.endpoint, parts, {
      connected: () => connected(this),
      heard: (read) => events.heard(read),
      frame: (frame, read) => this.#hear(frame, read),
      understood: (read) => events.understood(read),
      closed: (cause) => this.#lineClosed(cause),
    });
  }

  /** Only once the greeting is over. */
  get dialect(): Dialect {
    if (!this.#dialect) throw new Error("no dialect has been agreed on yet");
    return this.#dialect;
  }

  set dialect(dialect: Dialect) {
    this.#dialect = dialect;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Sends a command of the sign-in, whose answer must come in time. An error number fails the attempt, unless `refused`
   * is there and returns true.
   */
  ask(
    verb: string,
    params: readonly (string | number)[],
    answer: (reply: Frame) => void,
    more: { payload?: Uint8Array; refused?: (reply: Frame) => boolean } = {},
  ): void {
    this.connection.ask({
      verb,
      params,
      ...(more.payload ? { payload: more.payload } : {}),
      answers: ["XFR"],
      answer: (reply) => {
        if (!reply || this.isOver) return;
        if (reply.verb === "XFR") return this.#refer(reply);
        if (!isError(reply)) return answer(reply);
        if (!more.refused?.(reply)) this.refuse(reply.verb, verb);
      },
    });
    this.expect(verb);
  }

  /** Restarts the patience with the server: something has come of the step. */
  expect(step: string): void {
    const { clock, stepMs } = this.parts;
    // Ten thousand rows may belong to one step: its timer stays, and looks at what has come when it fires.
    if (step === this.#expected) {
      this.#heardMs = clock.monotonicMs();
      return;
    }
    this.#stopWaiting();
    this.#lastAsked = step;
    this.#expected = step;
    this.#wait(step, stepMs);
  }

  #wait(step: string, delayMs: number): void {
    const { clock, stepMs } = this.parts;
    this.#heardMs = undefined;
    this.#step = clock.after(delayMs, () => {
      const leftMs = this.#heardMs === undefined ? 0 : this.#heardMs + stepMs - clock.monotonicMs();
      if (leftMs > 0) return this.#wait(step, leftMs);
      this.fail({ end: this.#silence(step), next: "stop" });
    });
  }

  #stopWaiting(): void {
    this.#step?.cancel();
    this.#step = undefined;
    this.#expected = undefined;
  }

  /**
   * Asks a web service and goes on with its answer, unless the attempt is over by then. `failed` may see to a failure
   * of its own kind and return true; all others make the service the reason why this dialect does not work.
   */
  use<T>(
    service: keyof ServiceUrls,
    work: (signal: AbortSignal) => Promise<T>,
    then: (answer: T) => void,
    failed: (error: unknown) => boolean = () => false,
  ): void {
    const { clock, stepMs } = this.parts;
    this.#stopWaiting();
    const patience = new AbortController();
    this.#aborter = patience;
    this.#step = clock.after(stepMs, () =>
      patience.abort(new Error(`it did not answer for ${Math.round(stepMs / 1000)} s`)),
    );
    const url = this.options.services[service];
    Promise.resolve()
      .then(() => work(patience.signal))
      .then(
        (answer) => {
          if (this.isOver) return;
          this.#aborter = undefined;
          this.#stopWaiting();
          then(answer);
        },
        (error: unknown) => {
          if (this.isOver || failed(error)) return;
          this.fail({ end: lost(explainService(url, error), error), next: "next-dialect", service });
        },
      );
  }

  /** The server answered a command of the sign-in with an error number. */
  refuse(code: string, verb: string): void {
    const { address } = this.options;
    const end = explainRefusal(code, verb, address, this.#dialect?.signIn);
    const { advice } = meaningOf(code);
    switch (advice) {
      case "stop":
        // Credentials are judged when they are shown; later the number says something else.
        if (isCredentialsError(code) && this.part !== "identity") {
          return this.fail({ end: lost(`the server answered ${verb} with error ${code}`), next: "next-dialect" });
        }
        return this.fail({ end, next: "stop" });
      case "wait":
        return this.fail({ end, next: "stop" });
      case "through-dispatch":
        return this.fail({ end, next: "through-dispatch" });
      case "next-dialect":
      case "fail-request":
      case "treat-as-done":
        return this.fail({ end, next: "next-dialect" });
      default:
        return advice satisfies never;
    }
  }

  fail(failure: Omit<Failure, "part">): void {
    if (this.isOver) return;
    this.abandon();
    this.#events.failed({ part: this.part, ...failure }, this.#dialect);
  }

  /** The step's answer makes no sense. */
  failToUnderstand(end: SessionEnd): void {
    this.fail({ end, next: "next-dialect" });
  }

  /** The barrier is passed: only the connection lives on. */
  arrive(): void {
    this.#hasArrived = true;
    this.#stopWaiting();
    this.reader = undefined;
  }

  /** Hangs up and forgets everything that is under way. */
  abandon(): void {
    this.#isOver = true;
    this.#stopWaiting();
    this.#aborter?.abort(new Error("the sign-in is over"));
    this.reader = undefined;
    this.connection?.destroy();
  }

  #hear(frame: Frame, read: Instant): void {
    if (frame.verb === "XFR" && frame.params[1] === "NS") return this.#refer(frame);
    if (!this.reader?.(frame)) this.#events.frame(frame, read);
  }

  #refer({ params }: Frame): void {
    const [, kind, address] = params;
    if (kind === "NS" && address !== undefined) this.#events.referred(address);
  }

  #silence(step: string): SessionEnd {
    const { host, port } = this.options.endpoint;
    const seconds = Math.round(this.parts.stepMs / 1000);
    return lost(
      step === "connecting"
        ? `${host}:${port} did not answer for ${seconds} s: check the server's name and port`
        : `${host}:${port} said nothing for ${seconds} s after ${step}: check that a Messenger server listens on this port`,
    );
  }

  #lineClosed(cause: Error | undefined): void {
    const { endpoint } = this.options;
    const { host, port } = endpoint;
    if (cause instanceof WireError) {
      return this.fail({
        end: lost(
          `${host}:${port} does not speak Messenger: ${cause.message}; check the server's name and port`,
          cause,
        ),
        next: "stop",
      });
    }
    if (cause || this.#hasArrived) return this.fail({ end: explainBrokenLine(endpoint, cause), next: "stop" });
    const after = this.#lastAsked === "connecting" ? "" : ` (after ${this.#lastAsked})`;
    this.fail({
      end: lost(`${host}:${port} hung up during sign-in${after}`),
      // In order, and after it has chosen the dialect: it may be the dialect that it does not like.
      next: this.#dialect ? "next-dialect" : "stop",
    });
  }
}

function explainService(url: string, error: unknown): string {
  const why = error instanceof Error ? error.message : String(error);
  return why.includes(url) ? why : `${url}: ${why}`;
}
