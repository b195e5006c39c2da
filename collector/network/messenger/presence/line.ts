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
  const name = params[from];
  if (name === undefined) return;
  if (dialect < FIRST_WITH_CAPABILITIES) return addName(said, name);
  const second = params[from + 1];
  const behindName =
    second === undefined || isMissingPicture(second, name, dialect) ? undefined : readCapabilities(second);
  const capabilities = behindName ?? readCapabilities(name);
  if (behindName || !capabilities) addName(said, name);
  if (!capabilities) return;
  said.capabilities = capabilities;
  const token = params[behindName ? from + 2 : from + 1];
  const picture = token === undefined && dialect >= FIRST_WITH_PICTURE ? null : readPicture(token ?? "");
  if (picture !== undefined) said.picture = picture;
}

function addName(said: PresenceSaid, token: string): void {
  const name = decodeText(token);
  if (name !== "") said.name = name;
}

/**
 * From MSNP16 on, capabilities have two halves: the 0 in `2788999228:48 0` is none of them but says that there is no
 * picture, and what stands before it is no name.
 */
function isMissingPicture(word: string, before: string, dialect: number): boolean {
  return word === "0" && dialect >= FIRST_WITH_EXTENDED && /^-?\d+:/.test(before);
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
