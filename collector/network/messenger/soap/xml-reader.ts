/**
 * XML as the web services send it, read while it arrives: only the named elements ("records") are kept, each until it
 * has been handed over, so that an address book of any size passes through little memory. Elements go by their local
 * names; namespaces and elements that nobody asks for are ignored (protocol reference, appendix E).
 */
import { ownText, utf8Text } from "../wire/text.ts";
import { localName, readAttributes, type ScanHandlers, XmlError, XmlScanner } from "./xml-scanner.ts";

export { XmlError };

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** By their names without prefixes; `undefined` when there are none. */
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** Without the elements that are records of their own. */
  readonly children: readonly XmlElement[];
  /** What stands directly in it; empty in an element that has children. */
  readonly text: string;
}

/**
 * What to do with each element of this local name, when it closes. A record inside another is handed over first and is
 * then no child of the outer one.
 */
export type XmlRecords = Readonly<Record<string, TellRecord>>;

/** `fields`: of which names somebody looks at elements in the record; all, when absent. Others are no part of it. */
export type TellRecord = ((record: XmlElement) => void) & { readonly fields?: ReadonlySet<string> };

/** `names`: separated by spaces; with those of the elements around what is wanted. */
export function withFields(names: string, tell: (record: XmlElement) => void): TellRecord {
  return Object.assign(tell, { fields: new Set(names.split(" ")) });
}

export interface XmlLimits {
  maxBytes: number;
  maxDepth: number;
  /** In one record, without the records inside it. */
  maxElements: number;
}

/** 10,000 contacts are 15 to 20 MB of XML. */
const LIMITS: XmlLimits = { maxBytes: 128 * 1024 * 1024, maxDepth: 64, maxElements: 50_000 };

/** Reads a body to its end. Throws XmlError; what the body or a record's callback throws passes through. */
export async function readXml(
  body: AsyncIterable<Uint8Array>,
  records: XmlRecords,
  limits?: Partial<XmlLimits>,
): Promise<void> {
  const reader = new XmlReader(records, limits);
  for await (const chunk of body) reader.write(chunk);
  reader.end();
}

/** Reads a payload that has arrived in full. Throws XmlError. */
export function parseXml(source: Uint8Array | string, records: XmlRecords, limits?: Partial<XmlLimits>): void {
  const reader = new XmlReader(records, limits);
  reader.write(typeof source === "string" ? Buffer.from(source) : source);
  reader.end();
}

/** The elements at a path below an element, such as `contactInfo/groupIds/guid`, in their order. */
export function elementsAt(element: XmlElement, path: string): readonly XmlElement[] {
  if (!path.includes("/")) return childrenNamed(element, path);
  let found: readonly XmlElement[] = [element];
  for (const name of path.split("/")) {
    const [only] = found;
    if (only === undefined) return found;
    found = found.length === 1 ? childrenNamed(only, name) : found.flatMap((each) => childrenNamed(each, name));
  }
  return found;
}

/** The first of them. */
export function elementAt(element: XmlElement, path: string): XmlElement | undefined {
  return path.includes("/") ? elementsAt(element, path)[0] : element.children.find(({ name }) => name === path);
}

/** The text of the first element at a path; `undefined` when there is none, empty for an empty or nil one. */
export function textAt(element: XmlElement, path: string): string | undefined {
  const text = elementAt(element, path)?.text;
  return text === undefined ? undefined : ownText(text);
}

/** The texts of all elements at a path. */
export function textsAt(element: XmlElement, path: string): string[] {
  return elementsAt(element, path).map(({ text }) => ownText(text));
}

function childrenNamed({ children }: XmlElement, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name);
}

// Shared by all elements that have none: most are leaves.
const NONE: XmlElement[] = [];

/** An element whose end has not come. */
interface OpenElement {
  name: string;
  attributes: Readonly<Record<string, string>> | undefined;
  children: XmlElement[];
  text: string;
}

interface Known {
  name: string;
  tell: TellRecord | undefined;
}

const MAX_KNOWN = 1000;

/** A record whose end has not come. */
interface OpenRecord {
  element: OpenElement;
  tell: TellRecord;
  /** How many it holds so far. */
  elements: number;
  /** How deep we are in an element of it that nobody wants. */
  skipped: number;
}

/** The reader itself: bytes in any cut, then `end`. */
export class XmlReader implements ScanHandlers {
  readonly #records: XmlRecords;
  /** By names with prefixes: what has occurred so far. */
  readonly #known = new Map<string, Known>();
  readonly #limits: XmlLimits;
  readonly #scanner = new XmlScanner(this);
  /** From the outermost record inwards. */
  readonly #open: OpenElement[] = [];
  readonly #openRecords: OpenRecord[] = [];
  #last: { text: string; read: XmlElement["attributes"] } = { text: "", read: undefined };
  #depth = 0;
  #bytes = 0;

  constructor(records: XmlRecords, limits: Partial<XmlLimits> = {}) {
    this.#records = records;
    this.#limits = { ...LIMITS, ...limits };
  }

  write(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    if (this.#bytes > this.#limits.maxBytes) {
      throw new XmlError("too-large", `is longer than ${this.#limits.maxBytes} bytes`);
    }
    this.#scanner.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1"));
  }

  end(): void {
    if (this.#bytes === 0) throw new XmlError("empty", "is empty where XML should be");
    this.#scanner.end();
  }

  open(qualified: string, attributes: string): boolean {
    if (++this.#depth > this.#limits.maxDepth) {
      throw new XmlError("too-large", `has more than ${this.#limits.maxDepth} elements inside one another`);
    }
    const { name, tell } = this.#know(qualified);
    const record = this.#openRecords.at(-1);
    if (tell) return this.#openRecord(name, tell, attributes);
    if (!record) return false;
    if (record.skipped > 0 || record.tell.fields?.has(name) === false) {
      record.skipped++;
      return false;
    }
    this.#openElement(name, attributes);
    if (++record.elements > this.#limits.maxElements) this.#refuseRecord();
    return true;
  }

  close(): void {
    this.#depth--;
    // Outside of every record only the depth is known, and there nothing is pushed.
    const record = this.#openRecords.at(-1);
    if (!record) return;
    if (record.skipped > 0) {
      record.skipped--;
      return;
    }
    const element = this.#open.pop() as OpenElement;
    if (record.element === element) {
      this.#openRecords.pop();
      // No child of the outer one, but what stood before it was no text either: how much of it came depends on the cut.
      const outer = this.#open.at(-1);
      if (outer) outer.text = "";
      return record.tell(element);
    }
    const parent = this.#open.at(-1) as OpenElement;
    // What stood between the children was there to be looked at.
    parent.text = "";
    if (parent.children === NONE) parent.children = [element];
    else parent.children.push(element);
  }

  text(text: string): void {
    const record = this.#openRecords.at(-1);
    const open = this.#open.at(-1);
    if (open && record?.skipped === 0 && open.children === NONE) open.text += text;
  }

  #openRecord(name: string, tell: TellRecord, attributes: string): boolean {
    const element = this.#openElement(name, attributes);
    this.#openRecords.push({ element, tell, elements: 1, skipped: 0 });
    return true;
  }

  #openElement(name: string, attributes: string): OpenElement {
    const element: OpenElement = { name, attributes: this.#readAttributes(attributes), children: NONE, text: "" };
    this.#open.push(element);
    return element;
  }

  /** Neighbours often have the very same ones. */
  #readAttributes(attributes: string): XmlElement["attributes"] {
    if (attributes === "") return undefined;
    if (attributes !== this.#last.text) this.#last = { text: attributes, read: readAttributes(attributes) };
    return this.#last.read;
  }

  #know(qualified: string): Known {
    const known = this.#known.get(qualified);
    if (known) return known;
    const name = localName(utf8Text(qualified));
    const fresh = { name, tell: Object.hasOwn(this.#records, name) ? this.#records[name] : undefined };
    if (this.#known.size < MAX_KNOWN) this.#known.set(qualified, fresh);
    return fresh;
  }

  #refuseRecord(): never {
    throw new XmlError("too-large", `has an entry of more than ${this.#limits.maxElements} elements`);
  }
}
