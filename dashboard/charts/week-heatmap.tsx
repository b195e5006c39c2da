// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be turned over on a narrow screen
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop moves through the grid (ui/roving.ts)
"use client";
import Link from "next/link";
import { type CSSProperties, useSyncExternalStore } from "react";
import type { HeatCell, Heatmap } from "../data/heatmap.ts";
import { type Direction, type Place, useRoving } from "../ui/roving.ts";
import { Tip } from "../ui/tip.tsx";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const NARROW = "(max-width: 767px)";

interface Props {
  heatmap: Heatmap;
  label: string;
  /** The page's own address, where an hour leads to what stands behind it. */
  search?: string;
}

/** The hours of the week: days are rows, and on a narrow screen columns. The scale is always 0 to 100 %. */
export function WeekHeatmap({ heatmap: { days }, label, search }: Props) {
  const isNarrow = useSyncExternalStore(onWidth, isNarrowNow, () => false);
  const now = days.flatMap((cells, row) => cells.flatMap(({ isNow }, column) => (isNow ? [{ row, column }] : [])))[0];
  const roving = useRoving(now ?? { row: 0, column: 0 }, (from, to) => step(from, isNarrow ? transposed(to) : to));
  const shown = roving.shown && days[roving.shown.place.row]?.[roving.shown.place.column];
  return (
    <div className="relative" ref={roving.container}>
      <div role="grid" aria-label={label} className="week" {...roving.containerProps}>
        <div role="row" className="contents">
          <span role="columnheader" className="sr-only">
            Day
          </span>
          {Array.from({ length: 24 }, (_, hour) => (
            <span
              // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its index
              key={hour}
              role="columnheader"
              aria-label={`${hour}:00`}
              className="week-hour text-[12px] text-soft"
              style={{ "--hour": hour } as CSSProperties}
            >
              <span className={hour % 3 === 0 ? "" : "sr-only"}>{`${hour}`.padStart(2, "0")}</span>
            </span>
          ))}
        </div>
        {days.map((cells, row) => (
          <div key={DAYS[row]} role="row" className="contents">
            <span role="rowheader" className="week-day text-[13px] text-soft" style={{ "--day": row } as CSSProperties}>
              {DAYS[row]}
            </span>
            {cells.map((cell, column) => (
              <Cell
                // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its index
                key={column}
                cell={cell}
                row={row}
                column={column}
                search={search}
                {...roving.cellProps({ row, column })}
              />
            ))}
          </div>
        ))}
      </div>
      {roving.shown && shown && <Tip anchor={roving.shown.anchor} text={shown.words} />}
    </div>
  );
}

type CellProps = { cell: HeatCell; row: number; column: number; search: string | undefined } & ReturnType<
  ReturnType<typeof useRoving>["cellProps"]
>;

function Cell({ cell, row, column, search, ...place }: CellProps) {
  const look = cell.share === null ? "hatch" : `heat ${cell.isThin ? "thin" : ""}`;
  const props = {
    "data-observed": cell.share === null ? "no" : cell.isThin ? "little" : "yes",
    className: `week-cell ${look} ${cell.isNow ? "week-now" : ""}`,
    style: { "--day": row, "--hour": column, "--share": cell.share ?? 0 } as CSSProperties,
  };
  if (search === undefined) return <span role="gridcell" aria-label={cell.words} {...props} {...place} />;
  const href = `${search}${search.includes("?") ? "&" : "?"}hour=${row * 24 + column}#behind`;
  return (
    <span role="gridcell" {...props}>
      <Link href={href} prefetch={false} aria-label={cell.words} className="block h-full" {...place} />
    </span>
  );
}

/** The scale, from nothing to all, and the two hatches. */
export function HeatLegend({ of = "observed time", hasThin = true }: { of?: string; hasThin?: boolean }) {
  return (
    <div className="flex flex-wrap items-center gap-x-5 gap-y-1.5 text-[13px] text-soft">
      <span className="flex items-center gap-2 whitespace-nowrap">
        0 %
        <span aria-hidden="true" className="flex overflow-hidden rounded-[3px]">
          {Array.from({ length: 11 }, (_, step) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step of the scale is its index
            <span key={step} className="heat h-3 w-3.5" style={{ "--share": step / 10 } as CSSProperties} />
          ))}
        </span>
        100 % of {of}
      </span>
      {hasThin && (
        <span className="flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className="heat thin h-3 w-4 rounded-[3px]"
            style={{ "--share": 0.7 } as CSSProperties}
          />
          little observed
        </span>
      )}
      <span className="flex items-center gap-1.5">
        <span aria-hidden="true" className="hatch h-3 w-4 rounded-[3px] border border-line-strong" />
        not observed
      </span>
      <span className="flex items-center gap-1.5">
        <span aria-hidden="true" className="week-now h-3 w-4 rounded-[3px]" />
        now
      </span>
    </div>
  );
}

function step({ row, column }: Place, to: Direction): Place {
  switch (to) {
    case "up":
      return { row: Math.max(0, row - 1), column };
    case "down":
      return { row: Math.min(6, row + 1), column };
    case "left":
      return { row, column: Math.max(0, column - 1) };
    case "right":
      return { row, column: Math.min(23, column + 1) };
    case "start":
      return { row, column: 0 };
    case "end":
      return { row, column: 23 };
    default:
      to satisfies never;
      return { row, column };
  }
}

/** On a narrow screen hours run down, so that an arrow leads where it points. */
function transposed(to: Direction): Direction {
  const other: Record<Direction, Direction> = {
    up: "left",
    down: "right",
    left: "up",
    right: "down",
    start: "start",
    end: "end",
  };
  return other[to];
}

function onWidth(changed: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

function isNarrowNow(): boolean {
  return matchMedia(NARROW).matches;
}
