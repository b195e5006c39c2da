/** The payloads of UUX, with which we say what UBX says about others (protocol reference 2.12). */
import { escapeXml } from "../wire/xml.ts";
import { type CurrentMedia, formatCurrentMedia } from "./current-media.ts";
import { plainText } from "./plain-text.ts";

/** Personal message and current media. Both elements are always there: some servers want them. */
export function dataPayload(personalMessage: string, currentMedia?: CurrentMedia): Buffer {
  const media = currentMedia ? formatCurrentMedia(currentMedia) : "";
  return payload(`<Data>${element("PSM", plainText(personalMessage))}${element("CurrentMedia", media)}</Data>`);
}

/** What this place can do, from MSNP16 on: `2788999228:48`. */
export function endpointPayload(capabilities: string): Buffer {
  return payload(`<EndpointData>${element("Capabilities", capabilities)}</EndpointData>`);
}

export interface OwnPlace {
  /** What the account's other places call this one. */
  name: string;
  isIdle: boolean;
  /** A status code: `NLN`. */
  state: string;
}

/** What only the account's other places learn of this one, from MSNP16 on. ClientType 1 is a computer. */
export function privateEndpointPayload({ name, isIdle, state }: OwnPlace): Buffer {
  const fields = [
    element("EpName", plainText(name)),
    element("Idle", String(isIdle)),
    element("ClientType", "1"),
    element("State", state),
  ];
  return payload(`<PrivateEndpointData>${fields.join("")}</PrivateEndpointData>`);
}

function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function payload(xml: string): Buffer {
  return Buffer.from(xml, "utf8");
}
