/**
 * One account's life.
 *
 *   signing-in  a session is on its way from dialing until the network knows who we are, or lets others pass before it dials.
 *   syncing     the network has let us in, and tells who is on the roster and how they are. Nothing is claimed yet: the
 *               snapshot may lack somebody until the barrier is answered.
 *   watching    the snapshot was complete: coverage is open, or opens again as soon as it can be vouched for.
 *   waiting     the session was lost to weather; the next one begins when the wait is over, which is told with it, or, where this machine has no
 *               network, as soon as it has one. Also after a sign-in elsewhere, where the user wants the session back.
 *   stopped     a person is needed: signed in elsewhere, or refused. We never fight over a session.
 *
 * From every state `stop` leads out, by signing out in order; after it the account is `paused` or `removed`, where that is
 * why, or begins a new life with new settings.
 */
import type { AccountState, Fact } from "../../db/record/facts.ts";
import type { Clock, Instant, Network, Observation, Session, SessionEnd, SignIn, Timer } from "../network/network.ts";
import type { AccountRecorder } from "../recorder/account-recorder.ts";
import type { Backoff } from "./backoff.ts";
import type { Gate } from "./gate.ts";

/** How often it is looked whether this machine has a network again. */
const OFFLINE_LOOK_MS = 5_000;
/** A session is taken back at most so often within a day. */
const MOST_TAKEN_BACK = 3;
const DAY_MS = 24 * 3_600_000;
/** After "the server is going down", wait at least this long. */
const CLOSING_MS = 60_000;
/** A server may ask us to come back later; asked for longer than this, we look in all the same. */
const LONGEST_ASKED_MS = 24 * 3_600_000;

export interface AccountLifeParts {
  accountId: number;
  signIn: SignIn;
  network: Network;
  clock: Clock;
  recorder: AccountRecorder;
  backoff: Backoff;
  /** Signed in elsewhere: take the session back after so long. Undefined: never, a person has to start again. */
  takeBackMs?: number | undefined;
  /** Whether this machine has no network at all, which is then why the server could not be reached. */
  isOffline(): boolean;
  /** Not all accounts sign in at once. */
  gate: Gate;
  write(fact: Fact): void;
  /** More is waiting to be written than should, and this account has its share in that. */
  isFull(): boolean;
  say(level: "info" | "warn" | "error", message: string): void;
}

export class AccountLife {
  readonly #parts: AccountLifeParts;
  #session: Session | undefined;
  #wait: { timer: Timer; over: () => void } | undefined;
  #isStopping = false;
  /** When the session was taken back within the last day. */
  #takenBackMs: number[] = [];
  readonly #stopAsked = Promise.withResolvers<void>();
  #leaveGate = (): void => undefined;
  #watchingSinceMs: number | undefined;
  /** Why the last session was lost; told until the next one is complete. */
  #trouble = "";
  /** The time that the clock must reach before anything is recorded, as last told. */
  #toldBehindMs: number | undefined;
  /** Resolves when the account will not sign in again in this run, with the reason. */
  readonly done: Promise<SessionEnd>;

  constructor(parts: AccountLifeParts) {
    this.#parts = parts;
    this.done = this.#live();
  }

  /** A look at the clocks, due every TICK_MS. */
  tick(now: Instant): void {
    this.#parts.recorder.tick(now);
    if (this.#watchingSinceMs === undefined) return;
    const behindMs = this.#parts.recorder.clockMustReachMs(now.atMs);
    if ((behindMs === undefined) !== (this.#toldBehindMs === undefined)) this.#enterWatching(behindMs);
  }

  resume(): void {
    this.#session?.resume();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#stopAsked.resolve();
    this.#wait?.timer.cancel();
    this.#wait?.over();
    this.#session?.close();
    await this.done;
  }

  async #live(): Promise<SessionEnd> {
    const { clock, say, signIn } = this.#parts;
    for (;;) {
      const end = await this.#oneSession();
      if (this.#isStopping) return end;
      switch (end.why) {
        case "asked":
          return end;
        case "signed-in-elsewhere":
          if (await this.#mayTakeBack()) break;
          if (this.#isStopping) return { why: "asked" };
          return this.#stopped(
            end,
            `signed in elsewhere; not taking the session back. Start again when that place has signed out`,
          );
        case "refused":
          return this.#stopped(end, end.message);
        case "lost":
        case "server-closing": {
          const message = end.why === "lost" ? end.cause.message : end.message;
          const upMs = this.#watchingSinceMs === undefined ? 0 : clock.monotonicMs() - this.#watchingSinceMs;
          this.#watchingSinceMs = undefined;
          if (end.why === "lost" && (await this.#waitForNetwork())) {
            if (this.#isStopping) return { why: "asked" };
            break;
          }
          const waitMs = this.#waitMs(end, upMs);
          this.#trouble = message;
          this.#enter("waiting", message, waitMs);
          say("warn", `${signIn.address}: ${message}; trying again in ${Math.ceil(waitMs / 1000)} s`);
          await this.#pause(waitMs);
          if (this.#isStopping) return { why: "asked" };
        }
      }
    }
  }

  /** Waits while this machine is offline; false when it is not. */
  async #waitForNetwork(): Promise<boolean> {
    const { isOffline, say, signIn } = this.#parts;
    if (!isOffline()) return false;
    this.#trouble = "this machine is offline";
    this.#enter("waiting", this.#trouble);
    say("warn", `${signIn.address}: ${this.#trouble}; trying again as soon as it has a network`);
    while (!this.#isStopping && isOffline()) await this.#pause(OFFLINE_LOOK_MS);
    return true;
  }

  /** Waits before the session is taken back, where that is wished and has not been done too often; false otherwise. */
  async #mayTakeBack(): Promise<boolean> {
    const { clock, say, signIn, takeBackMs } = this.#parts;
    const nowMs = clock.monotonicMs();
    this.#takenBackMs = this.#takenBackMs.filter((atMs) => atMs > nowMs - DAY_MS);
    if (takeBackMs === undefined || this.#takenBackMs.length >= MOST_TAKEN_BACK) return false;
    this.#trouble = "signed in elsewhere";
    this.#enter("waiting", this.#trouble, takeBackMs);
    say(
      "warn",
      `${signIn.address}: signed in elsewhere; taking the session back in ${Math.ceil(takeBackMs / 60_000)} min`,
    );
    await this.#pause(takeBackMs);
    this.#takenBackMs.push(clock.monotonicMs());
    return !this.#isStopping;
  }

  #waitMs(end: SessionEnd & { why: "lost" | "server-closing" }, upMs: number): number {
    const { backoff } = this.#parts;
    if (end.why === "lost") return backoff.next(upMs);
    const { comeBackMs } = end;
    if (comeBackMs === undefined) return backoff.next(upMs, CLOSING_MS);
    // A server that sends us elsewhere wants us there at once, unless it does so again and again.
    if (comeBackMs === 0) return upMs === 0 ? backoff.next(upMs) : 0;
    return Math.max(backoff.next(upMs), backoff.notBefore(Math.min(comeBackMs, LONGEST_ASKED_MS)));
  }

  async #oneSession(): Promise<SessionEnd> {
    const { network, clock, gate, recorder, signIn } = this.#parts;
    this.#watchingSinceMs = undefined;
    this.#toldBehindMs = undefined;
    this.#enter("signing-in", this.#trouble);
    const entering = gate.enter();
    await Promise.race([entering, this.#stopAsked.promise]);
    if (this.#isStopping) {
      void entering.then((leave) => leave());
      return { why: "asked" };
    }
    this.#leaveGate = await entering;
    const session = network.open(signIn, clock, (observation) => this.#observe(observation));
    this.#session = session;
    recorder.begin(session);
    const end = await session.ended;
    this.#leaveGate();
    recorder.finish(end);
    this.#session = undefined;
    return end;
  }

  #observe(observation: Observation): void {
    const { clock, recorder, isFull } = this.#parts;
    recorder.observe(observation);
    // The line waits until the disk has caught up; what it holds back is silence, and claimed as nothing more.
    if (isFull()) this.#session?.pause();
    if (observation.kind === "signed-in") this.#enter("syncing", this.#trouble);
    if (observation.kind !== "snapshot-complete") return;
    this.#leaveGate();
    this.#watchingSinceMs = clock.monotonicMs();
    this.#enterWatching(recorder.clockMustReachMs(observation.atMs));
  }

  #enterWatching(behindMs: number | undefined): void {
    const { say, signIn } = this.#parts;
    const wasBehind = this.#toldBehindMs !== undefined;
    this.#trouble = "";
    this.#toldBehindMs = behindMs;
    if (behindMs === undefined) {
      this.#enter("watching", "");
      say(
        "info",
        `${signIn.address}: ${wasBehind ? "the clock has caught up, recording again" : "signed in, watching"}`,
      );
    } else {
      const warning = `the clock is behind what is recorded; nothing is recorded before ${new Date(behindMs).toISOString()}`;
      this.#enter("watching", warning);
      say("warn", `${signIn.address}: ${warning}`);
    }
  }

  #stopped(end: SessionEnd, message: string): SessionEnd {
    this.#enter("stopped", message);
    this.#parts.say("error", `${this.#parts.signIn.address}: ${message}`);
    return end;
  }

  #enter(state: AccountState, detail: string, waitMs?: number): void {
    const { accountId, clock, write } = this.#parts;
    const atMs = clock.nowMs();
    const until = waitMs === undefined ? {} : { untilMs: Math.round(atMs + waitMs) };
    write({ kind: "account-state", accountId, atMs, state, detail, ...until });
  }

  #pause(waitMs: number): Promise<void> {
    return new Promise((over) => {
      this.#wait = { over, timer: this.#parts.clock.after(waitMs, over) };
    });
  }
}
