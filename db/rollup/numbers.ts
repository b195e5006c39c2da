/** Whole numbers from 0 to 2^53 as base-128: seven bits a byte, lowest first, the high bit set on all but the last. Pure. */

export function packNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** The number at `at.i`, which moves behind it. Throws RangeError when the bytes end in its middle. */
export function unpackNumber(bytes: Uint8Array, at: { i: number }): number {
  let value = 0;
  let unit = 1;
  for (;;) {
    const byte = bytes[at.i];
    if (byte === undefined) throw new RangeError("a packed number is cut off");
    at.i++;
    value += (byte & 0x7f) * unit;
    if (byte < 0x80) return value;
    unit *= 128;
  }
}
