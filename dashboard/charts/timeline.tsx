"use client";
import Link from "next/link";
import { memo, type PointerEvent, useMemo } from "react";
import { isAround } from "../../db/status.ts";
import { boxPath } from "../data/box-path.ts";
import { clock, exactClock, longDay, shortDay } from "../data/clock-words.ts";
import { durationWords } from "../data/durations.ts";
import { spanWords } from "../data/span-words.ts";
import { STATUS_WORDS } from "../data/status-words.ts";
import { ZOOM_FACTS } from "../data/timeline-address.ts";
import type { TimelinePage } from "../data/timeline-page.ts";
import {
  statusesIn,
  stretchAt,
  stretchesIn,
  type TimelineRow,
  type TimelineStretch,
  whoWords,
} from "../data/timeline-rows.ts";
import type { TimelineTick } from "../data/timeline-window.ts";
import { StatusLegend } from "../ui/legend.tsx";
import { percent } from "../ui/percent.ts";
import { statusColour } from "../ui/status-colour.ts";
import { StatusGlyph } from "../ui/status-glyph.tsx";

/** Name, strip, state; on a phone the name and the state share a line above the strip. */
const COLUMNS =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 md:grid-cols-[10rem_minmax(0,1fr)_15rem] md:gap-x-5";
const STRIP = "order-last col-span-2 md:order-none md:col-span-1";
/** The strip's own units. */
const UNITS = 1_000;

interface Props {
  timeline: TimelinePage;
  /** Where the slider stands; undefined: at the end. */
  atMs: number | undefined;
  onMove(atMs: number | undefined): void;
  zone: string;
  /** The part of an address that keeps the zone. */
  search: string;
}

/** Who was where at the instant that the slider stands at, and a strip of the whole window beside each. */
export function TimelineChart({ timeline, atMs, onMove, zone, search }: Props) {
  const { rows, ticks, pages } = timeline;
  const { zoom, fromMs, toMs, isLatest } = timeline.window;
  const lengthMs = toMs - fromMs;
  const shownMs = Math.min(atMs ?? toMs - 1, toMs - 1);
  const who = useMemo(() => whoWords(rows, shownMs - fromMs), [rows, shownMs, fromMs]);
  const statuses = useMemo(() => statusesIn(rows), [rows]);
  const when = `${longDay(shownMs, zone)}, ${exactClock(shownMs, zone)}`;
  return (
    <section aria-label="Who was where" className="panel mt-5 px-4 py-4 sm:px-6">
      <div className="sticky top-0 z-10 -mx-4 border-b border-line bg-card px-4 pt-1 pb-2 sm:-mx-6 sm:px-6">
        <p className="flex flex-wrap justify-between gap-x-6 gap-y-0.5">
          <span className="font-semibold" data-testid="when">
            {when}
          </span>
          <span className="text-sm text-soft" data-testid="who">
            {who}
            {pages > 1 && `, of the ${rows.length} on this page`}
          </span>
        </p>
        <div className={COLUMNS}>
          <label htmlFor="at" className="hidden text-[13px] text-soft md:block">
            Slide through time
          </label>
          <div className={STRIP}>
            {/* A native thumb is 16 pixels wide, and its middle keeps to the inside of its track. */}
            <input
              id="at"
              type="range"
              aria-label="The instant that is shown"
              aria-valuetext={`${when}: ${who}`}
              min={0}
              max={lengthMs}
              step={ZOOM_FACTS[zoom].stepMs}
              value={atMs === undefined ? lengthMs : shownMs - fromMs}
              onChange={({ target }) => {
                const ms = fromMs + Number(target.value);
                onMove(ms >= toMs ? undefined : ms);
              }}
              className="-mx-2 block h-6 w-[calc(100%+1rem)] accent-mark"
            />
            <Axis ticks={ticks} />
          </div>
        </div>
      </div>
      <ul className="mt-3 grid gap-2.5 md:gap-1">
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            ticks={ticks}
            fromMs={fromMs}
            lengthMs={lengthMs}
            atMs={shownMs - fromMs}
            isLatest={isLatest}
            zone={zone}
            search={search}
            onPoint={(ms) => onMove(fromMs + ms)}
          />
        ))}
      </ul>
      <div className="mt-4">
        <StatusLegend present={statuses} />
      </div>
    </section>
  );
}

function Axis({ ticks }: { ticks: readonly TimelineTick[] }) {
  return (
    <div aria-hidden="true" className="relative mt-1 h-4 text-[12px] leading-4 text-soft" data-testid="timeline-axis">
      {ticks.map(({ at, label, isDay }) => (
        <span
          key={at}
          className={`absolute whitespace-nowrap ${isDay ? "text-ink" : ""} ${placeOf(at)}`}
          style={{ left: percent(at) }}
        >
          {label}
        </span>
      ))}
    </div>
  );
}

/** Labels at the ends stay inside; on a phone they would meet the next one. */
function placeOf(at: number): string {
  if (at < 0.04) return "max-sm:hidden";
  return at > 0.96 ? "-translate-x-full max-sm:hidden" : "-translate-x-1/2";
}

interface RowProps {
  row: TimelineRow;
  ticks: readonly TimelineTick[];
  fromMs: number;
  lengthMs: number;
  /** After the window begins. */
  atMs: number;
  isLatest: boolean;
  zone: string;
  search: string;
  onPoint(ms: number): void;
}

function Row({ row, ticks, fromMs, lengthMs, atMs, isLatest, zone, search, onPoint }: RowProps) {
  const here = stretchAt(row, atMs);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    if (event.buttons !== 1) return;
    const { left, width } = event.currentTarget.getBoundingClientRect();
    onPoint(Math.round(Math.min(lengthMs - 1, Math.max(0, ((event.clientX - left) / width) * lengthMs))));
  };
  return (
    <li className={COLUMNS} data-address={row.address} data-status={here?.status ?? "not-known-yet"}>
      <Link href={`/contact/${row.id}${search}`} prefetch={false} className="min-w-0 truncate text-sm hover:underline">
        <bdi>{row.name}</bdi>
      </Link>
      <div
        className={`relative isolate h-4 cursor-crosshair touch-pan-y overflow-hidden rounded-[3px] bg-ground ring-1 ring-line ${STRIP}`}
        onPointerDown={point}
        onPointerMove={point}
      >
        <Strip row={row} lengthMs={lengthMs} />
        {ticks.map(({ at }) => (
          <span
            key={at}
            aria-hidden="true"
            className="pointer-events-none absolute inset-y-0 z-2 w-px bg-ink/15"
            style={{ left: percent(at) }}
          />
        ))}
        <span
          aria-hidden="true"
          data-testid="at"
          className="pointer-events-none absolute inset-y-0 z-3 w-0.5 -translate-x-1/2 bg-ink"
          style={{ left: percent(atMs / lengthMs) }}
        />
      </div>
      <State here={here} row={row} fromMs={fromMs} isLatest={isLatest} zone={zone} />
    </li>
  );
}

interface StateProps {
  here: TimelineStretch | undefined;
  row: TimelineRow;
  fromMs: number;
  isLatest: boolean;
  zone: string;
}

/** What somebody was at the instant, and from when to when; … where that end lies beyond the window, or is not known. */
function State({ here, row, fromMs, isLatest, zone }: StateProps) {
  if (!here) return <p className="truncate text-right text-[13px] text-soft md:text-left">Not known yet</p>;
  const isCurrent = isLatest && here.toMs === row.untilMs;
  const span = { ...here, fromMs: fromMs + here.fromMs, toMs: fromMs + here.toMs, raw: null };
  return (
    <p
      className="flex min-w-0 items-center justify-end gap-2 text-[13px] md:justify-start"
      title={spanWords(span, zone, isCurrent)}
    >
      <StatusGlyph status={here.status} size={12} />
      <span className={`truncate ${isAround(here.status) ? "" : "text-soft"}`}>
        {SHORT[here.status] ?? STATUS_WORDS[here.status]}
      </span>
      <span className="whitespace-nowrap text-soft">
        {here.startCensored ? "…" : timeIn(span.fromMs, span.toMs, zone)}
        {" – "}
        {isCurrent ? "now" : here.endCensored ? "…" : clock(span.toMs, zone)}
      </span>
    </p>
  );
}

const SHORT: Partial<Record<string, string>> = { offline: "Offline", unknown: "Unknown" };

/** `09:30`, with the day where the stretch ends on another. */
function timeIn(fromMs: number, toMs: number, zone: string): string {
  const day = shortDay(fromMs, zone);
  return day === shortDay(toMs - 1, zone) ? clock(fromMs, zone) : `${day.slice(0, 3)} ${clock(fromMs, zone)}`;
}

/** All of one status as one path; unknown lies on top as a hatch, and is never covered. */
const Strip = memo(function Strip({ row, lengthMs }: { row: TimelineRow; lengthMs: number }) {
  const stretches = stretchesIn(row);
  const units = (ms: number) => (ms / lengthMs) * UNITS;
  const known = Map.groupBy(
    stretches.filter(({ status }) => status !== "unknown"),
    ({ status }) => status,
  );
  return (
    <>
      <svg
        role="img"
        aria-label={stripWords(row)}
        className="absolute inset-0 h-full w-full"
        viewBox={`0 0 ${UNITS} 1`}
        preserveAspectRatio="none"
      >
        {[...known].map(([status, parts]) => (
          <path
            key={status}
            data-status={status}
            d={parts.map((part) => boxPath(units(part.fromMs), units(part.toMs), 0, 1)).join("")}
            fill={status === "unknown" ? "none" : statusColour(status)}
          />
        ))}
      </svg>
      {stretches
        .filter(({ status }) => status === "unknown")
        .map(({ fromMs, toMs }) => (
          <span
            key={fromMs}
            data-status="unknown"
            className="hatch absolute inset-y-0 z-1 min-w-px"
            style={{ left: percent(fromMs / lengthMs), width: percent((toMs - fromMs) / lengthMs) }}
          />
        ))}
    </>
  );
});

function stripWords({ aroundMs, observedMs }: TimelineRow): string {
  if (observedMs === 0) return "Not observed in this time";
  return `Around ${durationWords(aroundMs)} of ${durationWords(observedMs)} observed`;
}
