/**
 * Putting somebody on the lists, or taking them off (protocol reference 2.10 and 2.13): with commands up to MSNP12, each
 * answered before the next; from MSNP13 on in the address book first, and then in `RML` and `ADL`.
 */
import { meaningOf, RequestRefused, refusal } from "./errors.ts";
import type { ContactList, ListChange } from "./lists/contact-list.ts";
import { type EditPlan, editCommands, editPayloads, type ListEdit, planEdit } from "./lists/edits.ts";
import { isError } from "./net/connection.ts";
import type { EditedContact } from "./session-api.ts";
import type { Attempt } from "./sign-in/attempt.ts";
import { bookOf } from "./sign-in/lists.ts";
import type { Frame } from "./wire/frame.ts";

const ANSWER_MS = 60_000;
const PASSPORT = 1;

export interface EditParts {
  attempt: Attempt;
  lists: ContactList;
  /** An answer that says what has become of the lists, as news about them does. */
  hear(frame: Frame): void;
  changed(changes: readonly ListChange[]): void;
  signal: AbortSignal;
}

export async function editLists(edit: ListEdit, person: EditedContact, parts: EditParts): Promise<void> {
  const { attempt, lists, signal } = parts;
  signal.throwIfAborted();
  const { address, network = PASSPORT, name } = person;
  const plan = planEdit(edit, lists.find(address, network));
  const who = { address, network, name, contactId: lists.contactIdOf(address, network) };
  const method = attempt.dialect.lists;
  if (method === "address-book") return await editBook(plan, who, parts);
  for (const { verb, params } of editCommands(method, plan, who)) await ask({ verb, params }, parts);
}

type Who = { address: string; network: number; name: string | undefined; contactId: string | undefined };

async function editBook(plan: EditPlan, who: Who, parts: EditParts): Promise<void> {
  const { attempt, lists, changed, signal } = parts;
  const added = await bookOf(attempt).edit(plan, who, signal);
  const { rml, adl } = editPayloads(plan, who);
  for (const payload of rml) await ask({ verb: "RML", payload }, parts);
  for (const payload of adl) await ask({ verb: "ADL", payload }, parts);
  const { address, network, name } = who;
  const known = { address, network, name, contactId: added ?? who.contactId };
  changed(plan.leave.flatMap((list) => lists.leave(known, list)));
  changed(plan.join.flatMap((list) => lists.join(known, list)));
}

interface Command {
  verb: string;
  params?: readonly string[];
  payload?: Buffer;
}

/** The answer is heard before anything that follows it. */
function ask(command: Command, { attempt, hear, signal }: EditParts): Promise<void> {
  const doing = "editing the lists";
  return new Promise((resolve, reject) => {
    const aborted = () => reject(signal.reason);
    if (signal.aborted) return aborted();
    signal.addEventListener("abort", aborted);
    attempt.connection.ask({
      ...command,
      withinMs: ANSWER_MS,
      answer(reply) {
        signal.removeEventListener("abort", aborted);
        if (!reply) return reject(new RequestRefused("no-answer", `${doing}: the server did not answer`));
        if (isError(reply) && !isDone(reply.verb, command.verb)) return reject(refusal(reply.verb, doing));
        if (!isError(reply)) hear(reply);
        resolve();
      },
    });
  });
}

/** Nobody can be taken off a list they are not on: 216, which says more when it answers anything else. */
function isDone(code: string, verb: string): boolean {
  return meaningOf(code).advice === "treat-as-done" || (code === "216" && verb === "REM");
}
