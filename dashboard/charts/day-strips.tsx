// biome-ignore-all lint/a11y/useSemanticElements: a table cannot hold cells of free position
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop moves through the grid (ui/roving.ts)
"use client";
import Link from "next/link";
import type { DayChart, DayPiece, DayRow } from "../data/day-strips.ts";
import { HourScale } from "../ui/hour-scale.tsx";
import { percent } from "../ui/percent.ts";
import { type Direction, type Place, useRoving } from "../ui/roving.ts";
import { statusColour } from "../ui/status-colour.ts";
import { Tip } from "../ui/tip.tsx";

/** Label, strip, summary; on a phone the label and the summary share a line above the strip. */
const COLUMNS = "grid grid-cols-[1fr_auto] items-center gap-x-4 md:grid-cols-[6rem_minmax(0,1fr)_13rem] md:gap-x-5";

/** State strips, one row a local day, newest first. */
export function DayStrips({ chart: { rows, ticks }, search }: { chart: DayChart; search: string }) {
  const firstRow = Math.max(
    0,
    rows.findIndex(({ pieces }) => pieces.length > 0),
  );
  const start = { row: firstRow, column: Math.max(0, (rows[firstRow]?.pieces.length ?? 1) - 1) };
  const roving = useRoving(start, (from, to) => step(rows, from, to));
  const shown = roving.shown && rows[roving.shown.place.row]?.pieces[roving.shown.place.column];
  return (
    <div className="relative" ref={roving.container}>
      <div aria-hidden="true" className={`${COLUMNS} mb-1 text-[12px] text-soft`}>
        <div className="relative col-span-2 h-4 md:col-span-1 md:col-start-2">
          <HourScale marks={ticks} />
        </div>
        <span className="hidden md:block">Around</span>
      </div>
      <div
        role="grid"
        aria-label="States, day by day, newest first"
        className="grid gap-2.5 md:gap-1"
        {...roving.containerProps}
      >
        {rows.map((row, index) => (
          <Row
            key={row.date}
            row={row}
            search={search}
            cellProps={(column) => roving.cellProps({ row: index, column })}
          />
        ))}
      </div>
      {roving.shown && shown && <Tip anchor={roving.shown.anchor} text={shown.words} />}
    </div>
  );
}

interface RowProps {
  row: DayRow;
  /** The page's own address, to which a day is added. */
  search: string;
  cellProps: (column: number) => ReturnType<ReturnType<typeof useRoving>["cellProps"]>;
}

function Row({ row, search, cellProps }: RowProps) {
  return (
    <div role="row" className={COLUMNS}>
      <div
        role="rowheader"
        className={`text-sm whitespace-nowrap ${row.isToday ? "font-semibold" : row.isWeekend ? "text-soft" : ""}`}
      >
        <Link
          href={`${search}${search.includes("?") ? "&" : "?"}day=${row.date}#behind`}
          prefetch={false}
          className="hover:underline"
        >
          {row.isToday ? "Today" : row.label}
        </Link>
      </div>
      <div role="none" className="order-last col-span-2 md:order-none md:col-span-1">
        <div
          role="none"
          className="relative isolate h-[18px] overflow-hidden rounded-[3px] bg-ground ring-1 ring-line"
          style={{ width: percent(row.length) }}
        >
          {row.pieces.map((piece, column) => (
            <Piece
              key={`${piece.left} ${piece.status}`}
              piece={piece}
              row={row}
              endsNow={row.isToday && column === row.pieces.length - 1}
              {...cellProps(column)}
            />
          ))}
          {row.hours.map((at) => (
            <span
              key={at}
              aria-hidden="true"
              data-testid="hour"
              className="pointer-events-none absolute inset-y-0 z-2 w-px bg-ink/15"
              style={{ left: percent(at / row.length) }}
            />
          ))}
          {row.now !== undefined && (
            <span
              aria-hidden="true"
              data-testid="now"
              className="pointer-events-none absolute inset-y-0 z-2 w-0.5 -translate-x-1/2 bg-ink"
              style={{ left: percent(row.now / row.length) }}
            />
          )}
        </div>
      </div>
      <div role="gridcell" className="text-right text-[13px] text-soft md:text-left md:whitespace-nowrap">
        {row.pieces.length === 0 ? "nothing yet" : <Summary row={row} />}
      </div>
    </div>
  );
}

/** Around-time; where not all was observed, how much was; and a day that is not 24 hours long says so. */
function Summary({ row: { pieces, around, observed, lengthNote } }: { row: DayRow }) {
  const isUnknown = pieces.every(({ status }) => status === "unknown");
  return (
    <>
      {isUnknown ? (
        "not observed"
      ) : (
        <>
          <span className="text-ink">{around}</span>
          {observed && ` ${observed}`}
        </>
      )}
      {lengthNote && <span className="block">{lengthNote}</span>}
    </>
  );
}

type PieceProps = { piece: DayPiece; row: DayRow; endsNow: boolean } & ReturnType<
  ReturnType<typeof useRoving>["cellProps"]
>;

/**
 * Browsers round each edge by itself, and the ground between two pieces that touch would look like a gap: so a piece
 * reaches half a pixel under the next one. Unknown lies on top, and is never covered.
 */
function Piece({ piece, row, endsNow, ...place }: PieceProps) {
  const isUnknown = piece.status === "unknown";
  return (
    <div
      role="gridcell"
      aria-label={`${row.longLabel}: ${piece.words}`}
      data-status={piece.status}
      className={`absolute inset-y-0 min-w-px hover:brightness-90 focus-visible:z-10 focus-visible:outline-offset-[-2px] focus-visible:outline-ink ${isUnknown ? "hatch z-1" : ""}`}
      style={{
        left: percent(piece.left / row.length),
        width: endsNow ? percent(piece.width / row.length) : `calc(${percent(piece.width / row.length)} + 0.5px)`,
        ...(piece.status === "unknown" ? {} : { background: statusColour(piece.status) }),
      }}
      {...place}
    />
  );
}

/** Left and right go through a day's states; up and down go to the state at the same hour of another day. */
function step(rows: readonly DayRow[], from: Place, to: Direction): Place {
  const pieces = rows[from.row]?.pieces ?? [];
  switch (to) {
    case "left":
      return { ...from, column: Math.max(0, from.column - 1) };
    case "right":
      return { ...from, column: Math.min(pieces.length - 1, from.column + 1) };
    case "start":
      return { ...from, column: 0 };
    case "end":
      return { ...from, column: pieces.length - 1 };
    case "up":
    case "down": {
      const here = pieces[from.column];
      const row = from.row + (to === "up" ? -1 : 1);
      const others = rows[row]?.pieces ?? [];
      if (!here || others.length === 0) return from;
      const middle = here.left + here.width / 2;
      const column = others.findIndex(({ left, width }) => middle < left + width);
      return { row, column: column === -1 ? others.length - 1 : column };
    }
    default:
      to satisfies never;
      return from;
  }
}
