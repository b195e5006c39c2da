/** Dice that fall the same way for the same words: what makes the sandbox's people the same on every machine. */

export interface Chance {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** From `low` up to, but not including, `high`. */
  between(low: number, high: number): number;
  isLuckyAt(probability: number): boolean;
  pick<Thing>(things: readonly Thing[]): Thing;
}

/** Different words give unrelated dice. */
export function chanceFor(...words: (string | number)[]): Chance {
  let state = hash(words.join("\u0000"));
  // mulberry32, public domain: 32 bits of state are plenty for one day of one person.
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    isLuckyAt: (probability) => next() < probability,
    pick: <Thing>(things: readonly Thing[]) => things[Math.floor(next() * things.length)] as Thing,
  };
}

/** FNV-1a, with a final mix so that neighbouring dates do not give neighbouring dice. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
