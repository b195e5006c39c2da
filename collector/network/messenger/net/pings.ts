/**
 * Which ping an answer belongs to. PNG and QNG carry no number, but a server answers in the order in which it was asked,
 * so counting both tells.
 */
export class Pings {
  #last = 0;
  /** Those that are on their way. */
  #first = 1;

  /** The number of the ping that is being sent. */
  send(): number {
    return ++this.#last;
  }

  /** The number of the ping that is being answered; undefined for an answer that nobody asked for. */
  answer(): number | undefined {
    return this.#first <= this.#last ? this.#first++ : undefined;
  }

  /** A number that no answer will carry: there is no line to ask on. */
  sendNowhere(): number {
    this.#last++;
    this.restart();
    return this.#last;
  }

  /** What is on its way will not be answered: the line is a new one. */
  restart(): void {
    this.#first = this.#last + 1;
  }
}
