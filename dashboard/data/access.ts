/** The pages' way to `access.db`: a handle of their own beside the gate's, kept open between requests. */
import "server-only";
import { Access } from "../../db/access/access.ts";
import { dataFolder } from "../../db/settings/data-folder.ts";

/**
 * Next may load this module once per route, and each copy keeps a handle: what one of them throws is an instance of the
 * classes that the same copy knows, and not of another's.
 */
let kept: Access | undefined;

/** Throws AccessRefused. */
export function openAccess(): Access {
  kept ??= new Access(dataFolder());
  return kept;
}
