/**
 * Text for a terminal or a log. Names, words and messages come from the network: control characters in them could
 * colour, clear or retitle the terminal, and characters that turn the direction of writing could hide what is said.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");
}
