/**
 * The payload of `ADL`, `RML` and `FQY`, MSNP13 on (protocol reference 2.13): `<ml l="1"><d n="x.com"><c n="bob" l="3"
 * t="1"/></d></ml>`, people by domain, their lists as bits. Servers take no white space between the tags.
 */
import type { ListedContact, NetworkId } from "../events.ts";
import { parseXml, type XmlElement, XmlError } from "../soap/xml-reader.ts";
import { decodeText } from "../wire/text.ts";
import { escapeXml } from "../wire/xml.ts";
import { bitsOfLists, LIST_BITS } from "./list-bits.ts";

export interface MlPerson {
  address: string;
  network: NetworkId;
  bits: number;
}

/** What one payload may hold: protocol reference 1.6. */
const MAX_PEOPLE = 150;
const MAX_BYTES = 7300;

/**
 * The payloads that tell the server, once after sign-in, what the address book says: everyone on the forward, allow
 * or block list. With nobody on them it is one empty list. Each payload is a command of its own, and each is
 * acknowledged.
 */
export function initialMl(contacts: Iterable<ListedContact>): Buffer[] {
  const payloads = writeMl(peopleToTell(contacts), '<ml l="1">');
  return payloads.length > 0 ? payloads : [Buffer.from('<ml l="1"></ml>')];
}

function* peopleToTell(contacts: Iterable<ListedContact>): Generator<MlPerson> {
  for (const { address, network, lists } of contacts) yield { address, network, bits: bitsToTell(bitsOfLists(lists)) };
}

/** The payloads for a change: none when nobody can be named in it. */
export function changeMl(people: readonly MlPerson[]): Buffer[] {
  return writeMl(people, "<ml>");
}

/** Whether a payload can say who it is. A server that has not been told of somebody says nothing about them. */
export function canBeNamed({ address, network }: Pick<MlPerson, "address" | "network">): boolean {
  const at = address.lastIndexOf("@");
  return network === TELEPHONE || (at > 0 && at < address.length - 1);
}

/**
 * Only 1, 2 and 4 may be told, and never 2 with 4 (error 241). Somebody watched who is neither allowed nor blocked, nor
 * waits for a decision, is allowed.
 */
function bitsToTell(bits: number): number {
  const forward = bits & LIST_BITS.forward;
  if ((bits & LIST_BITS.block) !== 0) return forward | LIST_BITS.block;
  const isUndecided = (bits & LIST_BITS.pending) !== 0;
  const allow = (bits & LIST_BITS.allow) !== 0 || (forward !== 0 && !isUndecided);
  return forward | (allow ? LIST_BITS.allow : 0);
}

function writeMl(people: Iterable<MlPerson>, start: string): Buffer[] {
  const writer = new MlWriter(start);
  for (const [domain, standing] of byDomain(people)) {
    const open = domain === NO_DOMAIN ? "<t>" : `<d n="${escapeXml(domain)}">`;
    for (const person of standing) writer.add(open, elementOf(person));
  }
  return writer.end();
}

const NO_DOMAIN = "";

/** Everyone below their `<d>` or `<t>`. Who has no domain and is no telephone stands nowhere. */
function byDomain(people: Iterable<MlPerson>): Map<string, MlPerson[]> {
  const domains = new Map<string, MlPerson[]>();
  for (const person of people) {
    const { address, network, bits } = person;
    if (bits === 0 || !canBeNamed(person)) continue;
    const domain = network === TELEPHONE ? NO_DOMAIN : address.slice(address.lastIndexOf("@") + 1);
    const standing = domains.get(domain);
    if (standing) standing.push(person);
    else domains.set(domain, [person]);
  }
  return domains;
}

function elementOf({ address, network, bits }: MlPerson): string {
  if (network === TELEPHONE) return `<c n="${escapeXml(address)}" l="${bits}"/>`;
  return `<c n="${escapeXml(address.slice(0, address.lastIndexOf("@")))}" l="${bits}" t="${network}"/>`;
}

const TELEPHONE = 4;
const CIRCLE = 9;

/** Fills payloads one after another. All it writes is ASCII or counted in bytes. */
class MlWriter {
  readonly #start: string;
  readonly #payloads: Buffer[] = [];
  #text = "";
  #bytes = 0;
  #people = 0;
  #open: string | undefined;

  constructor(start: string) {
    this.#start = start;
  }

  add(open: string, element: string): void {
    const isNewDomain = open !== this.#open;
    const needed = Buffer.byteLength(element) + (isNewDomain ? Buffer.byteLength(open) + CLOSE_BYTES : 0);
    if (Buffer.byteLength(open) + Buffer.byteLength(element) + FRAME_BYTES > MAX_BYTES) return;
    if (this.#people >= MAX_PEOPLE || this.#bytes + needed + FRAME_BYTES > MAX_BYTES) this.#flush();
    this.#append(open, element);
  }

  end(): Buffer[] {
    this.#flush();
    return this.#payloads;
  }

  #append(open: string, element: string): void {
    if (open !== this.#open) this.#write(`${this.#close()}${open}`);
    this.#open = open;
    this.#write(element);
    this.#people++;
  }

  #write(text: string): void {
    this.#text += text;
    this.#bytes += Buffer.byteLength(text);
  }

  #close(): string {
    if (this.#open === undefined) return "";
    return this.#open === "<t>" ? "</t>" : "</d>";
  }

  #flush(): void {
    if (this.#people > 0) this.#payloads.push(Buffer.from(`${this.#start}${this.#text}${this.#close()}</ml>`));
    this.#text = "";
    this.#bytes = 0;
    this.#people = 0;
    this.#open = undefined;
  }
}

const CLOSE_BYTES = "</d>".length;
/** The start and end around everything, with the last domain's end. */
const FRAME_BYTES = '<ml l="1">'.length + CLOSE_BYTES + "</ml>".length;

/** Somebody as the server names them. */
export interface ReadPerson extends MlPerson {
  name: string | undefined;
  /** A circle and not a person. */
  isCircle: boolean;
}

/**
 * The people in a payload of the server's: of its `ADL` and `RML`, of the answer to `FQY`, or of an error, where they
 * are those it does not know. A payload that cannot be read names nobody: it must never end a session.
 */
export function readMl(payload: Uint8Array): ReadPerson[] {
  const people: ReadPerson[] = [];
  const readPlace = (place: XmlElement) => {
    for (const element of place.children) {
      const person = readPerson(element, place);
      if (person) people.push(person);
    }
  };
  try {
    parseXml(payload, { d: readPlace, t: readPlace });
  } catch (error) {
    if (error instanceof XmlError) return [];
    throw error;
  }
  return people;
}

function readPerson({ name: tag, attributes }: XmlElement, place: XmlElement): ReadPerson | undefined {
  const name = attributes?.n;
  const domain = place.name === "t" ? undefined : place.attributes?.n;
  if (tag !== "c" || !name || (place.name === "d" && !domain)) return undefined;
  const network = place.name === "t" ? TELEPHONE : readNumber(attributes?.t, 1);
  const isCircle = network === CIRCLE;
  const address = domain === undefined ? name : `${name}@${domain}`;
  return { address, network, bits: readNumber(attributes?.l, 0), name: readName(attributes?.f), isCircle };
}

/** `f` is percent-encoded, as a parameter is. */
function readName(token: string | undefined): string | undefined {
  return token === undefined ? undefined : decodeText(Buffer.from(token).toString("latin1"));
}

function readNumber(token: string | undefined, otherwise: number): number {
  return token !== undefined && /^\d{1,4}$/.test(token) ? Number(token) : otherwise;
}
