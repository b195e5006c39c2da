/**
 * Turns what one account's sessions observe into facts. This is where the history is kept from lying: it decides when
 * coverage opens, what it may claim, and at which proof of life it ends.
 *
 *   blind     no session, or its snapshot is not complete. Nothing is claimed.
 *   covered   a coverage is open. Every chunk of bytes is a proof of life and moves its end; changes become events.
 *   doubting  the session lives, but its past seconds cannot be vouched for: two proofs lay too far apart, this
 *             process stood still, or the wall clock jumped. The coverage has ended at the earlier proof. Presence is
 *             followed but not claimed; a fresh ping is out, and its answer opens a new coverage with the then current
 *             state of everyone as its baseline. A late byte never claims the silence before it. A doubt that falls
 *             before the snapshot is complete makes its barrier count for nothing: a fresh ping goes out then, too.
 *
 * Pure but for the ping: time comes in with the observations, facts go out through `write`.
 */
import type { CoverageEnd, Fact, Presence } from "../../db/record/facts.ts";
import type { Instant, Observation, SessionEnd } from "../network/network.ts";
import { MassChanges } from "./mass-changes.ts";

/** Two proofs further apart than this leave the time between them unclaimed. */
export const MAX_SILENCE_MS = 45_000;
/** The wall clock may differ from the monotonic one by this much between two looks; more is a jump. */
const MAX_DRIFT_MS = 1_000;
/** How often `tick` wants to be called: well within MAX_SILENCE_MS, so that two looks further apart mean a standstill. */
export const TICK_MS = 5_000;
/** A clock that shows less than this has not been set since the machine started. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
/** The same activity of the same contact within this time is one. */
const SAME_ACTIVITY_MS = 60_000;

type Doubt = Extract<CoverageEnd, "silence" | "suspended" | "clock-jump">;

/** A fact about this account, before the account's id is put on it. */
type AccountFact = Fact extends infer Each
  ? Each extends { accountId: number }
    ? Omit<Each, "accountId">
    : never
  : never;

export interface Pinger {
  /** Sends a ping and returns its number, which the answer will carry. */
  ping(): number;
}

export class AccountRecorder {
  readonly #accountId: number;
  readonly #write: (fact: Fact) => void;
  /** The last instant that the history claims. While the clock shows less, it has gone back and nothing is claimed. */
  #floorMs: number;
  /** When we last looked at the clocks. */
  #looked: Instant;
  #session: Pinger | undefined;
  #isSnapshotComplete = false;
  /** A doubt fell before the snapshot was complete: its barrier may be as old as what was doubted. */
  #isBarrierDoubted = false;
  readonly #roster = new Set<string>();
  /** What each contact last showed of itself in this session, by `field address`. */
  readonly #shown = new Map<string, string>();
  /** When each kind of activity of a contact was last recorded, by `kind address`. */
  readonly #active = new Map<string, number>();
  /** What each contact was last said to be in this session. A contact without an entry is not known, so not watched. */
  readonly #presence = new Map<string, Presence>();
  /** How many of them are not offline. */
  #online = 0;
  readonly #massChanges = new MassChanges();
  /** The open coverage's last proof of life; undefined when none is open. */
  #proof: Instant | undefined;
  /** The ping whose answer ends the doubt. */
  #awaitedPing: number | undefined;

  /** `lastRecordedMs`: the last instant recorded for this account by earlier runs, 0 when there is none. */
  constructor(accountId: number, lastRecordedMs: number, now: Instant, write: (fact: Fact) => void) {
    this.#accountId = accountId;
    this.#floorMs = Math.max(lastRecordedMs, EARLIEST_MS);
    this.#looked = now;
    this.#write = write;
  }

  /** The time that the clock must reach before anything is claimed again; undefined when it has. */
  clockMustReachMs(nowMs: number): number | undefined {
    return nowMs < this.#floorMs ? this.#floorMs : undefined;
  }

  begin(session: Pinger): void {
    this.#session = session;
    this.#isSnapshotComplete = false;
    this.#isBarrierDoubted = false;
    this.#awaitedPing = undefined;
    this.#roster.clear();
    this.#shown.clear();
    this.#active.clear();
    this.#presence.clear();
    this.#online = 0;
  }

  /** The session is over; the coverage ends at its last proof of life, whatever the hour is now. */
  finish(end: SessionEnd): void {
    this.#close(coverageEnd(end));
    this.#session = undefined;
  }

  observe(observation: Observation): void {
    const { atMs } = observation;
    this.#look(observation);
    // Only the session's own bytes prove that it lives: a conversation or a web service may go on while it is dead.
    if (observation.kind === "alive") this.#prove(observation);
    switch (observation.kind) {
      case "roster":
        for (const contact of observation.contacts) this.#roster.add(contact.address);
        return this.#record({ kind: "roster", atMs: this.#notBeforeFloor(atMs), contacts: observation.contacts });
      case "presence":
        return this.#hear(observation);
      case "profile":
        return this.#see(observation);
      case "activity":
        return this.#notice(observation);
      case "snapshot-complete":
        this.#isSnapshotComplete = true;
        // Whoever the complete snapshot does not mention is offline.
        for (const address of this.#roster) {
          if (!this.#presence.has(address)) this.#presence.set(address, { address, status: "offline", raw: "" });
        }
        return this.#isBarrierDoubted ? this.#ask(atMs) : this.#open(observation);
      case "pong":
        if (observation.ping !== this.#awaitedPing) return;
        this.#awaitedPing = undefined;
        return this.#open(observation);
      case "contact-added":
        // Absence of news is not offline: watched only from the first word about them, or the next snapshot.
        this.#roster.add(observation.contact.address);
        return this.#record({ kind: "contact-added", atMs: this.#notBeforeFloor(atMs), contact: observation.contact });
      case "contact-removed":
        this.#roster.delete(observation.address);
        this.#follow(observation.address, undefined);
        return this.#record({
          kind: "contact-removed",
          atMs: this.#notBeforeFloor(atMs),
          address: observation.address,
        });
      case "alive":
      case "signed-in":
        return;
      default:
        observation satisfies never;
    }
  }

  /** A look at the clocks between observations, due every TICK_MS. */
  tick(now: Instant): void {
    this.#look(now);
    // The clock has caught up with the history: ask for a proof to start from.
    if (!this.#proof && this.#awaitedPing === undefined) this.#ask(now.atMs);
  }

  /** Compares the clocks with the last look and the last proof; where they disagree, the coverage ends at that proof. */
  #look({ atMs, monotonicMs }: Instant): void {
    const elapsedMs = monotonicMs - this.#looked.monotonicMs;
    const driftMs = atMs - this.#looked.atMs - elapsedMs;
    this.#looked = { atMs, monotonicMs };
    // A machine that sleeps stops the monotonic clock and not the wall clock; a stopped process stops neither.
    if (elapsedMs > MAX_SILENCE_MS || driftMs > MAX_SILENCE_MS) this.#doubt("suspended", atMs);
    else if (Math.abs(driftMs) > MAX_DRIFT_MS || atMs < this.#floorMs) this.#doubt("clock-jump", atMs);
    else if (this.#proof && atMs - this.#proof.atMs > MAX_SILENCE_MS) this.#doubt("silence", atMs);
  }

  #doubt(reason: Doubt, nowMs: number): void {
    this.#close(reason);
    this.#isBarrierDoubted ||= !this.#isSnapshotComplete;
    this.#ask(nowMs);
  }

  /** Asks for a fresh proof, whose answer opens the next coverage. */
  #ask(nowMs: number): void {
    const canOpen = this.#isSnapshotComplete && nowMs >= this.#floorMs;
    this.#awaitedPing = canOpen ? this.#session?.ping() : undefined;
  }

  #prove({ atMs, monotonicMs }: Instant): void {
    const proof = this.#proof;
    // All that one chunk of bytes says carries the same instant.
    if (!proof || (proof.monotonicMs === monotonicMs && proof.atMs === atMs)) return;
    this.#proof = { atMs, monotonicMs };
    this.#floorMs = atMs;
    this.#record({ kind: "proof", atMs });
  }

  #hear({ address, status, raw, atMs }: Observation & { kind: "presence" }): void {
    // Servers do speak of people on no list of ours; they are none of our business.
    if (!this.#roster.has(address)) return;
    const presence: Presence = { address, status, raw };
    const before = this.#follow(address, presence);
    if (!this.#proof) return;
    if (!before) return this.#record({ kind: "watch-open", atMs, ...presence });
    this.#record({ kind: isSame(before, presence) ? "said-again" : "change", atMs, ...presence });
    if (isOnline(before) === isOnline(presence)) return;
    const massChange = this.#massChanges.note(isOnline(before) ? "gone" : "came", address, atMs, this.#online);
    if (massChange) this.#record({ kind: "mass-change", ...massChange });
  }

  /** What a contact is from now on; undefined: not known. Returns what it was. */
  #follow(address: string, presence: Presence | undefined): Presence | undefined {
    const before = this.#presence.get(address);
    this.#online += Number(isOnline(presence)) - Number(isOnline(before));
    if (presence) this.#presence.set(address, presence);
    else this.#presence.delete(address);
    return before;
  }

  #see({ address, field, value, atMs }: Observation & { kind: "profile" }): void {
    const key = `${field} ${address}`;
    if (!this.#roster.has(address) || this.#shown.get(key) === value) return;
    this.#shown.set(key, value);
    this.#record({ kind: "profile", atMs: this.#notBeforeFloor(atMs), address, field, value });
  }

  /**
   * Whoever types while offline is hidden, not offline; but hidden from whom, and since when, nobody said. So it is a
   * fact of its own and never a status.
   */
  #notice({ address, did, atMs }: Observation & { kind: "activity" }): void {
    if (!this.#roster.has(address)) return;
    const isInvitation = did.kind === "invitation";
    if (!isInvitation && this.#presence.get(address)?.status !== "offline") return;
    const key = `${did.kind} ${address}`;
    const lastMs = this.#active.get(key);
    // Somebody who types says so every few seconds.
    if (lastMs !== undefined && Math.abs(atMs - lastMs) < SAME_ACTIVITY_MS) return;
    this.#active.set(key, atMs);
    const fact = { atMs: this.#notBeforeFloor(atMs), address };
    if (isInvitation) this.#record({ kind: "activity", ...fact, field: "invitation", value: did.to });
    else this.#record({ kind: "activity", ...fact, field: "active-while-hidden", value: did.kind });
  }

  #open({ atMs, monotonicMs }: Instant): void {
    if (this.#proof || atMs < this.#floorMs) return;
    this.#proof = { atMs, monotonicMs };
    this.#floorMs = atMs;
    const watched = [...this.#presence.keys()];
    const present = [...this.#presence.values()].filter(({ status }) => status !== "offline");
    this.#record({ kind: "coverage-open", fromMs: atMs, watched, present });
  }

  #close(reason: CoverageEnd): void {
    this.#massChanges.forget();
    if (!this.#proof) return;
    const toMs = this.#proof.atMs;
    this.#proof = undefined;
    this.#record({ kind: "coverage-close", toMs, reason });
  }

  /** An instant for what is no claim about presence but must not stand before what is recorded. */
  #notBeforeFloor(atMs: number): number {
    return Math.max(atMs, this.#floorMs);
  }

  #record(fact: AccountFact): void {
    this.#write({ ...fact, accountId: this.#accountId } as Fact);
  }
}

function isOnline(presence: Presence | undefined): boolean {
  return presence !== undefined && presence.status !== "offline";
}

function isSame(a: Presence, b: Presence): boolean {
  return a.status === b.status && (a.status !== "other" || a.raw === b.raw);
}

function coverageEnd(end: SessionEnd): CoverageEnd {
  switch (end.why) {
    case "asked":
      return "stopped";
    case "lost":
      return "connection-lost";
    case "server-closing":
    case "signed-in-elsewhere":
    case "refused":
      return end.why;
  }
}
