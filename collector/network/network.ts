/**
 * What every network offers the collector. A network knows its own protocol and nothing of the database; it reports
 * observations, in the order in which the bytes said them, and each session ends with one `SessionEnd`.
 */
import type { Activity, ProfileField } from "../../db/record/facts.ts";
import type { Status } from "../../db/status.ts";

export interface Timer {
  cancel(): void;
}

/** The only source of time below the collector, so that tests and the sandbox's past can run on a virtual one. */
export interface Clock {
  /** Wall-clock UTC epoch milliseconds; may jump. */
  nowMs(): number;
  /** Milliseconds since some fixed point; never jumps, stands still while some machines sleep. */
  monotonicMs(): number;
  after(delayMs: number, run: () => void): Timer;
}

/** Both clocks, read when the bytes were read and not when they were understood. */
export interface Instant {
  atMs: number;
  monotonicMs: number;
}

export interface RosterContact {
  /** Lower-cased: what identifies the contact. */
  address: string;
  /** As the network spelled it. */
  displayAddress: string;
  name: string;
  groups: string[];
}

export type Observation = Instant &
  (
    | { kind: "signed-in"; name: string }
    /** Bytes arrived: proof of life. Sent once per chunk, before what the chunk says. */
    | { kind: "alive" }
    /** The complete contact list, once after each sign-in and before any presence. */
    | { kind: "roster"; contacts: RosterContact[] }
    | { kind: "presence"; address: string; status: Status; raw: string }
    /** What a contact shows of itself. Networks repeat themselves; a repeat is no fact. */
    | { kind: "profile"; address: string; field: ProfileField; value: string }
    /** A contact did something that shows it is there, whatever its presence says. What was said is not passed on. */
    | { kind: "activity"; address: string; did: Activity }
    /** The barrier: every presence that belongs to the snapshot has been reported; contacts not mentioned are offline. */
    | { kind: "snapshot-complete" }
    /** Somebody joined the roster in mid-session, or is in other groups than before. */
    | { kind: "contact-added"; contact: RosterContact }
    | { kind: "contact-removed"; address: string }
    /** The answer to the ping with this number. All that the server said before it has been reported. */
    | { kind: "pong"; ping: number }
  );

/** Why a session is over. Weather (`lost`, `server-closing`) passes; the others need a person. */
export type SessionEnd =
  | { why: "asked" }
  | { why: "lost"; cause: Error }
  /** `comeBackMs`: how long the server asked us to stay away. */
  | { why: "server-closing"; message: string; comeBackMs?: number }
  | { why: "signed-in-elsewhere" }
  | { why: "refused"; code: "credentials" | "account" | "dialect"; message: string };

/** One sign-in, from the first dial to its end. */
export interface Session {
  /** Sends a ping and returns its number, which its `pong` will carry. */
  ping(): number;
  /** Signs out in order; `ended` follows. */
  close(): void;
  /** Stops and goes on reading, for whoever cannot keep up. A paused line is a silent one. */
  pause(): void;
  resume(): void;
  readonly ended: Promise<SessionEnd>;
}

/** What a person configures to sign in. */
export interface SignIn {
  address: string;
  password: string;
  host: string;
  port: number;
  /** Shown to contacts. A logger appears offline unless asked. */
  visible: boolean;
  /** Speak this dialect of the network only. */
  dialect?: string | undefined;
  /** Where the network's web services are, by name, for those that are not at their usual place. */
  services?: Readonly<Record<string, string | undefined>> | undefined;
  /** The URL of an HTTP gateway to go through instead of connecting to the server itself. */
  gateway?: string | undefined;
  /** Certificates (PEM) to trust besides those of the system. */
  ca?: string | undefined;
}

export interface Network {
  readonly name: string;
  /** Never throws for anything the far end does; all of that comes back as `ended`. */
  open(signIn: SignIn, clock: Clock, observe: (observation: Observation) => void): Session;
}
