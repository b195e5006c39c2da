import { BoardFeed } from "../../../data/board-feed.ts";
import { liveEvents } from "../../../data/live-events.ts";
import { chooseZone } from "../../../data/zone-choice.ts";

export const dynamic = "force-dynamic";

/** They share one reading of the history, but each holds a connection and what it has not been told yet. */
const MOST_AT_ONCE = 200;

let openNow = 0;

/**
 * The board as it changes, as server-sent events: each is one FeedMessage, or a `tick` with the server's time. With
 * `?contact=ID`, what of it is about one contact.
 */
export function GET(request: Request): Response {
  if (openNow >= MOST_AT_ONCE) {
    const message = `${openNow} live views are open already: close one, then this one goes on.\n`;
    return new Response(message, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
  const { searchParams } = new URL(request.url);
  const { zone } = chooseZone(searchParams.get("tz"));
  const contact = /^[1-9]\d{0,11}$/.exec(searchParams.get("contact") ?? "")?.[0];
  const ended = new AbortController();
  openNow++;
  ended.signal.addEventListener("abort", () => openNow--);
  if (request.signal.aborted) ended.abort();
  request.signal.addEventListener("abort", () => ended.abort());
  return new Response(liveEvents(new BoardFeed(zone, contact === undefined ? undefined : Number(contact)), ended), {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" },
  });
}
