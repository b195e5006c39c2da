/** Addresses that a person gives us to call. */
import { quoteText } from "../wire/text.ts";

/** Whether it can be called. A space or a line end in it would be another command; 129 bytes are the limit (1.6). */
export function isAddress(text: string): boolean {
  return text.length <= 129 && /^[\x21-\x3a\x3c-\x7e]+@[\x21-\x3a\x3c-\x7e]+$/.test(text);
}

export function explainAddress(text: string): string {
  return `${quoteText(text)} should be an address such as bob@example.com`;
}
