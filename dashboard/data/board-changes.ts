/** What a live view is told: the board as a whole, and from then on what has changed. Pure. */
import { type AccountNow, aroundFirst, type Board, type Details, everyone, type Person } from "./board.ts";

export interface BoardChanges {
  nowMs: number;
  collector: Board["collector"];
  /** Those that changed, as they are now. */
  accounts: AccountNow[];
  people: Person[];
}

export type FeedMessage =
  /** `details`: of everybody, unless there are too many. */
  | { kind: "board"; board: Board; details: Record<number, Details> }
  /** `details`: of those who changed, unless there are too many. */
  | ({ kind: "changes"; details: Record<number, Details> } & BoardChanges)
  | { kind: "no-board"; reason: "nothing-yet" | "unreadable"; message: string };

/** Between two boards of the same accounts, people and groups; undefined when nothing has changed. */
export function changesBetween(before: Board, after: Board): BoardChanges | undefined {
  const accounts = after.accounts
    .filter((account, i) => !isSame(accountNow(account), before.accounts[i]))
    .map(accountNow);
  const known = new Map(everyone(before).map((person) => [person.id, person]));
  const people = everyone(after).filter((person) => !isSame(person, known.get(person.id)));
  if (accounts.length === 0 && people.length === 0 && isSame(after.collector, before.collector)) return undefined;
  return { nowMs: after.nowMs, collector: after.collector, accounts, people };
}

/** The board with what has changed. Who came or went finds their new place; all that did not change is the same object. */
export function withChanges(board: Board, { nowMs, collector, accounts, people }: BoardChanges): Board {
  const changed = new Map(people.map((person) => [person.id, person]));
  const told = new Map(accounts.map((account) => [account.id, account]));
  const renew = (members: Person[]) =>
    members.some(({ id }) => changed.has(id)) ? members.map((one) => changed.get(one.id) ?? one) : members;
  return {
    ...board,
    nowMs,
    collector,
    accounts: board.accounts.map((account) => ({
      ...account,
      ...told.get(account.id),
      groups: account.groups.map((group) => {
        const members = renew(group.people);
        return members === group.people ? group : { ...group, people: aroundFirst(members) };
      }),
      gone: renew(account.gone),
    })),
  };
}

/** What of the board is about one contact. */
export function withOnly(board: Board, contactId: number): Board {
  const own = (people: Person[]) => people.filter(({ id }) => id === contactId);
  return {
    ...board,
    accounts: board.accounts.map((account) => ({
      ...account,
      groups: account.groups
        .map((group) => ({ ...group, people: own(group.people) }))
        .filter(({ people }) => people.length > 0),
      gone: own(account.gone),
    })),
  };
}

/** The same of changes; undefined when they are about others. */
export function changesOf(changes: BoardChanges, contactId: number): BoardChanges | undefined {
  const people = changes.people.filter(({ id }) => id === contactId);
  return people.length > 0 || changes.accounts.length > 0 ? { ...changes, people } : undefined;
}

function accountNow({ groups, gone, ...account }: Board["accounts"][number]): AccountNow {
  return account;
}

/** For flat values alone. */
function isSame<T extends object | null>(a: T, b: T | undefined): boolean {
  if (a === null || b === null || b === undefined) return a === b;
  return Object.entries(a).every(([key, value]) => value === (b as Record<string, unknown>)[key]);
}
