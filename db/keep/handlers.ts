/** What can be asked for, by kind. Adding one is a line. */
import type { Handler } from "./requests.ts";

export const HANDLERS: Readonly<Record<string, Handler>> = {};
