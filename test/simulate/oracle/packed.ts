/** Unpacks the rows of rollups, by what the schema says of them. */
import { type Stretch, UNKNOWN } from "./stretch.ts";

export const DAY_MS = 86_400_000;

/**
 * Head byte with the code in its low half and what is censored above it, then the duration in sevenths of bytes, lowest
 * first. What midnight cut off from the day before is no beginning.
 */
export function unpackTimeline(day: number, bytes: Uint8Array): Stretch[] {
  const stretches: Stretch[] = [];
  const take = reader(bytes);
  for (let fromMs = day * DAY_MS; !take.isOver(); ) {
    const head = take.byte();
    const toMs = fromMs + take.number();
    const code = head & 0x0f;
    const isKnown = code !== UNKNOWN;
    const startCensored = isKnown && (head & 0x10) !== 0;
    stretches.push({ fromMs, toMs, code, startCensored, endCensored: isKnown && (head & 0x20) !== 0 });
    fromMs = toMs;
  }
  return stretches;
}

/** The sums that are not zero, by quarter-hour since the epoch and code. */
export function unpackQuarters(day: number, bytes: Uint8Array): Map<string, number> {
  const sums = new Map<string, number>();
  const take = reader(bytes);
  for (let left = take.number(); left > 0; left -= 1) {
    const code = take.number();
    for (let quarter = 0; quarter < 96; quarter += 1) {
      const ms = take.number();
      if (ms > 0) sums.set(`${day * 96 + quarter} ${code}`, ms);
    }
  }
  return sums;
}

function reader(bytes: Uint8Array) {
  let at = 0;
  const byte = (): number => bytes[at++] ?? 0;
  return {
    byte,
    isOver: () => at >= bytes.length,
    number(): number {
      let value = 0;
      for (let unit = 1; ; unit *= 128) {
        const next = byte();
        value += (next % 128) * unit;
        if (next < 128) return value;
      }
    },
  };
}
