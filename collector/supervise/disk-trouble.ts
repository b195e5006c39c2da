/** Says that the disk refuses, then each minute how much waits for it, and in the end how much had. */
import type { Clock, Timer } from "../network/network.ts";

const TELL_EVERY_MS = 60_000;

export interface DiskTroubleParts {
  clock: Clock;
  say(level: "info" | "warn" | "error", message: string): void;
  /** How many facts wait in memory. */
  waiting(): number;
}

/** Facts that wait in memory, and why; null when the disk takes everything. */
export interface Held {
  facts: number;
  why: string | null;
}

export class DiskTrouble {
  readonly #parts: DiskTroubleParts;
  #next: Timer | undefined;
  /** Facts that waited at once, as far as it was looked. */
  #most = 0;
  #isEnding = false;
  #why: string | undefined;

  constructor(parts: DiskTroubleParts) {
    this.#parts = parts;
  }

  /** What waits because the disk refuses, and why it does; nothing waits for long while it does not. */
  get held(): Held {
    return { facts: this.#why === undefined ? 0 : this.#parts.waiting(), why: this.#why ?? null };
  }

  /** What the journal says of the disk: why it refuses, or undefined when it does so no more. */
  tell(message: string | undefined): void {
    const { say, waiting } = this.#parts;
    this.#next?.cancel();
    this.#why = message;
    if (message === undefined) {
      return say("info", `the database can be written to again; nothing was lost, ${this.#most} facts had waited`);
    }
    if (this.#isEnding) return say("error", message);
    this.#most = waiting();
    say("error", `${message}; what is heard waits in memory, and is written as soon as it can be`);
    this.#tellAgain();
  }

  /** From now on nothing waits for long: what cannot be written soon is given up, and the journal says so itself. */
  end(): void {
    this.#isEnding = true;
    this.#next?.cancel();
  }

  #tellAgain(): void {
    const { clock, say, waiting } = this.#parts;
    this.#next = clock.after(TELL_EVERY_MS, () => {
      this.#most = Math.max(this.#most, waiting());
      say("warn", `still nothing can be written; ${waiting()} facts wait in memory`);
      this.#tellAgain();
    });
  }
}
