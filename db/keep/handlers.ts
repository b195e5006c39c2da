/** What can be asked for, by kind. Adding one is a line. */
import { merge } from "../carry/handler.ts";
import { exclude, include } from "./exclude.ts";
import { forget } from "./forget.ts";
import type { Handler } from "./handler.ts";
import { pause, resume } from "./pause.ts";
import { retention } from "./retention.ts";

export const HANDLERS: Readonly<Record<string, Handler>> = {
  pause,
  resume,
  exclude,
  include,
  retention,
  forget,
  merge,
};
