/** Finding somebody on the board. Pure, and the same on the server and in the browser. */
import type { AccountBoard, Person } from "./board.ts";
import { STATUS_WORDS } from "./status-words.ts";

/**
 * Those of an account's people who match every word of `find`, by the name, the address, the group or the status in words;
 * groups without any are left out. Capitals and accents do not matter. Nothing to find: everybody.
 */
export function matching(account: AccountBoard, find: string): AccountBoard {
  if (find.trim() === "") return account;
  const isFound = finder(find);
  const isMeant = (group: string) => (person: Person) =>
    isFound([person.name, person.address, group, STATUS_WORDS[person.status]]);
  return {
    ...account,
    groups: account.groups
      .map((group) => ({ ...group, people: group.people.filter(isMeant(group.name)) }))
      .filter(({ people }) => people.length > 0),
    gone: account.gone.filter(isMeant("")),
  };
}

/** Whether what is said of somebody has every word of `find` in it. Capitals and accents do not matter. */
export function finder(find: string): (said: readonly string[]) => boolean {
  const words = plainLetters(find)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return () => true;
  return (said) => {
    const letters = plainLetters(said.join("\n"));
    return words.every((word) => letters.includes(word));
  };
}

/** How many people these are, each once however many groups they are in. */
export function peopleIn(accounts: readonly AccountBoard[]): number {
  const ids = accounts.flatMap(({ groups, gone }) => [...groups.flatMap(({ people }) => people), ...gone]);
  return new Set(ids.map(({ id }) => id)).size;
}

/** `Zoë` is found as `zoe`, and `ﬁ` as `fi`. */
function plainLetters(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
