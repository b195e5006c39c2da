/**
 * Which ping an answer belongs to. PNG and QNG carry no number, but a server answers in the order in which it was asked,
 * so counting both tells.
 */
export class Pings {
  #sent = 0;
  #answered = 0;

  /** The number of the ping that is being sent. */
  send(): number {
    return ++this.#sent;
  }

  /** The number of the ping that is being answered; undefined for an answer that nobody asked for. */
  answer(): number | undefined {
    return this.#answered < this.#sent ? ++this.#answered : undefined;
  }
}
