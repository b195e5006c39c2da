"use client";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { memo, type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { isAround } from "../../db/status.ts";
import { clock, exactClock, longDay, shortDay } from "../data/clock-words.ts";
import { durationWords } from "../data/durations.ts";
import { spanWords } from "../data/span-words.ts";
import { STATUS_WORDS } from "../data/status-words.ts";
import { endAround, pageAt, type TimelinePlace, timelineHref, ZOOM_FACTS, ZOOMS } from "../data/timeline-address.ts";
import type { TimelinePage } from "../data/timeline-page.ts";
import { stretchAt, stretchesIn, type TimelineRow, type TimelineStretch, whoWords } from "../data/timeline-rows.ts";
import type { TimelineTick } from "../data/timeline-window.ts";
import { StatusLegend } from "../ui/legend.tsx";
import { RangeSwitch } from "../ui/range-switch.tsx";
import { statusColour } from "../ui/status-colour.ts";
import { StatusGlyph } from "../ui/status-glyph.tsx";

/** Name, strip, state; on a phone the name and the state share a line above the strip. */
const COLUMNS =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 md:grid-cols-[10rem_minmax(0,1fr)_15rem] md:gap-x-5";
const STRIP = "order-last col-span-2 md:order-none md:col-span-1";
/** The strip's own units. */
const UNITS = 1_000;
/** A page that shows the latest is drawn again so often. */
const REDRAW_MS = 30_000;
/** An address is not written more often, because browsers forbid it. */
const WRITE_MS = 250;

interface Props {
  timeline: TimelinePage;
  zone: string;
  /** The zone as the address says it. */
  tz: string | null;
  find: string;
}

/** Everybody against one axis of time, and who was where at the instant that the slider stands at. */
export function Timeline({ timeline, zone, tz, find }: Props) {
  const { window, ticks, rows, horizonMs, firstMs, people, page, pages, statuses } = timeline;
  const { zoom, fromMs, toMs, isLatest } = window;
  const lengthMs = toMs - fromMs;
  const [atMs, setAtMs] = useState(window.atMs);
  // The latest window moves on under the slider.
  const shownMs = Math.max(fromMs, Math.min(atMs ?? toMs - 1, toMs - 1));
  const place: TimelinePlace = { tz, find, page };
  const endMs = isLatest ? undefined : toMs;
  const hrefs = {
    earlier: (firstMs ?? toMs) < fromMs ? timelineHref(place, { zoom, endMs: toMs - lengthMs / 2 }) : undefined,
    later: isLatest ? undefined : timelineHref(place, { zoom, endMs: laterEnd(toMs + lengthMs / 2, horizonMs) }),
    latest: isLatest ? undefined : timelineHref(place, { zoom, endMs: undefined }),
  };
  const zoomed = ZOOMS.map((to) => {
    const isHeld = atMs !== undefined;
    const end = isHeld ? endAround(shownMs, to, horizonMs) : endMs;
    return {
      zoom: to,
      href: timelineHref(
        { ...place, page: pageAt(page, zoom, to) },
        { zoom: to, endMs: end, atMs: isHeld ? shownMs : undefined },
      ),
    };
  });
  const at = ZOOMS.indexOf(zoom);
  useKeys({ "+": zoomed[at - 1]?.href, "-": zoomed[at + 1]?.href, ",": hrefs.earlier, ".": hrefs.later });
  useRedraw(isLatest);
  useInAddress(timelineHref(place, { zoom, endMs, atMs }));
  const who = useMemo(() => whoWords(rows, shownMs - fromMs), [rows, shownMs, fromMs]);
  const when = `${longDay(shownMs, zone)}, ${exactClock(shownMs, zone)}`;
  return (
    <>
      <div className="mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 text-[13px]">
        <RangeSwitch
          label="Zoom"
          choices={zoomed.map((one) => ({
            href: one.href,
            words: ZOOM_FACTS[one.zoom].words,
            isChosen: one.zoom === zoom,
          }))}
        />
        <nav aria-label="Move the window" className="flex gap-1.5">
          <Move href={hrefs.earlier} keys=",">
            ← Earlier
          </Move>
          <Move href={hrefs.later} keys=".">
            Later →
          </Move>
          {hrefs.latest && <Move href={hrefs.latest}>Latest</Move>}
        </nav>
        <DayForm tz={tz} find={find} zoom={zoom} />
      </div>
      <FindForm tz={tz} find={find} zoom={zoom} end={endMs} people={people} />
      {rows.length === 0 ? (
        <p className="panel mt-5 px-4 py-8 text-center text-soft">
          {find.trim() === "" ? "Nobody was on a list in this time." : "Nobody is called so."}
        </p>
      ) : (
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
                    setAtMs(ms >= toMs ? undefined : ms);
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
                search={tz ? `?${new URLSearchParams({ tz })}`.replaceAll("%2F", "/") : ""}
                onPoint={(ms) => setAtMs(fromMs + ms)}
              />
            ))}
          </ul>
          <div className="mt-4">
            <StatusLegend present={new Set(statuses)} />
          </div>
        </section>
      )}
      {pages > 1 && (
        <nav aria-label="Pages of people" className="mt-4 flex flex-wrap items-center gap-2 text-[13px]">
          <Move href={page > 1 ? timelineHref({ ...place, page: page - 1 }, { zoom, endMs, atMs }) : undefined}>
            ← Before
          </Move>
          <span className="text-soft">
            Page {page} of {pages}
          </span>
          <Move href={page < pages ? timelineHref({ ...place, page: page + 1 }, { zoom, endMs, atMs }) : undefined}>
            After →
          </Move>
        </nav>
      )}
    </>
  );
}

function laterEnd(endMs: number, horizonMs: number): number | undefined {
  return endMs >= horizonMs ? undefined : endMs;
}

function Move({ href, keys, children }: { href: string | undefined; keys?: string; children: ReactNode }) {
  const look = "rounded-lg border border-line px-3 py-1.5";
  if (!href) return <span className={`${look} text-soft`}>{children}</span>;
  return (
    <Link
      href={href}
      scroll={false}
      prefetch={false}
      aria-keyshortcuts={keys}
      title={keys && `Key: ${keys}`}
      className={`${look} bg-card hover:bg-ground`}
    >
      {children}
    </Link>
  );
}

/** Both forms work without scripts, and keep what else the address says. */
function Kept({ words }: { words: Record<string, string | null | undefined> }) {
  return Object.entries(words).map(([name, value]) =>
    value ? <input key={name} type="hidden" name={name} value={value} /> : null,
  );
}

const FIELD = "rounded-lg border border-line-strong bg-card px-2.5 py-1.5 text-ink";

function DayForm({ tz, find, zoom }: { tz: string | null; find: string; zoom: string }) {
  return (
    <form action="/timeline" className="flex items-center gap-1.5">
      <Kept words={{ tz, find, zoom }} />
      <label className="flex items-center gap-1.5 text-soft">
        Up to the end of
        <input type="date" name="day" required className={FIELD} />
      </label>
      <button type="submit" className="rounded-lg border border-line bg-card px-3 py-1.5 hover:bg-ground">
        Show
      </button>
    </form>
  );
}

interface FindProps {
  tz: string | null;
  find: string;
  zoom: string;
  end: number | undefined;
  people: number;
}

function FindForm({ tz, find, zoom, end, people }: FindProps) {
  return (
    <search>
      <form action="/timeline" className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <Kept words={{ tz, zoom, end: end === undefined ? null : new Date(end).toISOString() }} />
        <input
          type="search"
          name="find"
          aria-label="Find somebody"
          placeholder="Find somebody, then press Enter"
          autoComplete="off"
          spellCheck={false}
          defaultValue={find}
          className={`w-full max-w-sm text-sm placeholder:text-soft ${FIELD}`}
        />
        <span className="text-sm text-soft">{people === 1 ? "One person" : `${people} people`}</span>
      </form>
    </search>
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
            d={parts.map((part) => box(part, lengthMs)).join("")}
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

function box({ fromMs, toMs }: TimelineStretch, lengthMs: number): string {
  const units = (ms: number) => Number(((ms / lengthMs) * UNITS).toFixed(2));
  const [x, width] = [units(fromMs), Number((units(toMs) - units(fromMs)).toFixed(2))];
  return `M${x} 0h${width}v1h${-width}z`;
}

function stripWords({ aroundMs, observedMs }: TimelineRow): string {
  if (observedMs === 0) return "Not observed in this time";
  return `Around ${durationWords(aroundMs)} of ${durationWords(observedMs)} observed`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

/** Keys that lead somewhere, while nobody is typing. */
function useKeys(hrefs: Record<string, string | undefined>): void {
  const router = useRouter();
  const latest = useRef(hrefs);
  latest.current = hrefs;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest("input:not([type=range]), textarea, select") !== null;
      const href = latest.current[event.key];
      if (!href || isTyping || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      router.push(href, { scroll: false });
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [router]);
}

/** What goes on is read again now and then, while somebody looks. */
function useRedraw(isLatest: boolean): void {
  const router = useRouter();
  useEffect(() => {
    if (!isLatest) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") router.refresh();
    }, REDRAW_MS);
    return () => clearInterval(timer);
  }, [isLatest, router]);
}

/** So that a link shows what its sender saw. Next is told, because it writes the address anew when it reads the page again. */
function useInAddress(href: string): void {
  const written = useRef(href);
  useEffect(() => {
    if (written.current === href) return;
    const timer = setTimeout(() => {
      written.current = href;
      history.replaceState(null, "", href);
    }, WRITE_MS);
    return () => clearTimeout(timer);
  }, [href]);
}
