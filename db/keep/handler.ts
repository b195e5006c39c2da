/** What carries out one kind of request. */
import type { Handle } from "../open.ts";

/**
 * What a handler hands back between two steps: how far it is, something to wait for (what comes of it is the value of
 * the `yield`), "touched" when whoever writes must look again who may be written about, or nothing.
 */
export type Step = undefined | "touched" | Progress | Promise<unknown>;

export interface Progress {
  done: number;
  total: number;
}

export type Answer = Record<string, unknown>;

export interface Work {
  params: unknown;
  /** When the user asked, and now, as it is for whoever carries it out. */
  askedMs: number;
  nowMs: number;
}

/**
 * Carries out one kind of request, a step at a time: from one `yield` to the next it should take no longer than
 * STEP_MS, and leave no transaction open. It may be begun again from the start after any step, so what it has done
 * already must do no harm. Throws RequestRefused for what a user can put right.
 */
export type Handler = (db: Handle, work: Work) => Generator<Step, Answer, unknown>;

/** How long one step may hold the writer. */
export const STEP_MS = 50;
/** A wish that cannot be carried out; the message is for the person who asked. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
}
