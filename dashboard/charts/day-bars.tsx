"use client";
import type { DayBar } from "../data/day-bars.ts";
import { hoursWords } from "../data/durations.ts";
import { StatusBars } from "./lazy-status-bars.tsx";

const HOUR_MS = 3_600_000;

/** Hours by status, one bar a day. */
export function DayBars({ bars }: { bars: DayBar[] }) {
  const highest = Math.max(24, ...bars.map(({ lengthHours }) => Math.ceil(lengthHours - 0.001)));
  return (
    <StatusBars
      bars={bars}
      partsOf={({ hours }) => hours}
      words={(hours) => hoursWords(hours * HOUR_MS)}
      axis={{ domain: [0, highest], ticks: [0, 6, 12, 18, 24], tickFormatter: (hour: number) => `${hour} h` }}
      barGap="18%"
      minTickGap={12}
      testId="day-bars"
    />
  );
}
