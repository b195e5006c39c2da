// biome-ignore-all lint/a11y/useSemanticElements: a table cannot be drawn as two lines
// biome-ignore-all lint/a11y/useFocusableInteractive: one tab stop moves through the grid (ui/roving.ts)
"use client";
import { type TypicalDay as Day, type DayKind, KIND_WORDS, KINDS, type TypicalHour } from "../data/typical-day.ts";
import { type Direction, type Place, useRoving } from "../ui/roving.ts";
import { Tip } from "../ui/tip.tsx";

/** Told apart without colour, too: the weekend's line is dashed. */
const LOOKS: Record<DayKind, { stroke: string; dash: string | undefined }> = {
  weekdays: { stroke: "var(--mark)", dash: undefined },
  weekends: { stroke: "var(--on-the-phone)", dash: "6 4" },
};
const HEIGHT_PX = 180;

/** Two lines over the 24 hours, weekdays and weekends. The scale is always 0 to 100 %. */
export function TypicalDay({ day }: { day: Day }) {
  const roving = useRoving({ row: 0, column: 12 }, step);
  const shown = roving.shown && day[KINDS[roving.shown.place.row] ?? "weekdays"][roving.shown.place.column];
  return (
    <div className="relative" ref={roving.container}>
      <div className="grid grid-cols-[2.6rem_minmax(0,1fr)] gap-x-2">
        <div aria-hidden="true" className="relative text-right text-[12px] text-soft" style={{ height: HEIGHT_PX }}>
          {[100, 50, 0].map((percent) => (
            <span
              key={percent}
              className="absolute right-0 -translate-y-1/2 leading-none"
              style={{ top: `${100 - percent}%` }}
            >
              {percent} %
            </span>
          ))}
        </div>
        <div className="relative border-y border-line" style={{ height: HEIGHT_PX }}>
          {day.weekdays.map(({ share }, hour) =>
            share === null && day.weekends[hour]?.share === null ? (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its index
                key={hour}
                aria-hidden="true"
                className="hatch absolute inset-y-0"
                style={{ left: `${(hour / 24) * 100}%`, width: `${100 / 24}%` }}
              />
            ) : null,
          )}
          <svg
            aria-hidden="true"
            data-testid="typical-day"
            className="absolute inset-0 h-full w-full overflow-visible"
            viewBox="0 0 24 1"
            preserveAspectRatio="none"
          >
            <path d="M0 0.5H24" stroke="var(--line)" strokeWidth="1" vectorEffect="non-scaling-stroke" />
            {KINDS.map((kind) => (
              <path
                key={kind}
                d={stepsOf(day[kind])}
                fill="none"
                stroke={LOOKS[kind].stroke}
                strokeWidth="2.5"
                strokeDasharray={LOOKS[kind].dash}
                vectorEffect="non-scaling-stroke"
              />
            ))}
          </svg>
          <div
            role="grid"
            aria-label="Around-time by hour of the day"
            className="absolute inset-0"
            {...roving.containerProps}
          >
            {KINDS.map((kind, row) => (
              // The upper half of an hour tells of weekdays, the lower one of weekends.
              <div key={kind} role="row" className="flex h-1/2">
                {day[kind].map(({ words }, column) => (
                  <span
                    // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its index
                    key={column}
                    role="gridcell"
                    aria-label={words}
                    className="h-full flex-1 hover:bg-ink/8 focus-visible:outline-offset-[-2px] focus-visible:outline-ink"
                    {...roving.cellProps({ row, column })}
                  />
                ))}
              </div>
            ))}
          </div>
        </div>
        <div aria-hidden="true" className="relative col-start-2 mt-1 h-4 text-[12px] text-soft">
          {[0, 6, 12, 18, 24].map((hour) => (
            <span
              key={hour}
              className={`absolute ${hour === 0 ? "" : hour === 24 ? "-translate-x-full" : "-translate-x-1/2"}`}
              style={{ left: `${(hour / 24) * 100}%` }}
            >
              {`${hour}`.padStart(2, "0")}
            </span>
          ))}
        </div>
      </div>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-[13px] text-soft">
        {KINDS.map((kind) => (
          <li key={kind} className="flex items-center gap-2">
            <svg aria-hidden="true" width="28" height="8">
              <path d="M0 4H28" stroke={LOOKS[kind].stroke} strokeWidth="2.5" strokeDasharray={LOOKS[kind].dash} />
            </svg>
            {KIND_WORDS[kind]}
          </li>
        ))}
        <li className="flex items-center gap-1.5">
          <span aria-hidden="true" className="hatch h-3 w-4 rounded-[3px] border border-line-strong" />
          not observed
        </li>
      </ul>
      {roving.shown && shown && <Tip anchor={roving.shown.anchor} text={shown.words} />}
    </div>
  );
}

/** A level for each hour; where nothing was observed there is no line. */
function stepsOf(hours: readonly TypicalHour[]): string {
  return hours
    .map(({ share }, hour) => {
      if (share === null) return "";
      const before = hours[hour - 1]?.share ?? null;
      const y = Number((1 - share).toFixed(4));
      return `${before === null ? "M" : "L"}${hour} ${y}H${hour + 1}`;
    })
    .join("");
}

function step({ row, column }: Place, to: Direction): Place {
  switch (to) {
    case "up":
    case "down":
      return { row: to === "up" ? 0 : 1, column };
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
