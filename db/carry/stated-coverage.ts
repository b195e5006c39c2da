/** The time in which a user says that events from elsewhere were being recorded. */
import { BundleRefused } from "./sections.ts";

export interface Stated {
  fromMs: number;
  toMs: number;
}

/**
 * `FROM/TO`, several apart by commas or line breaks, each end as ISO 8601 with Z or an offset. Throws BundleRefused; in
 * the future nobody can have been looking.
 */
export function parseCoverage(text: string, nowMs: number): Stated[] {
  const stated = text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== "" && !part.startsWith("#"))
    .map((part) => parseOne(part, nowMs))
    .sort((a, b) => a.fromMs - b.fromMs);
  if (stated.length === 0) throw wrong(text, "says nothing");
  for (const [i, { toMs }] of stated.entries()) {
    const next = stated[i + 1];
    if (next && next.fromMs < toMs) throw wrong(text, `has two parts that overlap at ${iso(next.fromMs)}`);
  }
  return stated;
}

function parseOne(part: string, nowMs: number): Stated {
  const [from, to, ...more] = part.split("/");
  if (from === undefined || to === undefined || more.length > 0) throw wrong(part, "is not FROM/TO");
  const [fromMs, toMs] = [instant(from, part), instant(to, part)];
  if (fromMs >= toMs) throw wrong(part, "ends before it begins");
  if (toMs > nowMs) throw wrong(part, `ends in the future (now it is ${iso(nowMs)})`);
  return { fromMs, toMs };
}

function instant(text: string, part: string): number {
  try {
    return Temporal.Instant.from(text.trim()).epochMilliseconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw wrong(part, `"${text.trim()}" is no instant with Z or an offset`);
  }
}

function wrong(text: string, what: string): BundleRefused {
  return new BundleRefused(
    "wrong",
    `the coverage "${text.trim().slice(0, 80)}" ${what}; it should look like 2026-11-01T08:00:00Z/2026-11-01T18:00:00Z`,
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
