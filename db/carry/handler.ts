/** The merge as the collector carries it out. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { type Handler, RequestRefused } from "../keep/handler.ts";
import { mergeSteps } from "./merge.ts";

const params = z.strictObject({
  /** What `stageFile` or `stageEvents` laid down; whoever asked removes it after the answer. */
  file: z.string(),
});

/** Params `{ file }`. Answers what was new, as `Counts`. */
export const merge: Handler = function* (db, work) {
  const { file } = params.parse(work.params);
  if (!existsSync(file)) throw new RequestRefused(`${file} is gone: ask for it again`);
  return yield* mergeSteps(db, file);
};
