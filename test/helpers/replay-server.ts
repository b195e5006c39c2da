/**
 * Plays the server's side of recorded conversations over real TCP: the first connection gets the first conversation,
 * and so on; later connections are taken and hear nothing.
 *
 * At each recorded command of the client's it waits for the collector's own one, then sends what the recording says,
 * byte for byte, after the recorded delays; only transaction ids are put right. The collector says HDN where the
 * recording has another first status, and never edits lists: commands it will not send are not waited for, and what the
 * server said to them goes out as news from elsewhere (transaction id 0). Pings are answered in order.
 */
import type { Clock } from "../../collector/network/network.ts";
import { type Peer, RawServer, type WireEntry } from "./raw-server.ts";
import type { Conversation, Step } from "./transcript.ts";

export type Fate =
  /** Nothing more is said, and the socket stays open. `resume` ends it. */
  | "silence"
  /** Half of this line, then the end. */
  | "cut"
  | "reset";

export interface ReplayOptions {
  clock: Clock;
  conversations: readonly Conversation[];
  /** Recorded delays are multiplied by this. */
  scale?: number;
  /** Waits this long between the CHG echo and the first ILN, so that a client without a barrier gets it wrong. */
  snapshotDelayMs?: number;
  /** Asked before each step. */
  fate?(step: Step, at: { connection: number; step: number }): Fate | undefined;
  pieces?: readonly number[];
  /** Begin at a dispatch server on a port of its own, which sends the client on with XFR. */
  dispatch?: boolean;
}

const MAX_DELAY_MS = 5_000;

export class ReplayServer {
  readonly #options: ReplayOptions;
  readonly #plays: Play[] = [];
  readonly #server: RawServer;
  readonly #dispatch: RawServer | undefined;

  static async listen(options: ReplayOptions): Promise<ReplayServer> {
    const plays: Play[] = [];
    const { clock, pieces = [], dispatch = false } = options;
    const serve = (peer: Peer) => {
      const conversation = options.conversations[peer.index];
      if (conversation) plays.push(new Play(peer, conversation, options));
    };
    const server = await RawServer.listen({ clock, pieces, serve });
    const first = dispatch ? await listenForDispatch(options, server.port) : undefined;
    return new ReplayServer(options, server, first, plays);
  }

  private constructor(options: ReplayOptions, server: RawServer, dispatch: RawServer | undefined, plays: Play[]) {
    this.#options = options;
    this.#server = server;
    this.#dispatch = dispatch;
    this.#plays = plays;
  }

  /** Where a client should begin. */
  get port(): number {
    return this.#dispatch?.port ?? this.#server.port;
  }

  /** What the notification server sent and heard. */
  get log(): readonly WireEntry[] {
    return this.#server.log;
  }

  get connections(): number {
    return this.#server.peers.length;
  }

  get dispatches(): number {
    return this.#dispatch?.peers.length ?? 0;
  }

  /** The `nth` connection is there and has nothing left to say: it waits for the client's end, is silent or closed. */
  isPlayed(nth = this.#options.conversations.length - 1): boolean {
    return this.#plays[nth]?.isAtRest ?? false;
  }

  isSilent(nth: number): boolean {
    return this.#plays[nth]?.isSilent ?? false;
  }

  /** Ends a silence: pings that waited are answered, and the conversation goes on. */
  resume(nth: number): void {
    this.#plays[nth]?.resume();
  }

  /** Says something of the test's own. */
  say(nth: number, ...lines: string[]): void {
    this.#server.peers[nth]?.say(...lines);
  }

  reset(nth: number): void {
    this.#server.peers[nth]?.reset();
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#dispatch?.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

class Play {
  isAtRest = false;
  isSilent = false;
  readonly #peer: Peer;
  readonly #options: ReplayOptions;
  readonly #steps: readonly Step[];
  /** What the collector has said and we have not come to yet. */
  readonly #inbox: string[] = [];
  /** Recorded transaction ids of the steps that the collector took, and its own. */
  readonly #trIds = new Map<string, string>();
  #next = 0;
  /** All that answers the commands taken so far has been said once this step has been reached. */
  #answeredAt = 0;
  /** The verbs of what the collector has said so far. */
  readonly #taken: string[] = [];
  #isWaiting = false;

  constructor(peer: Peer, conversation: Conversation, options: ReplayOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#steps = conversation.steps;
    peer.onLine = (line) => {
      this.#inbox.push(line);
      // Also in a pause between two lines.
      if (!this.isSilent) this.#answerPings();
      this.#go();
    };
    this.#go();
  }

  resume(): void {
    this.isSilent = false;
    this.isAtRest = false;
    this.#peer.isMuted = false;
    this.#go(true);
  }

  /** Takes every step that can be taken now. */
  #go(isFateSealed = false): void {
    while (!this.#isWaiting && !this.isSilent) {
      this.#answerPings();
      const step = this.#steps[this.#next];
      if (!step) {
        this.isAtRest = true;
        return this.#hearOut();
      }
      const at = { connection: this.#peer.index, step: this.#next };
      const fate = isFateSealed ? undefined : this.#options.fate?.(step, at);
      isFateSealed = false;
      if (fate) return this.#meet(fate, step);
      if (!this.#take(step)) return;
    }
  }

  /** Whether the step is done; otherwise something has still to happen first. */
  #take(step: Step): boolean {
    switch (step.kind) {
      case "client":
        return this.#takeClient(step);
      case "server":
        return this.#after(this.#delayBefore(step), () => {
          // Pings are answered as the collector sends them.
          if (step.verb !== "QNG") this.#peer.send(this.#renumber(step));
        });
      case "server-closes":
        return this.#after(this.#delayBefore(step), () => this.#peer.hangUp());
      case "client-closes":
        // The collector hangs up when it is told to stop, or when it has had enough.
        this.isAtRest = true;
        this.#hearOut();
        return false;
    }
  }

  #takeClient(step: Step & { kind: "client" }): boolean {
    const { verb, trId } = step;
    // A command that the collector will not send still takes its time.
    if (!this.#isToBeExpected(verb)) return this.#after(this.#delayBefore(step), () => undefined);
    const said = this.#inbox[0];
    this.isAtRest = verb === "OUT";
    if (said === undefined || said.split(" ")[0] !== verb) return false;
    this.#inbox.shift();
    this.#taken.push(verb);
    const actual = said.split(" ")[1];
    if (trId !== undefined && actual !== undefined) this.#trIds.set(trId, actual);
    this.#answeredAt =
      1 + this.#steps.findLastIndex((step) => step.kind === "server" && step.trId === trId && trId !== undefined);
    return this.#advance();
  }

  /** The collector signs in, asks for the lists, gives one first status and says goodbye. Pings are no steps. */
  #isToBeExpected(verb: string): boolean {
    const isOnce = verb === "VER" || verb === "INF" || verb === "SYN" || verb === "CHG";
    return verb === "USR" || verb === "OUT" || (isOnce && !this.#taken.includes(verb));
  }

  #advance(): true {
    this.#next++;
    return true;
  }

  /** Runs now or, when there is a delay, later; true when it has run. */
  #after(delayMs: number, run: () => void): boolean {
    const go = () => {
      run();
      this.#advance();
    };
    if (delayMs < 1) {
      go();
      return true;
    }
    this.#isWaiting = true;
    this.#options.clock.after(delayMs, () => {
      this.#isWaiting = false;
      go();
      this.#go();
    });
    return false;
  }

  #delayBefore(step: Step): number {
    const { scale = 1, snapshotDelayMs = 0 } = this.#options;
    const before = this.#steps[this.#next - 1];
    const recordedMs = Math.min(MAX_DELAY_MS, step.atMs - (before?.atMs ?? step.atMs));
    const isFirstOfSnapshot =
      step.kind === "server" && before !== undefined && "verb" in before && before.verb === "CHG";
    return recordedMs * scale + (isFirstOfSnapshot ? snapshotDelayMs : 0);
  }

  #renumber({ bytes, trId }: Step & { kind: "server" }): Buffer {
    if (trId === undefined) return bytes;
    const text = bytes.toString("latin1").replace(/ \S+/, ` ${this.#trIds.get(trId) ?? "0"}`);
    return Buffer.from(text, "latin1");
  }

  #answerPings(): void {
    while (this.#inbox[0] === "PNG" && this.#next >= this.#answeredAt) {
      this.#inbox.shift();
      this.#peer.say("QNG");
    }
  }

  #hearOut(): void {
    if (this.#inbox.includes("OUT")) this.#peer.hangUp();
  }

  #meet(fate: Fate, step: Step): void {
    switch (fate) {
      case "silence":
        this.isSilent = true;
        this.isAtRest = true;
        this.#peer.isMuted = true;
        return;
      case "cut":
        this.#isWaiting = true;
        this.isAtRest = true;
        if (step.kind === "server") {
          const bytes = this.#renumber(step);
          this.#peer.send(bytes.subarray(0, Math.floor(bytes.length / 2)));
        }
        return this.#peer.hangUp();
      case "reset":
        this.#isWaiting = true;
        this.isAtRest = true;
        return this.#peer.reset();
    }
  }
}

/** The shape of XFR changed twice before MSNP8 (protocol reference 2.6). */
function transferLine(dialect: string, trId: string, port: number, ownPort: number): string {
  const version = Number(dialect.replace(/\D/g, ""));
  const to = `XFR ${trId} NS 127.0.0.1:${port}`;
  if (version <= 2) return to;
  return version <= 6 ? `${to} 0` : `${to} 0 127.0.0.1:${ownPort}`;
}

function listenForDispatch({ clock, conversations, pieces = [] }: ReplayOptions, port: number): Promise<RawServer> {
  const version = conversations[0]?.steps.find((step) => step.kind === "server" && step.verb === "VER");
  const dialect = version?.kind === "server" ? (version.line.split(" ")[2] ?? "") : "";
  return RawServer.listen({
    clock,
    pieces,
    serve(peer) {
      peer.onLine = (line) => {
        const [verb, trId = ""] = line.split(" ");
        if (verb === "VER") peer.say(`VER ${trId} ${dialect}`);
        else if (verb === "INF") peer.say(`INF ${trId} MD5`);
        else if (verb === "USR") {
          peer.say(transferLine(dialect, trId, port, 0));
          peer.hangUp();
        }
      };
    },
  });
}
