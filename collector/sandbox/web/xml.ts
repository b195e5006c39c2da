/**
 * XML as the sandbox reads and writes it. Requests are found by local name and in any depth, whatever their prefixes
 * are: every client writes them differently. It is the server's own reading, so that an error of the client's reader
 * cannot hide behind the same error here.
 */
import { SaxesParser } from "saxes";

export interface XmlElement {
  /** Without prefix. */
  name: string;
  /** By local name. */
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** The element's own text, not its children's. */
  text: string;
}

/** The root element, or nothing when the text is no XML. */
export function readXml(xml: string): XmlElement | undefined {
  const root: XmlElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  let isBroken = false;
  const parser = new SaxesParser({ xmlns: false });
  parser.on("error", () => {
    isBroken = true;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = { name: localName(name), attributes: byLocalName(attributes), children: [], text: "" };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on("closetag", () => void open.pop());
  for (const kind of ["text", "cdata"] as const) {
    parser.on(kind, (text) => {
      const element = open.at(-1);
      if (element) element.text += text;
    });
  }
  parser.write(xml).close();
  return isBroken ? undefined : root.children[0];
}

/** The first element of this name below `element`, in any depth. */
export function find(element: XmlElement | undefined, name: string): XmlElement | undefined {
  for (const child of element?.children ?? []) {
    const found = child.name === name ? child : find(child, name);
    if (found) return found;
  }
  return undefined;
}

export function findAll(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...findAll(child, name),
  ]);
}

/** The text of the first element of this name; nothing when there is none or it is empty. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  const text = find(element, name)?.text.trim();
  return text === "" ? undefined : text;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Most text has nothing to escape. */
const PLAIN = /^[ !#-%(-;=?-~\u00a0-\ud7ff]*$/;

/** Text for an element or an attribute. What XML cannot carry in any form becomes U+FFFD. */
export function escapeXml(text: string): string {
  if (PLAIN.test(text)) return text;
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: names may hold them, and XML 1.0 may not.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one)
      .replace(/[\t\n\r]/g, (one) => `&#${one.charCodeAt(0)};`)
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function byLocalName(attributes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [localName(name), value]));
}
