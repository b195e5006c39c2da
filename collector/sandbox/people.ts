/** The made-up people of the sandbox, and the accounts of those who watch them. */
import type { AccountSpec } from "./directory.ts";
import type { HabitName } from "./habits.ts";

export interface Person {
  address: string;
  /** Names in turn; whoever has several changes theirs every few weeks. */
  names: readonly [string, ...string[]];
  groups: readonly string[];
  zone: string;
  habit: HabitName;
  /** Comes to the roster only in the middle of the past. */
  isNewcomer?: true;
}

/** Two of the names are what a page, a spreadsheet and a terminal must not fall for. */
export const PEOPLE: readonly Person[] = [
  person("lena.brandt", ["Lena Brandt"], ["Work"], "Europe/Berlin", "office"),
  person("tomasz", ["Tomasz Wójcik", "Tomasz Wójcik (new desk: 4.17)"], ["Work"], "Europe/Warsaw", "sales"),
  person("amara", ["Amara Okafor, RN"], ["Friends"], "Europe/London", "night-nurse"),
  person(
    "jonas",
    ["jonas ☾", "jonas ☾ thesis: p. 41", "jonas ☾ thesis: p. 43"],
    ["Friends"],
    "Europe/Berlin",
    "student",
  ),
  person("mia", ["Mia Lindqvist ✎"], ["Friends", "Work"], "Europe/Stockholm", "freelancer"),
  person("heinz", ["Opa Heinz"], ["Family"], "Europe/Vienna", "early-bird"),
  person("ray.delgado", ["Ray Delgado"], ["Work"], "America/New_York", "new-york-desk"),
  person("yuki", ["鈴木 由紀"], ["Work"], "Asia/Tokyo", "office"),
  person("pasang", ["Pasang Sherpa"], ["Friends"], "Asia/Kathmandu", "internet-cafe"),
  person("kai", ["Kai Kealoha 🌊"], ["Friends"], "Pacific/Honolulu", "remote-support"),
  person("soeze", ['=SUM Söze "KS"'], ["Friends"], "Europe/Istanbul", "student"),
  person("bo", ["<b>Bo</b> 🎈"], ["Family"], "Europe/Copenhagen", "school"),
  { ...person("nuno", ["Nuno Ferreira"], ["Work"], "Europe/Lisbon", "office"), isNewcomer: true },
];

/** The account that a first look signs in with. */
export const WATCHER = { address: "you@sandbox.example", password: "sandbox", name: "You" };

/** People sign in by themselves; nobody needs to guess. */
export const PEOPLE_PASSWORD = "made-up";

/** How long a name stays before the next in the row takes over. */
const NAME_LASTS_MS = 17 * 24 * 3_600_000;

export interface ExtraAccount {
  address: string;
  password: string;
  name?: string;
}

/** The name that a person goes by at an instant: the same in the past and live. */
export function nameAt(person: Person, atMs: number): string {
  const turn = Math.floor(atMs / NAME_LASTS_MS) % person.names.length;
  return person.names[turn] ?? person.names[0];
}

/**
 * Every account of the network, with mutual contacts: watchers know everybody and each other, people know the
 * watchers and those who share a group with them.
 */
export function sandboxAccounts(
  people: readonly Person[],
  extra: readonly ExtraAccount[],
  atMs: number,
): AccountSpec[] {
  const watchers = [WATCHER, ...extra];
  return [
    ...people.map((one) => personAccount(one, people, watchers, atMs)),
    // Last, so that an extra account may take the place of a made-up person or of the watcher.
    ...watchers.map((watcher) => ({
      address: watcher.address,
      password: watcher.password,
      name: watcher.name ?? watcher.address,
      contacts: [
        ...people.map(({ address, groups }) => ({ address, groups: [...groups] })),
        ...watchers.map(({ address }) => ({ address, groups: ["Friends"] })),
      ],
    })),
  ];
}

export function personAccount(
  one: Person,
  people: readonly Person[],
  watchers: readonly { address: string }[],
  atMs: number,
): AccountSpec {
  const peers = people.filter((other) => other.groups.some((group) => one.groups.includes(group)));
  return {
    address: one.address,
    password: PEOPLE_PASSWORD,
    name: nameAt(one, atMs),
    contacts: [...watchers, ...peers].map(({ address }) => ({ address, groups: [] })),
  };
}

function person(
  local: string,
  names: readonly [string, ...string[]],
  groups: readonly string[],
  zone: string,
  habit: HabitName,
): Person {
  return { address: `${local}@sandbox.example`, names, groups, zone, habit };
}
