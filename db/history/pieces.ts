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
  eachPieceAsOne(
    contactIds.map((contactId) => piecesOf(db, contactId, fromMs, toMs)),
    visit,
  );
}

/** A contact's pieces of [fromMs, toMs), cut wherever midnights cut. */
export function piecesOf(db: Handle, contactId: number, fromMs: number, toMs: number): Stretch[] {
  const pieces: Stretch[] = [];
  eachPieceOf(db, contactId, fromMs, toMs, (...piece) => pieces.push(stretchOf(...piece)));
  return pieces;
}

/** The pieces of the one person that these contacts are. */
export function eachPieceAsOne(
  members: readonly (readonly Stretch[])[],
  visit: (fromMs: number, toMs: number, code: number) => void,
): void {
  for (const { fromMs, toMs, status } of asOne(members)) visit(fromMs, toMs, codeOf(status));
}
