/**
 * What UBX says about somebody: personal message, current media, places (protocol reference 2.12). Read without an XML
 * parser: a recorded server sends what is no XML at MSNP13-15 when a personal message contains `<`.
 */
import type { Details, Place } from "../events.ts";
import { elementText, findElement, readAttributes, unescapeXml } from "../wire/xml.ts";
import { readCapabilities } from "./capabilities.ts";
import { readCurrentMedia } from "./current-media.ts";
import { plainText } from "./plain-text.ts";

const FIRST_WITH_PLACES = 16;
/** Servers allow a handful; more of them are nonsense. */
const MAX_PLACES = 64;

/**
 * The details in a UBX payload; without a payload they are cleared. Nothing for a payload that speaks of something
 * else. `dialect`: 2 to 18.
 */
export function readDetails(payload: Uint8Array, dialect: number): Details | undefined {
  const places = dialect >= FIRST_WITH_PLACES ? [] : undefined;
  if (payload.length === 0) return { personalMessage: "", currentMedia: "", places };
  const xml = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString("utf8");
  if (!xml.includes("<Data")) return undefined;
  const message = findPersonalMessage(xml);
  const media = findElement(xml, "CurrentMedia", message.end);
  const found = readPlaces(xml, media?.end ?? message.end);
  return {
    personalMessage: plainText(unescapeXml(message.content)),
    currentMedia: media ? readCurrentMedia(unescapeXml(media.content)) : "",
    places: found.length > 0 ? found : places,
  };
}

/**
 * The personal message, which may hold anything where servers do not escape it. It ends where the next element begins,
 * and if that is not as usual, at the last of its end tags.
 */
function findPersonalMessage(xml: string): { content: string; end: number } {
  const message = findElement(xml, "PSM");
  if (!message) return { content: "", end: 0 };
  if (message.content === "") return message;
  const usual = xml.indexOf("</PSM><CurrentMedia", message.start);
  const contentEnd = usual < 0 ? xml.lastIndexOf("</PSM>") : usual;
  return { content: xml.slice(xml.indexOf(">", message.start) + 1, contentEnd), end: contentEnd + "</PSM>".length };
}

/** `EndpointData` has one element for each place; about one's own, `PrivateEndpointData` says more. */
function readPlaces(xml: string, from: number): Place[] {
  const places = new Map<string, Place>();
  for (const { id, content } of endpoints(xml, "EndpointData", from)) {
    places.set(id, { ...NO_PLACE, id, capabilities: readCapabilities(elementText(content, "Capabilities") ?? "") });
  }
  for (const { id, content } of endpoints(xml, "PrivateEndpointData", from)) {
    places.set(id, { ...(places.get(id) ?? NO_PLACE), id, ...readPrivate(content) });
  }
  return [...places.values()];
}

const NO_PLACE: Omit<Place, "id"> = { capabilities: undefined, name: undefined, isIdle: undefined, state: undefined };

function endpoints(xml: string, name: string, from: number): { id: string; content: string }[] {
  const found: { id: string; content: string }[] = [];
  let element = findElement(xml, name, from);
  while (element && found.length < MAX_PLACES) {
    const id = readAttributes(element.attributes).get("id");
    if (id) found.push({ id: plainText(id).toLowerCase(), content: element.content });
    element = findElement(xml, name, element.end);
  }
  return found;
}

function readPrivate(content: string): Pick<Place, "name" | "isIdle" | "state"> {
  const idle = said(content, "Idle")?.toLowerCase();
  return {
    name: said(content, "EpName"),
    isIdle: idle === "true" ? true : idle === "false" ? false : undefined,
    state: said(content, "State"),
  };
}

function said(content: string, name: string): string | undefined {
  return plainText(elementText(content, name) ?? "") || undefined;
}
