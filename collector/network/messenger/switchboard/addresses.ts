/** Addresses as switchboards spell them: `bob@x.com`, `bob@x.com;{guid}`, `1:bob@x.com` (protocol reference 2.16, 5.16). */
import { quoteText } from "../wire/text.ts";

export interface Spelled {
  /** Lower-cased. */
  address: string;
  /** One of the places where they are signed in, with braces, lower-cased; `undefined` when it is about the person. */
  place: string | undefined;
}

export function readAddress(token: string): Spelled {
  const plain = token.replace(/^\d{1,2}:/, "").toLowerCase();
  const at = plain.indexOf(";");
  return at < 0 ? { address: plain, place: undefined } : { address: plain.slice(0, at), place: plain.slice(at + 1) };
}

/** Whether it can be called. A space or a line end in it would be another command; 129 bytes are the limit (1.6). */
export function isAddress(text: string): boolean {
  return text.length <= 129 && /^[\x21-\x3a\x3c-\x7e]+@[\x21-\x3a\x3c-\x7e]+$/.test(text);
}

export function explainAddress(text: string): string {
  return `${quoteText(text)} should be an address such as bob@example.com`;
}
