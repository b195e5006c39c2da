/**
 * The little XML of Messenger's payloads: fixed shapes, written without a writer and read without a parser, because
 * servers send some that no parser takes (protocol reference 2.12). Nothing here throws; looking for something takes
 * time in proportion to the text.
 */

/** How elements of one name begin and end: `xmlName("PSM")`, made once for each name that is looked for. */
export interface XmlName {
  open: string;
  close: string;
}

/** One element in its text: the whole of it from `start` to `end`, and what stands between its tags. */
export interface Element {
  start: number;
  contentStart: number;
  contentEnd: number;
  end: number;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** `text` for an element or an attribute. What no XML may hold is left out: servers hang up when they meet it. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\x20-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
}

/** Reads named, decimal and hexadecimal entities, once. Those that mean nothing stay as they are. */
export function unescapeXml(xml: string): string {
  if (!xml.includes("&")) return xml;
  return xml.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g,
    (entity, decimal, hex, name) => {
      if (name !== undefined) return ENTITIES[name] ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return isCharacter(code) ? String.fromCodePoint(code) : entity;
    },
  );
}

/** What XML 1.0 calls a character: no surrogate, and no control character but tab and line ends. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

export function xmlName(name: string): XmlName {
  return { open: `<${name}`, close: `</${name}>` };
}

/**
 * The first element of this name at or after `from`, up to its next end tag; elements of the same name inside it are
 * not told apart. `<name/>` is empty. Nothing when there is none or it does not end.
 */
export function findElement(xml: string, { open, close }: XmlName, from = 0): Element | undefined {
  let start = xml.indexOf(open, from);
  while (start >= 0 && !endsName(xml.charCodeAt(start + open.length))) start = xml.indexOf(open, start + 1);
  const tagEnd = start < 0 ? -1 : xml.indexOf(">", start + open.length);
  if (tagEnd < 0) return undefined;
  const contentStart = tagEnd + 1;
  if (xml.charCodeAt(tagEnd - 1) === SLASH) return { start, contentStart, contentEnd: contentStart, end: contentStart };
  const contentEnd = xml.indexOf(close, contentStart);
  return contentEnd < 0 ? undefined : { start, contentStart, contentEnd, end: contentEnd + close.length };
}

/** The text of the first element of this name in a part of the text, entities read; nothing when there is none. */
export function elementText(xml: string, name: XmlName, from = 0, to = xml.length): string | undefined {
  const element = findElement(xml, name, from);
  return element && element.end <= to ? unescapeXml(xml.slice(element.contentStart, element.contentEnd)) : undefined;
}

const SLASH = 0x2f;

/** Whether a tag's name is over here: `<Data>`, `<Data/>` and `<Data id=…>`, but not `<DataSet>`. */
function endsName(code: number): boolean {
  return code === 0x3e || code === SLASH || code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

/** The attributes of a tag by their names, entities read, in any order and either kind of quotes; the first one counts. */
export function readAttributes(tag: string): Map<string, string> {
  const found = new Map<string, string>();
  const attribute = /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')|[^\s"'<>/=]+/g;
  for (const [, name, quoted, apostrophed] of tag.matchAll(attribute)) {
    if (name === undefined || found.has(name)) continue;
    found.set(name, unescapeXml(quoted ?? apostrophed ?? ""));
  }
  return found;
}
