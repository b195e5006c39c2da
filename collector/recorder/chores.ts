/**
 * What the writer's thread does besides writing batches: a slice at a time, and after each slice whatever has arrived
 * meanwhile comes first.
 */
import { isPassing } from "../../db/trouble.ts";

/** Does a slice of its work, of some twenty milliseconds and never more than fifty, and returns whether there is more. */
export type Chore = (nowMs: number) => boolean;

/** Has the next slice done when it is its turn, and returns how to call it off. */
export type Defer = (slice: () => void) => () => void;

export class Chores {
  readonly #chores: readonly Chore[];
  readonly #onHindered: (message: string | undefined) => void;
  readonly #defer: Defer;
  #nowMs = 0;
  #callOff: (() => void) | undefined;
  #isStopped = false;
  #hindrance: string | undefined;

  /** `onHindered`: the disk refuses, once per trouble; undefined when it is over. The slice is done again later. */
  constructor(chores: readonly Chore[], onHindered: (message: string | undefined) => void, defer: Defer = whenIdle) {
    this.#chores = chores;
    this.#onHindered = onHindered;
    this.#defer = defer;
  }

  /** Looks for work, and goes on with it until there is none. */
  look(nowMs: number): void {
    this.#nowMs = nowMs;
    this.wake();
  }

  wake(): void {
    if (!this.#isStopped) this.#callOff ??= this.#defer(() => this.#slice());
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff?.();
  }

  #slice(): void {
    this.#callOff = undefined;
    try {
      // The first that has something to do; the others have their turn when it is done.
      const hasMore = this.#chores.some((chore) => chore(this.#nowMs));
      this.#settle(undefined);
      if (hasMore) this.wake();
    } catch (error) {
      if (!isPassing(error)) throw error;
      this.#settle(`${error.message} (${error.code})`);
    }
  }

  #settle(hindrance: string | undefined): void {
    if (hindrance === this.#hindrance) return;
    this.#hindrance = hindrance;
    this.#onHindered(hindrance);
  }
}

/** Behind what has arrived meanwhile. */
function whenIdle(slice: () => void): () => void {
  const next = setImmediate(slice);
  return () => clearImmediate(next);
}
