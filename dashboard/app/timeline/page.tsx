import type { Metadata } from "next";
import { type AddressWords, firstOf, readAddressState } from "../../data/address-state.ts";
import { boardNow } from "../../data/board-feed.ts";
import { openHistory } from "../../data/history.ts";
import { readTimeline, type TimelineAsked } from "../../data/timeline-page.ts";
import { windowWords } from "../../data/timeline-window.ts";
import { chooseZone } from "../../data/zone-choice.ts";
import { NotReady } from "../../ui/not-ready.tsx";
import { PageFoot } from "../../ui/page-foot.tsx";
import { TimelineView } from "../../ui/timeline/timeline-view.tsx";

export const metadata: Metadata = { title: "Timeline" };

export default async function TimelineRoute({ searchParams }: { searchParams: Promise<AddressWords> }) {
  const words = await searchParams;
  const { tz } = readAddressState(words);
  const history = openHistory();
  if (history.kind !== "ready") return <NotReady history={history} />;
  const { zone, refused } = chooseZone(tz);
  const nowMs = Date.now();
  const board = await boardNow(history, zone, nowMs);
  const asked = readAsked(words);
  const page = await readTimeline(history.db, board, asked, { zone, nowMs });
  const { window } = page;
  return (
    <>
      <h1 className="text-[26px] leading-tight font-semibold tracking-tight">Timeline</h1>
      <p className="mt-1 text-soft">
        {windowWords(window, zone)}
        {window.isLatest && " (the latest)"}
      </p>
      {window.refused && <p className="mt-2 text-sm text-warn">{window.refused}. The usual stands in its place.</p>}
      <TimelineView
        // Another window is another chart: where the slider stood says nothing there.
        key={`${window.zoom} ${window.isLatest ? "latest" : window.toMs}`}
        timeline={page}
        zone={zone}
        tz={refused === undefined ? tz : null}
        find={asked.find}
      />
      <PageFoot zone={zone} nowMs={nowMs} refused={refused} />
    </>
  );
}

/** A field that a form sends empty says nothing. */
function readAsked(words: AddressWords): TimelineAsked {
  const first = (name: string): string | null => firstOf(words, name) || null;
  return {
    zoom: first("zoom"),
    end: first("end"),
    day: first("day"),
    at: first("at"),
    find: first("find") ?? "",
    page: first("page"),
  };
}
