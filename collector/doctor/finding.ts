export interface Finding {
  /** What was looked at: `clock`, `sign-in of me@example.com`. */
  about: string;
  /** `bad`: it does not work, or will not for long. `odd`: it works, and somebody should know. */
  verdict: "good" | "odd" | "bad";
  /** What was found, in words. */
  found: string;
  /** What to do; of what is good, nothing. */
  advice?: string;
}
