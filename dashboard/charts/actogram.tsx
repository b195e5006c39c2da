// biome-ignore-all lint/a11y/useSemanticElements: a table cannot hold rows a few pixels high
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop moves through the grid (ui/roving.ts)
"use client";
import Link from "next/link";
import { AXIS_UNITS, type Actogram as Chart } from "../data/actogram.ts";
import { HourScale } from "../ui/hour-scale.tsx";
import { percent } from "../ui/percent.ts";
import { type Direction, type Place, useRoving } from "../ui/roving.ts";
import { statusColour } from "../ui/status-colour.ts";
import { Tip } from "../ui/tip.tsx";

const HATCH = "actogram-hatch";
/** A phone's width of days fits on a screen, and a finger still meets one. */
const ROW_PX = 8;
const COLUMNS = "grid grid-cols-[4.2rem_minmax(0,1fr)] gap-x-3";

/** A thin row for each day, newest first; each leads to what stands behind it. `search`: the page's own address. */
export function Actogram({ chart: { rows, shapes, ticks, now }, search }: { chart: Chart; search: string }) {
  const roving = useRoving({ row: 0, column: 0 }, (from, to) => step(rows.length, from, to));
  const shown = roving.shown && rows[roving.shown.place.row];
  return (
    <div className="relative" ref={roving.container}>
      <div aria-hidden="true" className={`${COLUMNS} mb-1 text-[12px] text-soft`}>
        <div className="relative col-start-2 h-4">
          <HourScale marks={ticks} />
        </div>
      </div>
      <div className={COLUMNS}>
        <div aria-hidden="true" className="relative text-[12px] text-soft">
          {rows.map(({ date, month }, row) =>
            month ? (
              <span key={date} className="absolute leading-none whitespace-nowrap" style={{ top: row * ROW_PX }}>
                {month}
              </span>
            ) : null,
          )}
        </div>
        <div className="relative rounded-[3px] bg-ground ring-1 ring-line" style={{ height: rows.length * ROW_PX }}>
          <svg
            aria-hidden="true"
            data-testid="actogram"
            className="absolute inset-0 h-full w-full"
            viewBox={`0 0 ${AXIS_UNITS} ${rows.length}`}
            preserveAspectRatio="none"
          >
            <defs>
              {/* In units of the stretched axis: lines a pixel wide or so, some pixels apart. */}
              <pattern id={HATCH} width="6" height="0.84" patternUnits="userSpaceOnUse">
                <rect width="6" height="0.84" fill="var(--hatch-ground)" />
                <path d="M0 0.84L6 0" stroke="var(--hatch)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
              </pattern>
            </defs>
            {shapes.map(({ status, path }) => (
              <path
                key={status}
                data-status={status}
                d={path}
                fill={status === "unknown" ? `url(#${HATCH})` : statusColour(status)}
              />
            ))}
          </svg>
          {ticks.slice(1, -1).map(({ at, label }) => (
            <span
              key={label}
              aria-hidden="true"
              className="pointer-events-none absolute inset-y-0 w-px bg-ink/15"
              style={{ left: percent(at) }}
            />
          ))}
          {now && (
            <span
              aria-hidden="true"
              data-testid="now"
              className="pointer-events-none absolute w-0.5 -translate-x-1/2 bg-ink"
              style={{ left: percent(now.at), top: now.row * ROW_PX, height: ROW_PX }}
            />
          )}
          <div role="grid" aria-label="Days, newest first" className="absolute inset-0" {...roving.containerProps}>
            {rows.map(({ date, words }, row) => (
              <div key={date} role="row" style={{ height: ROW_PX }}>
                <div role="gridcell" className="h-full">
                  <Link
                    aria-label={words}
                    href={`${search}${search.includes("?") ? "&" : "?"}day=${date}#behind`}
                    prefetch={false}
                    className="block h-full hover:bg-ink/15 focus-visible:relative focus-visible:z-10 focus-visible:outline-offset-0 focus-visible:outline-ink"
                    {...roving.cellProps({ row, column: 0 })}
                  />
                </div>
              </div>
            ))}
          </div>
        </div>
      </div>
      {roving.shown && shown && <Tip anchor={roving.shown.anchor} text={shown.words} />}
    </div>
  );
}

function step(rows: number, { row, column }: Place, to: Direction): Place {
  switch (to) {
    case "up":
    case "left":
      return { row: Math.max(0, row - 1), column };
    case "down":
    case "right":
      return { row: Math.min(rows - 1, row + 1), column };
    case "start":
      return { row: 0, column };
    case "end":
      return { row: rows - 1, column };
    default:
      to satisfies never;
      return { row, column };
  }
}
