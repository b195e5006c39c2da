/** Whom a user wants left out: addresses in which `*` stands for any letters and `?` for one. */
import type { Handle } from "../open.ts";

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

/** The patterns of this database, lower-cased, in order. */
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

/** Leaves no trace of a pattern that is somebody's address. */
export function dropPattern(db: Handle, address: string): void {
  const patterns = excludedPatterns(db);
  const others = patterns.filter((pattern) => pattern !== address);
  if (others.length < patterns.length) putExcludedPatterns(db, others);
  const lifted = liftedPatterns(db);
  const rest = lifted.filter(({ pattern }) => pattern !== address);
  if (rest.length < lifted.length) put(db, LIFTED, rest);
}

function put(db: Handle, key: string, value: unknown): void {
  db.prepare("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    key,
    JSON.stringify(value),
  );
}
