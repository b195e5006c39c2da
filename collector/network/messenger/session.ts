/**
 * One sign-in to a Messenger network, MSNP2 to MSNP7.
 *
 *   dialing     the TCP connection is being made. Connected: negotiating.
 *   negotiating VER, INF, USR, USR in lock-step. An XFR drops the connection and dials where it points; OK: syncing.
 *   syncing     SYN has been sent, the lists arrive. After the last row the first CHG goes out, with a ping right
 *               behind it; the answer to that ping is the barrier: watching.
 *   watching    presence comes as it happens; a heartbeat pings when the line is quiet.
 *   closing     we said OUT and wait for the server to hang up; what it still says is still reported. Before OUT goes
 *               a last ping, whose answer is a proof of life up to the end.
 *   ended       nothing more is reported.
 *
 * Any state ends when the line breaks, the server says OUT, or it stays silent for longer than the state allows.
 * Everything is driven by the bytes that arrive, in their order, without promises in between: an observation must
 * never overtake the one before it.
 */
import type { Clock, Instant, Observation, RosterContact, Session, SessionEnd, SignIn, Timer } from "../network.ts";
import { challengeAnswer, md5Answer } from "./auth/md5.ts";
import { agreedDialect, DIALECTS } from "./dialects-2-to-7.ts";
import { explainBrokenLine, explainRefusal, lost } from "./errors.ts";
import { Heartbeat } from "./net/heartbeat.ts";
import type { Dial, Endpoint, Link } from "./net/link.ts";
import { Pings } from "./net/pings.ts";
import { Redirects } from "./net/redirects.ts";
import { Roster } from "./roster.ts";
import { statusFromMessenger } from "./status.ts";
import { encodeFrame, type Frame, FrameDecoder, SERVER_PAYLOAD_VERBS, WireError } from "./wire/frame.ts";
import { decodeText, encodeText, quoteText } from "./wire/text.ts";

/** How long the server may stay silent in each step up to the barrier. */
const STEP_MS = 30_000;
/** How long all of them together may take: a server that drips its lists would keep us for ever. */
const SIGN_IN_MS = 180_000;
const CLOSE_MS = 2_000;
const PING_AFTER_MS = 20_000;
const PING_PATIENCE_MS = 45_000;

export interface MessengerSession extends Session {
  /** Shows another status to contacts, as a Messenger code such as BSY. Only once signed in. */
  changeStatus(code: string): void;
  changeName(name: string): void;
}

export interface SessionParts {
  clock: Clock;
  dial: Dial;
  /** Ping after this much silence; Infinity never pings. */
  pingAfterMs?: number;
  /** How long each step of the sign-in may take. */
  stepMs?: number;
}

export function openMessengerSession(
  signIn: SignIn,
  parts: SessionParts,
  observe: (observation: Observation) => void,
): MessengerSession {
  return new NotificationSession(signIn, parts, observe);
}

type Phase = "dialing" | "negotiating" | "syncing" | "watching" | "closing" | "ended";

/** An observation without the instant, which is the same for all that one chunk of bytes says. */
type Said = Observation extends infer Each ? (Each extends Observation ? Omit<Each, keyof Instant> : never) : never;

class NotificationSession implements MessengerSession {
  readonly ended: Promise<SessionEnd>;
  #resolveEnded!: (end: SessionEnd) => void;

  readonly #signIn: SignIn;
  readonly #parts: SessionParts;
  readonly #observe: (observation: Observation) => void;
  readonly #offered: readonly string[];
  #phase: Phase = "dialing";
  #endpoint: Endpoint;
  readonly #redirects: Redirects;
  #link!: Link;
  #decoder!: FrameDecoder;
  #read!: Instant;
  #step: Timer | undefined;
  readonly #deadline: Timer;
  #heartbeat: Heartbeat | undefined;
  readonly #roster = new Roster();
  /** Commands of the sign-in that wait for a reply, by transaction id. */
  readonly #waiting = new Map<string, string>();
  #lastTrId = 0;
  readonly #pings = new Pings();
  /** The ping behind the first CHG, and whether the server has confirmed that CHG. */
  #barrier = 0;
  #isStatusConfirmed = false;

  constructor(signIn: SignIn, parts: SessionParts, observe: (observation: Observation) => void) {
    this.#signIn = signIn;
    this.#parts = parts;
    this.#observe = observe;
    this.#offered = signIn.dialect ? [signIn.dialect.toUpperCase()] : DIALECTS;
    this.#endpoint = { host: signIn.host, port: signIn.port };
    this.#redirects = new Redirects(this.#endpoint);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#deadline = parts.clock.after(SIGN_IN_MS, () => {
      this.#end(lost(`the sign-in was not complete after ${SIGN_IN_MS / 1000} s`));
    });
    this.#dial(this.#endpoint);
  }

  ping(): number {
    if (this.#phase !== "ended" && this.#phase !== "closing") this.#link.write(encodeFrame("PNG", []));
    return this.#pings.send();
  }

  pause(): void {
    this.#link.pause?.();
  }

  resume(): void {
    this.#link.resume?.();
  }

  changeStatus(code: string): void {
    if (this.#phase === "watching") this.#send("CHG", code);
  }

  changeName(name: string): void {
    if (this.#phase === "watching") this.#send("REA", this.#signIn.address, encodeText(name));
  }

  close(): void {
    if (this.#phase === "ended" || this.#phase === "closing") return;
    if (this.#phase === "dialing" || this.#phase === "negotiating") return this.#end({ why: "asked" });
    if (this.#phase === "watching") this.ping();
    this.#phase = "closing";
    this.#deadline.cancel();
    this.#heartbeat?.stop();
    this.#step?.cancel();
    this.#link.write(encodeFrame("OUT", []));
    this.#link.end();
    this.#step = this.#parts.clock.after(CLOSE_MS, () => this.#end({ why: "asked" }));
  }

  #dial(endpoint: Endpoint): void {
    this.#phase = "dialing";
    this.#endpoint = endpoint;
    this.#decoder = new FrameDecoder(SERVER_PAYLOAD_VERBS);
    this.#expectWithin("connecting");
    // A connection that we left for another one must not be heard any more.
    let link: Link | undefined;
    const isCurrent = () => link === undefined || link === this.#link;
    link = this.#parts.dial(endpoint, {
      connected: () => isCurrent() && this.#negotiate(),
      data: (bytes) => isCurrent() && this.#receive(bytes),
      closed: (cause) => isCurrent() && this.#lineClosed(cause),
    });
    this.#link = link;
  }

  #negotiate(): void {
    if (this.#phase !== "dialing") return;
    this.#phase = "negotiating";
    this.#lastTrId = 0;
    this.#waiting.clear();
    this.#ask("VER", ...this.#offered, "CVR0");
  }

  #receive(bytes: Uint8Array): void {
    const { clock } = this.#parts;
    this.#read = { atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    if (this.#hasEnded()) return;
    this.#heartbeat?.heard();
    this.#report({ kind: "alive" });
    const link = this.#link;
    try {
      for (const frame of this.#decoder.push(bytes)) {
        this.#handle(frame);
        // The frame may have ended the session or moved it to another server.
        if (this.#link !== link || this.#hasEnded()) return;
      }
      // However often a group was renamed meanwhile, its people are told about once.
      this.#reportListed(this.#roster.takeRegrouped());
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { host, port } = this.#endpoint;
      this.#end(
        lost(`${host}:${port} does not speak Messenger: ${error.message}; check the server's name and port`, error),
      );
    }
  }

  #hasEnded(): boolean {
    return this.#phase === "ended";
  }

  #handle(frame: Frame): void {
    if (/^\d/.test(frame.verb)) return this.#handleError(frame);
    const params = frame.params;
    switch (frame.verb) {
      case "VER":
        return this.#handleVersion(params);
      case "INF":
        return this.#handlePolicy(params);
      case "USR":
        return this.#handleUser(params);
      case "XFR":
        return this.#handleTransfer(params);
      case "SYN":
        return this.#handleSync(params);
      case "LSG":
        return this.#roster.readGroup(params);
      case "LST":
        return this.#handleListRow(params);
      case "CHG":
        return this.#handleStatusConfirmed(params);
      case "ILN":
        return this.#handlePresence(params[1], params[2], params[3]);
      case "NLN":
        return this.#handlePresence(params[0], params[1], params[2]);
      case "FLN":
        return this.#handlePresence("FLN", params[0], undefined);
      case "QNG":
        return this.#handlePong();
      case "ADD":
        return this.#handleAdded(params);
      case "REM":
        return this.#handleRemoved(params);
      case "ADG":
        return this.#roster.readGroupAdded(params);
      case "REG":
        return this.#roster.readGroupRenamed(params);
      case "RMG":
        return this.#roster.readGroupRemoved(params);
      case "CHL":
        return this.#handleChallenge(params);
      case "OUT":
        return this.#handleOut(params);
      default:
        // GTC, BLP, MSG, PRP, BPR, RNG and whatever a server adds say nothing about presence.
        return;
    }
  }

  /** `VER trid dialect…`, or `VER trid 0` when there is nothing in common. */
  #handleVersion(params: readonly string[]): void {
    if (!this.#takeReply("VER", params)) return;
    if (agreedDialect(this.#offered, params.slice(1)) === undefined) {
      const message = `the server speaks none of ${this.#offered.join(", ")}; it answered ${quoteText(params.slice(1).join(" "))}`;
      return this.#end({ why: "refused", code: "dialect", message });
    }
    this.#ask("INF");
  }

  /** `INF trid MD5` */
  #handlePolicy(params: readonly string[]): void {
    if (!this.#takeReply("INF", params)) return;
    if (params[1] !== "MD5") {
      const message = `the server wants to sign in with ${quoteText(params[1] ?? "")}, we only know MD5`;
      return this.#end({ why: "refused", code: "dialect", message });
    }
    this.#ask("USR", "MD5", "I", this.#signIn.address);
  }

  /** `USR trid MD5 S salt`, then `USR trid OK address name {verified}` */
  #handleUser(params: readonly string[]): void {
    if (!this.#takeReply("USR", params)) return;
    if (params[1] !== "OK") {
      const salt = params[3];
      if (params[1] !== "MD5" || salt === undefined) {
        return this.#end(lost(`the server answered USR with ${quoteText(params.slice(1).join(" "))}`));
      }
      return this.#ask("USR", "MD5", "S", md5Answer(salt, this.#signIn.password));
    }
    this.#phase = "syncing";
    this.#report({ kind: "signed-in", name: decodeText(params[3] ?? "") });
    // Exactly once per session, and before CHG: otherwise every contact looks offline (protocol reference 2.7).
    this.#ask("SYN", 0);
  }

  /** `XFR trid NS host{:port} …`: the dispatch server, or a draining one, sends us elsewhere. */
  #handleTransfer(params: readonly string[]): void {
    const [, kind, address] = params;
    if (kind !== "NS" || address === undefined) return;
    if (this.#phase !== "negotiating") return this.#end(lost(`the server asked us to move to ${quoteText(address)}`));
    if (address === "0") {
      this.#phase = "dialing";
      return this.#negotiate();
    }
    const next = this.#redirects.follow(address);
    if ("refusal" in next) return this.#end(lost(next.refusal));
    const left = this.#link;
    this.#dial(next);
    left.destroy();
  }

  /** `SYN trid serial`; the serial that we sent, 0, says that nothing follows: a list that was never touched. */
  #handleSync(params: readonly string[]): void {
    if (!this.#takeReply("SYN", params)) return;
    this.#expectWithin("SYN");
    if (params[1] === "0") this.#showStatus();
  }

  #handleListRow(params: readonly string[]): void {
    if (this.#phase !== "syncing" || this.#roster.isComplete) return;
    this.#expectWithin("SYN");
    this.#roster.readRow(params);
    if (this.#roster.isComplete) this.#showStatus();
  }

  /** The lists are here: the first CHG opens the session to presence, and the ping behind it is the barrier. */
  #showStatus(): void {
    this.#report({ kind: "roster", contacts: this.#roster.contacts() });
    this.#ask("CHG", this.#signIn.visible ? "NLN" : "HDN");
    this.#barrier = this.ping();
  }

  #handleStatusConfirmed(params: readonly string[]): void {
    if (this.#takeReply("CHG", params)) this.#isStatusConfirmed = true;
  }

  #handlePresence(code: string | undefined, displayAddress: string | undefined, name: string | undefined): void {
    if (code === undefined || displayAddress === undefined) return;
    this.#reportListed(this.#roster.readSignOfLife(displayAddress));
    const address = displayAddress.toLowerCase();
    // An empty name means "unchanged".
    if (name) this.#report({ kind: "profile", address, field: "name", value: decodeText(name) });
    this.#report({ kind: "presence", address, status: statusFromMessenger(code), raw: code });
  }

  #handlePong(): void {
    // Answers come in order; one that we did not ask for proves life and nothing else.
    const ping = this.#pings.answer();
    if (ping === undefined) return;
    if (ping === this.#barrier && this.#phase === "syncing") {
      // A server that ignored our CHG has sent no snapshot, and everyone would look offline.
      if (!this.#isStatusConfirmed) return this.#end(lost("the server answered the ping but not our first status"));
      this.#step?.cancel();
      this.#deadline.cancel();
      this.#phase = "watching";
      this.#heartbeat = new Heartbeat(this.#parts.clock, {
        quietMs: this.#parts.pingAfterMs ?? PING_AFTER_MS,
        patienceMs: PING_PATIENCE_MS,
        ping: () => this.ping(),
        dead: (silentMs) => this.#end(lost(`the server has been silent for ${Math.round(silentMs / 1000)} s`)),
      });
      this.#report({ kind: "snapshot-complete" });
    }
    this.#report({ kind: "pong", ping });
  }

  #handleAdded(params: readonly string[]): void {
    this.#reportListed(this.#roster.readAdd(params));
  }

  #handleRemoved(params: readonly string[]): void {
    const { removed, regrouped } = this.#roster.readRemove(params);
    if (removed !== undefined) this.#report({ kind: "contact-removed", address: removed });
    this.#reportListed(regrouped);
  }

  #reportListed(contacts: readonly RosterContact[]): void {
    for (const contact of contacts) this.#report({ kind: "contact-added", contact });
  }

  #handleChallenge(params: readonly string[]): void {
    if (this.#phase === "closing") return;
    const { productId, payload } = challengeAnswer(params[1] ?? "");
    this.#link.write(encodeFrame("QRY", [++this.#lastTrId, productId], payload));
  }

  #handleOut(params: readonly string[]): void {
    switch (params[0]) {
      case "OTH":
        return this.#end({ why: "signed-in-elsewhere" });
      case "SSD":
        return this.#end({ why: "server-closing", message: "the server is going down" });
      default:
        return this.#end(lost(`the server signed us out (${quoteText(["OUT", ...params].join(" "))})`));
    }
  }

  /** `911 trid`: only errors that answer a command of the sign-in matter. */
  #handleError({ verb: code, params }: Frame): void {
    const verb = params[0] === undefined ? undefined : this.#waiting.get(params[0]);
    if (verb !== undefined) this.#end(explainRefusal(code, verb, this.#signIn.address));
  }

  #lineClosed(cause: Error | undefined): void {
    const end = explainBrokenLine(this.#endpoint, cause);
    if (cause || this.#phase === "watching") return this.#end(end);
    this.#end(lost(`${this.#endpoint.host}:${this.#endpoint.port} hung up during sign-in${this.#lastAsked()}`));
  }

  /** Sends a command of the sign-in, whose reply must come in time. */
  #ask(verb: string, ...params: (string | number)[]): void {
    this.#waiting.set(String(this.#send(verb, ...params)), verb);
    this.#expectWithin(verb);
  }

  #send(verb: string, ...params: (string | number)[]): number {
    this.#link.write(encodeFrame(verb, [++this.#lastTrId, ...params]));
    return this.#lastTrId;
  }

  /** Whether this is the reply to a command of ours that still waits for one. */
  #takeReply(verb: string, params: readonly string[]): boolean {
    const trId = params[0] ?? "";
    if (this.#waiting.get(trId) !== verb) return false;
    this.#waiting.delete(trId);
    return true;
  }

  #lastAsked(): string {
    const verb = [...this.#waiting.values()].at(-1);
    return verb ? ` (after ${verb})` : "";
  }

  #expectWithin(step: string): void {
    const { clock, stepMs = STEP_MS } = this.#parts;
    const { host, port } = this.#endpoint;
    this.#step?.cancel();
    this.#step = clock.after(stepMs, () => {
      const silence = `said nothing for ${Math.round(stepMs / 1000)} s`;
      this.#end(
        lost(
          step === "connecting"
            ? `${host}:${port} did not answer for ${Math.round(stepMs / 1000)} s: check the server's name and port`
            : `${host}:${port} ${silence} after ${step}: check that a Messenger server listens on this port`,
        ),
      );
    });
  }

  #report(said: Said): void {
    if (!this.#hasEnded()) this.#observe({ ...said, ...this.#read } as Observation);
  }

  #end(end: SessionEnd): void {
    if (this.#hasEnded()) return;
    // However the line ends after we have said goodbye, it ends because we were asked to.
    const told: SessionEnd = this.#phase === "closing" ? { why: "asked" } : end;
    this.#phase = "ended";
    this.#step?.cancel();
    this.#deadline.cancel();
    this.#heartbeat?.stop();
    this.#link.destroy();
    this.#resolveEnded(told);
  }
}
