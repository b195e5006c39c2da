import "server-only";
import { weeksInRange } from "../../db/answers/totals.ts";
import { listAccounts } from "../../db/history/accounts.ts";
import { listContacts } from "../../db/history/contacts.ts";
import { listPersons, type Person } from "../../db/history/persons.ts";
import { type AroundDuring, aroundDuring, togetherOf } from "../../db/history/together.ts";
import { dailyTotalsOf, hourOfWeekTotalsOf } from "../../db/history/totals.ts";
import { type Handle, openForReading } from "../../db/open.ts";
import { type CalendarYear, shapeCalendar } from "./calendar.ts";
import { type Heatmap, shapeHeatmap } from "./heatmap.ts";
import { knownTimes } from "./known-times.ts";
import { type Listed, listedByDay } from "./listed.ts";
import { shownName } from "./names.ts";
import { type Pair, shapePairs } from "./pairs.ts";
import { type PeopleChart, shapePeopleDays } from "./people-days.ts";
import { chooseRange, type RangeName, type ShownRange } from "./ranges.ts";
import { type OnTheList, type RankedPeople, rankPeople } from "./ranked-people.ts";

export const USUAL_RANGE: RangeName = "4w";
/** Pairs are made of those who are around most. */
const PAIRED = 40;
const PAIRS_SHOWN = 10;

export interface EveryonePage {
  range: ShownRange;
  /** How many are on the lists now. */
  listed: number;
  chart: PeopleChart;
  heatmap: Heatmap;
  calendar: CalendarYear[];
  /** Whom to rank, in which range. */
  here: OnTheList[];
}

/** What takes a look at everybody. */
export interface EveryonesTimes {
  people: RankedPeople;
  pairs: Pair[];
}

/** What the page about everyone shows first, from sums. Undefined while nobody was ever on a list. */
export async function readEveryonePage(
  db: Handle,
  asked: string | null,
  { zone, nowMs }: { zone: string; nowMs: number },
): Promise<EveryonePage | undefined> {
  const people = await readPeople(db);
  if (people.length === 0) return undefined;
  const known = await knownTimes(db, await listAccounts(db, nowMs), nowMs);
  const range = chooseRange(asked, USUAL_RANGE, { zone, ...known });
  const { fromMs, toMs } = range;
  const everyone = { everyone: true } as const;
  // The calendar shows whole years, also where the range begins within one.
  const daysFromMs = Math.min(fromMs, yearBegin(Math.max(fromMs, known.firstMs ?? fromMs), zone));
  const days = await dailyTotalsOf(db, everyone, daysFromMs, toMs, zone);
  const listedMs = listedByDay(days, people);
  const first = days.findIndex((day) => day.fromMs >= fromMs);
  const here = people.filter((person) => person.toMs === null);
  return {
    range,
    listed: here.length,
    chart: shapePeopleDays(days.slice(first), listedMs.slice(first), zone),
    heatmap: shapeHeatmap(
      await hourOfWeekTotalsOf(db, everyone, fromMs, toMs, zone),
      weeksInRange(zone, fromMs, toMs),
      zone,
      nowMs,
      "many",
    ),
    calendar: shapeCalendar(days, listedMs, nowMs, zone),
    here,
  };
}

/** The rest, on a handle of its own, for it takes a second where there are thousands. */
export async function readEveryonesTimes(
  path: string,
  { here, range: { fromMs, toMs } }: EveryonePage,
): Promise<EveryonesTimes> {
  if (fromMs >= toMs) return { people: rankPeople([], here, 0), pairs: [] };
  const db = openForReading(path);
  try {
    const seen = await aroundDuring(db, fromMs, toMs);
    return {
      people: rankPeople(seen, here, toMs - fromMs),
      pairs: await readPairs(db, seen.slice(0, PAIRED), fromMs, toMs),
    };
  } finally {
    db.close();
  }
}

/** Everyone who was ever on a list, as persons. */
async function readPeople(db: Handle): Promise<(Person & Listed)[]> {
  const contacts = new Map((await listContacts(db)).map((contact) => [contact.id, contact]));
  return (await listPersons(db)).map((person) => {
    const own = person.contactIds.flatMap((id) => contacts.get(id) ?? []);
    return {
      ...person,
      name: shownName(person.name, own[0]?.address ?? ""),
      fromMs: Math.min(...own.map(({ firstSeenMs }) => firstSeenMs)),
      toMs: own.some(({ removedMs }) => removedMs === null)
        ? null
        : Math.max(...own.map(({ removedMs }) => removedMs as number)),
    };
  });
}

async function readPairs(db: Handle, seen: readonly AroundDuring[], fromMs: number, toMs: number): Promise<Pair[]> {
  const byKey = new Map(seen.map((person) => [person.key, person]));
  const whos = seen.map(({ key }) => ({ personKey: key }));
  return shapePairs(
    await togetherOf(db, whos, fromMs, toMs),
    ({ personKey }) => {
      const { name, contactIds } = byKey.get(personKey) as AroundDuring;
      return { contactId: contactIds[0] as number, name: shownName(name, "") };
    },
    PAIRS_SHOWN,
  );
}

function yearBegin(atMs: number, zone: string): number {
  const { year } = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  return Temporal.PlainDate.from({ year, month: 1, day: 1 }).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
}
