/** What the tokens of `LST`, `LSG`, `ADC`, `PRP` and `BPR` are, told by their shape (protocol reference 2.7 and appendix B). */
import { decodeText, ownText } from "../wire/text.ts";

const GUID = /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;

export function isGuid(token: string | undefined): boolean {
  return token !== undefined && GUID.test(token);
}

/** A group id in the one spelling in which ids are compared. */
export function groupId(token: string): string {
  return isGuid(token) ? token.replace(/[{}]/g, "").toLowerCase() : token;
}

/** `0,3` or `guid,guid`; `undefined` and empty parts are no groups. */
export function groupIds(token: string | undefined): string[] {
  return token === undefined ? [] : token.split(",").flatMap((id) => (id === "" ? [] : [groupId(id)]));
}

/** `N=bob@x.com F=Bob C=guid …`, in any order; what has no prefix comes as `rest`. */
export interface PrefixedTokens {
  address: string | undefined;
  name: string | undefined;
  contactId: string | undefined;
  rest: readonly string[];
}

export function readPrefixed(tokens: readonly string[]): PrefixedTokens {
  const read: PrefixedTokens & { rest: string[] } = {
    address: undefined,
    name: undefined,
    contactId: undefined,
    rest: [],
  };
  for (const token of tokens) {
    if (token.startsWith("N=")) read.address = ownText(decodeText(token.slice(2))) || undefined;
    else if (token.startsWith("F=")) read.name = ownText(decodeText(token.slice(2)));
    else if (token.startsWith("C=")) read.contactId = ownText(groupId(token.slice(2))) || undefined;
    else read.rest.push(token);
  }
  return read;
}

/**
 * The tail of an `LST` row from MSNP10 on: `13 {1} {guid,guid}`. MSNP12's second number is the kind of account, which
 * its presence lines do not say; people stay who they are in the dialects around it.
 */
export function readBitsAndGroups(tokens: readonly string[]): { bits: number; groups: string[] } {
  const [bits, ...rest] = tokens;
  const groups = rest.filter((token) => !/^\d{1,3}$/.test(token)).flatMap(groupIds);
  return { bits: readNumber(bits), groups };
}

/** A count or bits; 0 for what is none. */
export function readNumber(token: string | undefined): number {
  return token !== undefined && /^\d{1,9}$/.test(token) ? Number(token) : 0;
}

const PROPERTY_KEYS = new Set("PHH PHW PHM MOB MBE MFN HSB WWE".split(" "));

/** `PRP`, `BPR` and `SBP`: whatever numbers stand before it, the key is one of those known. */
export function readProperty(tokens: readonly string[]): { before: string[]; key: string; value: string } | undefined {
  const at = tokens.findIndex((token) => PROPERTY_KEYS.has(token));
  const key = tokens[at];
  if (key === undefined) return undefined;
  return { before: tokens.slice(0, at), key, value: decodeText(tokens[at + 1] ?? "") };
}
