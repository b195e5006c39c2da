/**
 * Leaving people out by a pattern of their addresses, before anything of them is stored. What was stored before stays
 * until it is forgotten; from here on the time of those people is unknown.
 */
import { z } from "zod";
import { prepared } from "../prepared.ts";
import { type Handler, RequestRefused } from "./handler.ts";
import { excludedPatterns, matches, namelessOf, putExcludedPatterns, putLifted } from "./patterns.ts";
import { unwatch } from "./unwatch.ts";

const params = z.strictObject({ pattern: z.string() });

/** Params `{ pattern }`; answers `{ changed, stored }`: how many contacts that match have a history, which stays. */
export const exclude: Handler = function* (db, work) {
  const pattern = parsePattern(params.parse(work.params).pattern);
  return db
    .transaction(() => {
      const before = excludedPatterns(db);
      putExcludedPatterns(db, [...before, pattern]);
      const contacts = prepared(db, "SELECT id, address FROM contact").all() as { id: number; address: string }[];
      const stored = contacts.filter(({ address }) => matches(pattern, address));
      for (const { id } of stored) unwatch(db, id, "excluded");
      return { changed: !before.includes(pattern), stored: stored.length };
    })
    .immediate();
};

/** Params `{ pattern }`; answers `{ changed }`, false when there was no such pattern. */
export const include: Handler = function* (db, work) {
  const pattern = params.parse(work.params).pattern.trim().toLowerCase();
  return db
    .transaction(() => {
      const before = excludedPatterns(db);
      // Whoever it names may have been forgotten since.
      const taken = [pattern, namelessOf(db, pattern)];
      const rest = before.filter((one) => !taken.includes(one));
      const changed = rest.length < before.length;
      if (!changed) return { changed };
      putExcludedPatterns(db, rest);
      // What was said before the wish may still be under way.
      for (const one of taken) if (before.includes(one)) putLifted(db, { pattern: one, untilMs: work.askedMs });
      return { changed };
    })
    .immediate();
};

/** A pattern, lower-cased. Throws RequestRefused for one that no address can match. */
export function parsePattern(text: string): string {
  const pattern = text.trim().toLowerCase();
  if (pattern === "" || /[\s<>]/.test(pattern) || !/[@*]/.test(pattern)) {
    throw new RequestRefused(`"${text}" matches no address; it should look like *@example.com or bob@example.com`);
  }
  return pattern;
}
