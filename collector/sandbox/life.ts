/**
 * One made-up person at the keyboard: signs in with the same session as the collector does, does what the routine
 * says, and signs out.
 *
 * - **out**: the routine says so, or the person was signed in elsewhere. Left when the routine signs in.
 * - **signing-in**: entered with a new session. Left when the session has seen everyone (in) or has ended.
 * - **in**: status and name are kept at what the routine wants. Left when the routine signs out, or by accident.
 * - **leaving**: the session has been told to close. Left when it has ended (out).
 * - **waiting**: the session ended although the routine wants to be in. Left after a pause that grows (signing-in).
 */

import type { Clock, Timer } from "../network/messenger/clock.ts";
import { dialectNamed } from "../network/messenger/dialects.ts";
import { RequestRefused } from "../network/messenger/errors.ts";
import type { MessengerEvent, Ring, SessionEnd } from "../network/messenger/events.ts";
import { type HttpClient, HttpFailure } from "../network/messenger/net/http.ts";
import type { Dial, Endpoint } from "../network/messenger/net/link.ts";
import { type MessengerSession, openSession } from "../network/messenger/notification.ts";
import { nameAt, PEOPLE_PASSWORD, type Person } from "./people.ts";
import { type Change, type RoutineStatus, routine, statusAt } from "./routine.ts";
import { SmallTalk } from "./small-talk.ts";

const DAY_MS = 24 * 3_600_000;
/** The best dialect that needs no web services: in the past, whatever is done is done for eight weeks. */
export const OLD_CLIENT = "MSNP7";
const DIALECT = dialectNamed(OLD_CLIENT);
/** The routine is looked at again at least this often, for the sake of machines that sleep. */
const LOOK_EVERY_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

export interface LifeDeps {
  server: Endpoint;
  clock: Clock;
  dial: Dial;
  seed: string;
}

export class Life {
  readonly #person: Person;
  readonly #deps: LifeDeps;
  readonly #smallTalk: SmallTalk;
  #state: "out" | "signing-in" | "in" | "leaving" | "waiting" = "out";
  #session: MessengerSession | undefined;
  /** What comes, up to `#plannedToMs`. */
  #plan: Change[] = [];
  #plannedToMs: number;
  #wish: RoutineStatus;
  #whim: RoutineStatus | undefined;
  #shown: RoutineStatus = "signed-out";
  #name = "";
  #pauseMs = FIRST_PAUSE_MS;
  #isElsewhere = false;
  #isStopped = false;
  #look: Timer | undefined;
  #retry: Timer | undefined;

  constructor(person: Person, deps: LifeDeps) {
    this.#person = person;
    this.#deps = deps;
    this.#smallTalk = new SmallTalk(deps);
    const nowMs = deps.clock.nowMs();
    this.#plannedToMs = nowMs + 1;
    this.#wish = statusAt(person, deps.seed, nowMs);
    this.#follow();
  }

  /** What contacts see, or "signed-out". */
  get shown(): RoutineStatus {
    return this.#state === "in" ? this.#shown : "signed-out";
  }

  /** What the routine wants at present. */
  get wish(): RoutineStatus {
    return this.#wish;
  }

  /** Shows something else for a while: until the next whim, or the routine's next change. */
  followWhim(status: RoutineStatus | undefined): void {
    this.#whim = status;
    this.#act();
  }

  /** Signs out in order; resolves when that is done. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#look?.cancel();
    this.#retry?.cancel();
    const session = this.#session;
    session?.close();
    await this.#smallTalk.stop();
    await session?.ended;
  }

  #follow(): void {
    const nowMs = this.#deps.clock.nowMs();
    while (this.#plannedToMs < nowMs + DAY_MS) {
      const toMs = this.#plannedToMs + DAY_MS;
      this.#plan.push(...routine(this.#person, this.#deps.seed, this.#plannedToMs, toMs));
      this.#plannedToMs = toMs;
    }
    for (let next = this.#plan[0]; next && next.atMs <= nowMs; next = this.#plan[0]) {
      this.#wish = next.status;
      this.#whim = undefined;
      this.#plan.shift();
    }
    this.#act();
    const nextMs = this.#plan[0]?.atMs ?? Number.POSITIVE_INFINITY;
    this.#look = this.#deps.clock.after(Math.min(nextMs - nowMs, LOOK_EVERY_MS), () => this.#follow());
  }

  /** Brings the session closer to what the routine wants, as far as its state allows. */
  #act(): void {
    if (this.#isStopped) return;
    if (this.#wish === "signed-out") return this.#signOut();
    switch (this.#state) {
      case "out":
        if (!this.#isElsewhere) this.#signIn();
        return;
      case "in":
        return this.#show(this.#whim ?? this.#wish);
      case "signing-in":
      case "leaving":
      case "waiting":
        return;
      default:
        return this.#state satisfies never;
    }
  }

  #signIn(): void {
    const { server, clock, dial } = this.#deps;
    const { address } = this.#person;
    const dialects = DIALECT ? [DIALECT] : [];
    this.#state = "signing-in";
    // A client at home has no need to notice a dead line; in the past a ping each would cost more than all the rest.
    const parts = { clock, dial, http: noHttp, pingAfterMs: Number.POSITIVE_INFINITY };
    const session = openSession(
      { address, password: PEOPLE_PASSWORD, server, dialects, status: "NLN" },
      parts,
      (event) => this.#hear(event),
    );
    this.#session = session;
    session.ended.then((end) => this.#ended(end));
  }

  #signOut(): void {
    this.#isElsewhere = false;
    this.#retry?.cancel();
    if (this.#state === "waiting") this.#state = "out";
    if (this.#state !== "signing-in" && this.#state !== "in") return;
    this.#state = "leaving";
    this.#session?.close();
  }

  #hear(event: MessengerEvent): void {
    if (event.kind === "signed-in") this.#name = event.name;
    if (event.kind === "ring") this.#answer(event.ring);
    if (event.kind !== "snapshot-complete" || this.#state !== "signing-in") return;
    this.#state = "in";
    this.#shown = "NLN";
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#act();
  }

  #answer(ring: Ring): void {
    const session = this.#session;
    if (!session || !DIALECT) return;
    this.#smallTalk.answer(ring, {
      own: { address: this.#person.address },
      dialect: DIALECT,
      request: (options) => session.requestSwitchboard(options),
    });
  }

  #show(status: RoutineStatus): void {
    const name = nameAt(this.#person, this.#deps.clock.nowMs());
    if (name !== this.#name) this.#session?.changeName(name).catch(passOver);
    if (status !== this.#shown && status !== "signed-out") this.#session?.changeStatus(status).catch(passOver);
    this.#name = name;
    this.#shown = status;
  }

  #ended(end: SessionEnd): void {
    this.#session = undefined;
    this.#state = "out";
    if (this.#isStopped) return;
    // Somebody else uses this account: leave it to them until the routine has signed out and in again.
    if (end.why === "signed-in-elsewhere") this.#isElsewhere = true;
    else if (end.why !== "asked") return this.#wait();
    this.#act();
  }

  #wait(): void {
    if (this.#wish === "signed-out") return;
    this.#state = "waiting";
    this.#retry = this.#deps.clock.after(this.#pauseMs, () => {
      this.#state = "out";
      this.#act();
    });
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
  }
}

const noHttp: HttpClient = () => Promise.reject(new HttpFailure("made-up people have no use for web services"));

/** A change that came too late, or was overtaken by the next: what the person shows is looked at again anyway. */
function passOver(error: unknown): void {
  if (!(error instanceof RequestRefused)) throw error;
}
