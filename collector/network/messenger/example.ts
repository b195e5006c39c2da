/**
 * Signs in, lists the contacts with their statuses, holds a conversation, signs out.
 *
 *   node example.ts SERVER[:PORT] ADDRESS PASSWORD [--talk-to ADDRESS] [--dialect MSNP12]
 *
 * With `--talk-to`, each line that you type is said to them, `/nudge` nudges, and at the end of the input it signs out.
 * Without it, whoever opens a conversation hears an echo until you press Ctrl-C.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Client, openClient } from "./client.ts";
import type { ContactState } from "./contact-states.ts";
import { dialectNamed } from "./dialects.ts";
import { endMessage } from "./errors.ts";
import type { MessengerEvent } from "./events.ts";
import type { Conversation } from "./switchboard/conversation.ts";
import type { ConversationEvent } from "./switchboard/events.ts";

const USAGE = "usage: node example.ts SERVER[:PORT] ADDRESS PASSWORD [--talk-to ADDRESS] [--dialect MSNP12]";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "talk-to": { type: "string" }, dialect: { type: "string" } },
});
const [server, address, password] = positionals;
const [host, port = "1863"] = server?.split(":") ?? [];
const dialect = values.dialect === undefined ? undefined : dialectNamed(values.dialect);
const isUnderstood = host && address && password && (values.dialect === undefined || dialect);
if (isUnderstood) await run(host, address, password);
else {
  say(USAGE);
  process.exitCode = 2;
}

async function run(host: string, address: string, password: string): Promise<void> {
  const signOut = new AbortController();
  process.once("SIGINT", () => signOut.abort());
  const signedIn = Promise.withResolvers<void>();

  const client = openClient(
    {
      address,
      password,
      server: { host, port: Number(port) },
      status: "NLN",
      signal: signOut.signal,
      ...(dialect ? { dialects: [dialect] } : {}),
    },
    (event) => {
      if (event.kind === "snapshot-complete") signedIn.resolve();
      hear(event, client);
    },
  );

  await Promise.race([signedIn.promise, client.session.ended]);
  for (const contact of client.contacts.forward) say(`  ${describe(contact)}`);
  if (values["talk-to"] !== undefined) {
    await talk(client, values["talk-to"]);
    signOut.abort();
  }
  const end = await client.session.ended;
  say(`the session is over: ${endMessage(end)}`);
  if (end.why !== "asked") process.exitCode = 1;
}

function hear(event: MessengerEvent, client: Client): void {
  switch (event.kind) {
    case "signed-in":
      return say(`signed in as ${event.address}, speaking ${event.dialect}`);
    case "presence":
      return say(`* ${event.address} is ${event.code}`);
    case "ring":
      return echo(client, event);
    default:
      return;
  }
}

/** Says what is typed, until there is no more or nobody to say it to. */
async function talk(client: Client, to: string): Promise<void> {
  const conversation = client.startConversation(to, show, { id: `with ${to}` });
  const lines = createInterface({ input: process.stdin });
  void conversation.ended.then((end) => {
    if (end.why !== "asked") say(`the conversation is over: ${end.explanation}`);
    lines.close();
  });
  const deliveries: Promise<void>[] = [];
  lines.on("line", (line) => deliveries.push(send(conversation, line)));
  await once(lines, "close");
  await Promise.all(deliveries);
  conversation.leave();
}

async function send(conversation: Conversation, line: string): Promise<void> {
  const sending = line === "/nudge" ? conversation.sendNudge() : conversation.sendText(line, { receipt: true });
  const delivery = await sending;
  if (delivery.outcome === "undelivered") say(`not delivered: ${delivery.explanation}`);
}

function echo(client: Client, { ring, ...rang }: MessengerEvent & { kind: "ring" }): void {
  const options = { id: ring.sessionId, rang, timeoutMs: 5 * 60_000 };
  const conversation = client.answer(
    ring,
    (event) => {
      show(event);
      if (event.kind === "text") void conversation.sendText(`you said: ${event.text}`);
    },
    options,
  );
}

function show(event: ConversationEvent): void {
  switch (event.kind) {
    case "joined":
      return say(`${event.participant.address} (${event.participant.name}) is here`);
    case "left":
      return say(`${event.address} has left`);
    case "text":
      return say(`${event.name}: ${event.text}`);
    case "typing":
      return say(`${event.from} is typing`);
    case "nudge":
      return say(`${event.from} nudges you`);
    case "invitation":
      return say(`${event.from} invites you to ${event.invitation.application}; declined`);
    case "delivered":
      return say(`(message ${event.message} has arrived)`);
    case "closed":
      return say(`(no switchboard for now: ${event.explanation})`);
    default:
      return;
  }
}

function describe({ name, address, status, groups }: ContactState): string {
  return `${(status ?? "???").padEnd(4)} ${name || address} <${address}> ${groups.join(", ")}`.trimEnd();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
