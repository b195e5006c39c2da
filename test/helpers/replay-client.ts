/**
 * Plays the client's side of a recording to the sandbox, every person's at their turn, and compares what it answers:
 * line by line on each connection, and the web answers as far as they were recorded. Tickets, digests, proofs and
 * cookies are put right with what the sandbox gave out.
 */
import { createHash } from "node:crypto";
import type { RawFrame } from "./frames.ts";
import { comparable, Likeness } from "./likeness.ts";
import { prove } from "./oracle/blob.ts";
import type { ClientStep, Conversation, Entry, Recording, ServerStep, Step } from "./transcript.ts";
import type { WebResponse } from "./transcript-web.ts";
import { type Credentials, WebClient } from "./web-client.ts";
import { type Arrival, WireClient } from "./wire-client.ts";

export interface Ports {
  /** Of the web services and the gateway. */
  port: number;
  notificationPort: number;
  switchboardPort: number;
}

export interface Difference {
  kind:
    | "missing"
    /** Before a line that it was recorded behind. */
    | "early"
    | "extra"
    | "web"
    /** The connection should have ended. */
    | "open";
  who: string;
  recorded: string;
  here: string;
  /**
   * In the recording's time. For what came early: how long before that line. For what is too much: how long before the
   * next word about the same person, or before the end.
   */
  aheadMs?: number;
  /** For a line that is missing: the last one that was told on that connection about the same person. */
  last?: string;
}

export interface ClientReplay {
  recording: Recording;
  ports(): Ports;
  passwordOf(conversation: Conversation): string;
  /** Called for each remark of the recording's. */
  note?(text: string): Promise<void>;
  /** Steps that are left out, with their answers. */
  leaveOut?(step: Step, conversation: Conversation): boolean;
}

/** All differences, in their order. */
export async function replayClient(replay: ClientReplay): Promise<Difference[]> {
  const player = new Player(replay);
  try {
    for (const entry of replay.recording.entries) await player.play(entry);
    return player.finish();
  } finally {
    player.close();
  }
}

class Player {
  readonly #replay: ClientReplay;
  readonly #likeness = new Likeness();
  readonly #differences: Difference[] = [];
  readonly #clients = new Map<Conversation, WireClient>();
  readonly #web = new WebClient();
  /** What has come, and the first recorded line before which it should not have. */
  readonly #early = new Map<Arrival, { recorded: string; aheadMs: number }>();
  /** By connection and person, what was told last. */
  readonly #told = new Map<string, string>();
  #nowMs = 0;
  /** What each sign-in has been given. */
  readonly #credentials = new Map<Conversation, Credentials>();

  constructor(replay: ClientReplay) {
    this.#replay = replay;
  }

  async play(entry: Entry): Promise<void> {
    if (entry.kind === "note") return this.#replay.note?.(entry.text);
    const { conversation } = entry;
    if (entry.kind === "opened") return this.#open(conversation);
    if (this.#replay.leaveOut?.(entry.step, conversation)) return;
    this.#nowMs = entry.step.atMs;
    await this.#step(entry.step, conversation);
  }

  finish(): Difference[] {
    for (const [{ who, steps }, client] of this.#clients) {
      for (const frame of client.pending) {
        const subject = subjectOf(comparableFrame(frame));
        const later = client.arrivals.slice(client.arrivals.indexOf(frame) + 1);
        const next = later.find((one) => subjectOf(comparableFrame(one)) === subject);
        const end = steps.find((step) => step.kind === "server-closes") ?? steps.at(-1);
        const aheadMs = (next?.atMs ?? end?.atMs ?? 0) - frame.atMs;
        this.#differences.push({ kind: "extra", who, recorded: "", here: comparableFrame(frame), aheadMs });
      }
    }
    return this.#differences;
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #open(conversation: Conversation): void {
    this.#credentials.set(conversation, {});
    // The gateway has no connection of its own.
    if (conversation.steps[0]?.kind === "request") return;
    const { notificationPort, switchboardPort } = this.#replay.ports();
    const port = conversation.server === "switchboard" ? switchboardPort : notificationPort;
    this.#clients.set(conversation, new WireClient(port, () => this.#nowMs));
  }

  async #step(step: Step, conversation: Conversation): Promise<void> {
    const client = this.#clients.get(conversation);
    switch (step.kind) {
      case "client":
        return client?.send(await this.#putRight(step, conversation));
      case "client-bytes":
        return client?.send(step.bytes);
      case "server":
        return this.#compare(step, conversation);
      case "server-closes":
        return this.#expectEnd(conversation);
      case "client-closes":
        return client?.end();
      case "request":
        await this.#web.send(step.request, conversation, this.#replay, this.#credentialsOf(conversation));
        return;
      case "response":
        return this.#compareWeb(step.response, conversation);
      default:
        throw step satisfies never;
    }
  }

  #credentialsOf(conversation: Conversation) {
    const credentials = this.#credentials.get(conversation);
    if (!credentials) throw new Error(`${conversation.who} has not connected`);
    return credentials;
  }

  async #putRight(step: ClientStep, conversation: Conversation): Promise<Buffer> {
    const payload = step.bytes.subarray(step.bytes.indexOf("\r\n") + 2);
    const line = await this.#putLineRight(this.#likeness.translate(step.line), conversation);
    return Buffer.concat([Buffer.from(`${line}\r\n`, "utf8"), payload]);
  }

  async #putLineRight(line: string, conversation: Conversation): Promise<string> {
    // Its lists had changed meanwhile, ours have not.
    if (/^SYN \d+ [1-9]\d*$/.test(line)) return line.replace(/\d+$/, "0");
    const [, trId, method, step, given = ""] = /^USR (\d+) (MD5|TWN|SSO) (S) (\S+)/.exec(line) ?? [];
    if (!step || /badtoken/.test(given)) return line;
    const credentials = this.#credentialsOf(conversation);
    if (method === "MD5")
      return `USR ${trId} MD5 S ${md5(credentials.challenge + this.#replay.passwordOf(conversation))}`;
    // The real clients' own web requests were not recorded.
    if (!credentials.ticket) await this.#web.askForTokens(conversation, this.#replay, credentials);
    const ticket = credentials.ticket ?? "none";
    const machine = /(?<= )\{?[0-9A-Fa-f-]{36}\}?$/.exec(line)?.[0];
    if (method === "TWN") return `USR ${trId} TWN S ${ticket}`;
    const proof = prove(credentials.secret ?? "", credentials.challenge ?? "");
    return ["USR", trId, "SSO", "S", ticket, proof, ...(machine ? [machine] : [])].join(" ");
  }

  #compareWeb(response: WebResponse, { who }: Conversation): void {
    const difference = this.#web.compare(response);
    if (difference) this.#differences.push({ kind: "web", who, ...difference });
  }

  async #compare({ bytes, atMs }: ServerStep, conversation: Conversation): Promise<void> {
    const recorded = comparableOf(bytes);
    const { who } = conversation;
    const about = `${who} ${subjectOf(recorded)}`;
    const last = this.#told.get(about) ?? "";
    this.#told.set(about, recorded);
    const client = this.#clients.get(conversation);
    // What was just said need not be said again; what is not there at once is not waited for.
    const patienceMs = isRepeat(recorded, last) || isGoneUnseen(recorded, last) ? 100 : undefined;
    const which = isNews(recorded) ? "latest" : "first";
    const isWanted = (frame: Arrival) => this.#likeness.isLike(recorded, comparableFrame(frame));
    const taken = await client?.take(isWanted, which, patienceMs);
    if (!taken) return void this.#differences.push({ kind: "missing", who, recorded, here: "", last });
    this.#likeness.learn(recorded, comparableFrame(taken.frame));
    const words = taken.frame.line.split(" ");
    if (words[0] === "USR" && words[3] === "S") this.#credentialsOf(conversation).challenge = words.at(-1) ?? "";
    for (const frame of taken.before)
      if (!this.#early.has(frame)) this.#early.set(frame, { recorded, aheadMs: atMs - frame.atMs });
    const early = this.#early.get(taken.frame);
    if (early) this.#differences.push({ kind: "early", who, ...early, here: comparableFrame(taken.frame) });
  }

  async #expectEnd(conversation: Conversation): Promise<void> {
    try {
      await this.#clients.get(conversation)?.closed();
    } catch {
      this.#differences.push({ kind: "open", who: conversation.who, recorded: "EOF", here: "" });
    }
  }
}

/** Whom a line of presence is about, and what of theirs; other lines are about themselves. */
function subjectOf(line: string): string {
  const who = /[\w.]+@[\w.]+/.exec(line)?.[0] ?? "";
  if (/^(ILN|NLN|FLN) /.test(line)) return `presence ${who}`;
  return line.startsWith("UBX ") ? `details ${who}` : line;
}

/** Whether a line says of somebody what the one before it said. */
export function isRepeat(line: string, last: string): boolean {
  const said = (one: string) => one.replace(/^ILN \d+ /, "NLN ");
  return isNews(line) && said(line) === said(last);
}

/** Whether a line says that somebody has gone of whom nothing had been said. */
export function isGoneUnseen(line: string, last: string): boolean {
  return line.startsWith("FLN ") && last === "";
}

/** What the recorded server tells at its next look round. */
export function isNews(line: string): boolean {
  return /^(NLN|FLN|UBX) /.test(line);
}

function comparableOf(bytes: Buffer): string {
  const ends = bytes.indexOf("\r\n");
  return comparable(bytes.toString("latin1", 0, ends), bytes.subarray(ends + 2));
}

function comparableFrame({ line, payload = Buffer.alloc(0) }: RawFrame): string {
  return comparable(line, payload);
}

function md5(text: string): string {
  return createHash("md5").update(text, "utf8").digest("hex");
}
