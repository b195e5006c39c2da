/**
 * What a made-up person does, as a pure function of the person, a seed and the time: each local day is made from its
 * own dice, so that the past and the present join without a seam, whenever one looks.
 */
import { type Chance, chanceFor } from "./chance.ts";
import { type Block, HABITS, type Habit, type Mood } from "./habits.ts";
import type { Person } from "./people.ts";

export type RoutineStatus = "NLN" | "IDL" | "AWY" | "BRB" | "PHN" | "LUN" | "BSY" | "signed-out";

export interface Change {
  atMs: number;
  status: RoutineStatus;
}

const MINUTE_MS = 60_000;
const MOMENT_MS = 2 * MINUTE_MS;
const SICK_DAYS = 0.02;
const HOLIDAY_WEEKS = 0.06;

/** What may be shown in a mood: how likely, and for how many minutes. */
const MOODS: Record<Mood, readonly (readonly [RoutineStatus, weight: number, low: number, high: number])[]> = {
  desk: [
    ["NLN", 6, 18, 80],
    ["BSY", 4, 20, 75],
    ["IDL", 2, 6, 30],
    ["PHN", 1, 5, 25],
    ["BRB", 1, 4, 12],
  ],
  phones: [
    ["PHN", 5, 6, 40],
    ["NLN", 5, 8, 40],
    ["BSY", 1, 15, 45],
    ["BRB", 1, 4, 12],
  ],
  meeting: [["BSY", 1, 240, 241]],
  lunch: [["LUN", 1, 240, 241]],
  leisure: [
    ["NLN", 5, 18, 70],
    ["IDL", 3, 10, 40],
    ["AWY", 1, 20, 70],
    ["BRB", 1, 4, 20],
  ],
  game: [
    ["BSY", 4, 25, 80],
    ["NLN", 3, 6, 30],
    ["BRB", 2, 4, 15],
  ],
  "left-on": [
    ["AWY", 4, 120, 400],
    ["IDL", 1, 40, 90],
  ],
  "signed-out": [["signed-out", 1, 1440, 1441]],
};

/**
 * The person's changes with `fromMs <= atMs < toMs`, in order, each to another status than the one before. Whichever
 * range is asked for, the changes that it shares with another range are the same.
 */
export function routine(person: Person, seed: string, fromMs: number, toMs: number): Change[] {
  const found: Change[] = [];
  let before: RoutineStatus | undefined;
  const last = localDate(person, toMs);
  // The day before the first one tells what the first change is a change from; its own first is always said.
  let date = localDate(person, fromMs).subtract({ days: 2 });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const change of planDay(person, seed, date)) {
      if (change.status !== before && change.atMs >= fromMs && change.atMs < toMs) found.push(change);
      before = change.status;
    }
  }
  return found;
}

/** What the person shows at an instant. */
export function statusAt(person: Person, seed: string, atMs: number): RoutineStatus {
  let status: RoutineStatus = "signed-out";
  const first = localDate(person, atMs).subtract({ days: 1 });
  for (const date of [first, first.add({ days: 1 })]) {
    for (const change of planDay(person, seed, date)) if (change.atMs <= atMs) status = change.status;
  }
  return status;
}

/**
 * All that happens from the start of this day of the person's to the start of the next; never empty. Whoever
 * signs in is available for some minutes first, because that is what a client shows by itself.
 */
function planDay(person: Person, seed: string, date: Temporal.PlainDate): Change[] {
  const habit: Habit = HABITS[person.habit];
  const chance = chanceFor(seed, person.address, date.toString());
  const startMs = instantOf(person, date, habit.startsAt);
  const endMs = instantOf(person, date.add({ days: 1 }), habit.startsAt);
  const changes: Change[] = [];
  let atMs = startMs;
  for (const block of habit.plan({ chance, ...kindOfDay(person, seed, date, chance) })) {
    // Dice may make blocks overlap by some minutes, and a clock that is set forward may swallow one. Whoever would be
    // gone for less than a moment stays.
    const plannedMs = instantOf(person, date, block.fromMinute);
    const fromMs = plannedMs - atMs < MOMENT_MS ? atMs : plannedMs;
    const toMs = Math.min(endMs, instantOf(person, date, block.toMinute));
    if (toMs - fromMs < MOMENT_MS) continue;
    const signsIn = fromMs > atMs;
    if (signsIn) changes.push({ atMs, status: "signed-out" }, { atMs: fromMs, status: "NLN" });
    const greetsMs = signsIn ? Math.round(chance.between(0.7, 4) * MINUTE_MS) : 0;
    changes.push(...fillBlock(block, fromMs + greetsMs, toMs, signsIn ? "NLN" : undefined, chance));
    atMs = toMs;
  }
  if (atMs < endMs) changes.push({ atMs, status: "signed-out" });
  // Two at one instant: the later one holds.
  return changes.filter((change, at) => changes[at + 1]?.atMs !== change.atMs);
}

function kindOfDay(person: Person, seed: string, date: Temporal.PlainDate, chance: Chance) {
  const holiday = chanceFor(seed, person.address, "holiday", date.yearOfWeek ?? 0, date.weekOfYear ?? 0);
  return {
    weekday: date.dayOfWeek,
    isWeekend: date.dayOfWeek >= 6,
    isOff: chance.isLuckyAt(SICK_DAYS) || holiday.isLuckyAt(HOLIDAY_WEEKS),
  };
}

function fillBlock(
  { mood }: Block,
  fromMs: number,
  toMs: number,
  shown: RoutineStatus | undefined,
  chance: Chance,
): Change[] {
  const changes: Change[] = [];
  let atMs = fromMs;
  let before = shown;
  while (atMs < toMs) {
    const [status, minutes] = roll(mood, before, chance);
    changes.push({ atMs, status });
    before = status;
    // To the millisecond: real people do not change on the minute.
    atMs += Math.round(minutes * MINUTE_MS);
  }
  return changes;
}

/** Another status than the one before, where the mood has one, and for how many minutes. */
function roll(mood: Mood, before: RoutineStatus | undefined, chance: Chance): [RoutineStatus, number] {
  const all = MOODS[mood];
  const others = all.length > 1 ? all.filter(([status]) => status !== before) : all;
  let left = chance.next() * others.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [status, weight, low, high] of others) {
    left -= weight;
    if (left < 0) return [status, chance.between(low, high)];
  }
  return ["NLN", 1];
}

function localDate(person: Person, atMs: number): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(person.zone).toPlainDate();
}

/** The wall-clock minute of that day, which may lie beyond its midnight, as an instant. */
function instantOf({ zone }: Person, date: Temporal.PlainDate, minute: number): number {
  const dayOffset = Math.floor(minute / 1440);
  const ofDay = minute - dayOffset * 1440;
  const whole = Math.floor(ofDay);
  const time = new Temporal.PlainTime(Math.floor(whole / 60), whole % 60);
  const at = date.add({ days: dayOffset }).toZonedDateTime({ timeZone: zone, plainTime: time });
  return at.epochMilliseconds + Math.floor((ofDay - whole) * MINUTE_MS);
}
