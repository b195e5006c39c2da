/** Reads what `strace -f` saw of a collector: what had been written and synced when it said that it had committed. */

export interface Acknowledgement {
  /** Writes to the log, and completed syncs of it, since the last acknowledgement. */
  writes: number;
  syncs: number;
  /** Writes to the log that no completed sync has followed. */
  unsynced: number;
}

export function acknowledgementsIn(trace: string): Acknowledgement[] {
  const told: Acknowledgement[] = [];
  const logs = new Set<string>();
  /** What a thread has begun, by thread: a sync counts for what had been written when it began. */
  const begun = new Map<string, { fd: string; written: number }>();
  let [writes, syncs, written, synced] = [0, 0, 0, 0];
  const finish = (writtenThen: number) => {
    syncs++;
    synced = Math.max(synced, writtenThen);
  };
  for (const line of trace.split("\n")) {
    const [, thread = "", call = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const opened =
      /^openat\(.*-wal".* = (\d+)$/.exec(call)?.[1] ?? /^<\.\.\. openat resumed>.* = (\d+)$/.exec(call)?.[1];
    if (opened && /-wal"/.test(call)) logs.add(opened);
    const [, name = "", fd = ""] = /^(pwrite64|fdatasync|fsync|write|writev|close)\((\d+)/.exec(call) ?? [];
    if (name === "pwrite64" && logs.has(fd)) {
      writes++;
      written++;
    } else if (/^f(data)?sync$/.test(name) && logs.has(fd)) {
      if (call.includes("<unfinished")) begun.set(thread, { fd, written });
      else if (call.endsWith("= 0")) finish(written);
    } else if (/^<\.\.\. f(data)?sync resumed>.*= 0$/.test(call)) {
      const sync = begun.get(thread);
      begun.delete(thread);
      if (sync) finish(sync.written);
    } else if (name === "close" && logs.has(fd)) logs.delete(fd);
    else if (/^writev?$/.test(name) && fd === "1" && call.includes("committed ")) {
      told.push({ writes, syncs, unsynced: written - synced });
      [writes, syncs] = [0, 0];
    }
  }
  return told;
}
