"use client";
import type { PeopleChart } from "../data/people-days.ts";
import { peopleWords } from "../data/people-words.ts";
import { StatusBars } from "./lazy-status-bars.tsx";

/** People by status on average, one bar a day, week or month. */
export function PeopleBars({ chart: { bars, most } }: { chart: PeopleChart }) {
  return (
    <StatusBars
      bars={bars}
      partsOf={({ people }) => people}
      words={peopleWords}
      axis={{ domain: [0, most], allowDecimals: false }}
      barGap="14%"
      minTickGap={16}
      testId="people-bars"
    />
  );
}
