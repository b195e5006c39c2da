/**
 * The messages of `MSG` payloads: headers, an empty line, a body (protocol reference 4.1). They look like mail and are
 * read more kindly: whatever the bytes, there is a message.
 */

export interface MimeMessage {
  /** By lower-cased name; of headers that are repeated the first counts. */
  headers: ReadonlyMap<string, string>;
  /** What follows the empty line; it may share memory with the payload. */
  body: Uint8Array;
}

const LF = 0x0a;
const CR = 0x0d;
/** The longest known, the profile of protocol reference 2.5, has 23. */
const MAX_HEADERS = 256;

export function readMime(payload: Uint8Array): MimeMessage {
  const { headersEnd, bodyStart } = findEmptyLine(payload);
  return {
    headers: readFields(decodeBytes(payload.subarray(0, headersEnd), undefined)),
    body: payload.subarray(bodyStart),
  };
}

/** `Name: value` lines up to the first empty one, as headers have them and some bodies, too. Names lower-cased. */
export function readFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  let folded: string | undefined;
  for (const line of text.split(/\r?\n/, MAX_HEADERS)) {
    if (line === "") break;
    const colon = line.indexOf(":");
    if (/^[ \t]/.test(line)) {
      // A long header goes on, as mail has it.
      if (folded !== undefined) fields.set(folded, `${fields.get(folded)} ${line.trim()}`.trim());
      continue;
    }
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    folded = name === "" || fields.has(name) ? undefined : name;
    if (folded !== undefined) fields.set(folded, line.slice(colon + 1).trim());
  }
  return fields;
}

/** What kind of message it is, lower-cased and without parameters: `text/plain`. Empty when it does not say. */
export function contentType({ headers }: MimeMessage): string {
  return (headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

/** The body as text, in the charset it names or, without one, in UTF-8; what is not UTF-8 is read as ISO-8859-1. */
export function bodyText({ headers, body }: MimeMessage): string {
  const [, charset] = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers.get("content-type") ?? "") ?? [];
  return decodeBytes(body, charset);
}

/**
 * The bytes of a message. A text body is sent as UTF-8. Line ends in a value become spaces, so that nothing that a
 * person wrote becomes a header; throws RangeError for a name that is none.
 */
export function formatMime(headers: Readonly<Record<string, string>>, body: string | Uint8Array): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => {
    if (!/^[!-9;-~]+$/.test(name)) throw new RangeError(`${JSON.stringify(name)} is no name for a header`);
    return `${name}: ${value.replace(/[\r\n]+/g, " ")}\r\n`;
  });
  const head = Buffer.from(`${lines.join("")}\r\n`, "utf8");
  return Buffer.concat([head, typeof body === "string" ? Buffer.from(body, "utf8") : body]);
}

function findEmptyLine(payload: Uint8Array): { headersEnd: number; bodyStart: number } {
  let start = 0;
  for (let end = payload.indexOf(LF); end >= 0; end = payload.indexOf(LF, start)) {
    const isEmpty = end === start || (end === start + 1 && payload[start] === CR);
    if (isEmpty) return { headersEnd: start, bodyStart: end + 1 };
    start = end + 1;
  }
  return { headersEnd: payload.length, bodyStart: payload.length };
}

function decodeBytes(bytes: Uint8Array, charset: string | undefined): string {
  return decodeWith(charset ?? "utf-8", bytes) ?? decodeWith("utf-8", bytes) ?? latin1(bytes);
}

/** Nothing when there is no such charset or the bytes are not in it. */
function decodeWith(charset: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
