/**
 * Reading the same word again and again: people keep their names, pictures and clients from one presence line to the
 * next. A bounded number of readings is remembered; when there are more, all are forgotten and it starts anew.
 */

const MAX_WORDS = 4096;
/** Longer words are read afresh, so that what is remembered stays within a few megabytes whatever arrives. */
const MAX_LENGTH = 600;

/** `read`, which must give the same for the same word and nothing that anybody writes to. */
export function remembering<T>(read: (word: string) => T): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined || known.has(word)) return before as T;
    const now = read(word);
    if (word.length > MAX_LENGTH) return now;
    if (known.size >= MAX_WORDS) known.clear();
    known.set(word, now);
    return now;
  };
}
