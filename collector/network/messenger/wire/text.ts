/**
 * Text in MSNP parameters: percent-encoded UTF-8, or raw UTF-8, or both in one token. Servers differ in what they
 * escape (protocol reference 1.3), so reading works on bytes and never throws.
 */

/**
 * The text of a token as the frame decoder returns it (latin-1, one character per byte). Well-formed `%HH` becomes
 * its byte, anything else stays; bytes that are not UTF-8 come back as U+FFFD.
 */
export function decodeText(token: string): string {
  const bytes = Buffer.from(
    token.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );
  return bytes.toString("utf8");
}

/** A token for `text`: no raw space, CR, LF or `%`, and pure ASCII. Lone surrogates become U+FFFD. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Words of the far end's as a person may be shown them: short, and without what would play tricks with a terminal. */
export function quoteText(said: string): string {
  const short = said.length > 60 ? `${said.slice(0, 60)}…` : said;
  const plain = short.replace(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${plain}"`;
}
