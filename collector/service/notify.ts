/**
 * What a running collector tells the service manager that started it (systemd's `Type=notify`).
 *
 * READY is said when the history is open and every account has been tried once; STATUS says what is signed in; the
 * watchdog is fed when a heartbeat has been committed, so by the event loop, the writer's thread and the disk together,
 * and never by a server: an outage out there starts nothing again. While the disk refuses, nothing is committed and
 * everything is held in memory: being started again would lose it, so the watchdog is fed all the same.
 */
import { spawn } from "node:child_process";
import type { Fact } from "../../db/record/facts.ts";
import type { Clock, Timer } from "../network/network.ts";
import type { Vitals } from "./vitals.ts";

/** As often as a heartbeat is committed. */
const HOLDING_MS = 30_000;
/** Longer than from one word about an upgrade to the next. */
const UPGRADE_PATIENCE_MS = 60_000;

export interface NotifyParts {
  vitals: Vitals;
  clock: Clock;
  /** Whether every account has been tried once. */
  isReady(): boolean;
  /** Sends `READY=1` and the like; systemd's own program, unless given: Node has no datagram sockets of that kind. */
  send?(words: readonly string[]): void;
}

export class Notifier {
  readonly #parts: NotifyParts;
  readonly #send: (words: readonly string[]) => void;
  #next: Timer | undefined;
  #isReady = false;
  #status = "";

  /** Undefined where nobody waits for it. */
  static of(env: Readonly<Record<string, string | undefined>>, parts: NotifyParts): Notifier | undefined {
    return env.NOTIFY_SOCKET ? new Notifier(parts) : undefined;
  }

  constructor(parts: NotifyParts) {
    this.#parts = parts;
    this.#send = parts.send ?? sendByProgram;
    this.#lookWhetherHolding();
  }

  /** To be called after each COMMIT. */
  heard(facts: readonly Fact[]): void {
    const words: string[] = [];
    if (facts.some(({ kind }) => kind === "heartbeat")) words.push("WATCHDOG=1");
    if (!this.#isReady && this.#parts.isReady()) {
      this.#isReady = true;
      words.push("READY=1");
    }
    const status = statusOf(this.#parts.vitals);
    if (status !== this.#status) {
      this.#status = status;
      words.push(`STATUS=${status}`);
    }
    if (words.length > 0) this.#send(words);
  }

  /** Minutes may pass before the history is open; without a word, systemd takes a start for hung. */
  upgrading(): void {
    this.#send([`EXTEND_TIMEOUT_USEC=${UPGRADE_PATIENCE_MS * 1_000}`, "STATUS=bringing the history up to date"]);
  }

  stopping(): void {
    this.#send(["STOPPING=1", "STATUS=signing out"]);
  }

  /** Tells nothing more. */
  end(): void {
    this.#next?.cancel();
  }

  #lookWhetherHolding(): void {
    this.#next = this.#parts.clock.after(HOLDING_MS, () => {
      if (this.#parts.vitals.held.why !== null) this.#send(["WATCHDOG=1"]);
      this.#lookWhetherHolding();
    });
  }
}

/** Such as `2 of 3 accounts signed in; 1 waiting`. */
function statusOf({ states }: Vitals): string {
  const counts = Map.groupBy(states.values(), (state) => state);
  const signedIn = counts.get("watching")?.length ?? 0;
  const others = [...counts]
    .filter(([state]) => state !== "watching")
    .map(([state, all]) => `; ${all.length} ${state}`);
  return `${signedIn} of ${states.size} accounts signed in${others.join("")}`;
}

function sendByProgram(words: readonly string[]): void {
  const child = spawn("systemd-notify", [...words], { stdio: "ignore" });
  // Without its program the manager waits for READY in vain, and says so itself.
  child.on("error", () => undefined);
}
