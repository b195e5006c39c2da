import type { Handle } from "../open.ts";

/** Differs from its last value when another connection has committed since; cheap enough to ask several times a second. */
export function dataVersion(db: Handle): number {
  return db.pragma("data_version", { simple: true }) as number;
}
