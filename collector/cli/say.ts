/** What the daemon says while it runs: one line each, with the time, for a terminal or a journal. */
import { plain } from "./plain.ts";
export function say(level: "info" | "warn" | "error", message: string): void {
  const line = `${new Date().toISOString()} ${level.padEnd(5)} ${plain(message)}`;
  if (level === "info") console.log(line);
  else console.error(line);
}

/** Under `rollcall start`, the parent waits for this word. One that is gone is noticed by `askedToStop`, not here. */
export function tellParent(word: string): void {
  process.send?.(word, undefined, undefined, () => undefined);
}
