/**
 * XML cut into tags and text while it arrives, several times faster than a parser that looks at every character: an
 * address book is many megabytes of it. What is a document is told from what is none or only a part of one; odd names
 * and unknown entities are passed on as they are. No DOCTYPE is taken, so no document has entities of its own.
 *
 * All that matters to it is ASCII, so it takes the bytes as latin-1, one character per byte, and only what is told is
 * read as UTF-8.
 */

import { quoteText, utf8Text } from "../wire/text.ts";
import { unescapeXml } from "../wire/xml.ts";

/** What is no XML, or not that of a service. `malformed` and `truncated` continue "the service's answer …". */
export class XmlError extends Error {
  override readonly name = "XmlError";
  readonly code: "empty" | "truncated" | "malformed" | "too-large";
  constructor(code: XmlError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface ScanHandlers {
  /**
   * `attributes`: what stands between name and end, for `readAttributes`; empty without any. False when nobody wants to
   * know the text in it.
   */
  open(name: string, attributes: string): boolean;
  /** The innermost open element ends. */
  close(): void;
  /** A piece of what stands directly in the innermost element; more may follow. Text before a child may be left out. */
  text(text: string): void;
}

/** `next`: a tag that was opened right after it; never one that is not kept, or a chain of them would be. */
interface Tag {
  name: string;
  next: Tag | undefined;
}

/** Of one length; whoever makes up more is not worth remembering. */
const MAX_KNOWN = 32;
/** Longer tags are nonsense: the longest known have a dozen namespaces. */
const MAX_TAG = 16 * 1024;
const GT = 0x3e;
const SLASH = 0x2f;
const QUESTION = 0x3f;
const CR = 0x0d;
const COMMENT = "<!--";
const CDATA = "<![CDATA[";
const DOCTYPE = "<!DOCTYPE";

/**
 *   content  text and tags. `<!--`, `<![CDATA[` and `<?` lead to the next three.
 *   comment, cdata, instruction  up to their own ends, which lead back.
 *
 * In each, what may be the beginning of something longer waits for more text.
 */
type State = "content" | "comment" | "cdata" | "instruction";

const ENDS: Readonly<Record<Exclude<State, "content">, string>> = { comment: "-->", cdata: "]]>", instruction: "?>" };

export class XmlScanner {
  readonly #handlers: ScanHandlers;
  /** The names of the open elements, with their prefixes. */
  readonly #names: string[] = [];
  /** Names that have occurred, by their length. */
  readonly #known: (Tag[] | undefined)[] = [];
  /** The last tag that was opened. */
  #last: Tag = { name: "", next: undefined };
  #state: State = "content";
  #waiting = "";
  #hasRoot = false;

  constructor(handlers: ScanHandlers) {
    this.#handlers = handlers;
  }

  /** Takes the next bytes as latin-1, in any cut. Throws XmlError. */
  write(text: string): void {
    const all = this.#waiting === "" ? text : this.#waiting + text;
    let at = 0;
    while (at < all.length) {
      const next = this.#state === "content" ? this.#readContent(all, at) : this.#readInside(all, at, this.#state);
      // The state may have changed without a step: "<!--" at the end of what there is.
      if (next === undefined) break;
      at = next;
    }
    this.#waiting = all.slice(at);
    if (this.#waiting.length > MAX_TAG) throw new XmlError("too-large", `has a tag of more than ${MAX_TAG} characters`);
  }

  /** There is no more. Throws XmlError when there should be. */
  end(): void {
    const isWhole = this.#hasRoot && this.#names.length === 0 && this.#state === "content";
    if (!isWhole || this.#waiting.trim() !== "") throw new XmlError("truncated", `ends in the middle${this.#where()}`);
  }

  /** The position after the next piece; nothing when it is not whole. */
  #readContent(all: string, at: number): number | undefined {
    const start = all.indexOf("<", at);
    if (start < 0) return this.#readLooseText(all, at);
    const code = all.charCodeAt(start + 1);
    const isOpening = isNameStart(code);
    // Text before a child is white space between elements, which nobody keeps.
    if (start > at && !(isOpening && this.#names.length > 0)) this.#tellText(all.slice(at, start));
    const next = isOpening ? this.#readOpening(all, start) : this.#readOther(all, start, code);
    // A tag that is not whole waits; the text before it does not.
    return next === undefined && start > at ? start : next;
  }

  /** Text without a tag behind it; what may be the half of a reference, of a line end or of a character waits. */
  #readLooseText(all: string, at: number): number | undefined {
    const reference = all.lastIndexOf("&");
    let end =
      reference >= at && all.length - reference < MAX_REFERENCE && !all.includes(";", reference)
        ? reference
        : endOfWhole(all, all.length);
    if (all.charCodeAt(end - 1) === CR) end--;
    if (end <= at) return undefined;
    this.#tellText(all.slice(at, end));
    return end;
  }

  #readOpening(all: string, start: number): number | undefined {
    const tag = this.#nextTag(all, start + 1);
    if (!tag) return undefined;
    this.#last = tag;
    const { name } = tag;
    const nameEnd = start + 1 + name.length;
    if (all.charCodeAt(nameEnd) === GT) return this.#openLeaf(all, name, nameEnd + 1);
    if (all.startsWith(" />", nameEnd)) return this.#open(name, "", true, nameEnd + 3);
    const end = endOfTag(all, nameEnd);
    if (end === undefined) return undefined;
    const isSelfClosing = all.charCodeAt(end - 1) === SLASH;
    const attributes = all.slice(nameEnd, isSelfClosing ? end - 1 : end);
    if (!ATTRIBUTES.test(attributes)) this.#fail(`it has a tag ${quote(all.slice(start, end + 1))}`);
    return this.#open(name, attributes.trim(), isSelfClosing, end + 1);
  }

  /** The tag whose name begins here. A document says the same few names again and again, mostly in the same order. */
  #nextTag(all: string, start: number): Tag | undefined {
    const guess = this.#last.next;
    if (guess && all.startsWith(guess.name, start) && NO_NAME[all.charCodeAt(start + guess.name.length)] === 1) {
      return guess;
    }
    const end = endOfName(all, start);
    if (end === all.length) return undefined;
    const tag = this.#knownAt(all, start, end);
    if (tag) this.#last.next = tag;
    return tag ?? { name: all.slice(start, end), next: undefined };
  }

  /** One tag for each name; nothing when there are too many. */
  #knownAt(all: string, start: number, end: number): Tag | undefined {
    let sameLength = this.#known[end - start];
    if (!sameLength) {
      sameLength = [];
      this.#known[end - start] = sameLength;
    }
    for (const tag of sameLength) if (all.startsWith(tag.name, start)) return tag;
    if (sameLength.length >= MAX_KNOWN) return undefined;
    const tag: Tag = { name: all.slice(start, end), next: undefined };
    sameLength.push(tag);
    return tag;
  }

  /** An element without attributes, and if it holds nothing but text, the whole of it: most are such. */
  #openLeaf(all: string, name: string, next: number): number {
    this.#begin();
    const isWanted = this.#handlers.open(name, "");
    const end = all.indexOf("<", next);
    const after = end + 2 + name.length;
    const isLeaf =
      end >= 0 && all.charCodeAt(end + 1) === SLASH && all.startsWith(name, end + 2) && all.charCodeAt(after) === GT;
    this.#names.push(name);
    if (!isLeaf) return next;
    if (isWanted && end > next) this.#tellText(all.slice(next, end));
    return this.#close(after + 1);
  }

  #open(name: string, attributes: string, isSelfClosing: boolean, next: number): number {
    this.#begin();
    this.#handlers.open(name, attributes);
    if (isSelfClosing) this.#handlers.close();
    else this.#names.push(name);
    return next;
  }

  #begin(): void {
    if (this.#names.length === 0 && this.#hasRoot) this.#fail("it goes on after its end");
    this.#hasRoot = true;
  }

  #readOther(all: string, start: number, code: number): number | undefined {
    if (code === SLASH) return this.#readClosing(all, start);
    if (code === QUESTION) return this.#enter("instruction", start + 2);
    if (all.startsWith(COMMENT, start)) return this.#enter("comment", start + COMMENT.length);
    if (all.startsWith(CDATA, start) && this.#names.length > 0) return this.#enter("cdata", start + CDATA.length);
    const said = all.slice(start, start + 9);
    if (said.length < 9 && [COMMENT, CDATA, DOCTYPE].some((known) => known.startsWith(said.toUpperCase())))
      return undefined;
    if (said.toUpperCase() === DOCTYPE) {
      throw new XmlError("malformed", "has a DOCTYPE, as a web page and no service's XML has");
    }
    this.#fail(`it has ${quote(said)}`);
  }

  #readClosing(all: string, start: number): number | undefined {
    const name = this.#names.at(-1);
    const nameStart = start + 2;
    if (name !== undefined && all.startsWith(name, nameStart) && all.charCodeAt(nameStart + name.length) === GT) {
      return this.#close(nameStart + name.length + 1);
    }
    const end = all.indexOf(">", start);
    if (end < 0) return undefined;
    const said = all.slice(nameStart, end).replace(/[ \t\r\n]+$/, "");
    if (said !== name) this.#fail(`it has an end of ${quote(said)}`);
    return this.#close(end + 1);
  }

  #close(next: number): number {
    this.#handlers.close();
    this.#names.pop();
    return next;
  }

  #enter(state: State, next: number): number {
    this.#state = state;
    return next;
  }

  #readInside(all: string, at: number, state: Exclude<State, "content">): number | undefined {
    const close = ENDS[state];
    const end = all.indexOf(close, at);
    // What may be the beginning of the end waits.
    let stop = end >= 0 ? end : endOfWhole(all, Math.max(at, all.length - close.length + 1));
    if (end < 0 && stop > at && all.charCodeAt(stop - 1) === CR) stop--;
    if (state === "cdata" && stop > at) this.#handlers.text(plainText(utf8Text(all.slice(at, stop))));
    if (end >= 0) return this.#enter("content", end + close.length);
    return stop > at ? stop : undefined;
  }

  #tellText(text: string): void {
    if (this.#names.length > 0) this.#handlers.text(unescapeXml(plainText(utf8Text(text))));
    // Some documents begin with a byte order mark, which is white space here.
    else if (utf8Text(text).trim() !== "")
      this.#fail(this.#hasRoot ? "it goes on after its end" : "it begins with words");
  }

  #fail(what: string): never {
    throw new XmlError("malformed", `is no well-formed XML: ${what}${this.#where()}`);
  }

  #where(): string {
    const name = this.#names.at(-1);
    return name === undefined ? "" : ` (inside ${quote(name)})`;
  }
}

function quote(bytes: string): string {
  return quoteText(utf8Text(bytes));
}

/** A position before `end` that is not within a character: before what may be the last one's beginning. */
function endOfWhole(all: string, end: number): number {
  for (let at = end - 1; at >= 0 && at >= end - 3 && all.charCodeAt(at) >= 0x80; at--) {
    if (all.charCodeAt(at) >= 0xc0) return at;
  }
  return end;
}

/** In any cut of a text but within a CR LF. */
function plainText(text: string): string {
  return ODD.test(text) ? text.replace(/\r\n?/g, "\n").replace(UNSPEAKABLE, "\uFFFD") : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 forbids
const UNSPEAKABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\uFFFE\uFFFF]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, and the line ends that XML reads as LF
const ODD = /[\0-\x08\x0b-\x1f\uFFFE\uFFFF]/;

/** `&#x10FFFF;` is the longest that means anything. */
const MAX_REFERENCE = 12;

/** Letters, `_`, `:` and whatever is not ASCII. */
function isNameStart(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || code === 0x3a || code >= 0x80;
}

/** The position of the first character that is no name's; the end of the text when there is none. */
function endOfName(text: string, from: number): number {
  let at = from;
  while (at < text.length && NO_NAME[text.charCodeAt(at)] !== 1) at++;
  return at;
}

const NO_NAME = new Uint8Array(128);
for (const one of " \t\r\n/><=\"'&") NO_NAME[one.charCodeAt(0)] = 1;

/** The position of the `>` that is in no quotes. */
function endOfTag(text: string, from: number): number | undefined {
  let quote: number | undefined;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (quote !== undefined) {
      if (code === quote) quote = undefined;
    } else if (code === GT) return at;
    else if (code === 0x22 || code === 0x27) quote = code;
  }
  return undefined;
}

const ATTRIBUTES = /^(?:[ \t\r\n]+[^ \t\r\n=<>"'&/]+[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*'))*[ \t\r\n]*$/;
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** By their names without prefixes; of names that are repeated the first counts. Nothing for no attributes. */
export function readAttributes(attributes: string): Readonly<Record<string, string>> | undefined {
  if (attributes === "") return undefined;
  const read = Object.create(null) as Record<string, string>;
  for (const [, name = "", double, single = ""] of utf8Text(attributes).matchAll(ATTRIBUTE)) {
    read[localName(name)] ??= unescapeXml(plainText(double ?? single).replace(/[\t\n]/g, " "));
  }
  return read;
}

export function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(":") + 1);
}
