/** Reads the recordings in `test/fixtures/transcripts`: one conversation per TCP connection, in the order of connecting. */
import { readFileSync } from "node:fs";

export type Step = {
  /** Milliseconds since the recording's midnight. */
  atMs: number;
} & (
  | { kind: "client"; line: string; verb: string; trId: string | undefined }
  /** `bytes` is the line with its CRLF and the payload behind it, as they went over the wire. */
  | { kind: "server"; line: string; verb: string; trId: string | undefined; bytes: Buffer }
  | { kind: "server-closes" }
  | { kind: "client-closes" }
);

export interface Conversation {
  who: string;
  /** Counts this person's connections in the file, from 0. */
  nth: number;
  steps: Step[];
}

const FOLDER = new URL("../fixtures/transcripts/", import.meta.url);

/** `name`: for instance `msnp02-presence`. */
export function readTranscript(name: string): Conversation[] {
  return parseTranscript(readFileSync(new URL(`${name}.txt`, FOLDER), "utf8"));
}

/** Throws when a line cannot be read: a recording that is half understood would prove nothing. */
export function parseTranscript(text: string): Conversation[] {
  const conversations: Conversation[] = [];
  const open = new Map<string, Conversation>();
  /** Who has hung up first: the server's own end may be noted after their next connection. */
  const owedEnds = new Set<string>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, time, who, direction, said] = /^([\d:.]+) (\S+) +(C>|S>|--) (.*)$/.exec(line) ?? [];
    if (!time || !who || !direction || said === undefined) throw new Error(`not a line of a recording: ${line}`);
    if (who === "#") continue;
    const atMs = readTime(time);
    if (said.startsWith("TCP connect")) {
      const nth = conversations.filter((one) => one.who === who).length;
      const conversation = { who, nth, steps: [] };
      conversations.push(conversation);
      open.set(who, conversation);
      continue;
    }
    const steps = open.get(who)?.steps;
    if (!steps) throw new Error(`${who} is not connected: ${line}`);
    if (direction === "C>") steps.push({ atMs, kind: "client", ...readLine(said) });
    else if (direction === "S>") steps.push({ atMs, kind: "server", ...readServerLine(said) });
    else if (said === "EOF from server" && !owedEnds.delete(who)) steps.push({ atMs, kind: "server-closes" });
    else if (said === "client closes socket") {
      if (steps.at(-1)?.kind !== "server-closes") owedEnds.add(who);
      steps.push({ atMs, kind: "client-closes" });
    }
  }
  return conversations;
}

/** A conversation in which the client left out SYN, with the lists that the same server sent to `donor`. */
export function withListsOf(donor: Conversation, conversation: Conversation): Conversation {
  const isList = (step: Step) =>
    ("verb" in step && step.verb === "SYN") ||
    (step.kind === "server" && /^(GTC|BLP|LSG|LST)$/.test(step.verb) && step.trId === "5");
  const chg = conversation.steps.findIndex((step) => step.kind === "client" && step.verb === "CHG");
  const atMs = conversation.steps[chg]?.atMs ?? 0;
  const lists = donor.steps.filter(isList).map((step): Step => ({ ...step, atMs }));
  return {
    ...conversation,
    steps: conversation.steps.toSpliced(chg, 0, ...lists.map((step) => rename(step, "5", "4.5"))),
  };
}

/** Their CHG carries the number that SYN has in the borrowed lists. */
function rename(step: Step, from: string, to: string): Step {
  return "trId" in step && step.trId === from ? { ...step, trId: to } : step;
}

function readTime(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return Math.round((hours * 3600 + minutes * 60 + seconds) * 1000);
}

function readLine(said: string): { line: string; verb: string; trId: string | undefined } {
  const [verb = "", second] = said.split(" ");
  return { line: said, verb, trId: second !== undefined && /^\d+$/.test(second) ? second : undefined };
}

function readServerLine(said: string) {
  const [, line = said, json] = /^(.*?) \{payload (".*")\}$/.exec(said) ?? [];
  return { ...readLine(line), bytes: Buffer.from(`${line}\r\n${json ? readPayload(line, json) : ""}`, "utf8") };
}

/** Constant characters of every ticket were left out when the recording was made; they count in the announced size. */
function readPayload(line: string, json: string): string {
  const [before = "", after] = (JSON.parse(json) as string).split("<860 fixed base64 chars>");
  const size = Number(line.split(" ").at(-1));
  const left = size - Buffer.byteLength(before + (after ?? ""));
  if (left < 0 || (left > 0 && after === undefined)) throw new Error(`${line}: the payload is ${-left} bytes too long`);
  return before + "A".repeat(left) + (after ?? "");
}
