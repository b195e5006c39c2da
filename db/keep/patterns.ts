/**
 * Whom a user wants left out: addresses in which `*` stands for any letters and `?` for one. A pattern that was the very
 * address of somebody who has been forgotten is kept as "#" and a digest: it names nobody, and still leaves that address
 * out on every account.
 */
import type { Handle } from "../open.ts";
import { digestOf } from "./tombstones.ts";

const SETTING = "exclude";
const LIFTED = "exclude_lifted";
/** Facts are under way for seconds, or as long as a full disk refuses them. */
const UNDER_WAY_MS = 7 * 86_400_000;

/** A pattern that was taken back. What was said before is still left out. */
export interface Lifted {
  pattern: string;
  untilMs: number;
}

/** Tells whether an address, lower-cased, matches the pattern from end to end. */
export function matches(pattern: string, address: string): boolean {
  // Without backtracking into anything but the last star: a pattern of many stars takes no longer than its length allows.
  let p = 0;
  let starAt = -1;
  let starredFrom = 0;
  let a = 0;
  while (a < address.length) {
    if (p < pattern.length && pattern[p] === "*") {
      starAt = p++;
      starredFrom = a;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === address[a])) {
      p++;
      a++;
    } else if (starAt >= 0) {
      p = starAt + 1;
      a = ++starredFrom;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Whether an address, lower-cased, is left out by any of these patterns as they are stored. */
export function matcherOf(db: Handle, patterns: readonly string[]): (address: string) => boolean {
  const named = patterns.filter((pattern) => !isNameless(pattern));
  const nameless = new Set(patterns.filter(isNameless));
  return (address) =>
    named.some((pattern) => matches(pattern, address)) || (nameless.size > 0 && nameless.has(namelessOf(db, address)));
}

/** Whose it is nobody can read: there is nothing to show of it. */
export function isNameless(pattern: string): boolean {
  return pattern.startsWith("#");
}

/** How this pattern is stored once the person whose address it is has been forgotten. */
export function namelessOf(db: Handle, pattern: string): string {
  return `#${digestOf(db, { network: "", account: "", address: pattern }).toString("hex")}`;
}

/** The patterns of this database as they are stored, lower-cased, in order. */
export function excludedPatterns(db: Handle): string[] {
  const stored = db.prepare("SELECT value FROM setting WHERE key = ?").pluck().get(SETTING) as string | undefined;
  return stored === undefined ? [] : (JSON.parse(stored) as string[]);
}

export function putExcludedPatterns(db: Handle, patterns: Iterable<string>): void {
  put(db, SETTING, [...new Set(patterns)].sort());
}

/** The patterns that were taken back lately. */
export function liftedPatterns(db: Handle): Lifted[] {
  const stored = db.prepare("SELECT value FROM setting WHERE key = ?").pluck().get(LIFTED) as string | undefined;
  return stored === undefined ? [] : (JSON.parse(stored) as Lifted[]);
}

export function putLifted(db: Handle, lifted: Lifted): void {
  const others = liftedPatterns(db).filter(
    ({ pattern, untilMs }) => pattern !== lifted.pattern && untilMs > lifted.untilMs - UNDER_WAY_MS,
  );
  put(db, LIFTED, [...others, lifted]);
}

/** Leaves no trace of a pattern that is somebody's address, and what it does as it was. */
export function hidePattern(db: Handle, address: string): void {
  const hidden = (pattern: string): string => (pattern === address ? namelessOf(db, address) : pattern);
  const patterns = excludedPatterns(db);
  if (patterns.includes(address)) putExcludedPatterns(db, patterns.map(hidden));
  const lifted = liftedPatterns(db);
  if (lifted.some(({ pattern }) => pattern === address))
    put(
      db,
      LIFTED,
      lifted.map((one) => ({ ...one, pattern: hidden(one.pattern) })),
    );
}

function put(db: Handle, key: string, value: unknown): void {
  db.prepare("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    key,
    JSON.stringify(value),
  );
}
