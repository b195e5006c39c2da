import { strictEqual } from "node:assert/strict";
import { readDetails } from "../../collector/network/messenger/presence/details.ts";
import { dataPayload } from "../../collector/network/messenger/presence/own-details.ts";
import { recordedPayloads } from "./recorded.ts";

const MAX_LENGTH = 1024;

/** Any payload says something bounded about somebody, or nothing; a message that was read can be said again. */
export function fuzz(data: Uint8Array): void {
  const details = readDetails(data, 18);
  if (!details) return;
  const { personalMessage, currentMedia, places } = details;
  for (const text of [personalMessage, currentMedia]) {
    if (text.length > MAX_LENGTH || /\p{Cc}/u.test(text)) throw new Error(`${JSON.stringify(text)} was kept`);
  }
  if (!places || places.length > 128) throw new Error(`${places?.length} places`);
  if (places.some(({ id }) => id === "")) throw new Error("a place without an id");
  const allowed = personalMessage.toWellFormed().replace(/[\uFFFE\uFFFF]/g, "");
  strictEqual(readDetails(dataPayload(personalMessage), 18)?.personalMessage, allowed);
}

export function seeds(): Uint8Array[] {
  return recordedPayloads(/^UBX$/);
}
