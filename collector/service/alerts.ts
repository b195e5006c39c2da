/**
 * Tells somebody when the collector has recorded nothing for a while, when an account has stopped, or when the disk fills
 * up: once when it begins, and once when it is over. Whatever could not be told is told at the next look.
 */
import type { Clock, Timer } from "../network/network.ts";

/** What is wrong, or was. */
export interface Alert {
  /** `silence`, `disk`, `history`, or `account:ADDRESS`: the same from its beginning to its end. */
  name: string;
  state: "begun" | "over";
  /** In a sentence, for a person. */
  message: string;
  /** Since when; UTC milliseconds. */
  sinceMs: number;
}

/** Something that is wrong as long as it is found; see conditions.ts. */
export interface Condition {
  name: string;
  message: string;
}

export interface AlertsParts {
  clock: Clock;
  /** Everything that is wrong now. */
  conditions(): Promise<readonly Condition[]>;
  /** Each of the ways in which somebody is told; rejects when it did not work. */
  ways: readonly ((alert: Alert) => Promise<void>)[];
  say(level: "warn", message: string): void;
}

const LOOK_MS = 30_000;
/** What cannot be told for so long is old news. */
const GIVE_UP_MS = 24 * 3_600_000;

interface Untold {
  alert: Alert;
  /** When it became news. */
  newsMs: number;
  way: (alert: Alert) => Promise<void>;
}

export class Alerts {
  readonly #parts: AlertsParts;
  /** What is wrong, by name. */
  readonly #begun = new Map<string, Alert>();
  #untold: Untold[] = [];
  #next: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopped = false;
  /** The last complaint; said once. */
  #complaint = "";

  constructor(parts: AlertsParts) {
    this.#parts = parts;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#next?.cancel();
    await this.#looking;
  }

  #schedule(): void {
    this.#next = this.#parts.clock.after(LOOK_MS, () => {
      this.#looking = this.#look()
        // A disk that cannot even be read is told of by whoever writes to it.
        .catch((error: Error) => this.#complain(`what is wrong cannot be looked up: ${error.message}`))
        .finally(() => {
          if (!this.#isStopped) this.#schedule();
        });
    });
  }

  async #look(): Promise<void> {
    const { clock, conditions, ways } = this.#parts;
    const nowMs = clock.nowMs();
    const now = await conditions();
    const names = new Set(now.map(({ name }) => name));
    const news: Alert[] = [];
    for (const { name, message } of now) {
      if (this.#begun.has(name)) continue;
      const alert: Alert = { name, state: "begun", message, sinceMs: nowMs };
      this.#begun.set(name, alert);
      news.push(alert);
    }
    for (const [name, alert] of this.#begun) {
      if (names.has(name)) continue;
      this.#begun.delete(name);
      news.push({ ...alert, state: "over", message: `all is well again, after: ${alert.message}` });
    }
    this.#untold = this.#untold.filter(({ newsMs }) => newsMs > nowMs - GIVE_UP_MS);
    for (const alert of news) for (const way of ways) this.#untold.push({ alert, way, newsMs: nowMs });
    await this.#tell();
  }

  /** In the order in which things happened; what did not work, and all behind it on that way, waits for the next look. */
  async #tell(): Promise<void> {
    const stuck = new Set<Untold["way"]>();
    const left: Untold[] = [];
    for (const one of this.#untold) {
      if (!stuck.has(one.way) && (await this.#hasWorked(one))) continue;
      stuck.add(one.way);
      left.push(one);
    }
    this.#untold = left;
  }

  async #hasWorked({ alert, way }: Untold): Promise<boolean> {
    try {
      await way(alert);
      this.#complaint = "";
      return true;
    } catch (error) {
      this.#complain(`nobody could be told "${alert.message}": ${(error as Error).message}`);
      return false;
    }
  }

  #complain(complaint: string): void {
    if (complaint !== this.#complaint) this.#parts.say("warn", complaint);
    this.#complaint = complaint;
  }
}
