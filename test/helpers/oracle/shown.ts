/** What people show of themselves in presence lines and `UBX`, as the oracle reads it. */
import type { Capabilities, Details, Picture, Place } from "../../../collector/network/messenger/events.ts";
import { elementOf, textOf, unescapeXml } from "./text.ts";

export function capabilitiesOf(raw: string): Capabilities {
  const flags = BigInt.asUintN(32, BigInt(raw.split(":")[0] ?? "0"));
  const has = (bits: bigint) => (flags & bits) !== 0n;
  return { raw, isMobile: has(0x401n), isWeb: has(0x200n), isBot: has(0x20000n), canJoinChunks: has(0x20n) };
}

/** `null` for none, and for an msnobj that names no picture. */
export function pictureOf(word: string): Picture | null {
  const raw = textOf(word);
  const said = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(raw)?.[1];
  const sha1d = said("SHA1D");
  return sha1d ? { sha1d, sizeBytes: Number(said("Size")), raw } : null;
}

/** `dialect`: with places from MSNP16 on. */
export function detailsOf(xml: string, dialect: number): Details {
  // Between these two, whatever it holds: what a recorded server makes of `<` is no XML.
  const [, message = ""] = /<PSM>([\s\S]*)<\/PSM>/.exec(xml) ?? [];
  const media = unescapeXml(elementOf(xml, "CurrentMedia") ?? "");
  return {
    personalMessage: unescapeXml(message),
    currentMedia: mediaOf(media),
    places: dialect >= 16 ? placesOf(xml) : undefined,
  };
}

/** `application\0Kind\0enabled\0format\0field\0field…` */
function mediaOf(text: string): string {
  const [, , enabled, format = "", ...fields] = text.split("\\0");
  return enabled === "1" ? format.replace(/\{(\d)\}/g, (_, at: string) => fields[Number(at)] ?? "") : "";
}

function placesOf(xml: string): Place[] {
  const places = new Map<string, Place>();
  const parts = (name: string) => [
    ...xml.matchAll(new RegExp(`<${name} id="([^"]*)"\\s*(?:/>|>([\\s\\S]*?)</${name}>)`, "g")),
  ];
  const none = { capabilities: undefined, name: undefined, isIdle: undefined, state: undefined };
  for (const [, id = "", content = ""] of parts("EndpointData")) {
    const raw = elementOf(content, "Capabilities");
    places.set(id.toLowerCase(), {
      ...none,
      id: id.toLowerCase(),
      capabilities: raw ? capabilitiesOf(raw) : undefined,
    });
  }
  for (const [, id = "", content = ""] of parts("PrivateEndpointData")) {
    const said = (name: string) => unescapeXml(elementOf(content, name) ?? "") || undefined;
    const idle = said("Idle");
    places.set(id.toLowerCase(), {
      ...(places.get(id.toLowerCase()) ?? none),
      id: id.toLowerCase(),
      name: said("EpName"),
      isIdle: idle === undefined ? undefined : idle === "true",
      state: said("State"),
    });
  }
  return [...places.values()];
}
