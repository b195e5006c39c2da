/**
 * The script of a simulated world: who is there, and what goes wrong when. Plain data, drawn from a seed, so that a
 * failing world can be made smaller line by line and printed for a person to read.
 */
import { type Chance, chanceFor } from "../../collector/sandbox/chance.ts";
import { PEOPLE } from "../../collector/sandbox/people.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** `account`: the index of a watcher. Durations are in true milliseconds. */
export type Trouble =
  /** The server goes away, with or without a word, and comes back. */
  | { kind: "server-restart"; forMs: number; isPolite: boolean }
  /** The line breaks after so many more bytes, wherever that is. */
  | { kind: "cut"; account: number; afterBytes: number }
  /** The line is dead, and neither end is told. */
  | { kind: "half-open"; account: number }
  /** Nothing crosses the machine's own network; lines from before stay dead. */
  | { kind: "silence"; forMs: number }
  /** The machine's own network is unplugged. */
  | { kind: "unplugged"; forMs: number }
  /** What the server says is held back and comes late. */
  | { kind: "stall"; account: number; forMs: number }
  | { kind: "lag"; account: number; delayMs: number; forMs: number }
  | { kind: "pieces"; account: number; bytes: number; forMs: number }
  | { kind: "kick"; account: number }
  /** Right proofs of identity are refused with this error number. */
  | { kind: "refuse"; code: string; forMs: number }
  /** The network loses the next notifications about contacts. */
  | { kind: "lose"; account: number; count: number }
  | { kind: "remove"; account: number; person: string; forMs: number }
  | { kind: "block"; account: number; person: string; forMs: number }
  /** The wall clock is set, and set right again later. */
  | { kind: "clock"; byMs: number; forMs: number }
  /** The machine sleeps: the wall clock goes on, the monotonic one stands still. */
  | { kind: "suspend"; forMs: number; breaksLines: boolean; timersFirst: boolean }
  /** The process is stopped: both clocks go on. */
  | { kind: "freeze"; forMs: number; timersFirst: boolean }
  /** `keepsBatch`: the batch under way reached the disk. `bootMs`: how long the clock shows 1970 after the start. */
  | { kind: "kill"; forMs: number; keepsBatch: boolean; isPowerCut: boolean; bootMs: number }
  | { kind: "restart"; forMs: number }
  | { kind: "slow-disk"; delayMs: number; forMs: number }
  | { kind: "disk-refuses"; forMs: number };

/** What the user asks for. `forMs`: until it is taken back. */
export type Wish =
  | { kind: "pause"; account: number; person: string; forMs: number }
  | { kind: "exclude"; pattern: string; forMs: number }
  | { kind: "forget"; account: number; person: string }
  /** Without a person, of the whole history. Null: for ever. */
  | { kind: "retention"; account: number; person?: string; days: number | null }
  /** Another Rollcall, which watches the same accounts on a machine of its own, is merged in as it is then. */
  | { kind: "merge" };

export type TroubleKind = Trouble["kind"];
export type WishKind = Wish["kind"];
export type Incident = { atMs: number } & (Trouble | Wish);

export interface Script {
  seed: string;
  fromMs: number;
  toMs: number;
  /** Addresses of PEOPLE. */
  people: string[];
  /** The dialect of each account that is recorded. */
  watchers: string[];
  /** How long facts wait for others. */
  batchMs: number;
  /** How often the writer looks for wishes and what else is to be done. */
  lookMs: number;
  incidents: Incident[];
  /** What goes wrong for the other Rollcall, where one is merged in. */
  another: Incident[];
}

const DIALECTS = [
  "MSNP2",
  "MSNP4",
  "MSNP7",
  "MSNP8",
  "MSNP9",
  "MSNP11",
  "MSNP12",
  "MSNP13",
  "MSNP15",
  "MSNP16",
  "MSNP18",
];

/** The clocks of somebody's people change within these weeks, or nobody's do. */
const BEGINNINGS = [
  "2026-03-05T20:00Z",
  "2026-03-26T09:30Z",
  "2026-06-11T00:00Z",
  "2026-10-22T23:59Z",
  "2026-10-29T12:00Z",
  "2027-01-29T05:17Z",
];

export const TROUBLES: readonly TroubleKind[] = [
  "server-restart",
  "cut",
  "half-open",
  "silence",
  "unplugged",
  "stall",
  "lag",
  "pieces",
  "kick",
  "refuse",
  "lose",
  "remove",
  "block",
  "clock",
  "suspend",
  "freeze",
  "kill",
  "restart",
  "slow-disk",
  "disk-refuses",
];

/** What concerns a Rollcall and its machine, and nobody else in the world. */
const ELSEWHERE: readonly TroubleKind[] = [
  "cut",
  "half-open",
  "silence",
  "unplugged",
  "stall",
  "clock",
  "suspend",
  "kill",
  "restart",
];

const WISHES_A_DAY = 1.5;

export const WISHES: readonly WishKind[] = ["pause", "exclude", "forget", "retention", "merge"];

export interface DrawOptions {
  seed: string;
  days: number;
  /** Only these go wrong, and are wished for; all, unless given. */
  kinds?: readonly (TroubleKind | WishKind)[];
  /** How many things go wrong a day. */
  perDay?: number;
}

export function drawScript({ seed, days, kinds, perDay = 12 }: DrawOptions): Script {
  const chance = chanceFor("script", seed);
  const fromMs = Date.parse(chance.pick(BEGINNINGS)) + Math.floor(chance.between(0, HOUR_MS));
  const toMs = fromMs + days * DAY_MS;
  const people = PEOPLE.filter(() => chance.isLuckyAt(0.7)).map(({ address }) => address);
  if (people.length === 0) people.push(PEOPLE[0]?.address ?? "");
  const watchers = chance.isLuckyAt(0.3) ? [chance.pick(DIALECTS), chance.pick(DIALECTS)] : [chance.pick(DIALECTS)];
  const batchMs = chance.pick([50, MINUTE_MS, 10 * MINUTE_MS, 10 * MINUTE_MS]);
  const lookMs = chance.pick([15 * MINUTE_MS, HOUR_MS, HOUR_MS]);
  const world = { chance, people, watchers };
  const troubles = TROUBLES.filter((kind) => kinds?.includes(kind) ?? true);
  const incidents = drawTimes(chance, fromMs, toMs, perDay).flatMap((atMs) =>
    troubles.length === 0 ? [] : [{ atMs, ...draw(chance.pick(troubles), world) }],
  );
  // Another Rollcall takes as long to play again.
  const wished = WISHES.filter((kind) => kinds?.includes(kind) ?? (kind !== "merge" || chance.isLuckyAt(0.3)));
  const wishes = drawTimes(chance, fromMs, toMs, WISHES_A_DAY).flatMap((atMs) =>
    wished.length === 0 ? [] : [{ atMs, ...drawWish(chance.pick(wished), world) }],
  );
  const another = wishes.some(({ kind }) => kind === "merge") ? drawTimes(chance, fromMs, toMs, perDay / 2) : [];
  const elsewhere = troubles.filter((kind) => ELSEWHERE.includes(kind));
  return {
    seed,
    fromMs,
    toMs,
    people,
    watchers,
    batchMs,
    lookMs,
    incidents: [...incidents, ...wishes].toSorted((one, other) => one.atMs - other.atMs),
    another: another.flatMap((atMs) =>
      elsewhere.length === 0 ? [] : [{ atMs, ...draw(chance.pick(elsewhere), world) }],
    ),
  };
}

/** Troubles, and wishes, like company: half of them come within minutes of the last one. */
function drawTimes(chance: Chance, fromMs: number, toMs: number, perDay: number): number[] {
  const times: number[] = [];
  // A quiet first minute, so that there is something to lose.
  for (let atMs = fromMs + MINUTE_MS; ; ) {
    const meanMs = DAY_MS / perDay;
    atMs += Math.ceil(chance.isLuckyAt(0.5) ? chance.between(1, 5 * MINUTE_MS) : chance.between(1, 4 * meanMs));
    if (atMs >= toMs - MINUTE_MS) return times;
    times.push(atMs);
  }
}

function drawWish(
  kind: WishKind,
  { chance, people, watchers }: { chance: Chance; people: readonly string[]; watchers: readonly string[] },
): Wish {
  const account = Math.floor(chance.between(0, watchers.length));
  const person = chance.pick(people);
  const lasting = (lowMs: number, highMs: number) => Math.round(lowMs * (highMs / lowMs) ** chance.next());
  switch (kind) {
    case "pause":
      return { kind, account, person, forMs: lasting(MINUTE_MS, 30 * HOUR_MS) };
    case "exclude": {
      const pattern = chance.isLuckyAt(0.5) ? person : `${person.slice(0, 1)}*@*`;
      return { kind, pattern, forMs: lasting(MINUTE_MS, 30 * HOUR_MS) };
    }
    case "forget":
      // Whoever is forgotten is gone for good, so most of those who might be are only paused.
      if (chance.isLuckyAt(0.6)) return { kind: "pause", account, person, forMs: lasting(MINUTE_MS, 3 * HOUR_MS) };
      return { kind, account, person };
    case "retention":
      return {
        kind,
        account,
        days: chance.pick([1, 1, 2, null]),
        ...(chance.isLuckyAt(0.5) ? { person } : {}),
      };
    case "merge":
      return { kind };
    default:
      return kind satisfies never;
  }
}

function draw(
  kind: TroubleKind,
  { chance, people, watchers }: { chance: Chance; people: readonly string[]; watchers: readonly string[] },
): Trouble {
  const account = Math.floor(chance.between(0, watchers.length));
  /** Short ones are as interesting as long ones: evenly spread over magnitudes. */
  const lasting = (lowMs: number, highMs: number) => Math.round(lowMs * (highMs / lowMs) ** chance.next());
  switch (kind) {
    case "server-restart":
      return { kind, forMs: lasting(SECOND_MS, HOUR_MS), isPolite: chance.isLuckyAt(0.5) };
    case "cut":
      return { kind, account, afterBytes: Math.floor(chance.between(0, chance.pick([8, 400, 5_000]))) };
    case "half-open":
      return { kind, account };
    case "silence":
    case "unplugged":
      return { kind, forMs: lasting(10 * SECOND_MS, 2 * HOUR_MS) };
    case "stall":
      return { kind, account, forMs: lasting(5 * SECOND_MS, 100 * SECOND_MS) };
    case "lag":
      return { kind, account, delayMs: lasting(20, 40 * SECOND_MS), forMs: lasting(MINUTE_MS, HOUR_MS) };
    case "pieces":
      return { kind, account, bytes: Math.ceil(chance.between(0, 60)), forMs: lasting(MINUTE_MS, 4 * HOUR_MS) };
    case "kick":
      return { kind, account };
    case "refuse":
      return { kind, code: chance.pick(["911", "600", "910"]), forMs: lasting(MINUTE_MS, HOUR_MS) };
    case "lose":
      return { kind, account, count: Math.ceil(chance.between(0, 3)) };
    case "remove":
    case "block":
      return { kind, account, person: chance.pick(people), forMs: lasting(3 * MINUTE_MS, 20 * HOUR_MS) };
    case "clock": {
      const sizeMs = lasting(200, 2 * DAY_MS);
      return { kind, byMs: chance.isLuckyAt(0.5) ? sizeMs : -sizeMs, forMs: lasting(10 * SECOND_MS, 8 * HOUR_MS) };
    }
    case "suspend":
      return {
        kind,
        forMs: lasting(2 * SECOND_MS, 10 * HOUR_MS),
        breaksLines: chance.isLuckyAt(0.5),
        timersFirst: chance.isLuckyAt(0.5),
      };
    case "freeze":
      return { kind, forMs: lasting(2 * SECOND_MS, 5 * MINUTE_MS), timersFirst: chance.isLuckyAt(0.5) };
    case "kill":
      return {
        kind,
        forMs: lasting(SECOND_MS, HOUR_MS),
        keepsBatch: chance.isLuckyAt(0.5),
        isPowerCut: chance.isLuckyAt(0.3),
        bootMs: chance.isLuckyAt(0.25) ? lasting(5 * SECOND_MS, HOUR_MS) : 0,
      };
    case "restart":
      return { kind, forMs: lasting(SECOND_MS, HOUR_MS) };
    case "slow-disk":
      return { kind, delayMs: lasting(50, 20 * SECOND_MS), forMs: lasting(10 * SECOND_MS, HOUR_MS) };
    case "disk-refuses":
      return { kind, forMs: lasting(SECOND_MS, HOUR_MS) };
    default:
      return kind satisfies never;
  }
}

/** The script in lines that a person can read. */
export function scriptInWords({
  seed,
  fromMs,
  toMs,
  people,
  watchers,
  batchMs,
  lookMs,
  incidents,
  another,
}: Script): string {
  const days = Math.round(((toMs - fromMs) / DAY_MS) * 100) / 100;
  return [
    `seed ${seed}: ${days} days from ${instant(fromMs)}, ${watchers.join(" and ")}, batches of ${batchMs} ms, wishes looked for every ${lookMs} ms`,
    `people: ${people.join(", ")}`,
    ...incidents.map(({ atMs, ...incident }) => `${instant(atMs)}  ${incidentInWords(incident)}`),
    ...another.map(({ atMs, ...incident }) => `${instant(atMs)}  (the other Rollcall) ${incidentInWords(incident)}`),
  ].join("\n");
}

export function incidentInWords({ kind, ...details }: Trouble | Wish): string {
  const words = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return [kind, ...words].join(", ");
}

export function instant(atMs: number): string {
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : String(atMs);
}
