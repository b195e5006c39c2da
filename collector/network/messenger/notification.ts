/**
 * One session with a notification server, MSNP2 to MSNP18.
 *
 *   signing-in  from the first dial to the barrier. The way in is `#begin`, step by step; each connection that is tried
 *               is an Attempt. A referral leads to the next one, a failure to the next way that Ways knows, or to the
 *               end. Passed when the ping behind the first status is answered: watching.
 *   watching    presence comes as it happens; a heartbeat pings when the line is quiet.
 *   closing     we said OUT and wait for the server to hang up; what it still says is still told. Before OUT goes a
 *               last ping, whose answer is a proof of life up to the end.
 *   ended       nothing more is told, and nothing is left running.
 *
 * Any state ends when the line breaks, the server says OUT, or it stays silent for longer than the state allows. What
 * the server says is told in the order of its bytes, without promises in between: no event overtakes the one before.
 */
import type { Instant, Timer } from "./clock.ts";
import { DIALECTS, type Dialect } from "./dialects.ts";
import { endMessage, lost, RequestRefused } from "./errors.ts";
import type { MessengerEvent, Said, SessionEnd, SwitchboardTicket } from "./events.ts";
import type { ListEdit } from "./lists/edits.ts";
import { emptyMemory, placeOf } from "./memory.ts";
import { Heartbeat } from "./net/heartbeat.ts";
import { Pings } from "./net/pings.ts";
import { readReferral, spellEndpoint } from "./net/redirects.ts";
import type { Requests } from "./requests.ts";
import { servicesOf } from "./services.ts";
import type {
  EditedContact,
  MessengerSession,
  OwnStatus,
  PersonalMessage,
  RequestOptions,
  SessionOptions,
  SessionParts,
} from "./session-api.ts";
import { Attempt, type AttemptOptions, type Failure } from "./sign-in/attempt.ts";
import { greet } from "./sign-in/greeting.ts";
import { identify } from "./sign-in/identify.ts";
import { readLists } from "./sign-in/lists.ts";
import { showFirstStatus } from "./sign-in/status.ts";
import { type Way, Ways } from "./sign-in/ways.ts";
import { endOfSignOut } from "./sign-out.ts";
import type { OfflineMessage } from "./soap/offline-messages.ts";
import { Visit } from "./visit.ts";
import type { Frame } from "./wire/frame.ts";

export type { MessengerSession, OwnStatus, SessionOptions, SessionParts } from "./session-api.ts";

/** How long the server may stay silent in each step up to the barrier. */
const STEP_MS = 30_000;
/** How long all of them together may take: a server that drips its lists would keep us for ever. */
const SIGN_IN_MS = 180_000;
const CLOSE_MS = 2_000;
const PING_AFTER_MS = 20_000;
const PING_PATIENCE_MS = 45_000;
/** Servers say within which time the next ping is expected; nonsense is brought into these bounds. */
const SHORTEST_PING_S = 15;

type Phase = "signing-in" | "watching" | "closing" | "ended";

/** Signs in. Never throws for anything the far end does; all of that comes back as `ended`. */
export function openSession(
  options: SessionOptions,
  parts: SessionParts,
  on: (event: MessengerEvent) => void,
): MessengerSession {
  return new NotificationSession(options, parts, on);
}

class NotificationSession implements MessengerSession {
  readonly ended: Promise<SessionEnd>;
  #resolveEnded!: (end: SessionEnd) => void;

  readonly #options: SessionOptions;
  readonly #parts: SessionParts;
  readonly #on: (event: MessengerEvent) => void;
  readonly #settings: Omit<AttemptOptions, "endpoint" | "offered">;
  #phase: Phase = "signing-in";
  #read: Instant;
  #attempt!: Attempt;
  /** Of the sign-in only. */
  #ways: Ways | undefined;
  #deadline: Timer | undefined;
  /** From USR OK on. */
  #visit: Visit | undefined;
  #heartbeat: Heartbeat | undefined;
  readonly #pings = new Pings();
  /** The ping behind the first CHG, and the server's echo of that CHG. */
  #barrier = 0;
  #confirmedStatus: string | undefined;

  constructor(options: SessionOptions, parts: SessionParts, on: (event: MessengerEvent) => void) {
    const { address, password, server, services, dialects = DIALECTS, memory = emptyMemory(), signal } = options;
    this.#options = options;
    this.#parts = parts;
    this.#on = on;
    this.#read = this.#now();
    const place = () => options.place ?? placeOf(memory);
    this.#settings = { address, password, services: servicesOf(server, services), place, memory };
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    if (signal?.aborted) {
      this.#end({ why: "asked" });
      return;
    }
    signal?.addEventListener("abort", this.#abort);
    this.#deadline = parts.clock.after(SIGN_IN_MS, () => {
      this.#end(lost(`the sign-in was not complete after ${SIGN_IN_MS / 1000} s`));
    });
    this.#ways = new Ways({ server, dialects, memory });
    this.#try(this.#ways.current);
  }

  /** The sign-in, step by step. */
  #begin(attempt: Attempt): void {
    greet(attempt, () =>
      identify(attempt, (name) => {
        this.#identified(attempt, name);
        readLists(attempt, ({ lists, ownName }) => {
          this.#visit?.takeLists(lists, ownName);
          showFirstStatus(attempt, this.#options.status ?? "HDN", {
            ping: () => {
              this.#barrier = this.#ping();
            },
            confirmed: (code) => {
              this.#confirmedStatus = code;
              this.#tell({ kind: "own-presence", code });
            },
          });
        });
      }),
    );
  }

  ping(): number {
    return this.#visit && this.#isOpen() ? this.#ping() : this.#pings.sendNowhere();
  }

  pause(): void {
    // A session that was over before it began has none.
    this.#attempt?.connection.pause();
  }

  resume(): void {
    this.#attempt?.connection.resume();
  }

  changeStatus(code: OwnStatus, options: RequestOptions = {}): Promise<void> {
    return this.#whenWatching((requests) => requests.changeStatus(code, options));
  }

  changeName(name: string, options: RequestOptions = {}): Promise<void> {
    return this.#whenWatching((requests) => requests.changeName(name, options));
  }

  changePersonalMessage(message: PersonalMessage, options: RequestOptions = {}): Promise<void> {
    return this.#whenWatching((requests) => requests.changePersonalMessage(message, options));
  }

  requestSwitchboard(options: RequestOptions = {}): Promise<SwitchboardTicket> {
    return this.#whenWatching((requests) => requests.requestSwitchboard(options));
  }

  editContact(edit: ListEdit, person: EditedContact, options: RequestOptions = {}): Promise<void> {
    return this.#whenWatching((requests) => requests.editContact(edit, person, options));
  }

  readOfflineMessages(ids: readonly string[], options: RequestOptions = {}): Promise<OfflineMessage[]> {
    return this.#whenWatching((requests) => requests.readOfflineMessages(ids, options));
  }

  deleteOfflineMessages(ids: readonly string[], options: RequestOptions = {}): Promise<void> {
    return this.#whenWatching((requests) => requests.deleteOfflineMessages(ids, options));
  }

  close(): void {
    if (!this.#isOpen()) return;
    // A server that has not let us in is owed no goodbye.
    if (!this.#visit) return this.#end({ why: "asked" });
    if (this.#phase === "watching") this.#ping();
    this.#stopSigningIn();
    this.#phase = "closing";
    this.#heartbeat?.stop();
    this.#visit?.close("the session is being closed");
    const { connection } = this.#attempt;
    connection.sendPlain("OUT");
    connection.end();
    this.#deadline = this.#parts.clock.after(CLOSE_MS, () => this.#end({ why: "asked" }));
  }

  readonly #abort = () => this.close();

  #try({ endpoint, offered }: Way): void {
    this.#visit?.close("the sign-in begins anew");
    this.#visit = undefined;
    this.#confirmedStatus = undefined;
    this.#barrier = 0;
    this.#pings.restart();
    const { clock, dial, http, stepMs = STEP_MS } = this.#parts;
    this.#attempt = new Attempt(
      { ...this.#settings, endpoint, offered },
      { clock, dial, http, stepMs },
      {
        heard: (read) => this.#heard(read),
        frame: (frame) => this.#hear(frame),
        understood: () => this.#visit?.chunkIsOver(),
        referred: (address) => this.#referred(address),
        failed: (failure, dialect) => this.#failed(failure, dialect),
      },
      (attempt) => this.#begin(attempt),
    );
  }

  #heard(read: Instant): void {
    this.#read = read;
    this.#heartbeat?.heard();
    this.#tell({ kind: "alive" });
  }

  #hear(frame: Frame): void {
    if (frame.verb === "OUT") return this.#signedOut(frame.params);
    this.#visit?.hear(frame);
  }

  #identified(attempt: Attempt, name: string): void {
    const { address, server } = this.#options;
    this.#visit = new Visit(attempt, server, {
      tell: (said) => this.#tell(said),
      tellNow: (said) => this.#tellNow(said),
      pong: (seconds) => this.#pong(seconds),
    });
    this.#tell({ kind: "signed-in", address, name, dialect: attempt.dialect.name });
  }

  #pong(seconds: string | undefined): void {
    // Answers come in order; one that we did not ask for proves life and nothing else.
    const ping = this.#pings.answer();
    if (ping === undefined) return;
    if (ping === this.#barrier && this.#phase === "signing-in") {
      // A server that ignored our CHG has sent no snapshot, and everyone would look offline.
      if (this.#confirmedStatus === undefined) {
        return this.#end(lost("the server answered the ping but not our first status"));
      }
      this.#watch(this.#confirmedStatus);
    }
    this.#heartbeat?.expectWithin(quietMs(seconds));
    this.#tell({ kind: "pong", ping });
  }

  /** The barrier is passed. */
  #watch(status: string): void {
    const { clock, pingAfterMs = PING_AFTER_MS } = this.#parts;
    this.#ways?.arrivedAt(this.#attempt.connection.endpoint);
    this.#attempt.arrive();
    this.#stopSigningIn();
    this.#phase = "watching";
    this.#visit?.open(status);
    this.#heartbeat = new Heartbeat(clock, {
      quietMs: pingAfterMs,
      patienceMs: PING_PATIENCE_MS,
      ping: () => void this.#ping(),
      dead: (silentMs) => this.#end(lost(`the server has been silent for ${Math.round(silentMs / 1000)} s`)),
    });
    this.#tell({ kind: "snapshot-complete" });
  }

  #stopSigningIn(): void {
    this.#deadline?.cancel();
    this.#attempt.arrive();
    this.#ways = undefined;
  }

  #ping(): number {
    this.#attempt.connection.sendPlain("PNG");
    return this.#pings.send();
  }

  /** `XFR n NS address` */
  #referred(address: string): void {
    if (this.#phase === "watching") return this.#moved(address);
    const next = this.#ways?.follow(address);
    if (!next) return;
    if ("refusal" in next) return this.#attempt.fail({ end: lost(next.refusal), next: "stop" });
    if (address === "0") return this.#begin(this.#attempt);
    const { offered } = this.#attempt.options;
    this.#attempt.abandon();
    this.#try({ endpoint: next, offered });
  }

  /** The server empties itself in mid-session. What comes next needs a barrier of its own, so it is another session. */
  #moved(address: string): void {
    const next = readReferral(address, this.#options.server);
    if ("refusal" in next) return this.#end(lost(next.refusal));
    this.#settings.memory.notificationServer = next;
    const message = `the server asked us to move to ${spellEndpoint(next)}`;
    this.#end({ why: "server-closing", message, comeBackMs: 0 });
  }

  #signedOut(params: readonly string[]): void {
    const [reason] = params;
    // Whoever comes back does so through the dispatch server, which knows where to.
    if (reason === "SSD" || reason === "MIG") this.#settings.memory.notificationServer = undefined;
    this.#end(endOfSignOut(params, this.#options.address));
  }

  #failed(failure: Failure, dialect: Dialect | undefined): void {
    const next = this.#phase === "signing-in" ? this.#ways?.after(failure, dialect) : undefined;
    if (!next) return this.#end(failure.end);
    if ("why" in next) return this.#end(next);
    this.#try(next);
  }

  #whenWatching<T>(ask: (requests: Requests) => Promise<T>): Promise<T> {
    const requests = this.#phase === "watching" ? this.#visit?.requests : undefined;
    if (requests) return ask(requests);
    return Promise.reject(new RequestRefused("not-signed-in", "this needs a session that is signed in"));
  }

  #isOpen(): boolean {
    return this.#phase === "signing-in" || this.#phase === "watching";
  }

  #now(): Instant {
    const { clock } = this.#parts;
    return { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
  }

  #tell(said: Said): void {
    if (this.#phase !== "ended") this.#on(stamped(said, this.#read));
  }

  #tellNow(said: Said): void {
    this.#read = this.#now();
    this.#tell(said);
  }

  #end(end: SessionEnd): void {
    if (this.#phase === "ended") return;
    // However the line ends after we have said goodbye, it ends because we were asked to.
    const told: SessionEnd = this.#phase === "closing" ? { why: "asked" } : end;
    this.#phase = "ended";
    this.#deadline?.cancel();
    this.#ways = undefined;
    this.#heartbeat?.stop();
    this.#visit?.close(`the session is over: ${endMessage(told)}`);
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.#attempt?.abandon();
    this.#resolveEnded(told);
  }
}

/** `QNG 60` says when to ping again; sooner than we would is heeded, later is not. */
function quietMs(seconds: string | undefined): number {
  const said = seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) : Number.POSITIVE_INFINITY;
  return Math.max(said, SHORTEST_PING_S) * 1000;
}

/** What was said, with when. It is not copied: there are many of these, and nobody else has them. */
function stamped(said: Said, { atMs, monotonicMs }: Instant): MessengerEvent {
  return Object.assign(said, { atMs, monotonicMs });
}
