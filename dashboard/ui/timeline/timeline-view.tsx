"use client";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { TimelineChart } from "../../charts/timeline.tsx";
import { writeAddressState } from "../../data/address-state.ts";
import { endAround, pageAt, type TimelinePlace, timelineHref, ZOOM_FACTS, ZOOMS } from "../../data/timeline-address.ts";
import type { TimelinePage } from "../../data/timeline-page.ts";
import type { Answering } from "../answering.ts";
import { useKeys } from "../keys.ts";
import { ConnectionNotice } from "../live-pill.tsx";
import { RangeSwitch } from "../range-switch.tsx";
import { useRedraw } from "../redraw.ts";
import { DayForm, FindForm, Move } from "./window-controls.tsx";

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
export function TimelineView({ timeline, zone, tz, find }: Props) {
  const { window, rows, horizonMs, firstMs, people, page, pages } = timeline;
  const { zoom, fromMs, toMs, isLatest } = window;
  const lengthMs = toMs - fromMs;
  const [putMs, setAtMs] = useState(window.atMs);
  // The latest window moves on, and takes the slider along that it has left behind.
  const atMs = putMs === undefined ? undefined : Math.max(fromMs, putMs);
  const place: TimelinePlace = { tz, find, page };
  const endMs = isLatest ? undefined : toMs;
  const hrefs = {
    earlier: (firstMs ?? toMs) < fromMs ? timelineHref(place, { zoom, endMs: toMs - lengthMs / 2 }) : undefined,
    later: isLatest ? undefined : timelineHref(place, { zoom, endMs: endAround(toMs, zoom, horizonMs) }),
    latest: isLatest ? undefined : timelineHref(place, { zoom, endMs: undefined }),
  };
  const zoomed = ZOOMS.map((to) => {
    const end = atMs === undefined ? endMs : endAround(atMs, to, horizonMs);
    return {
      zoom: to,
      href: timelineHref({ ...place, page: pageAt(page, zoom, to) }, { zoom: to, endMs: end, atMs }),
    };
  });
  const at = ZOOMS.indexOf(zoom);
  const router = useRouter();
  const goTo = (href: string | undefined) => (href ? () => router.push(href, { scroll: false }) : undefined);
  useKeys({
    "+": goTo(zoomed[at - 1]?.href),
    "-": goTo(zoomed[at + 1]?.href),
    ",": goTo(hrefs.earlier),
    ".": goTo(hrefs.later),
  });
  const answering = useGoesOn(isLatest);
  useInAddress(timelineHref(place, { zoom, endMs, atMs }));
  return (
    <>
      <ConnectionNotice connection={answering} />
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
        <TimelineChart
          timeline={timeline}
          atMs={atMs}
          onMove={setAtMs}
          zone={zone}
          search={writeAddressState({ tz })}
        />
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

/** What goes on is read again now and then, while somebody looks. */
function useGoesOn(isLatest: boolean): Answering {
  const { redraw, answering } = useRedraw();
  useEffect(() => {
    if (!isLatest) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void redraw();
    }, REDRAW_MS);
    return () => clearInterval(timer);
  }, [isLatest, redraw]);
  return answering;
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
