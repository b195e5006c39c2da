/** The thread that owns the collector's database handle. */
import { parentPort, workerData } from "node:worker_threads";
import { DatabaseRefused, openForWriting } from "../../db/open.ts";
import type { Fact } from "../../db/record/facts.ts";
import { HistoryWriter } from "../../db/record/writer.ts";

export type ToWriter = { kind: "append"; facts: Fact[] } | { kind: "end"; endedMs: number; reason: string };

export type FromWriter =
  | { kind: "ready" }
  | { kind: "refused"; code: DatabaseRefused["code"]; message: string }
  | { kind: "committed"; lastSeq: number }
  /** The disk refused; nothing of the batch was written. */
  | { kind: "failed"; message: string };

/** Trouble that may pass: a full or failing disk, or another process that holds the file for too long. */
function isPassing(error: unknown): error is Error & { code: string } {
  return (
    error instanceof Error &&
    /^SQLITE_(FULL|IOERR|BUSY|READONLY|CANTOPEN)/.test((error as { code?: string }).code ?? "")
  );
}

const port = parentPort;
if (!port) throw new Error("this file is a worker thread's, not a program");
const say = (message: FromWriter): void => port.postMessage(message);

try {
  const { path, startedMs, version } = workerData as { path: string; startedMs: number; version: string };
  const db = openForWriting(path);
  const writer = new HistoryWriter(db, startedMs, version);
  port.on("message", (message: ToWriter) => {
    switch (message.kind) {
      case "append":
        return append(message.facts);
      case "end":
        end(message.endedMs, message.reason);
        return port.close();
    }
  });
  say({ kind: "ready" });

  function end(endedMs: number, reason: string): void {
    try {
      writer.end(endedMs, reason);
      // Leaves one tidy file for whoever copies it.
      db.pragma("wal_checkpoint(TRUNCATE)");
    } catch (error) {
      // The next run finds this one open and takes it for what it is.
      if (!isPassing(error)) throw error;
    } finally {
      db.close();
    }
  }

  function append(facts: Fact[]): void {
    try {
      say({ kind: "committed", lastSeq: writer.append(facts) });
    } catch (error) {
      if (!isPassing(error)) throw error;
      say({ kind: "failed", message: `cannot write to ${path} (${error.code}): ${error.message}` });
    }
  }
} catch (error) {
  if (!(error instanceof DatabaseRefused)) throw error;
  say({ kind: "refused", code: error.code, message: error.message });
}
