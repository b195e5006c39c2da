/** Addresses as presence and switchboard lines write them, with what clings to them (protocol reference 2.11). */
import type { NetworkId } from "../events.ts";
import { decodeText } from "../wire/text.ts";

export interface Address {
  /** Lower-cased: what identifies a person within a network. */
  address: string;
  /** The `1:` before it, when there is one. */
  network: NetworkId | undefined;
  /** The circle's address, lower-cased, from `;via=9:…`: the line speaks of somebody as a member of it. */
  circle: string | undefined;
  /** With braces, lower-cased, from `;{…}`: the line speaks of one of the places where somebody is signed in. */
  place: string | undefined;
}

/**
 * Reads `bob@x.com`, `1:bob@x.com`, `bob@x.com;{guid}` and `1:bob@x.com;via=9:guid@live.com`. Anything else is an
 * address, too: this throws nothing away but the spelling.
 */
export function readAddress(token: string): Address {
  const { network, address } = splitNetwork(token);
  // Nearly all are of this kind and need no second look.
  if (/^[a-z0-9@._-]+$/.test(address)) return { address, network, circle: undefined, place: undefined };
  const [whole = "", ...clinging] = decodeText(address).toLowerCase().split(";");
  const via = clinging.find((one) => one.startsWith("via="));
  return {
    address: whole,
    network,
    circle: via === undefined ? undefined : splitNetwork(via.slice("via=".length)).address,
    place: clinging.find((one) => one.startsWith("{") && one.endsWith("}")),
  };
}

function splitNetwork(text: string): { network: NetworkId | undefined; address: string } {
  const colon = text.indexOf(":");
  if (colon < 1 || colon > 3 || colon === text.length - 1) return { network: undefined, address: text };
  const number = text.slice(0, colon);
  if (!/^\d+$/.test(number)) return { network: undefined, address: text };
  return { network: Number(number), address: text.slice(colon + 1) };
}
