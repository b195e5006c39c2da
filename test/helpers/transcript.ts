/**
 * Reads the recordings in `test/fixtures/transcripts`: what each person's each connection said and heard, and the web
 * requests they made, in the order in which it happened. Anything that is not understood throws: a recording that is
 * half understood would prove nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { bytesOfLiteral, restoreTicket, withPayload } from "./transcript-payload.ts";
import { readRequest, readResponse, type WebRequest, type WebResponse } from "./transcript-web.ts";

interface Spoken {
  /** As it stands in the recording, without its payload. */
  line: string;
  verb: string;
  trId: string | undefined;
  /** The line with its CRLF and the payload behind it, as they went over the wire. */
  bytes: Buffer;
}

export type Step = {
  /** Milliseconds since the recording's midnight. */
  atMs: number;
} & (
  | ({ kind: "client" } & Spoken)
  /** Bytes that are no line of their own: several, a part of one, or nonsense. */
  | { kind: "client-bytes"; line: string; bytes: Buffer }
  | ({ kind: "server" } & Spoken)
  | { kind: "request"; request: WebRequest }
  | { kind: "response"; response: WebResponse }
  | { kind: "server-closes" }
  | { kind: "client-closes" }
);

export type ServerStep = Step & { kind: "server" };
export type ClientStep = Step & { kind: "client" };

export interface Conversation {
  /** As the recording calls the connection: `alice`, `aliceSB`, `NS1`. */
  who: string;
  /** Counts this person's connections in the file, from 0. */
  nth: number;
  /** Whose sign-in it is; empty where nobody signs in. */
  address: string;
  /** What the server agreed to, for instance `MSNP12`; empty at a switchboard. */
  dialect: string;
  server: "notification" | "switchboard";
  steps: Step[];
}

/** Server's words without a transaction id, whatever stands in its place (protocol reference 1.5). */
const NUMBERLESS = /^(QNG|OUT|NLN|FLN|RNG|MSG|NOT|IPG|UBX|UBN|UBM|NFY|JOI|BYE|GET)$/;

/** One thing that happened, in the order of the file. */
export type Entry =
  | { kind: "opened"; conversation: Conversation }
  | { kind: "step"; conversation: Conversation; step: Step }
  | { kind: "note"; text: string };

export interface Recording {
  conversations: Conversation[];
  entries: Entry[];
}

const FOLDER = new URL("../fixtures/transcripts/", import.meta.url);

/** The recordings' names: `msnp02-presence`, `client-purple9`, … */
export const RECORDINGS: readonly string[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".txt"))
  .map((file) => file.replace(/\.txt$/, ""));

/** `name`: for instance `msnp02-presence`. */
export function readRecording(name: string): Recording {
  try {
    return parseRecording(readFileSync(new URL(`${name}.txt`, FOLDER), "utf8"));
  } catch (cause) {
    throw new Error(`${name} cannot be read`, { cause });
  }
}

export function readTranscript(name: string): Conversation[] {
  return readRecording(name).conversations;
}

/** A whole address-book answer: `soap-msnp13-ABFindAll`. */
export function readSoap(name: string): string {
  return readFileSync(new URL(`${name}.xml`, FOLDER), "utf8");
}

export function parseRecording(text: string): Recording {
  const reader = new Reader();
  for (const line of text.split("\n")) if (line !== "" && !line.startsWith("#")) reader.read(line);
  const { conversations, entries } = reader;
  for (const one of conversations) Object.assign(one, identify(one));
  return { conversations, entries };
}

class Reader {
  readonly conversations: Conversation[] = [];
  readonly entries: Entry[] = [];
  /** The connection that a name stands for now. */
  readonly #open = new Map<string, Conversation>();
  /** Who has hung up first: the server's own end may be noted after their next connection. */
  readonly #owedEnds = new Set<string>();

  read(line: string): void {
    const [, time, who, direction, said] = /^([\d:.]+) (\S+) +(C>|S>|H>|H<|--) (.*)$/.exec(line) ?? [];
    if (!time || !who || !direction || said === undefined) throw new Error(`not a line of a recording: ${line}`);
    const atMs = readTime(time);
    if (who === "#") this.entries.push({ kind: "note", text: said });
    else if (/^(TCP )?connect\b/.test(said) && direction === "--") this.#connect(who);
    else if (direction === "--") this.#note(who, said, atMs);
    else if (direction === "C>") this.#add(who, readClientLine(said, atMs));
    else if (direction === "S>") this.#add(who, { atMs, kind: "server", ...readServerLine(said) });
    else if (direction === "H>") this.#add(who, { atMs, kind: "request", request: readRequest(said) });
    else this.#add(who, { atMs, kind: "response", response: readResponse(said) });
  }

  #connect(who: string): Conversation {
    const nth = this.conversations.filter((one) => one.who === who).length;
    const conversation: Conversation = { who, nth, address: "", dialect: "", server: "notification", steps: [] };
    this.conversations.push(conversation);
    this.#open.set(who, conversation);
    this.entries.push({ kind: "opened", conversation });
    return conversation;
  }

  #add(who: string, step: Step, conversation = this.#open.get(who)): void {
    // The gateway carries its connection in web requests and is never seen to connect.
    const isWeb = step.kind === "request" || step.kind === "response";
    const target = conversation ?? (isWeb ? this.#connect(who) : undefined);
    if (!target) throw new Error(`${who} is not connected`);
    target.steps.push(step);
    this.entries.push({ kind: "step", conversation: target, step });
  }

  #note(who: string, said: string, atMs: number): void {
    if (said === "EOF from server") {
      if (!this.#owedEnds.delete(who)) this.#add(who, { atMs, kind: "server-closes" });
    } else if (said === "client closes socket" || said === "EOF from client") {
      if (this.#open.get(who)?.steps.at(-1)?.kind !== "server-closes") this.#owedEnds.add(who);
      this.#add(who, { atMs, kind: "client-closes" });
    } else if (said.startsWith("send error ")) this.#forgetUnsent(who);
    else if (said.startsWith("socket error ")) this.#endAbandoned(who, atMs);
    else throw new Error(`not a note that is known: ${who} -- ${said}`);
  }

  /** The line before it went to a connection that was closed already. */
  #forgetUnsent(who: string): void {
    const unsent = this.#open.get(who)?.steps.pop();
    if (unsent?.kind !== "client" && unsent?.kind !== "client-bytes") throw new Error(`${who} had not sent anything`);
    const at = this.entries.findLastIndex((entry) => entry.kind === "step" && entry.step === unsent);
    this.entries.splice(at, 1);
  }

  /**
   * A socket that was left open while its owner connected again ("TCP reset" is wrong there) hears that it has been
   * signed in elsewhere; the recording notes that under the newer connection.
   */
  #endAbandoned(who: string, atMs: number): void {
    const newer = this.#open.get(who);
    const older = this.conversations.findLast((one) => one.who === who && one !== newer);
    const out = newer?.steps.pop();
    if (!older || out?.kind !== "server" || out.verb !== "OUT") throw new Error(`${who} has left no socket open`);
    const entry = this.entries.findLast((one) => one.kind === "step" && one.step === out);
    if (entry?.kind === "step") entry.conversation = older;
    older.steps.push(out);
    this.#add(who, { atMs, kind: "client-closes" }, older);
  }
}

function identify({ steps }: Conversation): Pick<Conversation, "address" | "dialect" | "server"> {
  const lines = steps.flatMap((step) => ("verb" in step ? [step] : []));
  const first = lines.find(({ kind }) => kind === "client");
  const [, , byTicket] = first?.line.split(" ") ?? [];
  if (first?.verb === "ANS" || first?.verb === "USR") {
    return { address: byTicket?.split(";")[0] ?? "", dialect: "", server: "switchboard" };
  }
  const signIn = lines.find(({ kind, verb }) => kind === "client" && verb === "USR")?.line.split(" ");
  const version = lines.find(({ kind, verb }) => kind === "server" && verb === "VER")?.line.split(" ");
  return { address: signIn?.[4] ?? "", dialect: version?.[2] ?? "", server: "notification" };
}

function readTime(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
}

function readClientLine(said: string, atMs: number): Step {
  if (/^b'.*'$/.test(said)) return { atMs, kind: "client-bytes", line: said, bytes: bytesOfLiteral(said) };
  return { atMs, kind: "client", ...readLine(said) };
}

function readServerLine(said: string): Spoken {
  const spoken = readLine(said);
  // Before MSNP8 a group's line has six words more, the first of them the transaction id.
  const isNumberless = NUMBERLESS.test(spoken.verb) || (spoken.verb === "LSG" && spoken.line.split(" ").length < 6);
  return isNumberless ? { ...spoken, trId: undefined } : spoken;
}

function readLine(said: string): Spoken {
  const [, line = said, json] = /^(.*?) \{payload (".*")\}$/.exec(said) ?? [];
  const [verb = "", second] = line.split(" ");
  const bytes = Buffer.from(`${restoreTicket(line)}\r\n${json ? withPayload(line, json) : ""}`, "utf8");
  return { line, verb, trId: second !== undefined && /^\d+$/.test(second) ? second : undefined, bytes };
}
