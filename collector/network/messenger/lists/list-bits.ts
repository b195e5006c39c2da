/** The five lists of protocol reference 2.7 as bits, as they stand in `LST` and `ADL`. */
import type { ListName } from "../events.ts";

export const LIST_BITS: Readonly<Record<ListName, number>> = {
  forward: 1,
  allow: 2,
  block: 4,
  reverse: 8,
  pending: 16,
};

const LISTS = Object.keys(LIST_BITS) as ListName[];

/** Shared: most people are on few of the 32 combinations. */
const COMBINATIONS: readonly (readonly ListName[])[] = Array.from({ length: 32 }, (_, bits) =>
  LISTS.filter((list) => (bits & LIST_BITS[list]) !== 0),
);

/** Bits that stand for no list are left out. */
export function listsOfBits(bits: number): readonly ListName[] {
  return COMBINATIONS[bits & 31] as readonly ListName[];
}

export function bitsOfLists(lists: readonly ListName[]): number {
  let bits = 0;
  for (const list of lists) bits |= LIST_BITS[list];
  return bits;
}

const CODES: Readonly<Record<string, ListName>> = {
  FL: "forward",
  AL: "allow",
  BL: "block",
  RL: "reverse",
  PL: "pending",
};

/** The list that `LST`, `ADD`, `ADC` and `REM` call FL, AL, BL, RL or PL. */
export function listOfCode(code: string | undefined): ListName | undefined {
  return code !== undefined && Object.hasOwn(CODES, code) ? CODES[code] : undefined;
}

export function codeOfList(list: ListName): string {
  return CODE_OF_LIST[list];
}

const CODE_OF_LIST: Readonly<Record<ListName, string>> = {
  forward: "FL",
  allow: "AL",
  block: "BL",
  reverse: "RL",
  pending: "PL",
};
