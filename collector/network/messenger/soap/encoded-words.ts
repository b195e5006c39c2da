/** Text in mail headers (RFC 2047): `=?utf-8?B?Wm/Dqw==?=`, between words that are plain. */

/** Words that nobody can read stay as they are. White space between encoded words is none of the text. */
export function decodeWords(text: string): string {
  return text
    .replace(/(=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)\s+(?==\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)/g, "$1")
    .replace(/(?:=\?[^?\s]+\?[BbQq]\?[^?\s]*\?=)+/g, (words) => decodeRun(words) ?? words);
}

/** A character may have been cut between two words, so the bytes are joined first. */
function decodeRun(words: string): string | undefined {
  const read = [...words.matchAll(/=\?([^?\s]+)\?([BbQq])\?([^?\s]*)\?=/g)];
  const pieces: { charset: string; bytes: Buffer }[] = [];
  for (const [, label = "", encoding = "", content = ""] of read) {
    // A language may follow the charset: RFC 2231.
    const charset = label.replace(/\*.*$/, "").toLowerCase();
    const bytes = /b/i.test(encoding) ? Buffer.from(content, "base64") : decodeQ(content);
    const last = pieces.at(-1);
    if (last?.charset === charset) last.bytes = Buffer.concat([last.bytes, bytes]);
    else pieces.push({ charset, bytes });
  }
  const texts = pieces.map(({ charset, bytes }) => decodeCharset(charset, bytes));
  return texts.includes(undefined) ? undefined : texts.join("");
}

function decodeQ(content: string): Buffer {
  const plain = content
    .replaceAll("_", " ")
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(plain, "latin1");
}

function decodeCharset(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (error) {
    // There is no such charset.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
