import type { EventEmitter } from "node:events";
import type { WriterLine } from "../../collector/recorder/journal.ts";
import type { ToWriter } from "../../collector/recorder/writer-side.ts";

/** The journal's end of a line to a writer that is no thread: whatever `heard` emits is what the writer said. */
export function writerLine(
  heard: EventEmitter,
  postMessage: (message: ToWriter) => void,
  terminate: () => void = () => undefined,
): WriterLine {
  return {
    postMessage,
    on: (event: string, hear: (...said: never[]) => void) => heard.on(event, hear as () => void),
    once: (event: string, hear: (...said: never[]) => void) => heard.once(event, hear as () => void),
    removeListener: (event: string, hear: (...said: never[]) => void) =>
      heard.removeListener(event, hear as () => void),
    removeAllListeners: (event) => heard.removeAllListeners(event),
    terminate,
  };
}
