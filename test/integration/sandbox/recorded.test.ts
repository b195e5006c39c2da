/**
 * Plays the client's side of the recorded conversations against the sandbox and compares every line it answers with
 * the recorded one. Names are compared decoded, because the recorded server escapes less than ours.
 */
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "../../../collector/clock.ts";
import { decodeText } from "../../../collector/network/messenger/wire/text.ts";
import type { AccountSpec } from "../../../collector/sandbox/directory.ts";
import { type Listening, listen } from "../../../collector/sandbox/listen.ts";
import { SandboxServer } from "../../../collector/sandbox/server.ts";
import { LineClient } from "./line-client.ts";

const PASSWORD = "secret";
const ACCOUNTS: AccountSpec[] = [
  person("Alice", "A", "bob/Friends", "carol/Work mates", "dave", "logger"),
  { ...person("Bob", "B", "alice", "logger"), blocked: ["carol@example.com"] },
  person("Carol", "C", "alice", "logger"),
  person("Dave", "D", "alice", "logger"),
  person("Logger", "", "alice", "bob", "carol", "dave"),
];
const clients = new Map<string, LineClient>();
/** Who has hung up first; the recording may note the server's answer to that after their next connection. */
const owedEnds = new Set<string>();
let listening: Listening | undefined;

afterEach(async () => {
  for (const client of clients.values()) client.destroy();
  clients.clear();
  owedEnds.clear();
  await listening?.close();
});

for (const dialect of ["msnp02", "msnp07"]) {
  for (const scene of ["presence", "signed-in-elsewhere", "wrong-password", "contact-add-remove", "bad-input"]) {
    test(`the sandbox answers like the recorded server: ${dialect} ${scene}`, async () => {
      const server = new SandboxServer({ clock: systemClock, accounts: ACCOUNTS });
      listening = await listen(server, 0);
      for (const step of recording(`${dialect}-${scene}.txt`)) {
        await play(step, scene, listening.notificationPort);
      }
      for (const client of clients.values()) expect(client.pending).toEqual([]);
    });
  }
}

interface Step {
  who: string;
  direction: string;
  text: string;
}

function recording(name: string): Step[] {
  const path = new URL(`../../fixtures/transcripts/${name}`, import.meta.url);
  const lines = readFileSync(path, "utf8").split("\n");
  const steps = lines.flatMap((line) => {
    const [, who, direction, text] = /^[\d:.]+ (\S+) +(\S\S) (.*)$/.exec(line) ?? [];
    return who && direction && text && who !== "#" ? [{ who, direction, text }] : [];
  });
  // Peculiar to the recorded server: a lone empty line wedges its connection, and the PNG after it stays unanswered.
  const isWedge = (step: Step | undefined) => step?.text === "b'\\r\\n'";
  return steps.filter((step, at) => !isWedge(step) && !isWedge(steps[at - 1]));
}

async function play({ who, direction, text }: Step, scene: string, port: number): Promise<void> {
  if (text.startsWith("TCP connect")) return void clients.set(who, new LineClient(port));
  const client = clients.get(who);
  if (!client) throw new Error(`${who} is not connected`);
  if (direction === "C>") return say(client, text, scene === "wrong-password" ? "wrong" : PASSWORD);
  if (direction === "S>") return expect(comparable(await client.take(), scene)).toBe(comparable(text, scene));
  if (text === "client closes socket") {
    client.close();
    await client.closed();
    owedEnds.add(who);
  }
  if (text === "EOF from server" && !owedEnds.delete(who)) await client.closed();
}

function say(client: LineClient, text: string, password: string): void {
  const [, trid = ""] = /^USR (\d+) MD5 S /.exec(text) ?? [];
  const [, line = "", payload] = /^(.*?)(?: \{payload (".*")\})?$/.exec(text) ?? [];
  if (trid) client.sendDigest(trid, password);
  else if (/^b'.*'$/.test(text)) client.sendBytes(bytesOf(text));
  else if (payload) client.sendBytes(Buffer.from(`${line}\r\n${JSON.parse(payload)}`, "utf8"));
  else client.send(line);
}

/** A Python bytes literal. */
function bytesOf(literal: string): Buffer {
  const text = literal
    .slice(2, -1)
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll("\\r", "\r")
    .replaceAll("\\n", "\n");
  return Buffer.from(text, "latin1");
}

/** A line without what must differ: salts, payload lengths, escaping, and serials, which the recorded server forgets. */
function comparable(line: string, scene: string): string {
  const bare = line.replace(/ \{payload .*$/, "").replace(/^(MSG \S+ \S+) \S+$/, "$1 …");
  const text = decodeText(Buffer.from(bare, "utf8").toString("latin1"))
    .replace(/^(USR \d+ MD5 S) .*$/, "$1 salt")
    .replace(/^(GTC \d+|BLP \d+|ADD \d+ [FABR]L|REM \d+ [FABR]L|SYN \d+) \d+/, "$1 serial");
  // Bob was renamed in the first scene and the recorded server remembers, but not in its lists.
  return scene === "presence" ? text : text.replace("Bob É renamed%20x", "Bob B");
}

function person(name: string, letter: string, ...contacts: string[]): AccountSpec {
  return {
    address: `${name.toLowerCase()}@example.com`,
    password: PASSWORD,
    name: `${name} ${letter}`.trim(),
    contacts: contacts.map((contact) => {
      const [who = "", group] = contact.split("/");
      return { address: `${who}@example.com`, groups: group ? [group] : [] };
    }),
  };
}
