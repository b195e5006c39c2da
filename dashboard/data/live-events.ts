/** The board as server-sent events: what is said, when, and to a reader of any speed. */
import { setTimeout as wait } from "node:timers/promises";
import { textStream } from "./text-stream.ts";

/** How soon a change is on its way to the screen. */
const LOOK_EVERY_MS = 200;
/** Something is said at least this often, so that the other end notices a connection that died quietly. */
const SPEAK_EVERY_MS = 4_000;

export interface Feed {
  /** The next server-sent events, or undefined when there is no news. */
  next(nowMs: number): Promise<string | undefined>;
}

/**
 * What the feed says, and else a `tick` with the server's time. The feed is asked only when the reader has room:
 * one that reads slowly is told how things stand then, not all that it missed. `ended` is aborted when the reader
 * leaves or the feed fails; aborting it ends the stream.
 */
export function liveEvents(feed: Feed, ended: AbortController): ReadableStream<Uint8Array> {
  return textStream(tell(feed, ended.signal), ended);
}

async function* tell(feed: Feed, signal: AbortSignal): AsyncGenerator<string> {
  let spokenMs = 0;
  // After a loss, try again soon; the browser's own delay is several seconds.
  yield "retry: 1000\n\n";
  while (!signal.aborted) {
    const nowMs = Date.now();
    const news = await feed.next(nowMs);
    const isQuiet = nowMs - spokenMs >= SPEAK_EVERY_MS;
    if (news || isQuiet) spokenMs = nowMs;
    if (news) yield news;
    else if (isQuiet) yield `event: tick\ndata: ${nowMs}\n\n`;
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
