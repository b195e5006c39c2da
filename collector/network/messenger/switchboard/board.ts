/**
 * One connection to a switchboard: proves who we are, calls people in, passes messages both ways (protocol reference
 * 2.16). What belongs to the conversation, which may outlive it, is not here.
 *
 *   entering  from the dial to the answer to USR or ANS, a minute at most. Accepted: open.
 *   open      people come and go, messages pass. `leave`: leaving. The far end hangs up: closed.
 *   leaving   OUT is on its way; nothing is told any more. The far end hangs up, or a moment passes: closed.
 *   closed
 */
import type { Clock, Instant, Timer } from "../clock.ts";
import type { SwitchboardTicket } from "../events.ts";
import { Connection, type ConnectionParts, isError } from "../net/connection.ts";
import type { Frame } from "../wire/frame.ts";
import { decodeText, quoteText } from "../wire/text.ts";

/** A server gives up on a connection that has not said who it is by then; so do we (1.6). */
const ENTER_WITHIN_MS = 60_000;
/** An answer to a call or a message that takes longer will not come. */
const ANSWER_WITHIN_MS = 60_000;
const HANG_UP_WITHIN_MS = 3_000;

/** How to get in. `sessionId`: of the ring that is being answered; without it the conversation is ours. */
export interface Door extends SwitchboardTicket {
  sessionId?: string | undefined;
}

/** Who has come, as the server spells it; empty or missing what it does not say. */
export interface Arrival {
  token: string;
  name: string;
  capabilities: string | undefined;
}

/** U: no receipt. N: told only when it fails. A: told either way. D: the same, for packets (4.5). */
export type MessageKind = "U" | "N" | "A" | "D";

/** `error`: a number in place of an answer. `nothing`: no answer in time, which after N and U is a good sign. */
export type MessageAnswer = "ACK" | "NAK" | "nothing" | { error: string };

export interface BoardEvents {
  opened(read: Instant): void;
  joined(who: Arrival, read: Instant): void;
  left(token: string, timedOut: boolean, read: Instant): void;
  message(from: { token: string; name: string }, payload: Uint8Array, read: Instant): void;
  /** The server does not let us in; it hangs up, and so have we. */
  refused(code: string, at: Instant): void;
  /** Called at most once, and not after `refused` or `leave`. */
  closed(explanation: string, at: Instant): void;
}

export class Board {
  readonly #clock: Clock;
  readonly #events: BoardEvents;
  readonly #connection: Connection;
  #state: "entering" | "open" | "leaving" | "closed" = "entering";
  #timer: Timer | undefined;

  constructor(door: Door, account: string, parts: ConnectionParts, events: BoardEvents) {
    this.#clock = parts.clock;
    this.#events = events;
    this.#timer = parts.clock.after(ENTER_WITHIN_MS, () => this.#giveUp("it did not let us in within a minute"));
    this.#connection = new Connection(door.endpoint, parts, {
      connected: () => this.#enter(door, account),
      heard: () => undefined,
      frame: (frame, read) => this.#state !== "leaving" && this.#hear(frame, read),
      closed: (cause) => this.#lost(cause?.message ?? "the switchboard hung up"),
    });
  }

  /** `answer` gets the error number, or nothing when it rings at theirs; it is not called when the line breaks. */
  call(address: string, answer: (error: string | undefined, read: Instant) => void): void {
    this.#connection.ask({
      verb: "CAL",
      params: [address],
      withinMs: ANSWER_WITHIN_MS,
      answer: (reply, read) => {
        if (this.#state === "open") answer(reply && isError(reply) ? reply.verb : undefined, read);
      },
    });
  }

  /** `answer` is not called when the line breaks. */
  send(kind: MessageKind, payload: Uint8Array, answer: (answer: MessageAnswer, read: Instant) => void): void {
    this.#connection.ask({
      verb: "MSG",
      params: [kind],
      payload,
      answers: ["ACK", "NAK"],
      withinMs: ANSWER_WITHIN_MS,
      answer: (reply, read) => {
        if (this.#state === "open") answer(readAnswer(reply), read);
      },
    });
  }

  /** Says goodbye and hangs up; nothing is told any more. */
  leave(): void {
    if (this.#state === "closed" || this.#state === "leaving") return;
    const wasOpen = this.#state === "open";
    this.#timer?.cancel();
    if (!wasOpen) return this.#close();
    this.#state = "leaving";
    this.#timer = this.#clock.after(HANG_UP_WITHIN_MS, () => this.#close());
    this.#connection.sendPlain("OUT");
    this.#connection.end();
  }

  #enter({ cookie, sessionId }: Door, account: string): void {
    this.#connection.ask({
      verb: sessionId === undefined ? "USR" : "ANS",
      params: sessionId === undefined ? [account, cookie] : [account, cookie, sessionId],
      answer: (reply, read) => reply && this.#answered(reply, read),
    });
  }

  #answered(reply: Frame, read: Instant): void {
    if (this.#state !== "entering") return;
    this.#timer?.cancel();
    if (isError(reply)) {
      this.#close();
      return this.#events.refused(reply.verb, read);
    }
    this.#state = "open";
    this.#events.opened(read);
  }

  #hear({ verb, params, payload }: Frame, read: Instant): void {
    switch (verb) {
      // IRO 1 1 2 bob@x.com Bob {capabilities}: whoever is here already
      case "IRO":
        return this.#tellArrival(params.slice(3), read);
      case "JOI":
        return this.#tellArrival(params, read);
      // BYE bob@x.com 1: their line has died; without the 1 they have left
      case "BYE":
        return params[0] === undefined ? undefined : this.#events.left(params[0], params[1] === "1", read);
      case "MSG": {
        const [token = "", name = ""] = params;
        return payload && this.#events.message({ token, name: decodeText(name) }, payload, read);
      }
      case "OUT":
        return this.#giveUp("the switchboard closes the conversation");
      default:
        // Answers that come too late, and verbs that no reference knows, say nothing to us.
        return;
    }
  }

  #tellArrival([token, name = "", capabilities]: string[], read: Instant): void {
    if (token !== undefined) this.#events.joined({ token, name: decodeText(name), capabilities }, read);
  }

  #giveUp(explanation: string): void {
    if (this.#state === "closed" || this.#state === "leaving") return;
    this.#close();
    this.#events.closed(explanation, this.#now());
  }

  /** The line is gone: by the far end, or by bytes that are no Messenger server's. */
  #lost(what: string): void {
    const { host, port } = this.#connection.endpoint;
    if (this.#state === "leaving") return this.#close();
    this.#giveUp(`${host}:${port}: ${what}`);
  }

  #close(): void {
    this.#state = "closed";
    this.#timer?.cancel();
    this.#connection.destroy();
  }

  #now(): Instant {
    return { atMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}

function readAnswer(reply: Frame | undefined): MessageAnswer {
  if (!reply) return "nothing";
  if (isError(reply)) return { error: reply.verb };
  return reply.verb === "ACK" ? "ACK" : "NAK";
}

/** What an error number in answer to CAL, USR or ANS means, for a person to read (2.16 and 2.18). */
export function explainSwitchboardError(code: string, whom: string): string {
  switch (code) {
    case "201":
    case "205":
    case "206":
    case "208":
      return `${quoteText(whom)} is no address that the server knows (error ${code})`;
    case "216":
      return `${whom} does not take messages from this account: blocked, or not on the allow list (error 216)`;
    case "217":
      return `${whom} is offline, hides, or does not exist; the server does not tell which (error 217)`;
    case "713":
      return `the server wants fewer invitations in a row (error 713); try again in a moment`;
    case "913":
      return `the server lets nobody talk who appears offline (error 913): be online first, or use MSNP13 or later`;
    case "911":
      return `the switchboard does not accept the ticket to it (error 911): it is good once, for about two minutes`;
    default:
      return `the switchboard answered with error ${code}`;
  }
}
