/**
 * The life of a conversation over one switchboard after another (protocol reference 2.16 and 5.28).
 *
 *   opening    a ticket is asked for, and a switchboard entered with it; up to three times, three seconds apart.
 *              In: gathering. In vain: resting, or ended when nobody was ever here.
 *   gathering  people are being called, or are said to be here already; messages wait. The first has joined and
 *              everyone else has had a moment to: open. Nobody comes: resting or ended. The line breaks: opening.
 *   open       messages pass. Silence, everyone has left, or the line breaks: resting.
 *   resting    no switchboard; this costs nothing. A message or an invitation: opening.
 *   ended      left by its owner, timed out, or nobody ever came. Nothing is told any more.
 */

import { randomInt, randomUUID } from "node:crypto";
import type { Clock, Instant, Timer } from "../clock.ts";
import { hasPlaces } from "../dialects.ts";
import type { Ring } from "../events.ts";
import type { ConnectionParts } from "../net/connection.ts";
import { formatMime } from "../wire/mime.ts";
import { abortable } from "./abortable.ts";
import { explainAddress, isAddress } from "./addresses.ts";
import type { Arrival, Board } from "./board.ts";
import { Calls } from "./calls.ts";
import { nudgeMessage, TYPING_EVERY_MS, typingMessage } from "./control.ts";
import type { Conversation, ConversationOptions, SendOptions, Tell } from "./conversation-api.ts";
import { composeMime, composeText, type Draft, type MimeDraft } from "./drafts.ts";
import { Entrance } from "./entrance.ts";
import type { ConversationEnd, ConversationNews, Delivery, JoinOutcome, Participant } from "./events.ts";
import { Inbox } from "./inbox.ts";
import { type Letter, Outbox } from "./outbox.ts";
import { Participants } from "./participants.ts";
import type { TextOptions } from "./text-message.ts";

/** Those who are called together are given this long after the first has come, so that all hear the first words. */
const GATHER_MS = 5_000;
const JOIN_WITHIN_MS = 30_000;
const IDLE_MS = 60_000;

/** Who belongs to it from the beginning, and how it begins: with a ring, or without. */
export interface Beginning {
  members: readonly string[];
  ring?: Ring;
  rangMs?: number | undefined;
}

const OVER = { outcome: "ended", explanation: "the conversation is over" } as const;

export class HeldConversation implements Conversation {
  readonly id: string;
  readonly ended: Promise<ConversationEnd>;
  readonly #options: ConversationOptions;
  readonly #clock: Clock;
  readonly #on: Tell;
  readonly #entrance: Entrance;
  readonly #participants: Participants;
  readonly #calls: Calls;
  readonly #inbox: Inbox;
  readonly #outbox = new Outbox();
  /** Who belongs to the conversation, here or not: whom another switchboard is opened for. */
  readonly #members: Set<string>;
  readonly #waiters = new Map<string, ((outcome: JoinOutcome) => void)[]>();
  readonly #leave = () => this.leave();
  #state: "opening" | "gathering" | "open" | "resting" | "ended" = "opening";
  #board: Board | undefined;
  /** Until everyone has had a moment to join, or until it has been quiet for too long. */
  #timer: Timer | undefined;
  #timeout: Timer | undefined;
  #activeMs: number;
  #typedMs = Number.NEGATIVE_INFINITY;
  #messages = 0;
  /** Whether anybody has ever been here. */
  #hasMet = false;
  #wasClosed = false;
  /** Why nobody has come, as far as it is known. */
  #absence = "nobody has joined";
  #resolve: (end: ConversationEnd) => void = () => undefined;

  constructor(options: ConversationOptions, parts: ConnectionParts, on: Tell, { members, ring, rangMs }: Beginning) {
    const { own, dialect, signal } = options;
    // P16 on: me@x.com;{guid}, protocol reference 2.16
    const account = hasPlaces(dialect) && own.placeId ? `${own.address};${own.placeId}` : own.address;
    this.id = options.id ?? randomUUID();
    this.#options = options;
    this.#clock = parts.clock;
    this.#on = on;
    this.#activeMs = parts.clock.monotonicMs();
    this.#members = new Set(members.map((address) => address.toLowerCase()));
    this.#participants = new Participants(own.address, options.capabilitiesOf);
    this.#inbox = new Inbox({
      account,
      tell: (news, read) => this.#tell(news, read),
      reply: (kind, payload) => this.#board?.send(kind, payload, () => undefined),
      random: () => randomInt(0x7fff_ffff),
    });
    this.#calls = new Calls({
      clock: parts.clock,
      joinWithinMs: options.joinWithinMs ?? JOIN_WITHIN_MS,
      call: (address, answer) => this.#board?.call(address, answer),
      settled: (address, outcome) => this.#settled(address, outcome),
    });
    this.#entrance = new Entrance({
      parts,
      account,
      request: (how) => options.request(how),
      entered: (board, how) => this.#entered(board, how),
      failed: (explanation) => this.#giveUp(explanation),
      said: {
        joined: (who, read) => this.#joined(who, read),
        left: (token, timedOut, read) => this.#left(token, timedOut, read),
        message: (from, payload, read) => this.#heard(from, payload, read),
        closed: (explanation, at) => this.#broken(explanation, at),
      },
    });
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (signal?.aborted) this.leave();
    else this.#start(ring, rangMs);
  }

  #start(ring: Ring | undefined, rangMs: number | undefined): void {
    this.#options.signal?.addEventListener("abort", this.#leave, { once: true });
    this.#watchTimeout();
    this.#entrance.go(ring, rangMs);
  }

  get participants(): readonly Participant[] {
    return this.#participants.list;
  }

  sendText(text: string, options: SendOptions & TextOptions = {}): Promise<Delivery> {
    return this.#post(composeText(text, options), options);
  }

  sendMime(message: MimeDraft, options: SendOptions = {}): Promise<Delivery> {
    return this.#post(composeMime(message), options);
  }

  sendNudge(options: SendOptions = {}): Promise<Delivery> {
    return this.#post(composeMime(nudgeMessage()), options);
  }

  sendTyping(): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#state !== "open" || this.#participants.size === 0 || nowMs - this.#typedMs < TYPING_EVERY_MS) return;
    this.#typedMs = nowMs;
    this.#activeMs = nowMs;
    const { headers, body } = typingMessage(this.#options.own.address);
    this.#board?.send("U", formatMime(headers, body), () => undefined);
  }

  invite(text: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<JoinOutcome> {
    const address = text.toLowerCase();
    if (!isAddress(address)) {
      return Promise.resolve({ outcome: "refused", code: "208", explanation: explainAddress(text) });
    }
    return abortable(signal, (resolve) => {
      if (this.#state === "ended") return void resolve(OVER);
      if (this.#participants.has(address)) return void resolve({ outcome: "joined" });
      this.#waiters.set(address, [...(this.#waiters.get(address) ?? []), resolve]);
      this.#members.add(address);
      if (this.#board) this.#calls.add(address, false);
      else this.#wake();
      return undefined;
    });
  }

  leave(): void {
    this.#end({ why: "asked" });
  }

  #post(draft: Draft | { refusal: string }, { receipt = false, signal }: SendOptions): Promise<Delivery> {
    const number = ++this.#messages;
    return abortable(signal, (resolve) => {
      const settle: Letter["settle"] = (delivery, at) => {
        this.#tellDelivery(delivery, at ?? this.#now());
        resolve(delivery);
      };
      const refuse = (why: "ended" | "not-sendable", explanation: string) =>
        void settle({ outcome: "undelivered", message: number, why, explanation }, undefined);
      if (this.#state === "ended") return refuse("ended", OVER.explanation);
      if ("refusal" in draft) return refuse("not-sendable", draft.refusal);
      const letter: Letter = { ...draft, number, wantsReceipt: receipt, settle };
      this.#outbox.add(letter);
      if (this.#state === "open") this.#flush();
      else this.#wake();
      return () => this.#outbox.remove(letter);
    });
  }

  #tellDelivery(delivery: Delivery, at: Instant): void {
    const { outcome, message } = delivery;
    if (outcome === "delivered") this.#tell({ kind: outcome, message }, at);
    if (outcome === "undelivered") {
      this.#tell({ kind: outcome, message, why: delivery.why, explanation: delivery.explanation }, at);
    }
  }

  #flush(): void {
    // On an empty switchboard some servers acknowledge what nobody hears.
    if (!this.#board || this.#participants.size === 0 || !this.#outbox.hasWaiting) return;
    this.#activeMs = this.#clock.monotonicMs();
    this.#typedMs = Number.NEGATIVE_INFINITY;
    this.#outbox.flush(this.#board, this.#participants.canAllJoinChunks);
  }

  #wake(): void {
    if (this.#state !== "resting") return;
    this.#state = "opening";
    this.#absence = "nobody has joined";
    this.#entrance.go();
  }

  #entered(board: Board, how: "ringing" | "called"): void {
    this.#board = board;
    this.#state = "gathering";
    if (how === "called") for (const address of this.#members) this.#calls.add(address, this.#hasMet);
    for (const address of this.#waiters.keys()) this.#calls.add(address, false);
    this.#gather();
  }

  /** Whether messages can go out now, or never. */
  #gather(): void {
    if (this.#state === "open" && this.#participants.size === 0 && !this.#calls.isPending) {
      return this.#rest("empty", "everybody has left", this.#now());
    }
    if (this.#state !== "gathering") return;
    if (this.#participants.size === 0) return this.#calls.isPending ? undefined : this.#giveUp(this.#absence);
    if (!this.#calls.isPending) return this.#begin();
    this.#timer ??= this.#clock.after(GATHER_MS, () => this.#begin());
  }

  #begin(): void {
    this.#state = "open";
    // The conversation goes on without those who did not come. When nobody does, it is kept as it was.
    for (const address of this.#members) {
      if (!this.#participants.has(address) && !this.#calls.has(address)) this.#members.delete(address);
    }
    this.#activeMs = this.#clock.monotonicMs();
    this.#watchIdle(this.#options.idleMs ?? IDLE_MS);
    this.#flush();
  }

  #joined(who: Arrival, read: Instant): void {
    const participant = this.#participants.arrive(who);
    if (!participant) return;
    this.#activeMs = read.monotonicMs;
    this.#hasMet = true;
    this.#members.add(participant.address);
    if (this.#wasClosed) {
      this.#wasClosed = false;
      this.#tell({ kind: "reopened" }, read);
    }
    this.#tell({ kind: "joined", participant }, read);
    this.#calls.joined(participant.address);
    this.#gather();
  }

  #left(token: string, timedOut: boolean, read: Instant): void {
    const address = this.#participants.depart(token);
    if (address === undefined) return;
    // Who leaves others behind is not called again; with the last, the conversation may go on.
    if (this.#participants.size > 0 && !timedOut) this.#members.delete(address);
    this.#tell({ kind: "left", address, timedOut }, read);
    this.#gather();
  }

  #heard(from: { token: string; name: string }, payload: Uint8Array, read: Instant): void {
    this.#activeMs = read.monotonicMs;
    this.#inbox.receive(from, payload, read);
  }

  #settled(address: string, outcome: JoinOutcome): void {
    if (outcome.outcome !== "joined") {
      if ("explanation" in outcome) this.#absence = outcome.explanation;
      if (this.#state === "open") this.#members.delete(address);
      this.#tell({ kind: "not-joined", address, outcome }, this.#now());
    }
    this.#tellWaiters(address, outcome);
    this.#gather();
  }

  #tellWaiters(address: string, outcome: JoinOutcome): void {
    const waiters = this.#waiters.get(address) ?? [];
    this.#waiters.delete(address);
    for (const resolve of waiters) resolve(outcome);
  }

  /** The line broke, or the server hung up. */
  #broken(explanation: string, at: Instant): void {
    if (this.#state === "gathering") {
      this.#hangUp();
      this.#state = "opening";
      return this.#entrance.goOn(explanation);
    }
    this.#rest("lost", explanation, at);
  }

  #rest(why: "idle" | "empty" | "lost", explanation: string, at: Instant): void {
    this.#hangUp();
    this.#state = "resting";
    this.#wasClosed = true;
    this.#outbox.failUnderWay("lost", explanation);
    this.#tell({ kind: "closed", why, explanation }, at);
    if (this.#outbox.hasWaiting || this.#waiters.size > 0) this.#wake();
  }

  /** No switchboard, or nobody on it. */
  #giveUp(explanation: string): void {
    this.#hangUp();
    this.#state = "resting";
    this.#outbox.failWaiting("unreachable", explanation);
    for (const address of [...this.#waiters.keys()]) this.#tellWaiters(address, { outcome: "no-answer", explanation });
    if (!this.#hasMet) this.#end({ why: "unreachable", explanation });
  }

  #hangUp(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#calls.forget();
    this.#board?.leave();
    this.#board = undefined;
    this.#participants.clear();
    this.#inbox.clear();
  }

  #end(end: ConversationEnd): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#options.signal?.removeEventListener("abort", this.#leave);
    this.#timeout?.cancel();
    this.#entrance.stop();
    this.#hangUp();
    this.#outbox.failWaiting("ended", OVER.explanation);
    this.#outbox.failUnderWay("ended", OVER.explanation);
    for (const address of [...this.#waiters.keys()]) this.#tellWaiters(address, OVER);
    this.#resolve(end);
  }

  /** One timer that re-arms itself when it fires is cheaper than one for each message. */
  #watchIdle(delayMs: number): void {
    const idleMs = this.#options.idleMs ?? IDLE_MS;
    this.#timer?.cancel();
    if (!Number.isFinite(delayMs)) return;
    this.#timer = this.#clock.after(delayMs, () => {
      const leftMs = this.#activeMs + idleMs - this.#clock.monotonicMs();
      if (leftMs > 0) return this.#watchIdle(leftMs);
      if (this.#outbox.awaitsReceipts || this.#calls.isPending) return this.#watchIdle(idleMs);
      this.#rest("idle", `nothing was said for ${Math.round(idleMs / 1000)} seconds`, this.#now());
    });
  }

  #watchTimeout(): void {
    const { timeoutMs } = this.#options;
    if (timeoutMs === undefined || !Number.isFinite(timeoutMs)) return;
    const leftMs = this.#activeMs + timeoutMs - this.#clock.monotonicMs();
    if (leftMs > 0) {
      this.#timeout = this.#clock.after(leftMs, () => this.#watchTimeout());
      return;
    }
    const explanation = `nothing was said for ${Math.round(timeoutMs / 1000)} seconds`;
    this.#end({ why: "timed-out", explanation });
  }

  #tell(news: ConversationNews, at: Instant): void {
    if (this.#state !== "ended") this.#on({ ...news, atMs: at.atMs, monotonicMs: at.monotonicMs });
  }

  #now(): Instant {
    return { atMs: this.#clock.nowMs(), monotonicMs: this.#clock.monotonicMs() };
  }
}
