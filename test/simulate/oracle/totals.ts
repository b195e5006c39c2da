/** Sums by local day and by hour of the local week, made here quarter-hour by quarter-hour, against those of the house. */
import { dailyTotalsOf, hourOfWeekTotalsOf, type Whom } from "../../../db/history/totals.ts";
import type { Handle } from "../../../db/open.ts";
import { STATUS_CODES } from "../../../db/status.ts";
import { instant } from "../script.ts";
import type { Expected } from "./expected.ts";
import type { Finding } from "./finding.ts";
import { addQuarters } from "./rollups.ts";
import type { Stretch } from "./stretch.ts";

const QUARTER_MS = 900_000;
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"] as const;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/** Of several statuses at once, the first is a person's. */
const MOST_PRESENT = [
  "available",
  "on-the-phone",
  "busy",
  "other",
  "be-right-back",
  "idle",
  "away",
  "out-to-lunch",
  "offline",
];
const OFFLINE = 0;

export interface TotalsCase {
  db: Handle;
  accounts: readonly { id: number; address: string }[];
  expected: readonly Expected[];
  range: { fromMs: number; toMs: number };
  when: string;
}

export async function checkTotals(one: TotalsCase, findings: Finding[]): Promise<void> {
  const { accounts, expected } = one;
  for (const [at, { contact, stretches }] of expected.entries()) {
    const zone = ZONES[at % ZONES.length] as string;
    await compare(
      one,
      { contactId: contact.id },
      `contact ${contact.address}`,
      zone,
      sumsOf([stretches], one),
      findings,
    );
  }
  for (const { id, address } of accounts) {
    const sums = sumsOf(
      expected.filter(({ contact }) => contact.accountId === id).map(({ stretches }) => stretches),
      one,
    );
    for (const zone of ZONES) await compare(one, { accountId: id }, `account ${address}`, zone, sums, findings);
  }
  const persons = Map.groupBy(expected, ({ contact }) => contact.address).values();
  const everyone = sumsOf(
    [...persons].map((members) => asOne(members.map(({ stretches }) => stretches))),
    one,
  );
  for (const zone of ZONES) await compare(one, { everyone: true }, "everyone", zone, everyone, findings);
}

/** Milliseconds of each quarter-hour since the epoch by code. */
type Sums = readonly (readonly [quarter: number, code: number, ms: number])[];

function sumsOf(each: readonly (readonly Stretch[])[], { range }: TotalsCase): Sums {
  const sums = new Map<string, number>();
  for (const stretches of each) {
    for (const stretch of stretches) addQuarters(sums, stretch, range.fromMs, range.toMs);
  }
  return [...sums].map(([key, ms]) => {
    const [quarter, code] = key.split(" ").map(Number) as [number, number];
    return [quarter, code, ms];
  });
}

async function compare(
  { db, range, when }: TotalsCase,
  whom: Whom,
  name: string,
  zone: string,
  sums: Sums,
  findings: Finding[],
): Promise<void> {
  const { fromMs, toMs } = range;
  const tell = (what: string, own: string, found: string) => {
    if (own === found) return;
    const text = `${what} of ${name} in ${zone} from ${instant(fromMs)} ${when}: should be ${own}, is ${found}`;
    findings.push({ what: "totals", atMs: fromMs, text });
  };
  const days = new Map(
    (await dailyTotalsOf(db, whom, fromMs, toMs, zone)).map((day) => [
      day.date,
      `${inWords(day.byStatus)} of ${day.spannedMs}`,
    ]),
  );
  const ownDays = daysOf(sums, zone, range);
  for (const date of new Set([...days.keys(), ...ownDays.keys()])) {
    tell(`the day ${date}`, ownDays.get(date) ?? "no day", days.get(date) ?? "no day");
  }
  const ownHours = hoursOf(sums, zone);
  for (const [at, hour] of (await hourOfWeekTotalsOf(db, whom, fromMs, toMs, zone)).entries()) {
    const found = `${inWords(hour.byStatus)}, weeks ${hour.weeksObserved} ${hour.weeksAround}`;
    tell(`hour ${at} of the week`, ownHours.get(at) ?? ", weeks 0 0", found);
  }
}

function daysOf(sums: Sums, zone: string, { fromMs, toMs }: { fromMs: number; toMs: number }): Map<string, string> {
  const spanned = new Map<string, number>();
  for (let atMs = fromMs; atMs < toMs; ) {
    const quarter = Math.floor(atMs / QUARTER_MS);
    const nextMs = Math.min(toMs, (quarter + 1) * QUARTER_MS);
    const { date } = labelOf(zone, quarter);
    spanned.set(date, (spanned.get(date) ?? 0) + nextMs - atMs);
    atMs = nextMs;
  }
  const byDate = new Map<string, Map<number, number>>();
  for (const [quarter, code, ms] of sums) add(byDate, labelOf(zone, quarter).date, code, ms);
  return new Map([...spanned].map(([date, ms]) => [date, `${codesInWords(byDate.get(date))} of ${ms}`]));
}

function hoursOf(sums: Sums, zone: string): Map<number, string> {
  const byHour = new Map<number, Map<number, number>>();
  const observed = new Map<number, Set<string>>();
  const around = new Map<number, Set<string>>();
  for (const [quarter, code, ms] of sums) {
    const { date, hour, hourOfWeek } = labelOf(zone, quarter);
    add(byHour, hourOfWeek, code, ms);
    note(observed, hourOfWeek, `${date} ${hour}`);
    if (code !== OFFLINE) note(around, hourOfWeek, `${date} ${hour}`);
  }
  return new Map(
    [...byHour].map(([hour, codes]) => [
      hour,
      `${codesInWords(codes)}, weeks ${observed.get(hour)?.size ?? 0} ${around.get(hour)?.size ?? 0}`,
    ]),
  );
}

function add<Key>(sums: Map<Key, Map<number, number>>, key: Key, code: number, ms: number): void {
  const codes = sums.get(key) ?? new Map<number, number>();
  sums.set(key, codes.set(code, (codes.get(code) ?? 0) + ms));
}

function note(seen: Map<number, Set<string>>, hour: number, week: string): void {
  const weeks = seen.get(hour) ?? new Set();
  seen.set(hour, weeks.add(week));
}

const NAMES = new Map<number, string>(Object.entries(STATUS_CODES).map(([status, code]) => [code, status]));

function codesInWords(codes: ReadonlyMap<number, number> = new Map()): string {
  return inWords(Object.fromEntries([...codes].map(([code, ms]) => [NAMES.get(code) ?? code, ms])));
}

function inWords(byStatus: Readonly<Record<string, number>>): string {
  const known = Object.entries(byStatus).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return known.map(([status, ms]) => `${status} ${ms}`).join(" ");
}

interface Label {
  date: string;
  hour: number;
  /** Monday's first is 0. */
  hourOfWeek: number;
}

const labels = new Map<string, Map<number, Label>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** Where a quarter-hour lies in a zone, by the calendar of the platform. */
function labelOf(zone: string, quarter: number): Label {
  const known = labels.get(zone) ?? new Map<number, Label>();
  labels.set(zone, known);
  const found = known.get(quarter);
  if (found) return found;
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      weekday: "short",
    });
  formats.set(zone, format);
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = Object.fromEntries(
    format.formatToParts(quarter * QUARTER_MS).map(({ type, value }) => [type, value]),
  );
  const hour = Number(parts.hour);
  const label = {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    hour,
    hourOfWeek: WEEKDAYS.indexOf(parts.weekday ?? "") * 24 + hour,
  };
  known.set(quarter, label);
  return label;
}

/** The same person on several accounts: known when any is, and what the most present of them is. */
function asOne(members: readonly (readonly Stretch[])[]): readonly Stretch[] {
  if (members.length === 1) return members[0] ?? [];
  const cuts = [...new Set(members.flat().flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b);
  const at = members.map(() => 0);
  return cuts.slice(0, -1).flatMap((fromMs, i) => {
    const codes = members.flatMap((stretches, member) => {
      while ((stretches[at[member] as number]?.toMs ?? Number.POSITIVE_INFINITY) <= fromMs)
        at[member] = (at[member] as number) + 1;
      const now = stretches[at[member] as number];
      return now && now.fromMs <= fromMs ? [now.code] : [];
    });
    const [code] = codes.toSorted((a, b) => rankOf(a) - rankOf(b));
    if (code === undefined) return [];
    return [{ fromMs, toMs: cuts[i + 1] as number, code, startCensored: true, endCensored: true }];
  });
}

function rankOf(code: number): number {
  return MOST_PRESENT.indexOf(NAMES.get(code) ?? "");
}
