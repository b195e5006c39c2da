/**
 * How one dialect says what somebody shows (protocol reference 2.11 and 2.12). One model, rendered for each receiving
 * connection; pure.
 */
import type { Dialect } from "../network/messenger/dialects.ts";
import { encodeText } from "../network/messenger/wire/text.ts";
import { capabilitiesFor } from "./capabilities.ts";
import { type DetailsView, detailsXml } from "./details.ts";
import { type Line, payloadLine } from "./line.ts";

/** What others are shown of somebody. */
export interface Shown extends DetailsView {
  address: string;
  name: string;
  code: string;
  /** As their client said it: `number` or `number:number`. */
  capabilities: string;
  /** The msnobj parameter as their client said it; undefined when it said none. */
  picture: string | undefined;
}

/** As the recorded server says it of those who show no picture. */
const NO_PICTURE = "%3Cmsnobj%2F%3E";

/** A line of the snapshot, in answer to `CHG` or to `ADL`. */
export function snapshotLine(dialect: Dialect, trid: string, shown: Shown): Line {
  // MSNP18 has no ILN at all.
  if (dialect.number >= 18) return changeLine(dialect, shown);
  return { verb: "ILN", params: [trid, shown.code, ...aboutSomebody(dialect, shown)] };
}

export function changeLine(dialect: Dialect, shown: Shown): Line {
  return { verb: "NLN", params: [shown.code, ...aboutSomebody(dialect, shown)] };
}

export function offlineLine(dialect: Dialect, address: string): Line {
  const who = personParams(dialect, address);
  if (dialect.number >= 16) return { verb: "FLN", params: [...who, "0:0"] };
  return { verb: "FLN", params: dialect.number >= 14 ? [...who, "0"] : who };
}

/** Nothing below MSNP11. `isOwn`: to their owner, who is told more about the places. */
export function detailsLines(dialect: Dialect, shown: Shown, isOwn = false): Line[] {
  if (dialect.number < 11) return [];
  return [payloadLine(detailsXml(dialect, shown, isOwn), "UBX", ...personParams(dialect, shown.address))];
}

/** What follows the profile from MSNP16 on: nothing is known about this place yet. */
export function emptyDetailsLine(dialect: Dialect, address: string): Line {
  return payloadLine("", "UBX", ...personParams(dialect, address));
}

function aboutSomebody(dialect: Dialect, { address, name, capabilities, picture }: Shown): string[] {
  const about = [...personParams(dialect, address), encodeText(name)];
  if (dialect.number >= 8) about.push(capabilitiesFor(dialect, capabilities));
  if (dialect.number >= 9) about.push(picture ?? NO_PICTURE);
  return about;
}

/** The address, with its network behind it from MSNP14 on and before it in MSNP18. Everybody here is on network 1. */
function personParams({ number }: Dialect, address: string): string[] {
  if (number >= 18) return [`1:${address}`];
  return number >= 14 ? [address, "1"] : [address];
}
