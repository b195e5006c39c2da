/** What is half done when nobody works on it: it is finished in the collector's next life, and until then is no fault. */
import type { Handle } from "../open.ts";

/** Events of a merge are there before the claims and watches that make them count. */
export function isMerging(db: Handle): boolean {
  return underWay(db, "merge").length > 0;
}

/** The numbers of those who are being forgotten: their watches go first, and their days last. */
export function going(db: Handle): ReadonlySet<number> {
  return new Set(underWay(db, "forget").map(({ contactId }) => contactId as number));
}

/** The params of the requests of a kind that somebody has begun, or will. */
function underWay(db: Handle, kind: string): Record<string, unknown>[] {
  const sql = "SELECT params FROM request WHERE kind = ? AND state IN ('asked', 'working')";
  return (db.prepare(sql).pluck().all(kind) as string[]).map((params) => JSON.parse(params));
}
