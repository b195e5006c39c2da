/** The names that the dashboard answers to. */
import { networkInterfaces } from "node:os";
import { inAddress, type Listen, listensEverywhere } from "../../db/settings/listen.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Lower case, as in a Host header without its port. What the settings say takes the place of this machine's own
 * addresses; the names of loopback stay, because whoever asks by them is on this computer. Addresses come and go with
 * the network, so they are looked up each time. No name from DNS is believed by itself: that is how a page elsewhere
 * would come in.
 */
export function ownNames(listen: Listen): string[] {
  if (listen.names) return [...listen.names, ...LOOPBACK];
  if (!listensEverywhere(listen)) return [...new Set([inAddress(listen.host).toLowerCase(), ...LOOPBACK])];
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found?.map(({ address }) => address) ?? []);
  return [...new Set([...LOOPBACK, ...addresses.map((address) => inAddress(address.toLowerCase()))])];
}
