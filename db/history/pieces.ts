import { asOne } from "../answers/person.ts";
import type { Handle } from "../open.ts";
import { codeOf, type Stretch, stretchOf } from "../rollup/timeline.ts";
import { eachPieceOf } from "./stretches.ts";

/**
 * The reading of several contacts as one person, for sums: at once, and cut wherever midnights cut. `visit` gets every
 * piece of [fromMs, toMs) with its status code (15: unknown). Nothing is visited for nobody.
 */
export function eachPersonPiece(
  db: Handle,
  contactIds: readonly number[],
  fromMs: number,
  toMs: number,
  visit: (fromMs: number, toMs: number, code: number) => void,
): void {
  const [first] = contactIds;
  if (contactIds.length === 1) return eachPieceOf(db, first as number, fromMs, toMs, visit);
  const members = contactIds.map((contactId) => {
    const stretches: Stretch[] = [];
    eachPieceOf(db, contactId, fromMs, toMs, (...piece) => stretches.push(stretchOf(...piece)));
    return stretches;
  });
  for (const { fromMs: startMs, toMs: endMs, status } of asOne(members)) visit(startMs, endMs, codeOf(status));
}
