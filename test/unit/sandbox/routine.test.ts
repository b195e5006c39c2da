import fc from "fast-check";
import { expect, test } from "vitest";
import { nameAt, PEOPLE } from "../../../collector/sandbox/people.ts";
import { routine, statusAt } from "../../../collector/sandbox/routine.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Eight weeks that hold the end of summer time in Europe and, a week later, in New York. */
const FROM_MS = Date.UTC(2026, 9, 1);
const TO_MS = FROM_MS + 56 * DAY_MS;

const person = fc.constantFrom(...PEOPLE);
const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2028, 0, 1) });
const seed = fc.constantFrom("sandbox", "another", "7");

test("changes are in order and each is a change", () => {
  fc.assert(
    fc.property(person, seed, instant, (who, dice, fromMs) => {
      const changes = routine(who, dice, fromMs, fromMs + 20 * DAY_MS);
      for (const [at, change] of changes.entries()) {
        const before = changes[at - 1];
        expect(change.atMs).toBeGreaterThanOrEqual(fromMs);
        expect(change.atMs).toBeLessThan(fromMs + 20 * DAY_MS);
        if (before) expect(change.atMs).toBeGreaterThan(before.atMs);
        if (before) expect(change.status).not.toBe(before.status);
      }
    }),
    { seed: 7, numRuns: 40 },
  );
});

test("asking for parts gives the same changes as asking for the whole", () => {
  fc.assert(
    fc.property(
      person,
      seed,
      instant,
      fc.array(fc.integer({ min: 0, max: 10 * DAY_MS })),
      (who, dice, fromMs, cuts) => {
        const toMs = fromMs + 10 * DAY_MS;
        const edges = [fromMs, ...cuts.map((cut) => fromMs + cut).sort((a, b) => a - b), toMs];
        const parts = edges.slice(1).flatMap((edge, at) => routine(who, dice, edges[at] as number, edge));
        expect(parts).toEqual(routine(who, dice, fromMs, toMs));
      },
    ),
    { seed: 7, numRuns: 30 },
  );
});

test("the status at an instant is that of the last change before it", () => {
  fc.assert(
    fc.property(person, seed, instant, (who, dice, atMs) => {
      const last = routine(who, dice, atMs - 4 * DAY_MS, atMs + 1).at(-1);
      // Somebody may have been signed out for longer than that.
      expect(statusAt(who, dice, atMs)).toBe(last?.status ?? "signed-out");
    }),
    { seed: 7, numRuns: 200 },
  );
});

test.each([
  ["autumn and winter, over both ends of summer time", FROM_MS],
  ["spring, over both beginnings of summer time", Date.UTC(2027, 1, 20)],
  ["summer", Date.UTC(2027, 5, 20)],
])("at least three people are signed in at any time: %s", (_, fromMs) => {
  const regulars = PEOPLE.filter((who) => !who.isNewcomer);
  for (const dice of ["sandbox", "another", "7"]) {
    const steps = regulars.flatMap((who) => {
      let isIn = statusAt(who, dice, fromMs) !== "signed-out";
      const changes = routine(who, dice, fromMs + 1, fromMs + 56 * DAY_MS);
      const own = [{ atMs: fromMs, by: isIn ? 1 : 0 }];
      for (const { atMs, status } of changes) {
        const willBeIn = status !== "signed-out";
        if (willBeIn !== isIn) own.push({ atMs, by: willBeIn ? 1 : -1 });
        isIn = willBeIn;
      }
      return own;
    });
    steps.sort((a, b) => a.atMs - b.atMs || b.by - a.by);
    let signedIn = 0;
    for (const { atMs, by } of steps) {
      signedIn += by;
      if (atMs > fromMs) expect(signedIn, new Date(atMs).toISOString()).toBeGreaterThanOrEqual(3);
    }
  }
});

test("everyone has fifteen to thirty-five changes on an ordinary day", () => {
  for (const who of PEOPLE) {
    const perDay = routine(who, "sandbox", FROM_MS, TO_MS).length / 56;
    expect(perDay, who.address).toBeGreaterThan(14);
    expect(perDay, who.address).toBeLessThan(35);
  }
});

test("an office day keeps to the same wall-clock hours when summer time ends", () => {
  const lena = PEOPLE.find(({ zone, habit }) => zone === "Europe/Berlin" && habit === "office");
  if (!lena) return expect.unreachable();
  const lunches = routine(lena, "sandbox", FROM_MS, TO_MS).filter(({ status }) => status === "LUN");
  const hours = lunches.map(({ atMs }) => {
    const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(lena.zone);
    return at.hour + at.minute / 60;
  });
  expect(hours.length).toBeGreaterThan(20);
  expect(Math.min(...hours)).toBeGreaterThan(11.8);
  expect(Math.max(...hours)).toBeLessThan(12.8);
});

test("people differ, days differ, and another seed makes other days", () => {
  const [lena, , , jonas, , , , yuki] = PEOPLE;
  if (!lena || !jonas || !yuki) return expect.unreachable();
  const day = (who: typeof lena, dice: string, offset: number) =>
    routine(who, dice, FROM_MS + offset * DAY_MS, FROM_MS + (offset + 1) * DAY_MS).map(({ atMs }) => atMs % DAY_MS);
  const days = [day(lena, "a", 5), day(lena, "a", 6), day(lena, "b", 5), day(jonas, "a", 5), day(yuki, "a", 5)];
  expect(new Set(days.map((times) => times.join())).size).toBe(days.length);
});

test("somebody changes their name within any eight weeks", () => {
  const names = (atMs: number) => PEOPLE.map((who) => nameAt(who, atMs)).join("\n");
  expect(names(FROM_MS)).not.toBe(names(FROM_MS + 28 * DAY_MS));
});
