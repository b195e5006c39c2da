/** What belongs together in a recorded conversation. */
import { type Conversation, readTranscript, type Step } from "./transcript.ts";

/** What the server says to a command in one go; news come with its next look round, every 0.2 s. */
const MAX_PAUSE_MS = 50;

/**
 * The index just behind all that answers the client's command at `at`. A server does one thing after another, so a
 * ping that followed at once would have been answered there.
 */
export function answeredAt(steps: readonly Step[], at: number): number {
  const command = steps[at];
  const trId = command?.kind === "client" ? command.trId : undefined;
  const isAnswer = (step: Step) => step.kind === "server" && trId !== undefined && step.trId === trId;
  const numbered = steps.findLastIndex((step, index) => index > at && isAnswer(step));
  if (command?.kind !== "client" || command.verb !== "CHG") return Math.max(at, numbered) + 1;
  // From MSNP16 on the snapshot carries no number.
  let end = at + 1;
  let atMs = command.atMs;
  for (let step = steps[end]; step?.kind === "server" && step.atMs - atMs < MAX_PAUSE_MS; step = steps[++end])
    atMs = step.atMs;
  return Math.max(end, numbered + 1);
}

/** Where the client first says which status it has. */
export function firstStatusAt({ steps }: Pick<Conversation, "steps">): number {
  return steps.findIndex((step) => step.kind === "client" && step.verb === "CHG");
}

/**
 * A conversation as it would have been with our client, which always asks for the lists, and says nothing more once it
 * has said OUT.
 */
export function asOurs(conversation: Conversation): Conversation {
  return withOutLast(withLists(conversation));
}

/** One recorded client said OUT before it had heard all that answers its first status. */
function withOutLast(conversation: Conversation): Conversation {
  const steps = [...conversation.steps];
  const at = steps.findIndex((step) => step.kind === "client" && step.verb === "OUT");
  const [out] = at < 0 ? [] : steps.splice(at, 1);
  if (!out) return conversation;
  const last = steps.findLastIndex((step) => step.kind === "server");
  steps.splice(Math.max(at, last + 1), 0, out);
  return { ...conversation, steps };
}

/**
 * With the lists that the same person got from the same server in the same dialect elsewhere, where the client did not
 * ask for them. From MSNP13 on they come from the address book.
 */
function withLists(conversation: Conversation): Conversation {
  const { address, dialect, steps } = conversation;
  const number = Number(dialect.slice(4));
  const asks = (step: Step) => step.kind === "client" && step.verb === "SYN";
  if (!(number >= 2 && number <= 12) || firstStatusAt(conversation) < 0 || steps.some(asks)) return conversation;
  const donor = presenceOf(conversation, asks);
  if (!donor) throw new Error(`${address} asks for no lists in ${dialect}`);
  return withListsOf(donor, conversation);
}

/** The same person in the same dialect, in the recording in which everybody does everything. */
export function presenceOf(
  { address, dialect }: Conversation,
  does: (step: Step) => boolean,
): Conversation | undefined {
  const elsewhere = readTranscript(`msnp${dialect.slice(4).padStart(2, "0")}-presence`);
  return elsewhere.find((one) => one.address === address && one.steps.some(does));
}

/** A conversation in which the client left out SYN, with the lists that the same server sent to `donor`. */
export function withListsOf(donor: Conversation, conversation: Conversation): Conversation {
  const first = donor.steps.findIndex((step) => step.kind === "client" && step.verb === "SYN");
  const chg = firstStatusAt(conversation);
  const atMs = conversation.steps[chg]?.atMs ?? 0;
  const lists = donor.steps.slice(first, firstStatusAt(donor)).map((step): Step => ({ ...step, atMs }));
  // Their CHG carries the number that SYN has in the borrowed lists.
  const renamed = lists.map((step) => ("trId" in step && step.trId === "5" ? { ...step, trId: "4.5" } : step));
  return { ...conversation, steps: conversation.steps.toSpliced(chg, 0, ...renamed) };
}
