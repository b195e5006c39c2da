// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be laid out by weeks and read by days
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop moves through the grid (ui/roving.ts)
"use client";
import { type CSSProperties, useEffect, useRef } from "react";
import type { CalendarDay, CalendarYear } from "../data/calendar.ts";
import { type Direction, type Place, useRoving } from "../ui/roving.ts";
import { Tip } from "../ui/tip.tsx";

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** A year in a row of weeks, newest year first. The scale is always 0 to 100 %. */
export function CalendarYears({ years, label }: { years: CalendarYear[]; label: string }) {
  return (
    <div className="grid gap-6">
      {years.map((year) => (
        <Year key={year.year} {...year} label={label} />
      ))}
    </div>
  );
}

function Year({ year, days, months, label }: CalendarYear & { label: string }) {
  const rows = Array.from({ length: 7 }, (_, weekday) => days.filter((day) => day.weekday === weekday));
  const last = days.at(-1);
  const start = last ? placeOf(last) : { row: 0, column: 0 };
  const scroller = useRef<HTMLDivElement>(null);
  // On a phone only a part is seen at once: the last one.
  useEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = scroller.current.scrollWidth;
  }, []);
  const at = new Map(days.map((day) => [`${day.weekday},${day.week}`, day]));
  const roving = useRoving(start, (from, to) => step(days, at, from, to));
  const shown = roving.shown && at.get(`${roving.shown.place.row},${roving.shown.place.column}`);
  return (
    <div className="relative min-w-0" ref={roving.container}>
      <h3 className="mb-1 text-sm font-medium">{year}</h3>
      {/* Wider than a phone: it scrolls by itself. The one tab stop within it brings the keyboard there. */}
      <div ref={scroller} className="overflow-x-auto pb-1">
        <div role="grid" aria-label={`${label}, ${year}`} className="year" {...roving.containerProps}>
          <div role="row" className="contents">
            <span role="columnheader" className="sr-only">
              Weekday
            </span>
            {months.map((month) => (
              <span
                key={month.label}
                role="columnheader"
                className="year-month text-[12px] text-soft"
                style={{ "--week": month.week } as CSSProperties}
              >
                {month.label}
              </span>
            ))}
          </div>
          {rows.map((row, weekday) => (
            <div key={WEEKDAYS[weekday]} role="row" className="contents">
              <span
                role="rowheader"
                className="year-weekday text-[12px] text-soft"
                style={{ "--weekday": weekday } as CSSProperties}
              >
                {/* Every second one is enough to the eye. */}
                <span className={weekday % 2 === 1 ? "sr-only" : ""}>{WEEKDAYS[weekday]}</span>
              </span>
              {row.map((day) => (
                <Day key={day.date} day={day} {...roving.cellProps(placeOf(day))} />
              ))}
            </div>
          ))}
        </div>
      </div>
      {roving.shown && shown && <Tip anchor={roving.shown.anchor} text={shown.words} />}
    </div>
  );
}

type DayProps = { day: CalendarDay } & ReturnType<ReturnType<typeof useRoving>["cellProps"]>;

function Day({ day, ...place }: DayProps) {
  const look = day.share === null ? "hatch" : `heat ${day.isThin ? "thin" : ""}`;
  return (
    <span
      role="gridcell"
      aria-label={day.words}
      data-observed={day.share === null ? "no" : day.isThin ? "little" : "yes"}
      className={`year-day ${look} ${day.isToday ? "week-now" : ""}`}
      style={{ "--week": day.week, "--weekday": day.weekday, "--share": day.share ?? 0 } as CSSProperties}
      {...place}
    />
  );
}

function placeOf({ weekday, week }: CalendarDay): Place {
  return { row: weekday, column: week };
}

/** Up and down go a day back or on, left and right a week. */
function step(days: readonly CalendarDay[], at: ReadonlyMap<string, CalendarDay>, from: Place, to: Direction): Place {
  const day = at.get(`${from.row},${from.column}`);
  const index = day ? days.indexOf(day) : -1;
  const other = days[Math.min(days.length - 1, Math.max(0, target(index, days.length, to)))];
  return other ? placeOf(other) : from;
}

function target(index: number, length: number, to: Direction): number {
  switch (to) {
    case "up":
      return index - 1;
    case "down":
      return index + 1;
    case "left":
      return index - 7;
    case "right":
      return index + 7;
    case "start":
      return 0;
    case "end":
      return length - 1;
    default:
      return to satisfies never;
  }
}
