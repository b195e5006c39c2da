/**
 * Reading the same word again and again: people keep their names, pictures and clients from one presence line to the
 * next. A bounded number of readings is remembered; when there are more, all are forgotten and it starts anew.
 */

const MAX_WORDS = 4096;
/** Longer words are read afresh, so that what is remembered stays within a few megabytes whatever arrives. */
const MAX_LENGTH = 600;

/**
 * `read`, which must give the same for the same word and nothing that anybody writes to. `from`: a word that most say
 * once is not worth keeping until it is read for the second time.
 */
export function remembering<T>(read: (word: string) => T, from: "first" | "second" = "first"): (word: string) => T {
  const known = new Map<string, T>();
  const isRepeated = from === "first" ? () => true : repetitions();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined || known.has(word)) return before as T;
    const now = read(word);
    if (word.length > MAX_LENGTH || !isRepeated(word)) return now;
    if (known.size >= MAX_WORDS) known.clear();
    known.set(word, now);
    return now;
  };
}

/** Tells whether it has been asked about this word before; now and then it says so of one that only looks like it. */
function repetitions(): (word: string) => boolean {
  const prints = new Int32Array(MAX_WORDS);
  return (word) => {
    const print = fingerprint(word);
    const slot = (print >>> 8) % MAX_WORDS;
    const isRepeated = prints[slot] === print;
    prints[slot] = print;
    return isRepeated;
  };
}

/** Of every other character, as FNV-1a. */
function fingerprint(word: string): number {
  let print = word.length;
  for (let at = word.length % 2; at < word.length; at += 2) print = Math.imul(print ^ word.charCodeAt(at), 0x01000193);
  return print;
}
