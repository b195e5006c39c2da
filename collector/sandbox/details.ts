/**
 * The XML of `UUX` and `UBX`: what somebody says about themselves and about their places (protocol reference 2.12).
 * Written the way the recorded server writes it, dialect by dialect, but well-formed in all of them.
 */
import { SaxesParser } from "saxes";
import type { Dialect } from "../network/messenger/dialects.ts";
import { capabilitiesFor } from "./capabilities.ts";
import type { Details } from "./directory.ts";

/** One of the places where somebody is signed in. */
export interface Place {
  /** Lower-case, in braces. */
  id: string;
  capabilities: string;
  /** The rest is told to the owner alone; empty when the client has not said it. */
  epName: string;
  isIdle: boolean;
  clientType: string;
  state: string;
}

export interface DetailsView {
  details: Details;
  places: readonly Place[];
}

export function detailsXml(dialect: Dialect, { details, places }: DetailsView, isOwn: boolean): string {
  const write = writerFor(dialect);
  const parts = [write("PSM", details.personalMessage), write("CurrentMedia", details.currentMedia)];
  if (dialect.number >= 13 && details.machineGuid) parts.push(write("MachineGuid", details.machineGuid));
  if (dialect.number >= 18) parts.push(write("DDP", details.ddp));
  if (dialect.number >= 16) parts.push(write("SignatureSound", details.signatureSound));
  if (dialect.number >= 18) parts.push(write("Scene", details.scene), write("ColorScheme", details.colorScheme));
  if (dialect.number >= 16) {
    parts.push(...places.map((place) => endpointXml(dialect, place)));
    if (isOwn) parts.push(...places.map((place) => privateEndpointXml(write, place)));
  }
  return `<Data>${parts.join("")}</Data>`;
}

type Write = (name: string, text: string) => string;

function writerFor({ number }: Dialect): Write {
  // Recorded: names for the entities at 11 and 12, numbers at 13 and later, the backslash among them from 16 on.
  if (number <= 12) return (name, text) => `<${name}>${text.replace(/[&<>]/g, (one) => NAMED[one] ?? one)}</${name}>`;
  const special = number >= 16 ? /[&<>\\]/g : /[&<>]/g;
  return (name, text) => `<${name}>${text.replace(special, numbered)}</${name}>`;
}

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function numbered(character: string): string {
  return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
}

function endpointXml(dialect: Dialect, { id, capabilities }: Place): string {
  const said = capabilitiesFor(dialect, capabilities);
  return `<EndpointData id="${id}"><Capabilities>${said}</Capabilities></EndpointData>`;
}

/** Only what the client has said, and `Idle` only when it is: as recorded with a real client. */
function privateEndpointXml(write: Write, place: Place): string {
  const parts = [
    place.epName && write("EpName", place.epName),
    place.isIdle && write("Idle", "true"),
    place.clientType && write("ClientType", place.clientType),
    place.state && write("State", place.state),
  ];
  return `<PrivateEndpointData id="${place.id}">${parts.filter(Boolean).join("")}</PrivateEndpointData>`;
}

/** What one `UUX` payload says; absent fields were not mentioned. */
export interface Told {
  details: Partial<Details>;
  place: Partial<Omit<Place, "id">>;
}

const DETAIL_NAMES: Readonly<Record<string, keyof Details>> = {
  PSM: "personalMessage",
  CurrentMedia: "currentMedia",
  MachineGuid: "machineGuid",
  SignatureSound: "signatureSound",
  DDP: "ddp",
  Scene: "scene",
  ColorScheme: "colorScheme",
};

/** Nothing when it is not well-formed XML or has another root than the three known ones. */
export function readTold(payload: Uint8Array): Told | undefined {
  const texts = readTexts(Buffer.from(payload).toString("utf8"));
  if (!texts) return undefined;
  const told: Told = { details: {}, place: {} };
  for (const { path, text } of texts) {
    const [root, name = ""] = path;
    if (path.length !== 2) continue;
    const detail = DETAIL_NAMES[name];
    if (root === "Data" && detail) told.details[detail] = text;
    else if (root !== "Data") tellPlace(told.place, name, text);
  }
  return told;
}

function tellPlace(place: Told["place"], name: string, text: string): void {
  if (name === "Capabilities") place.capabilities = text;
  else if (name === "EpName") place.epName = text;
  else if (name === "Idle") place.isIdle = text === "true";
  else if (name === "ClientType") place.clientType = text;
  else if (name === "State") place.state = text;
}

const ROOTS: ReadonlySet<string> = new Set(["Data", "EndpointData", "PrivateEndpointData"]);

/** Every element with its own text, innermost first. */
function readTexts(xml: string): { path: string[]; text: string }[] | undefined {
  const found: { path: string[]; text: string }[] = [];
  const open: { name: string; text: string }[] = [];
  let isGood = true;
  const parser = new SaxesParser();
  parser.on("error", () => {
    isGood = false;
  });
  parser.on("opentag", ({ name }) => {
    if (open.length === 0 && !ROOTS.has(name)) isGood = false;
    open.push({ name, text: "" });
  });
  parser.on("text", (text) => {
    const inner = open.at(-1);
    if (inner) inner.text += text;
  });
  parser.on("closetag", () => {
    const path = open.map(({ name }) => name);
    const { text } = open.pop() ?? { text: "" };
    found.push({ path, text });
  });
  parser.write(xml).close();
  return isGood ? found : undefined;
}
