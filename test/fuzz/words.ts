import { strictEqual } from "node:assert/strict";
import { readAddress } from "../../collector/network/messenger/presence/address.ts";
import { readCapabilities } from "../../collector/network/messenger/presence/capabilities.ts";
import { isIntact, readPicture } from "../../collector/network/messenger/presence/picture.ts";
import { decodeText, encodeText, quoteText } from "../../collector/network/messenger/wire/text.ts";
import { escapeXml, readAttributes, unescapeXml } from "../../collector/network/messenger/wire/xml.ts";
import { recordedFrames } from "./recorded.ts";

/** Any word is text, and perhaps an address, capabilities, a picture; text comes back from its encoded form. */
export function fuzz(data: Uint8Array): void {
  const word = Buffer.from(data).toString("latin1");
  const text = decodeText(word);
  strictEqual(text, slowly(word));
  strictEqual(decodeText(encodeText(text)), text.toWellFormed());
  const allowed = text.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");
  strictEqual(unescapeXml(escapeXml(text)), allowed);
  unescapeXml(text);
  readAttributes(text);
  quoteText(word);
  const { address } = readAddress(word);
  if (address !== address.toLowerCase()) throw new Error(`${address} is not lower-cased`);
  const capabilities = readCapabilities(word);
  if (capabilities) strictEqual(capabilities.raw, word);
  const picture = readPicture(word);
  if (picture) isIntact(picture);
}

function slowly(word: string): string {
  const bytes = word.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

export function seeds(): Uint8Array[] {
  const words = recordedFrames(/^(NLN|ILN|FLN|IRO|JOI)$/).flatMap((bytes) => bytes.toString("latin1").split(/\s+/));
  const more = ["1:b@x.com;via=9:c@live.com", "b@x.com;{11111111-1111-1111-1111-111111111111}", "-1505963972:48"];
  return [...new Set([...words, ...more])].map((word) => Buffer.from(word, "latin1"));
}
