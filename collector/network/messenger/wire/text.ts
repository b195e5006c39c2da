/**
 * Text in MSNP parameters: percent-encoded UTF-8, or raw UTF-8, or both in one token. Servers differ in what they
 * escape (protocol reference 1.3), so reading works on bytes and never throws.
 */

/**
 * The text of a token as the frame decoder returns it (latin-1, one character per byte). Well-formed `%HH` becomes
 * its byte, anything else stays; bytes that are not UTF-8 come back as U+FFFD.
 */
export function decodeText(token: string): string {
  return utf8Text(token.includes("%") ? unescapeBytes(token) : token);
}

/** The text of UTF-8 bytes that are given as latin-1. What is no UTF-8 comes back as U+FFFD. */
export function utf8Text(bytes: string): string {
  // Most text is ASCII, where a byte is a character and nothing is left to do.
  return /[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, "latin1").toString("utf8") : bytes;
}

/** A token for `text`: no raw space, CR, LF or `%`, and pure ASCII. Lone surrogates become U+FFFD. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/**
 * A copy that stands alone, for what is kept for long: a piece cut from a text keeps the whole of it alive. Lone
 * surrogates become U+FFFD.
 */
export function ownText(text: string): string {
  if (text.length < SHORTEST_PIECE) return text;
  const isShort = text.length * MAX_UTF8_BYTES <= SCRATCH.length;
  return isShort ? SCRATCH.toString("utf8", 0, SCRATCH.write(text)) : Buffer.from(text).toString();
}

/** Shorter ones are copied anyway. */
const SHORTEST_PIECE = 13;
const MAX_UTF8_BYTES = 3;
const SCRATCH = Buffer.allocUnsafe(2048);

/** The same for what a web service said, which may repeat a ticket: what is as long as one is left out. */
export function quoteService(said: string): string {
  return quoteText(said.replace(/\S{16,}/g, "…"));
}

/** Words of the far end's as a person may be shown them: short, and without what would play tricks with a terminal. */
export function quoteText(said: string): string {
  const short = said.length > 60 ? `${said.slice(0, 60)}…` : said;
  const plain = short.replace(/\p{Cc}/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `"${plain}"`;
}

function unescapeBytes(token: string): string {
  let bytes = "";
  let from = 0;
  for (let at = token.indexOf("%"); at >= 0; at = token.indexOf("%", at + 1)) {
    const byte = 16 * hexDigit(token.charCodeAt(at + 1)) + hexDigit(token.charCodeAt(at + 2));
    if (Number.isNaN(byte)) continue;
    bytes += token.slice(from, at) + String.fromCharCode(byte);
    from = at + 3;
  }
  return bytes + token.slice(from);
}

/** NaN for what is no hexadecimal digit, NaN for the end of the token. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : Number.NaN;
}
