import { setTimeout as wait } from "node:timers/promises";
import { BoardFeed } from "../../../data/board-feed.ts";
import { chooseZone } from "../../../data/zone-choice.ts";

export const dynamic = "force-dynamic";

/** How soon a change is on its way to the screen. */
const LOOK_EVERY_MS = 200;
/** Something is said at least this often, so that the other end notices a connection that died quietly. */
const SPEAK_EVERY_MS = 4_000;

/** The board as it changes, as server-sent events: each is one FeedMessage, or a `tick` with the server's time. */
export function GET(request: Request): Response {
  const { zone } = chooseZone(new URL(request.url).searchParams.get("tz"));
  const ended = new AbortController();
  request.signal.addEventListener("abort", () => ended.abort());
  const feed = new BoardFeed(zone);
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        for await (const text of events(feed, ended.signal)) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      } catch (error) {
        // The reader went away while we were waiting.
        if (!ended.signal.aborted) controller.error(error);
      }
    },
    cancel: () => ended.abort(),
  });
  return new Response(stream, {
    headers: { "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store" },
  });
}

async function* events(feed: BoardFeed, signal: AbortSignal): AsyncGenerator<string> {
  let spokenMs = 0;
  // After a loss, try again soon; the browser's own delay is several seconds.
  yield "retry: 1000\n\n";
  while (!signal.aborted) {
    const nowMs = Date.now();
    const message = await feed.next(nowMs);
    if (message) yield `data: ${JSON.stringify(message)}\n\n`;
    else if (nowMs - spokenMs >= SPEAK_EVERY_MS) yield `event: tick\ndata: ${nowMs}\n\n`;
    if (message || nowMs - spokenMs >= SPEAK_EVERY_MS) spokenMs = nowMs;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
