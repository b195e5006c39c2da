/**
 * Gets us onto a switchboard: with the ticket of a ring, or with one that is asked for each time. Three tries, three
 * seconds apart (protocol reference 5.28), then it has failed.
 */
import type { Instant, Timer } from "../clock.ts";
import { RequestRefused } from "../errors.ts";
import type { Ring, SwitchboardTicket } from "../events.ts";
import type { ConnectionParts } from "../net/connection.ts";
import { Board, type BoardEvents, type Door, explainSwitchboardError } from "./board.ts";

const MAX_TRIES = 3;
const BETWEEN_TRIES_MS = 3_000;
/** Requests keep their distance, so that the last of many waits for minutes. */
const TICKET_WITHIN_MS = 300_000;
/** A ring can be answered for about two minutes (1.6). */
const RING_EXPIRES_MS = 120_000;

export interface EntranceParts {
  parts: ConnectionParts;
  /** As the switchboard knows us. */
  account: string;
  request(options: { signal: AbortSignal }): Promise<SwitchboardTicket>;
  entered(board: Board, how: "ringing" | "called", read: Instant): void;
  failed(explanation: string): void;
  /** What is said on the board, also before we are in: whoever is here already. */
  said: Pick<BoardEvents, "joined" | "left" | "message" | "closed">;
}

export class Entrance {
  readonly #parts: EntranceParts;
  readonly #life = new AbortController();
  #ring: Ring | undefined;
  #ringExpiresMs = 0;
  #tries = 0;
  #timer: Timer | undefined;
  #board: Board | undefined;
  #isStopped = false;

  constructor(parts: EntranceParts) {
    this.#parts = parts;
  }

  go(ring?: Ring, rangMs = this.#parts.parts.clock.monotonicMs()): void {
    this.#ring = ring;
    this.#ringExpiresMs = rangMs + RING_EXPIRES_MS;
    this.#tries = 0;
    this.#try();
  }

  /** The board that was entered has turned out to be of no use; that was a try like any other. */
  goOn(explanation: string): void {
    this.#fail(explanation);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#board?.leave();
    this.#life.abort(new Error("the conversation is over"));
  }

  #try(): void {
    this.#tries++;
    if (!this.#ring) return this.#request(this.#tries);
    if (this.#parts.parts.clock.monotonicMs() < this.#ringExpiresMs) return this.#enter(this.#ring);
    this.#parts.failed("it rang more than two minutes ago, and the ticket has expired");
  }

  #request(attempt: number): void {
    let isAnswered = false;
    const answered = (act: () => void) => {
      if (isAnswered || this.#isStopped || attempt !== this.#tries) return;
      isAnswered = true;
      this.#timer?.cancel();
      act();
    };
    this.#timer = this.#parts.parts.clock.after(TICKET_WITHIN_MS, () =>
      answered(() => this.#fail("no switchboard was to be had in time")),
    );
    this.#parts.request({ signal: this.#life.signal }).then(
      (ticket) => answered(() => this.#enter(ticket)),
      (error: unknown) =>
        answered(() => this.#fail(error instanceof Error ? error.message : String(error), isFinal(error))),
    );
  }

  #enter(door: Door): void {
    const { parts, account, said } = this.#parts;
    const isRing = door.sessionId !== undefined;
    const board = new Board(door, account, parts, {
      ...said,
      opened: (read) => {
        this.#board = undefined;
        this.#ring = undefined;
        this.#parts.entered(board, isRing ? "ringing" : "called", read);
      },
      // A ticket is good once. That of a ring cannot be had anew.
      refused: (code) => this.#fail(explainSwitchboardError(code, account), isRing),
      closed: (explanation, at) => (this.#board === board ? this.#fail(explanation) : said.closed(explanation, at)),
    });
    this.#board = board;
  }

  #fail(explanation: string, isFinal = false): void {
    this.#board = undefined;
    if (this.#isStopped) return;
    if (isFinal || this.#tries >= MAX_TRIES) return this.#parts.failed(explanation);
    this.#timer = this.#parts.parts.clock.after(BETWEEN_TRIES_MS, () => this.#try());
  }
}

/** What is as it is, however often one asks: the account appears offline, or is not signed in. */
function isFinal(error: unknown): boolean {
  return error instanceof RequestRefused && (error.code === "913" || error.code === "not-signed-in");
}
