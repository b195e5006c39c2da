/** Says that a history is being brought up to date, which can take minutes, and goes on saying that it still is. */
import type { Migrating } from "../../db/open.ts";
import type { Clock, Timer } from "../network/network.ts";

const TELL_EVERY_MS = 10_000;

export interface UpgradingParts {
  clock: Clock;
  say(level: "info", message: string): void;
  /** With each word: a service manager that waits is to wait on. */
  onWord?(): void;
}

export class Upgrading {
  readonly #parts: UpgradingParts;
  #next: Timer | undefined;
  #beganMs: number | undefined;

  constructor(parts: UpgradingParts) {
    this.#parts = parts;
  }

  begin(migrating: Migrating): void {
    this.#beganMs = this.#parts.clock.monotonicMs();
    this.#tell(migratingWords(migrating));
  }

  /** The history is open. */
  done(): void {
    this.end();
    if (this.#beganMs !== undefined) this.#parts.say("info", `the history is up to date, after ${this.#seconds()} s`);
  }

  /** Says no more; where the history could not be opened, that is said by others. */
  end(): void {
    this.#next?.cancel();
  }

  #tell(words: string): void {
    const { clock, say, onWord } = this.#parts;
    say("info", words);
    onWord?.();
    this.#next = clock.after(TELL_EVERY_MS, () =>
      this.#tell(`still bringing the history up to date, for ${this.#seconds()} s so far`),
    );
  }

  #seconds(): number {
    return Math.round((this.#parts.clock.monotonicMs() - (this.#beganMs ?? 0)) / 1_000);
  }
}

/** One line, also for a command that brings a history up to date itself. */
export function migratingWords({ from, to, bytes }: Migrating): string {
  const size = bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  return `bringing the history up to date, from schema ${from} to ${to}: first a backup of ${size}, then the change; it is whole at every moment`;
}
