"use client";
import { useEffect, useState } from "react";

/** What the server's clock showed, and when on ours that was. */
export interface ClockReading {
  serverMs: number;
  /** `performance.now()` at that moment; undefined while the page is still what the server drew. */
  readMs: number | undefined;
}

/**
 * The server's time now, moving every second; ours may be set wrong, and "4 s ago" must not depend on it. While
 * `isStopped` it stands still: after a lost connection nothing is known about later.
 */
export function useServerTime(reading: ClockReading, isStopped: boolean): number {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const startMs = reading.readMs ?? performance.now();
    setElapsedMs(performance.now() - startMs);
    if (isStopped) return;
    const timer = setInterval(() => setElapsedMs(performance.now() - startMs), 1000);
    return () => clearInterval(timer);
  }, [reading, isStopped]);
  return reading.serverMs + elapsedMs;
}
