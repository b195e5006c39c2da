/** Whom a user wants left out: addresses in which `*` stands for any letters and `?` for one. */
import type { Handle } from "../open.ts";

const SETTING = "exclude";

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
  db.prepare("INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value").run(
    SETTING,
    JSON.stringify([...new Set(patterns)].sort()),
  );
}
