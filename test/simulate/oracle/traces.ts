/** Whoever was forgotten has left no trace, in no row and no byte; and what was asked for has been answered. */
import { existsSync, readFileSync } from "node:fs";
import { instant } from "../script.ts";
import type { WishNote } from "../wishes.ts";
import type { WorldNotes } from "../world.ts";
import { readFacts } from "./facts.ts";
import type { Finding } from "./finding.ts";

/** Good reasons not to do what was asked: whom it was about has been forgotten meanwhile, or too many lives ended over it. */
const GONE = /there is no contact with the number|given up: the collector ended/;

export function checkTraces({ databasePath, wishes }: WorldNotes, findings: Finding[]): void {
  const forgotten = wishes.filter((wish) => wish.kind === "forget" && wish.refusal === undefined) as ForgetNote[];
  const done = forgotten.filter(({ answeredMs }) => answeredMs !== undefined);
  const facts = done.length > 0 ? readFacts(databasePath) : undefined;
  const accounts = new Map(facts?.accounts.map(({ id, address }) => [id, address]));
  for (const { account, person, askedMs } of done) {
    const those = facts?.contacts.filter(({ address }) => address === person) ?? [];
    const tell = (text: string) =>
      findings.push({ what: "against-wish", atMs: askedMs, text: `${person} was forgotten, but ${text}` });
    if (those.some(({ accountId }) => accounts.get(accountId) === account)) tell("is a contact again");
    else if (those.length === 0 && !isNamedSince(wishes, person, askedMs) && isWrittenIn(databasePath, person))
      tell("the file still holds the address");
  }
  for (const { kind, askedMs, refusal } of wishes) {
    if (refusal === undefined || GONE.test(refusal)) continue;
    findings.push({
      what: "against-wish",
      atMs: askedMs,
      text: `${kind}, asked for at ${instant(askedMs)}, was refused: ${refusal}`,
    });
  }
}

type ForgetNote = WishNote & { kind: "forget" };

/** The user has written the address down again: as a pattern. */
function isNamedSince(wishes: readonly WishNote[], person: string, forgottenMs: number): boolean {
  return wishes.some((wish) => wish.kind === "exclude" && wish.pattern === person && wish.askedMs > forgottenMs);
}

function isWrittenIn(path: string, text: string): boolean {
  return [path, `${path}-wal`].some((file) => existsSync(file) && readFileSync(file).includes(text));
}
