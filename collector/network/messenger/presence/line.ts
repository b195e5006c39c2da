/**
 * What ILN, NLN and FLN say, in the shape of every dialect (protocol reference 2.11 and Appendix B):
 *
 *   2-7    code address name
 *   8      code address name capabilities
 *   9-13   code address name capabilities picture
 *   14-17  code address network name capabilities picture icon-url
 *   16-18  code network:address name capabilities:extended picture
 *
 * ILN has a transaction number before that; FLN has an address, perhaps its network, and numbers that mean nothing.
 * Fields at the end may be missing, and so may the name: the decoder drops empty words.
 */
import type { Said } from "../events.ts";
import type { Frame } from "../wire/frame.ts";
import { decodeText } from "../wire/text.ts";
import { type Address, readAddress } from "./address.ts";
import { readCapabilities } from "./capabilities.ts";
import { readDetails } from "./details.ts";
import { readPicture } from "./picture.ts";

export type PresenceSaid = Extract<Said, { kind: "presence" }>;
export type DetailsSaid = Extract<Said, { kind: "details" }>;
export type PresenceLine = PresenceSaid | Extract<Said, { kind: "circle-presence" }>;

const PASSPORT = 1;
const MAX_CODE_CHARACTERS = 32;
const FIRST_WITH_CAPABILITIES = 8;
const FIRST_WITH_PICTURE = 9;
const FIRST_WITH_NETWORK = 14;
const FIRST_WITH_EXTENDED = 16;

/** What the line says about somebody; nothing for a line that names no state or nobody. `dialect`: 2 to 18. */
export function readPresence({ verb, params }: Frame, dialect: number): PresenceLine | undefined {
  if (verb === "FLN") return readOffline(params, dialect);
  const codeAt = verb === "ILN" ? 1 : 0;
  const code = params[codeAt];
  const token = params[codeAt + 1];
  if (code === undefined || token === undefined || !isCode(code)) return undefined;
  return tell(readAddress(token), code, params, codeAt + 2, dialect);
}

function readOffline(params: readonly string[], dialect: number): PresenceLine | undefined {
  const [token, network] = params;
  if (token === undefined) return undefined;
  // What follows an address of our own shape are capabilities of nobody: `0:0`.
  return tell(readAddress(token), "FLN", network === undefined ? [] : [network], 0, dialect);
}

/** What `UBX address [network] length` with its payload says; nothing when it says nothing about anybody's details. */
export function readDetailsLine({ params, payload }: Frame, dialect: number): DetailsSaid | undefined {
  const [token, second] = params;
  const details = payload && readDetails(payload, dialect);
  if (token === undefined || details === undefined) return undefined;
  const { address, network, circle } = readAddress(token);
  if (!isSomebody(address) || circle !== undefined) return undefined;
  // With two parameters the second one is the length.
  const said = params.length > 2 && second !== undefined && isNetwork(second) ? Number(second) : PASSPORT;
  return { kind: "details", address, network: network ?? said, details };
}

function tell(
  { address, network, circle }: Address,
  code: string,
  params: readonly string[],
  from: number,
  dialect: number,
): PresenceLine | undefined {
  if (!isSomebody(address)) return undefined;
  if (circle !== undefined) return { kind: "circle-presence", circle, address, code };
  const first = params[from];
  const hasNetwork = network === undefined && dialect >= FIRST_WITH_NETWORK && first !== undefined && isNetwork(first);
  const said: PresenceSaid = {
    kind: "presence",
    address,
    network: network ?? (hasNetwork ? Number(first) : PASSPORT),
    code,
  };
  if (code !== "FLN") addAttributes(said, params, hasNetwork ? from + 1 : from, dialect);
  return said;
}

/** Name, capabilities and picture; the capabilities tell where they are, because the name may be missing. */
function addAttributes(said: PresenceSaid, params: readonly string[], from: number, dialect: number): void {
  const capabilitiesAt = dialect < FIRST_WITH_CAPABILITIES ? -1 : findCapabilities(params, from, dialect);
  const token = capabilitiesAt === from ? undefined : params[from];
  const name = token === undefined ? "" : decodeText(token);
  if (name !== "") said.name = name;
  if (capabilitiesAt < 0) return;
  const capabilities = readCapabilities(params[capabilitiesAt] ?? "");
  if (capabilities) said.capabilities = capabilities;
  const picture = readPicture(params[capabilitiesAt + 1] ?? (dialect < FIRST_WITH_PICTURE ? "" : "0"));
  if (picture !== undefined) said.picture = picture;
}

/** Behind the name, unless that is missing and they stand in its place. */
function findCapabilities(params: readonly string[], nameAt: number, dialect: number): number {
  const first = params[nameAt];
  const second = params[nameAt + 1];
  if (first === undefined) return -1;
  // In `2788999228:48 0` the 0 is no number of a client's, as they have two halves, but a missing picture.
  const isNameMissing = second === "0" && dialect >= FIRST_WITH_EXTENDED && /^-?\d+:/.test(first);
  if (second !== undefined && !isNameMissing && readCapabilities(second)) return nameAt + 1;
  return readCapabilities(first) ? nameAt : -1;
}

/** Three letters, as far as anybody knows; other words are passed on as they are, but an address is none. */
function isCode(word: string): boolean {
  return word.length === 3 || (word.length < MAX_CODE_CHARACTERS && !word.includes("@"));
}

function isNetwork(word: string): boolean {
  return /^\d{1,3}$/.test(word);
}

/** No address holds angle brackets; a line with one is something else. */
function isSomebody(address: string): boolean {
  return address !== "" && !address.includes("<") && !address.includes(">");
}
