/**
 * How the made-up people spend a day: blocks of a mood, in minutes of their own wall clock. `routine.ts` turns moods
 * into single status changes.
 *
 * A day here does not begin at midnight but at the habit's `startsAt`, when the person is asleep or out; late nights
 * run past 24 h. Blocks beyond the next day's start are cut.
 *
 * Four habits leave their computer on around the clock and may be signed out only in a few hours of the night. The
 * people who have them live so far apart that these nights never overlap, at summer time and at winter time
 * (in UTC: 22:50-03:30 Stockholm, 05:10-11:00 New York, 11:20-16:30 Honolulu, 17:35-22:15 Kathmandu); so at least
 * three are signed in at any time.
 */
import type { Chance } from "./chance.ts";

export type Mood = "desk" | "phones" | "meeting" | "lunch" | "leisure" | "game" | "left-on" | "signed-out";

export interface Block {
  fromMinute: number;
  toMinute: number;
  mood: Mood;
}

export interface Day {
  chance: Chance;
  /** 1 is Monday. */
  weekday: number;
  isWeekend: boolean;
  /** Ill, or on holiday for the week. */
  isOff: boolean;
}

export interface Habit {
  /** Minute of the local day at which this person's day begins. */
  startsAt: number;
  /** In order, not overlapping; the person is signed out in between. */
  plan(day: Day): Block[];
}

const HOUR = 60;

export const HABITS = {
  office: {
    startsAt: 4 * HOUR,
    plan(day) {
      if (day.isOff) return quietDay(day);
      if (day.isWeekend) return weekend(day, 10, 22);
      const arrive = near(day, 8.6, 25);
      const lunch = near(day, 12.3, 20);
      const leave = near(day, day.weekday === 5 ? 15.8 : 17.4, 40);
      const evening = near(day, 20.2, 40);
      return [
        ...deskDay(day, arrive, lunch, leave),
        ...maybe(day, 0.6, { fromMinute: evening, toMinute: evening + length(day, 60, 130), mood: "leisure" }),
      ];
    },
  },
  sales: {
    startsAt: 4 * HOUR,
    plan(day) {
      if (day.isOff) return quietDay(day);
      if (day.isWeekend) return day.weekday === 7 ? [] : weekend(day, 11, 19);
      const arrive = near(day, 7.8, 20);
      const trip = near(day, 13.2, 15);
      const back = trip + length(day, 50, 150);
      // On Tuesdays and Thursdays he is with customers in the afternoon.
      const leave = day.weekday === 2 || day.weekday === 4 ? back + 45 : near(day, 17, 30);
      return [
        { fromMinute: arrive, toMinute: near(day, 11.4, 20), mood: "phones" },
        { fromMinute: near(day, 12, 8), toMinute: trip, mood: "desk" },
        { fromMinute: trip, toMinute: back, mood: "lunch" },
        { fromMinute: back, toMinute: leave, mood: "phones" },
      ];
    },
  },
  /** Works five nights, is around before the shift and in its pauses, and sleeps through the morning. */
  "night-nurse": {
    startsAt: 11 * HOUR,
    plan(day) {
      if (day.isOff) return [{ fromMinute: near(day, 15, 60), toMinute: near(day, 22, 60), mood: "leisure" }];
      if (day.weekday === 3 || day.weekday === 4) return weekend(day, 13.5, 24);
      const pause = near(day, 25.2, 40);
      const home = near(day, 31.2, 20);
      return [
        { fromMinute: near(day, 15, 45), toMinute: near(day, 19.5, 15), mood: "leisure" },
        { fromMinute: near(day, 21.6, 20), toMinute: near(day, 23.5, 15), mood: "desk" },
        { fromMinute: pause, toMinute: pause + length(day, 25, 45), mood: "lunch" },
        { fromMinute: near(day, 27.5, 25), toMinute: near(day, 29.5, 15), mood: "desk" },
        { fromMinute: home, toMinute: home + length(day, 40, 110), mood: "leisure" },
      ];
    },
  },
  student: {
    startsAt: 6 * HOUR,
    plan(day) {
      if (day.isOff) return [{ fromMinute: near(day, 13, 60), toMinute: near(day, 21, 90), mood: "leisure" }];
      const rise = near(day, day.isWeekend ? 12.5 : 10.5, 60);
      const bed = near(day, day.weekday === 5 || day.weekday === 6 ? 27.5 : 25.5, 50);
      return [
        { fromMinute: rise, toMinute: rise + length(day, 90, 150), mood: day.isWeekend ? "leisure" : "desk" },
        ...maybe(day, 0.8, { fromMinute: near(day, 15.7, 30), toMinute: near(day, 18.4, 30), mood: "desk" }),
        { fromMinute: near(day, 20.5, 50), toMinute: near(day, 23, 20), mood: "leisure" },
        { fromMinute: near(day, 23.5, 5), toMinute: bed, mood: day.chance.pick(["game", "leisure", "desk"]) },
      ];
    },
  },
  freelancer: {
    startsAt: 4 * HOUR + 30,
    plan: (day) =>
      aroundTheClock(day, { on: 4.5, up: 8.5, desk: day.isWeekend ? 20 : 9.5, done: 18, off: 24.9, end: 28.5 }),
  },
  "new-york-desk": {
    startsAt: 6 * HOUR,
    plan: (day) =>
      aroundTheClock(day, { on: 6, up: 7.2, desk: day.isWeekend ? 21 : 9, done: 18.5, off: 25.2, end: 30 }),
  },
  "remote-support": {
    startsAt: 6 * HOUR + 30,
    plan: (day) =>
      aroundTheClock(day, { on: 6.5, up: 7, desk: day.isWeekend ? 20 : 7.5, done: 16, off: 25.4, end: 30.5 }),
  },
  "internet-cafe": {
    startsAt: 4 * HOUR,
    plan: (day) => aroundTheClock(day, { on: 4, up: 6, desk: 8.5, done: 21, off: 23.4, end: 28 }),
  },
  "early-bird": {
    startsAt: 3 * HOUR,
    plan(day) {
      if (day.isOff) return [];
      const rise = near(day, 5.2, 15);
      return [
        { fromMinute: rise, toMinute: rise + length(day, 120, 190), mood: "leisure" },
        // On Sundays the family comes for lunch.
        ...maybe(day, day.weekday === 7 ? 0 : 0.85, {
          fromMinute: near(day, 9.8, 25),
          toMinute: near(day, 11.7, 15),
          mood: "leisure",
        }),
        ...maybe(day, 0.9, { fromMinute: near(day, 14.5, 20), toMinute: near(day, 17, 25), mood: "leisure" }),
        { fromMinute: near(day, 18.8, 15), toMinute: near(day, 20.3, 20), mood: "leisure" },
      ];
    },
  },
  school: {
    startsAt: 4 * HOUR,
    plan(day) {
      if (day.isOff) return [{ fromMinute: near(day, 10, 60), toMinute: near(day, 19, 60), mood: "game" }];
      if (day.isWeekend) {
        const noon = near(day, 13, 30);
        return [
          { fromMinute: near(day, 9.8, 50), toMinute: noon, mood: "game" },
          { fromMinute: noon + length(day, 60, 120), toMinute: near(day, 18, 20), mood: "leisure" },
          { fromMinute: near(day, 19.2, 20), toMinute: near(day, 22.6, 30), mood: "game" },
        ];
      }
      const home = near(day, 14.6, 20);
      return [
        { fromMinute: near(day, 7, 8), toMinute: near(day, 7.5, 5), mood: "leisure" },
        { fromMinute: home, toMinute: home + length(day, 60, 110), mood: "leisure" },
        { fromMinute: near(day, 17, 15), toMinute: near(day, 18.2, 15), mood: "desk" },
        { fromMinute: near(day, 19, 15), toMinute: near(day, 21.4, 15), mood: "game" },
      ];
    },
  },
} satisfies Record<string, Habit>;

export type HabitName = keyof typeof HABITS;

/** Hours of the day; between `off` and `end` such a person may be signed out, and at no other time. */
interface RoundTheClock {
  on: number;
  up: number;
  desk: number;
  done: number;
  off: number;
  end: number;
}

function aroundTheClock(day: Day, hours: RoundTheClock): Block[] {
  const up = near(day, hours.up, 20);
  const bed = near(day, Math.min(hours.off - 0.9, 23.2), 25);
  const off = minutes(hours.off) + length(day, 0, 70);
  const back = minutes(hours.end) - length(day, 5, 60);
  const work: Block[] =
    hours.desk >= hours.done || day.isOff
      ? [{ fromMinute: up, toMinute: bed, mood: "leisure" }]
      : busyDay(day, hours, up, bed);
  return [
    { fromMinute: minutes(hours.on), toMinute: up, mood: "left-on" },
    ...work,
    { fromMinute: bed, toMinute: off, mood: "left-on" },
    // Now and then the computer stays on all night.
    ...maybe(day, 0.15, { fromMinute: off, toMinute: back, mood: "left-on" }),
    { fromMinute: back, toMinute: minutes(hours.end), mood: "left-on" },
  ];
}

function busyDay(day: Day, hours: RoundTheClock, up: number, bed: number): Block[] {
  const desk = near(day, hours.desk, 20);
  const lunch = near(day, (hours.desk + hours.done) / 2 - 0.5, 30);
  const afternoon = lunch + length(day, 30, 55);
  const done = near(day, hours.done, 30);
  const dinner = done + length(day, 50, 110);
  return [
    { fromMinute: up, toMinute: desk, mood: "left-on" },
    { fromMinute: desk, toMinute: lunch, mood: "desk" },
    { fromMinute: lunch, toMinute: afternoon, mood: "lunch" },
    { fromMinute: afternoon, toMinute: done, mood: day.chance.pick(["desk", "phones", "desk"]) },
    { fromMinute: done, toMinute: dinner, mood: "left-on" },
    { fromMinute: dinner, toMinute: bed, mood: "leisure" },
  ];
}

function deskDay(day: Day, arrive: number, lunch: number, leave: number): Block[] {
  const back = lunch + length(day, 35, 60);
  const meeting = near(day, 10.2, 30);
  const resume = meeting + length(day, 30, 70);
  return [
    { fromMinute: arrive, toMinute: meeting, mood: "desk" },
    { fromMinute: meeting, toMinute: resume, mood: "meeting" },
    { fromMinute: resume, toMinute: lunch, mood: "desk" },
    { fromMinute: lunch, toMinute: back, mood: "lunch" },
    { fromMinute: back, toMinute: leave, mood: "desk" },
  ];
}

function weekend(day: Day, fromHour: number, toHour: number): Block[] {
  if (day.chance.isLuckyAt(0.15)) return [];
  const first = near(day, fromHour, 70);
  const last = near(day, toHour, 50);
  const middle = (first + last) / 2 + day.chance.between(-60, 60);
  return [
    { fromMinute: first, toMinute: middle - length(day, 30, 120), mood: "leisure" },
    {
      fromMinute: middle + length(day, 30, 100),
      toMinute: last,
      mood: day.chance.pick(["leisure", "leisure", "game"]),
    },
  ];
}

/** In bed or at the sea: a short look in the evening, or none. */
function quietDay(day: Day): Block[] {
  const look = near(day, 19, 90);
  return maybe(day, 0.5, { fromMinute: look, toMinute: look + length(day, 15, 60), mood: "leisure" });
}

function maybe(day: Day, probability: number, block: Block): Block[] {
  return day.chance.isLuckyAt(probability) ? [block] : [];
}

/** About that hour: within `spread` minutes before or after, most often close to it. */
function near(day: Day, hour: number, spread: number): number {
  return minutes(hour) + (day.chance.between(-1, 1) + day.chance.between(-1, 1)) * 0.5 * spread;
}

function length(day: Day, low: number, high: number): number {
  return day.chance.between(low, high);
}

function minutes(hour: number): number {
  return hour * HOUR;
}
