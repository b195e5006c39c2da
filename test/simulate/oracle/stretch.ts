/** Stretches of constant presence, as the oracle makes and compares them. */
import { instant } from "../script.ts";

export const UNKNOWN = 15;

/** [fromMs, toMs). `code`: the status code in the database, or UNKNOWN. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  code: number;
  /** It was so already when looking began, and still when looking ended. */
  startCensored: boolean;
  endCensored: boolean;
}

/** The claimed stretches in the range, cut to it, and unknown between them; what nobody cut apart is one. */
export function filled(readings: readonly Stretch[], fromMs: number, toMs: number): Stretch[] {
  const parts: Stretch[] = [];
  let atMs = fromMs;
  for (const reading of readings) {
    const startMs = Math.max(reading.fromMs, fromMs);
    const endMs = Math.min(reading.toMs, toMs);
    if (startMs >= endMs) continue;
    if (startMs > atMs) parts.push(unknown(atMs, startMs));
    parts.push({
      fromMs: startMs,
      toMs: endMs,
      code: reading.code,
      startCensored: reading.startCensored || startMs > reading.fromMs,
      endCensored: reading.endCensored || endMs === toMs,
    });
    atMs = endMs;
  }
  if (atMs < toMs) parts.push(unknown(atMs, toMs));
  return joined(parts);
}

export function unknown(fromMs: number, toMs: number): Stretch {
  return { fromMs, toMs, code: UNKNOWN, startCensored: false, endCensored: false };
}

/** Equal neighbours are one, unless looking ended and began again between them. */
export function joined(parts: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (last?.code === part.code && last.toMs === part.fromMs && !last.endCensored && !part.startCensored) {
      last.toMs = part.toMs;
      last.endCensored = part.endCensored;
    } else found.push({ ...part });
  }
  return found;
}

/** The same without a word about looking. */
export function uncensored(parts: readonly Stretch[]): Stretch[] {
  return joined(parts.map((part) => ({ ...part, startCensored: false, endCensored: false })));
}

export function firstDifference(own: readonly Stretch[], found: readonly Stretch[]): string | undefined {
  for (let at = 0; at < Math.max(own.length, found.length); at += 1) {
    if (inWords(own[at]) !== inWords(found[at])) return `should be ${inWords(own[at])}, is ${inWords(found[at])}`;
  }
  return undefined;
}

function inWords(stretch: Stretch | undefined): string {
  if (!stretch) return "nothing";
  const { fromMs, toMs, code, startCensored, endCensored } = stretch;
  const begins = startCensored ? "at the latest from" : "from";
  return `${code} ${begins} ${instant(fromMs)} to ${instant(toMs)}${endCensored ? " at least" : ""}`;
}
