/** What a check of the history has found: what is wrong, and what to do about it, in a line. */
import type { Handle } from "../open.ts";

export interface Finding {
  what: string;
  advice: string;
}

export interface CheckOptions {
  nowMs: number;
  /** Compares every rollup with the facts, and not some of them. */
  isFull: boolean;
  /** How far this part has come. */
  tell(done: number, total: number): void;
}

/** One part of a check. It reads only, and from one state of the history. */
export interface Check {
  name: string;
  run(db: Handle, options: CheckOptions): Generator<Finding>;
}

/** Nothing that the recorder does leads there: it was written by another hand, or the disk failed. */
export const RESTORE = "put a backup from before back with `rollcall restore FILE`";
/** A merge that was given up halfway leaves events that nothing claims: no reader takes them for anything. */
export const MERGE = "merge again what it came from, with `rollcall merge FILE` or `rollcall import`";
export const REBUILD = "make the rollups again with `rollcall db rebuild`";

/** For people who compare it with what they remember. */
export function at(ms: number): string {
  return Number.isFinite(ms) && Math.abs(ms) < 8e15 ? new Date(ms).toISOString() : String(ms);
}
