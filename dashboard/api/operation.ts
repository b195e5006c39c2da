/** One question of the API: where it is asked, what may be said with it, and what is answered. */
import type { z } from "zod";
import type { Handle } from "../../db/open.ts";

export interface Asked<Query> {
  db: Handle;
  nowMs: number;
  /** The number in the path, where it has one. */
  id: number;
  query: Query;
}

export interface Operation {
  /** Below `/api/v1`, such as `/contacts/{id}/days`. */
  path: string;
  summary: string;
  query: z.ZodObject;
  answer: z.ZodType;
  /** Undefined: there is nobody, or nothing, with this number. Throws BadParameters. */
  handle(asked: Asked<never>): Promise<unknown>;
}

/** The query and the answer are what their schemas say. */
export function operation<Query extends z.ZodObject, Answer extends z.ZodType>(one: {
  path: string;
  summary: string;
  query: Query;
  answer: Answer;
  handle(asked: Asked<z.output<Query>>): Promise<z.input<Answer> | undefined>;
}): Operation {
  return one as Operation;
}
