/** The networks that are signed in to: who is on them, and who knows whom. */
import type { AccountSpec } from "../../collector/sandbox/directory.ts";

export const PASSWORD = "a password";
/** Knows everyone in the crowd. */
export const WATCHER = "watcher@example.com";
/** Knows ten of them: signs in first, so that what is measured does not begin with an engine that has run nothing. */
export const NEWCOMER = "newcomer@example.com";

export type World =
  /** One account whose contacts, so many, are all there. */
  | { kind: "crowd"; people: number }
  /** So many accounts, nobody there; each knows ten others, who know it too. */
  | { kind: "circle"; people: number };

const GROUPS = ["Family", "Work", "School", "Online", "Neighbours", "Football", "Chess", "Others"];
const CONTACTS_EACH = 10;

export function accountsOf({ kind, people }: World): AccountSpec[] {
  switch (kind) {
    case "crowd":
      return crowd(people);
    case "circle":
      return circle(people);
    default:
      return kind satisfies never;
  }
}

/** Everyone of the crowd whose contacts know them, too. */
function crowd(people: number): AccountSpec[] {
  const everyone = Array.from({ length: people }, (_, n) => n);
  const watcher = account(WATCHER, "Watcher", everyone);
  const newcomer = account(NEWCOMER, "Newcomer", everyone.slice(0, CONTACTS_EACH));
  return [
    ...everyone.map((n) => ({
      ...account(addressOf(n), `Contact No. ${n} ☾`, []),
      contacts: [{ address: WATCHER, groups: [] }],
      personalMessage: `at the desk of contact ${n}`,
    })),
    watcher,
    newcomer,
  ];
}

function circle(people: number): AccountSpec[] {
  const half = CONTACTS_EACH / 2;
  const steps = Array.from({ length: CONTACTS_EACH }, (_, n) => (n < half ? n - half : n - half + 1));
  return Array.from({ length: people }, (_, n) => {
    const others = steps.map((step) => (n + step + people) % people);
    return { ...account(addressOf(n), `Somebody No. ${n}`, others), personalMessage: "around" };
  });
}

export function addressOf(n: number): string {
  return `somebody.${n}@mail-${n % 7}.example.com`;
}

function account(address: string, name: string, contacts: readonly number[]): AccountSpec {
  return {
    address,
    password: PASSWORD,
    name,
    contacts: contacts.map((n) => ({ address: addressOf(n), groups: [GROUPS[n % GROUPS.length] ?? ""] })),
  };
}
