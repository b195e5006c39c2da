/** Text that somebody else wrote, as it may be kept (protocol reference 5.26). */

/** No client lets anybody write more than a few hundred characters. */
const MAX_LENGTH = 1024;

/** Without control characters (line ends and tabs become spaces), no longer than 1024 UTF-16 units, and not cut within a character. */
export function plainText(text: string): string {
  if (text === "") return text;
  const short = text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH).replace(/[\uD800-\uDBFF]$/, "") : text;
  return short.replace(/\r\n|[\t\r\n]/g, " ").replace(/\p{Cc}/gu, "");
}
