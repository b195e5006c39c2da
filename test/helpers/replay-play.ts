/**
 * The server's side of one recorded conversation, played to one connection: at each recorded command of the client's it
 * waits for the client's own one, then says what the recording says, byte for byte and after the recorded pauses. Only
 * transaction ids and what names a port are put right. Commands that our client never sends are not waited for: what
 * they changed goes out as news from elsewhere (transaction id 0), and mere answers to them are left out.
 */
import type { Clock } from "../../collector/network/network.ts";
import { answerOutOfTurn } from "./replay-answers.ts";
import type { ClientStep, Conversation, ServerStep, Step } from "./transcript.ts";
import { answeredAt } from "./transcript-shape.ts";

export type Fate =
  /** Nothing more is said, and the socket stays open. `resume` ends it. */
  | "silence"
  /** Half of this line, then the end. */
  | "cut"
  | "reset";

/** What the client said, and the recorded command in whose place it did. */
export interface Heard {
  line: string;
  payload: Buffer | undefined;
  instead: ClientStep;
  conversation: Conversation;
}

/** Whoever is played to: a socket's far end, or one behind a gateway. */
export interface Audience {
  readonly index: number;
  isMuted: boolean;
  onLine: (line: string, payload: Buffer | undefined) => void;
  say(...lines: string[]): void;
  send(bytes: Buffer): void;
  hangUp(): void;
  reset(): void;
}

export interface PlayOptions {
  clock: Clock;
  /** Recorded delays are multiplied by this. */
  scale?: number;
  /** Waits this long between the CHG echo and the first ILN, so that a client without a barrier gets it wrong. */
  snapshotDelayMs?: number;
  /** Asked before each step. */
  fate?(step: Step, at: { connection: number; step: number }): Fate | undefined;
  /** Commands that the test makes the client send besides those of a sign-in. */
  driven?: readonly string[];
  /** Of the driven ones, those that are not sent after all. */
  skips?(step: ClientStep): boolean;
  /** What names a port of the recorded server, with the port here. */
  putRight?(line: string): string;
  heard?(heard: Heard): void;
}

const MAX_DELAY_MS = 5_000;
/** Said once in a sign-in; what the recorded client said later, ours does not. */
const ONCE = new Set(["VER", "INF", "CVR", "SYN", "CHG"]);
/** Answers that change nothing: nobody is told of them who did not ask. */
const MERE_ANSWER = /^(\d{3}|XFR|URL|UUX|USR|SYN|CAL|ACK|NAK)$/;

export class Play {
  isAtRest = false;
  isSilent = false;
  readonly #peer: Audience;
  readonly #conversation: Conversation;
  readonly #options: PlayOptions;
  readonly #steps: readonly Step[];
  /** What the client has said and we have not come to yet. */
  readonly #inbox: { line: string; payload: Buffer | undefined }[] = [];
  /** Recorded transaction ids of the steps that the client took, and its own. */
  readonly #trIds = new Map<string, string>();
  #next = 0;
  /** All that answers the commands taken so far has been said once this step has been reached. */
  #answeredAt = 0;
  /** The verbs of what the client has said so far. */
  readonly #taken: string[] = [];
  #isWaiting = false;

  constructor(peer: Audience, conversation: Conversation, options: PlayOptions) {
    this.#peer = peer;
    this.#conversation = conversation;
    this.#options = options;
    this.#steps = conversation.steps;
    peer.onLine = (line, payload) => this.hear(line, payload);
    this.#go();
  }

  hear(line: string, payload: Buffer | undefined): void {
    this.#inbox.push({ line, payload });
    // Also in a pause between two lines.
    if (!this.isSilent) this.#answerPings();
    this.#go();
  }

  /** The client has asked for the snapshot: no web request is under way any more. */
  get isAskedForStatus(): boolean {
    return this.#taken.includes("CHG");
  }

  resume(): void {
    this.isSilent = false;
    this.isAtRest = false;
    this.#peer.isMuted = false;
    this.#go(true);
  }

  /** Where it stands, for a test that waits in vain. */
  get whereabouts(): string {
    const step = this.#steps[this.#next];
    const heard = this.#inbox.map(({ line }) => line).join(" · ");
    return `${this.#conversation.who}, step ${this.#next}: ${JSON.stringify(step && "line" in step ? step.line : step?.kind)}, heard and not taken: ${heard}`;
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
        return this.#after(this.#delayBefore(step), () => this.#say(step));
      case "server-closes":
        return this.#after(this.#delayBefore(step), () => this.#peer.hangUp());
      case "client-closes":
        // The client hangs up when it is told to stop, or when it has had enough.
        this.isAtRest = true;
        this.#hearOut();
        return false;
      case "client-bytes":
      case "request":
      case "response":
        // Played by the web server beside this one, or not our client's to say; it still takes its time.
        return this.#after(this.#delayBefore(step), () => undefined);
      default:
        throw step satisfies never;
    }
  }

  #takeClient(step: ClientStep): boolean {
    const { verb, trId } = step;
    // A command that the client will not send still takes its time.
    if (!this.#isToBeExpected(step)) return this.#after(this.#delayBefore(step), () => undefined);
    this.#answerOutOfTurn(verb);
    const said = this.#inbox[0];
    this.isAtRest = verb === "OUT";
    if (said === undefined || said.line.split(" ")[0] !== verb) return false;
    this.#inbox.shift();
    this.#taken.push(verb);
    this.#options.heard?.({ ...said, instead: step, conversation: this.#conversation });
    const actual = said.line.split(" ")[1];
    if (trId !== undefined && actual !== undefined) this.#trIds.set(trId, actual);
    this.#answeredAt = answeredAt(this.#steps, this.#next);
    return this.#advance();
  }

  /** The client signs in, asks for the lists, gives one first status and says goodbye. Pings are no steps. */
  #isToBeExpected(step: ClientStep): boolean {
    const { verb, line, trId } = step;
    const { driven = [], skips } = this.#options;
    if (verb === "OUT") return true;
    if (verb === "USR") return !line.includes(" SHA ");
    if (driven.includes(verb)) return !skips?.(step);
    if (verb === "SYN" && this.#answerTo(trId)?.verb !== "SYN") return false;
    return ONCE.has(verb) && !this.#taken.includes(verb);
  }

  #answerTo(trId: string | undefined): ServerStep | undefined {
    return this.#steps.find(
      (step): step is ServerStep => step.kind === "server" && trId !== undefined && step.trId === trId,
    );
  }

  /** What the recorded client did not say there is answered as the same server answered others. */
  #answerOutOfTurn(expected: string): void {
    for (let said = this.#inbox[0]; said && !said.line.startsWith(expected); said = this.#inbox[0]) {
      const answer = answerOutOfTurn(said.line, this.#conversation.dialect);
      if (answer === undefined) return;
      this.#inbox.shift();
      if (answer !== "") this.#peer.say(answer);
    }
  }

  #say(step: ServerStep): void {
    // Pings are answered as the client sends them.
    if (step.verb === "QNG") return;
    const bytes = this.#renumber(step);
    if (bytes) this.#peer.send(bytes);
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
    const isFirstOfSnapshot = before?.kind === "server" && before.verb === "CHG" && this.#isAfterFirstStatus();
    return recordedMs * scale + (isFirstOfSnapshot && this.#next < this.#answeredAt ? snapshotDelayMs : 0);
  }

  #isAfterFirstStatus(): boolean {
    return this.#steps.slice(0, this.#next).filter((step) => "verb" in step && step.verb === "CHG").length <= 2;
  }

  /** Nothing when it answers what was never asked. */
  #renumber({ bytes, line, verb, trId }: ServerStep): Buffer | undefined {
    const { putRight = (text) => text } = this.#options;
    let text = bytes.toString("latin1");
    if (trId !== undefined && trId !== "0") {
      const actual = this.#trIds.get(trId);
      if (actual === undefined && (MERE_ANSWER.test(verb) || line.endsWith(" OK"))) return undefined;
      text = text.replace(/ \S+/, ` ${actual ?? "0"}`);
    }
    return Buffer.from(putRight(text), "latin1");
  }

  #answerPings(): void {
    while (this.#inbox[0]?.line === "PNG" && this.#next >= this.#answeredAt) {
      this.#inbox.shift();
      // The interval came with MSNP9 (protocol reference 2.15).
      this.#peer.say(Number(this.#conversation.dialect.slice(4)) >= 9 ? "QNG 60" : "QNG");
    }
  }

  #hearOut(): void {
    this.#answerOutOfTurn("OUT");
    if (this.#inbox.some(({ line }) => line === "OUT")) this.#peer.hangUp();
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
          const bytes = this.#renumber(step) ?? step.bytes;
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
