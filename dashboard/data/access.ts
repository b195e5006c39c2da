/** The pages' way to `access.db`: a handle of their own beside the gate's, kept open between requests. */
import "server-only";
import { Access } from "../../db/access/access.ts";
import { dataFolder } from "../../db/settings/data-folder.ts";

/** Next may load this module once per route, so it is kept on the process. */
const KEPT = Symbol.for("rollcall.access");
const home = globalThis as { [KEPT]?: Access };

/** Throws AccessRefused. */
export function openAccess(): Access {
  home[KEPT] ??= new Access(dataFolder());
  return home[KEPT];
}
