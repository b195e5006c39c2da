import { BoardFeed } from "../../../data/board-feed.ts";
import { liveEvents } from "../../../data/live-events.ts";
import { chooseZone } from "../../../data/zone-choice.ts";

export const dynamic = "force-dynamic";

/** Each looks at the history several times a second. A browser opens six to one place at most. */
const MOST_AT_ONCE = 32;

let openNow = 0;

/** The board as it changes, as server-sent events: each is one FeedMessage, or a `tick` with the server's time. */
export function GET(request: Request): Response {
  if (openNow >= MOST_AT_ONCE) {
    const message = `${openNow} live views are open already: close one, then this one goes on.\n`;
    return new Response(message, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
  const { zone } = chooseZone(new URL(request.url).searchParams.get("tz"));
  const ended = new AbortController();
  openNow++;
  ended.signal.addEventListener("abort", () => openNow--);
  if (request.signal.aborted) ended.abort();
  request.signal.addEventListener("abort", () => ended.abort());
  return new Response(liveEvents(new BoardFeed(zone), ended), {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" },
  });
}
