/**
 * One connection to a Messenger server, notification or switchboard: frames over a link, transaction numbers, and
 * which reply answers which command. It knows framing and counting, and nothing of what is said.
 *
 *   dialing  the link is being made. Connected: open.
 *   open     frames go both ways.
 *   closed   by us (`destroy`), by the far end, or by bytes that are no Messenger server's. Nothing is heard any more.
 *
 * Everything is driven by the bytes that arrive, in their order, without promises in between.
 */
import type { Clock, Instant, Timer } from "../clock.ts";
import { encodeFrame, type Frame, FrameDecoder, SERVER_PAYLOAD_VERBS, WireError } from "../wire/frame.ts";
import type { Dial, Endpoint, Link } from "./link.ts";

export interface ConnectionEvents {
  connected(): void;
  /** A chunk has arrived; what it says follows. */
  heard(read: Instant): void;
  /** A frame that answers no command of ours, or one that `ask` did not wait for. */
  frame(frame: Frame, read: Instant): void;
  /** All that the chunk said has been told. */
  understood?(read: Instant): void;
  /** Called exactly once, unless we closed it. A WireError says that the far end is no Messenger server. */
  closed(cause: Error | undefined): void;
}

export interface Question {
  verb: string;
  params?: readonly (string | number)[];
  payload?: Uint8Array;
  /** Verbs that answer it besides its own; an error number with its transaction number always does. */
  answers?: readonly string[];
  /** How long the answer may take; without it, for ever. */
  withinMs?: number;
  /** The answer, or nothing when it did not come in time. Not called when the connection closes first. */
  answer(reply: Frame | undefined, read: Instant): void;
}

interface Pending extends Question {
  timer: Timer | undefined;
}

/** So many commands with a payload are remembered that nobody waits for, or no longer. */
const MAX_UNASKED = 32;

export interface ConnectionParts {
  clock: Clock;
  dial: Dial;
}

export class Connection {
  readonly endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #events: ConnectionEvents;
  readonly #decoder: FrameDecoder;
  readonly #link: Link;
  readonly #pending = new Map<string, Pending>();
  /** Verbs of commands with a payload that were sent last: an error in reply may have a payload, too. */
  readonly #sentPayloads = new Map<string, string>();
  #lastTrId = 0;
  #isEnding = false;
  #isClosed = false;

  constructor(endpoint: Endpoint, { clock, dial }: ConnectionParts, events: ConnectionEvents) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#events = events;
    this.#decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS, {
      failedVerb: (trId) => this.#pending.get(trId)?.verb ?? this.#sentPayloads.get(trId),
    });
    this.#link = dial(endpoint, {
      connected: () => !this.#isClosed && events.connected(),
      data: (bytes) => this.#receive(bytes),
      closed: (cause) => this.#close(cause),
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** How many commands wait for an answer. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** Sends a command whose answer, if any, arrives as a frame; returns its transaction number. */
  send(verb: string, params: readonly (string | number)[] = [], payload?: Uint8Array): number {
    const trId = ++this.#lastTrId;
    this.sendPlain(verb, [trId, ...params], payload);
    if (payload) this.#rememberPayload(String(trId), verb);
    return trId;
  }

  /** Sends a command that has no transaction number, such as PNG and OUT. */
  sendPlain(verb: string, params: readonly (string | number)[] = [], payload?: Uint8Array): void {
    if (!this.#isClosed && !this.#isEnding) this.#link.write(encodeFrame(verb, params, payload));
  }

  /** Sends a command and hands its answer to `question.answer`; returns its transaction number. */
  ask(question: Question): number {
    const trId = this.send(question.verb, question.params, question.payload);
    const key = String(trId);
    const { withinMs } = question;
    const timer = withinMs === undefined ? undefined : this.#clock.after(withinMs, () => this.#giveUp(key));
    this.#pending.set(key, { ...question, timer });
    return trId;
  }

  pause(): void {
    this.#link.pause?.();
  }

  resume(): void {
    this.#link.resume?.();
  }

  /** Sends what is queued and hangs up; what the far end still says is still told. */
  end(): void {
    this.#isEnding = true;
    this.#link.end();
  }

  /** Hangs up at once; nothing is told any more. */
  destroy(): void {
    this.#forget();
    this.#link.destroy();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#isClosed) return;
    const read: Instant = { atMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
    this.#events.heard(read);
    try {
      for (const frame of this.#decoder.push(bytes)) {
        this.#hear(frame, read);
        // The frame may have ended the connection.
        if (this.#isClosed) return;
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#link.destroy();
      return this.#close(error);
    }
    this.#events.understood?.(read);
  }

  #hear(frame: Frame, read: Instant): void {
    const key = frame.params[0];
    const pending = key === undefined ? undefined : this.#pending.get(key);
    if (!pending || !answers(pending, frame)) return this.#events.frame(frame, read);
    this.#pending.delete(key as string);
    pending.timer?.cancel();
    pending.answer(frame, read);
  }

  #rememberPayload(key: string, verb: string): void {
    this.#sentPayloads.set(key, verb);
    if (this.#sentPayloads.size <= MAX_UNASKED) return;
    const [oldest] = this.#sentPayloads.keys();
    if (oldest !== undefined) this.#sentPayloads.delete(oldest);
  }

  #giveUp(key: string): void {
    const pending = this.#pending.get(key);
    this.#pending.delete(key);
    pending?.answer(undefined, { atMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() });
  }

  #close(cause: Error | undefined): void {
    if (this.#isClosed) return;
    this.#forget();
    this.#events.closed(cause);
  }

  #forget(): void {
    this.#isClosed = true;
    for (const { timer } of this.#pending.values()) timer?.cancel();
    this.#pending.clear();
  }
}

function answers({ verb, answers = [] }: Question, frame: Frame): boolean {
  return frame.verb === verb || isError(frame) || answers.includes(frame.verb);
}

/** Whether a frame is an error number instead of a verb. */
export function isError({ verb }: Frame): boolean {
  const first = verb.charCodeAt(0);
  return first >= 0x30 && first <= 0x39;
}
