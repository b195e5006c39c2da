/**
 * What UBX says about somebody: personal message, current media, places (protocol reference 2.12). Read without an XML
 * parser: a recorded server sends what is no XML at MSNP13-15 when a personal message contains `<`.
 */
import { hasPlaces } from "../dialects.ts";
import type { Details, Place } from "../events.ts";
import { ownText } from "../wire/text.ts";
import { type Element, elementText, findElement, unescapeXml, xmlName } from "../wire/xml.ts";
import { readCapabilities } from "./capabilities.ts";
import { readCurrentMedia } from "./current-media.ts";
import { remembering } from "./memo.ts";
import { plainText } from "./plain-text.ts";

/** Servers allow a handful; more of them are nonsense. */
const MAX_PLACES = 64;
/** The longest that was recorded has 543 bytes. */
const MAX_BYTES = 32 * 1024;

const DATA = "<Data";
const PSM = xmlName("PSM");
const MEDIA = xmlName("CurrentMedia");
const ENDPOINT = xmlName("EndpointData");
const PRIVATE_ENDPOINT = xmlName("PrivateEndpointData");
const CAPABILITIES = xmlName("Capabilities");
const NAME = xmlName("EpName");
const IDLE = xmlName("Idle");
const STATE = xmlName("State");

/**
 * The details in a UBX payload; without a payload they are cleared. Nothing for a payload that speaks of something
 * else. `dialect`: 2 to 18.
 */
export function readDetails(payload: Uint8Array, dialect: number): Details | undefined {
  if (payload.length > MAX_BYTES) return undefined;
  const details = payload.length === 0 ? CLEARED : readXml(utf8(payload));
  // From MSNP16 on, who speaks of no places has none.
  return details && !details.places && hasPlaces({ number: dialect }) ? { ...details, places: NO_PLACES } : details;
}

const NO_PLACES: readonly Place[] = Object.freeze([]);
const CLEARED: Details = Object.freeze({ personalMessage: "", currentMedia: "", places: undefined });

/** Whoever changes their status has the same details told again. */
const readXml = remembering((xml): Details | undefined => {
  if (!xml.includes(DATA)) return undefined;
  const message = findPersonalMessage(xml);
  const media = findElement(xml, MEDIA, message?.end);
  const places = readPlaces(xml, media?.end ?? message?.end ?? 0);
  return Object.freeze({
    personalMessage: message ? ownText(plainText(content(xml, message))) : "",
    currentMedia: media ? ownText(readCurrentMedia(content(xml, media))) : "",
    places: places.length > 0 ? places : undefined,
  });
}, "second");

/**
 * The personal message, which may hold anything where servers do not escape it. It ends where the next element begins,
 * and if that is not as usual, at the last of its end tags.
 */
function findPersonalMessage(xml: string): Element | undefined {
  const message = findElement(xml, PSM);
  if (!message || message.contentStart === message.end) return message;
  const usual = xml.indexOf(PSM.close + MEDIA.open, message.contentStart);
  const contentEnd = usual < 0 ? xml.lastIndexOf(PSM.close) : usual;
  return { ...message, contentEnd, end: contentEnd + PSM.close.length };
}

/** `EndpointData` has one element for each place; about one's own, `PrivateEndpointData` says more. */
function readPlaces(xml: string, from: number): readonly Place[] {
  if (!xml.includes(ENDPOINT.open, from) && !xml.includes(PRIVATE_ENDPOINT.open, from)) return NO_PLACES;
  const places: Place[] = [];
  for (const element of endpoints(xml, ENDPOINT, from)) {
    const capabilities = readCapabilities(elementText(xml, CAPABILITIES, element.contentStart, element.end) ?? "");
    places.push({ id: readId(xml, element), capabilities, name: undefined, isIdle: undefined, state: undefined });
  }
  for (const element of endpoints(xml, PRIVATE_ENDPOINT, from)) {
    const id = readId(xml, element);
    const at = places.findIndex((place) => place.id === id);
    const place: Place = { id, capabilities: places[at]?.capabilities, ...readPrivate(xml, element) };
    places.splice(at < 0 ? places.length : at, 1, place);
  }
  // A copy of the right size: what is filled one by one has room for more.
  return places.filter(({ id }) => id !== "").slice();
}

function endpoints(xml: string, name: typeof ENDPOINT, from: number): Element[] {
  const found: Element[] = [];
  let element = findElement(xml, name, from);
  while (element && found.length < MAX_PLACES) {
    found.push(element);
    element = findElement(xml, name, element.end);
  }
  return found;
}

function readId(xml: string, { start, contentStart }: Element): string {
  const [, quoted, apostrophed] = /\sid\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(xml.slice(start, contentStart)) ?? [];
  return plainText(quoted ?? apostrophed ?? "").toLowerCase();
}

function readPrivate(xml: string, { contentStart, end }: Element): Pick<Place, "name" | "isIdle" | "state"> {
  const said = (name: typeof NAME) => plainText(elementText(xml, name, contentStart, end) ?? "") || undefined;
  const idle = said(IDLE)?.toLowerCase();
  return {
    name: said(NAME),
    isIdle: idle === "true" ? true : idle === "false" ? false : undefined,
    state: said(STATE),
  };
}

function content(xml: string, { contentStart, contentEnd }: Element): string {
  return unescapeXml(xml.slice(contentStart, contentEnd));
}

function utf8(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return buffer.toString("utf8");
}
