/**
 * How far downloads have got, by the words that their askers gave them: what a browser saves to a file tells its page
 * nothing.
 */
import "server-only";

export interface Progress {
  rows: number;
  /** 0 to 1; null before anything is known. */
  share: number | null;
  state: "going" | "done" | "broken-off";
}

const KEPT_MS = 60_000;
/** More at once are nobody's; the oldest is let go. */
const MOST = 100;

/** Next may load this module once per route, so they are kept on the process. */
const KEPT = Symbol.for("rollcall.downloads");
const home = globalThis as { [KEPT]?: Map<string, Progress> };

export const PROGRESS_WORD = /^[\w-]{8,64}$/;

/** Begins to keep the progress of a download; the caller changes it. */
export function beginProgress(word: string): Progress {
  home[KEPT] ??= new Map();
  const progress: Progress = { rows: 0, share: null, state: "going" };
  home[KEPT].set(word, progress);
  const [oldest] = home[KEPT].keys();
  if (home[KEPT].size > MOST && oldest !== undefined) home[KEPT].delete(oldest);
  return progress;
}

/** It can be asked for a while longer. */
export function endProgress(word: string, state: "done" | "broken-off"): void {
  const progress = home[KEPT]?.get(word);
  if (progress?.state !== "going") return;
  progress.state = state;
  setTimeout(() => home[KEPT]?.delete(word), KEPT_MS).unref();
}

/** Undefined for a word that nobody gave, or long ago. */
export function progressOf(word: string): Progress | undefined {
  return home[KEPT]?.get(word);
}
