/** Makes the backups that are due while the collector runs, in a process of its own, and lets old ones go. */
import { backUpApart, type UnderWay } from "../../db/backup/apart.ts";
import { isDue, nextBackup, rotate, type Schedule, scheduleOf } from "../../db/backup/shelf.ts";
import { openForReading } from "../../db/open.ts";
import type { Clock, Timer } from "../network/network.ts";

const LOOK_MS = 10 * 60_000;
/** The first look leaves the sign-ins their peace. */
const FIRST_LOOK_MS = 60_000;

export interface BackupsOptions {
  databasePath: string;
  clock: Clock;
  say(level: "info" | "warn", message: string): void;
  /** A process of its own, unless given. */
  backUp?: typeof backUpApart;
}

export class Backups {
  readonly #options: BackupsOptions;
  #timer: Timer;
  #underWay: UnderWay | undefined;
  #isStopped = false;

  constructor(options: BackupsOptions) {
    this.#options = options;
    this.#timer = options.clock.after(FIRST_LOOK_MS, () => this.#look());
  }

  /** Breaks off what is under way: the next start makes it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer.cancel();
    const underWay = this.#underWay;
    underWay?.breakOff();
    await underWay?.done.catch(() => undefined);
  }

  async #look(): Promise<void> {
    const { clock, say } = this.#options;
    try {
      await this.#backUpIfDue();
    } catch (error) {
      // Recording goes on, whatever is wrong with the other disk or folder; the next look tries again.
      if (!this.#isStopped) say("warn", `no backup was made: ${error instanceof Error ? error.message : error}`);
    }
    this.#underWay = undefined;
    if (!this.#isStopped) this.#timer = clock.after(LOOK_MS, () => this.#look());
  }

  async #backUpIfDue(): Promise<void> {
    const { databasePath, clock, say, backUp = backUpApart } = this.#options;
    const schedule = readSchedule(databasePath);
    if (!isDue(databasePath, schedule, clock.nowMs())) return;
    const target = nextBackup(databasePath, clock.nowMs());
    this.#underWay = backUp({ source: databasePath, target });
    await this.#underWay.done;
    rotate(databasePath, schedule.keep, clock.nowMs());
    say("info", `backed up to ${target}`);
  }
}

function readSchedule(databasePath: string): Schedule {
  const db = openForReading(databasePath);
  try {
    return scheduleOf(db);
  } finally {
    db.close();
  }
}
