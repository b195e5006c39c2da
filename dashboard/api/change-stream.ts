/** Changes as they are recorded, as server-sent events, to a reader of any speed. */
import "server-only";
import { setTimeout as wait } from "node:timers/promises";
import { dataVersion } from "../../db/history/changes.ts";
import { eventsAfter, newestSeq } from "../../db/history/events-after.ts";
import { openHistory } from "../data/history.ts";
import { textStream } from "../data/text-stream.ts";
import { eventOf } from "./operations.ts";

const LOOK_EVERY_MS = 200;
/** Something is said at least this often, so that the other end notices a connection that died quietly. */
const SPEAK_EVERY_MS = 15_000;
const BATCH = 500;

/** `afterSeq`: the last one that was read; undefined: from now on. `ended` is aborted when the reader leaves. */
export function changeStream(afterSeq: number | undefined, ended: AbortController): ReadableStream<Uint8Array> {
  return textStream(tell(afterSeq, ended.signal), ended);
}

async function* tell(afterSeq: number | undefined, signal: AbortSignal): AsyncGenerator<string> {
  let seq = afterSeq;
  let version = -1;
  let spokenMs = Date.now();
  yield "retry: 1000\n\n";
  while (!signal.aborted) {
    // Asked for each time: the file may have been replaced meanwhile.
    const history = openHistory();
    if (history.kind === "ready") {
      seq ??= newestSeq(history.db);
      const now = dataVersion(history.db);
      const news = now === version ? [] : eventsAfter(history.db, seq, BATCH);
      // A full batch has more behind it.
      if (news.length < BATCH) version = now;
      for (const event of news) {
        seq = event.seq;
        spokenMs = Date.now();
        yield `id: ${event.seq}\nevent: change\ndata: ${JSON.stringify(eventOf(event))}\n\n`;
      }
    }
    if (Date.now() - spokenMs >= SPEAK_EVERY_MS) {
      spokenMs = Date.now();
      yield ": nothing new\n\n";
    }
    await wait(LOOK_EVERY_MS, undefined, { signal });
  }
}
