/** Bytes in pieces, as a network delivers them. */

/** The first byte says how long the pieces are, in an uneven beat; the rest is what is cut. */
export function inPieces(data: Uint8Array): { whole: Uint8Array; pieces: Uint8Array[] } {
  const whole = data.subarray(1);
  const longest = 1 + ((data[0] ?? 0) % 64);
  const pieces: Uint8Array[] = [];
  for (let at = 0, n = 0; at < whole.length; n++) {
    const end = at + 1 + ((n * 7) % longest);
    pieces.push(whole.subarray(at, end));
    at = end;
  }
  return { whole, pieces };
}

/** Several payloads in one input: each after two bytes with its length. */
export function payloadsIn(data: Uint8Array): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at + 2 <= data.length; ) {
    const end = at + 2 + (data[at] ?? 0) * 256 + (data[at + 1] ?? 0);
    payloads.push(data.subarray(at + 2, end));
    at = end;
  }
  return payloads;
}

export function asPayloads(payloads: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    payloads.flatMap((payload) => {
      const size = Buffer.alloc(2);
      size.writeUInt16BE(payload.length);
      return [size, payload];
    }),
  );
}
