/** Is it us? Before a server is called down, a look at whether this machine has a network at all. */
import { networkInterfaces } from "node:os";

/** No address but its own: no cable, no wireless network, flight mode. */
export function isMachineOffline(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): boolean {
  const addresses = Object.values(interfaces).flatMap((each) => each ?? []);
  // Addresses that a machine gives itself lead nowhere.
  return addresses.every(({ internal, address }) => internal || /^(169\.254\.|fe80:)/i.test(address));
}

/** Servers on this machine are reached without a network. */
export function isOnThisMachine(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);
}
