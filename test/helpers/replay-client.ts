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
import { type Credentials, WebClient } from "./web-client.ts";
import { WireClient } from "./wire-client.ts";

export interface Ports {
  /** Of the web services and the gateway. */
  port: number;
  notificationPort: number;
  switchboardPort: number;
}

export interface Difference {
  who: string;
  /** Empty for what only the sandbox says. */
  recorded: string;
  /** Empty for what only the recorded server said. */
  here: string;
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
  /** What has been told of already. */
  readonly #early = new Set<RawFrame>();
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
    await this.#step(entry.step, conversation);
  }

  finish(): Difference[] {
    for (const [{ who }, client] of this.#clients) {
      for (const frame of client.pending) this.#differences.push({ who, recorded: "", here: comparableFrame(frame) });
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
    this.#clients.set(conversation, new WireClient(port));
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
        this.#differences.push(...this.#web.compare(step.response, conversation.who));
        return;
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
    const [, trId, method, step, given = ""] = /^USR (\d+) (MD5|TWN|SSO) (S) (\S+)/.exec(line) ?? [];
    if (!step || /badtoken/.test(given)) return line;
    const credentials = this.#credentialsOf(conversation);
    if (method === "MD5")
      return `USR ${trId} MD5 S ${md5(credentials.challenge + this.#replay.passwordOf(conversation))}`;
    // The real clients' own web requests were not recorded.
    if (!credentials.ticket) await this.#web.askForTokens(conversation, this.#replay, credentials);
    const ticket = credentials.ticket ?? "none";
    const machine = line.split(" ").slice(6);
    if (method === "TWN") return `USR ${trId} TWN S ${ticket}`;
    const proof = prove(credentials.secret ?? "", credentials.challenge ?? "");
    return ["USR", trId, "SSO", "S", ticket, proof, ...machine].join(" ");
  }

  async #compare({ bytes }: ServerStep, conversation: Conversation): Promise<void> {
    const recorded = comparableOf(bytes);
    const isWanted = (frame: RawFrame) => this.#likeness.isLike(recorded, comparableFrame(frame));
    const taken = await this.#clients.get(conversation)?.take(isWanted);
    const { who } = conversation;
    if (!taken) return void this.#differences.push({ who, recorded, here: "" });
    const here = comparableFrame(taken.frame);
    this.#likeness.learn(recorded, here);
    const words = taken.frame.line.split(" ");
    if (words[0] === "USR" && words[3] === "S") this.#credentialsOf(conversation).challenge = words.at(-1) ?? "";
    // What came too early is told once; it may still be wanted.
    const early = taken.before.filter((frame) => !this.#early.has(frame));
    for (const frame of early) {
      this.#early.add(frame);
      this.#differences.push({ who, recorded, here: `before it: ${comparableFrame(frame)}` });
    }
  }

  async #expectEnd(conversation: Conversation): Promise<void> {
    try {
      await this.#clients.get(conversation)?.closed();
    } catch {
      this.#differences.push({ who: conversation.who, recorded: "EOF", here: "the connection stays open" });
    }
  }
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
