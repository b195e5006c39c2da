/** The journal's writer in the process's own thread, on a disk that may be slow, refuse, or lose its process. */
import { EventEmitter } from "node:events";
import type { StartWriter } from "../../collector/recorder/journal.ts";
import { type FromWriter, serveWriter, type ToWriter } from "../../collector/recorder/writer-side.ts";
import type { Process } from "./machine.ts";
import { writerLine } from "./writer-line.ts";

export interface Disk {
  /** A batch takes this long. */
  delayMs: number;
  refuses: boolean;
  /** Whether the batch that is under way when the process dies was still written. */
  keepsBatch: boolean;
}

/** `between`: told before and after each slice of what the writer does besides writing. */
export function writerOn(disk: Disk, process: Process, between: () => void): StartWriter {
  return (start) => {
    const toJournal = new EventEmitter();
    const toWriter = new EventEmitter();
    const underWay: ToWriter[] = [];
    const say = (message: FromWriter): void => {
      queueMicrotask(() => {
        if (!process.isDead) toJournal.emit("message", message);
      });
    };
    // By the world's clock, so that the same seed has the same things done between the same two batches.
    const defer = (slice: () => void): (() => void) => {
      const timer = process.after(1, () => {
        between();
        inCountedTime(slice);
        between();
      });
      return () => timer.cancel();
    };
    const port = {
      postMessage: say,
      on: (event: "message", hear: (message: ToWriter) => void) => toWriter.on(event, hear),
      close: () => queueMicrotask(() => toJournal.emit("exit")),
    };
    const breakOff = serveWriter(start, port, defer);
    let hasEnded = false;
    const write = (message: ToWriter): void => {
      hasEnded ||= message.kind === "end";
      toWriter.emit("message", message);
    };
    process.atDeath(() => {
      if (hasEnded) return;
      if (disk.keepsBatch && !disk.refuses) for (const message of underWay) write(message);
      if (!hasEnded) breakOff?.();
    });
    return writerLine(
      toJournal,
      (message) => {
        // As it would travel to a thread: what the journal does to it from here on is not seen.
        const sent = structuredClone(message);
        underWay.push(sent);
        process.after(disk.delayMs, () => {
          underWay.splice(underWay.indexOf(sent), 1);
          if (sent.kind === "append" && disk.refuses) return say({ kind: "failed", message: "the disk is full" });
          write(sent);
        });
      },
      () => breakOff?.(),
    );
  };
}

const LOOK_MS = 0.1;
let lookedMs = 0;

/** Slices are measured by the real clock, which is never the same twice: here each look at it takes as long. */
function inCountedTime(slice: () => void): void {
  const real = performance.now;
  performance.now = () => {
    lookedMs += LOOK_MS;
    return lookedMs;
  };
  try {
    slice();
  } finally {
    performance.now = real;
  }
}
