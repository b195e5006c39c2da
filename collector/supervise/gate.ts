/**
 * Lets few sign in at once, so that fifty accounts do not fall upon a server, or this machine's line, together. Whoever is
 * in, has failed, or has had its time makes room for the next.
 */
import type { Clock } from "../network/network.ts";

const AT_ONCE = 4;
/** A server that says nothing must not keep the others out. */
const LONGEST_MS = 10_000;

export class Gate {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when there is room, with what makes it again; calling that more than once does no harm. */
  async enter(): Promise<() => void> {
    if (this.#inside >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inside++;
    let isIn = true;
    const leave = () => {
      if (!isIn) return;
      isIn = false;
      late.cancel();
      const next = this.#waiting.shift();
      // The next one takes the place.
      if (next) next();
      else this.#inside--;
    };
    const late = this.#clock.after(LONGEST_MS, leave);
    return leave;
  }
}
