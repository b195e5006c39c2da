/**
 * Messages on their way out of a conversation: those that wait for somebody to hear them, in order, and those that
 * have been sent and whose receipt is awaited. Each is settled once.
 */
import type { Instant } from "../clock.ts";
import type { Board, MessageAnswer } from "./board.ts";
import type { Delivery, Undelivered } from "./events.ts";

/** What waits while there is no switchboard. */
const MAX_WAITING = 100;
const MAX_WAITING_BYTES = 512 * 1024;

export interface Letter {
  /** Counts a conversation's messages, from 1. */
  number: number;
  wantsReceipt: boolean;
  sizeBytes: number;
  /** The packets to send to those who are there, or why it cannot be sent to them. */
  compose(canJoinChunks: boolean): Uint8Array[] | { refusal: string };
  /** `at`: when the bytes that decided it were read. */
  settle(delivery: Delivery, at: Instant | undefined): void;
}

/** A message that has been sent. `left`: packets that have not been acknowledged. */
interface UnderWay {
  letter: Letter;
  left: number;
}

export class Outbox {
  #waiting: Letter[] = [];
  readonly #underWay = new Set<UnderWay>();

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  get awaitsReceipts(): boolean {
    return this.#underWay.size > 0;
  }

  add(letter: Letter): void {
    let sizeBytes = letter.sizeBytes;
    for (const one of this.#waiting) sizeBytes += one.sizeBytes;
    if (this.#waiting.length < MAX_WAITING && sizeBytes <= MAX_WAITING_BYTES) return void this.#waiting.push(letter);
    fail(letter, "queue-full", `${this.#waiting.length} messages wait to be sent already; this one is not taken`);
  }

  /** Takes back what has not been sent. */
  remove(letter: Letter): void {
    this.#waiting = this.#waiting.filter((one) => one !== letter);
  }

  /** Sends all that waits, in order. */
  flush(board: Board, canJoinChunks: boolean): void {
    const letters = this.#waiting;
    this.#waiting = [];
    for (const letter of letters) this.#send(letter, board, canJoinChunks);
  }

  failWaiting(why: Undelivered, explanation: string): void {
    const letters = this.#waiting;
    this.#waiting = [];
    for (const letter of letters) fail(letter, why, explanation);
  }

  /** The line is gone, and with it the answers. */
  failUnderWay(why: Undelivered, explanation: string): void {
    const underWay = [...this.#underWay];
    this.#underWay.clear();
    for (const { letter } of underWay) fail(letter, why, explanation);
  }

  #send(letter: Letter, board: Board, canJoinChunks: boolean): void {
    const packets = letter.compose(canJoinChunks);
    if (!Array.isArray(packets)) return fail(letter, "not-sendable", packets.refusal);
    const sent: UnderWay = { letter, left: packets.length };
    if (letter.wantsReceipt) this.#underWay.add(sent);
    for (const packet of packets) {
      board.send(letter.wantsReceipt ? "A" : "N", packet, (answer, read) => this.#hear(sent, answer, read));
    }
    if (!letter.wantsReceipt) letter.settle({ outcome: "sent", message: letter.number }, undefined);
  }

  #hear(sent: UnderWay, answer: MessageAnswer, read: Instant): void {
    const { letter } = sent;
    if (answer === "ACK") return this.#acknowledge(sent, read);
    // Without a receipt, silence is what a message is answered with that has arrived.
    if (letter.wantsReceipt && !this.#underWay.delete(sent)) return;
    if (answer !== "nothing") return fail(letter, "refused", explainRefusal(answer), read);
    if (letter.wantsReceipt) fail(letter, "no-answer", "the server does not say whether it was delivered", read);
  }

  #acknowledge(sent: UnderWay, read: Instant): void {
    sent.left--;
    if (sent.left > 0 || !this.#underWay.delete(sent)) return;
    sent.letter.settle({ outcome: "delivered", message: sent.letter.number }, read);
  }
}

function fail(letter: Letter, why: Undelivered, explanation: string, at?: Instant): void {
  letter.settle({ outcome: "undelivered", message: letter.number, why, explanation }, at);
}

function explainRefusal(answer: "NAK" | { error: string }): string {
  return answer === "NAK"
    ? "the server could not deliver it to everyone"
    : `the server did not deliver it (error ${answer.error})`;
}
