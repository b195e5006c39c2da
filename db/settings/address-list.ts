/** IP addresses and networks as people write them in a setting: `127.0.0.1, 172.16.0.0/12`. */
import { BlockList, isIP } from "node:net";

export interface AddressList {
  has: (address: string) => boolean;
}

export function isListOfAddresses(text: string): boolean {
  return partsOf(text).every((part) => networkOf(part) !== undefined);
}

/** Of a text that `isListOfAddresses`. */
export function addressList(text: string): AddressList {
  const list = new BlockList();
  for (const part of partsOf(text)) {
    const network = networkOf(part);
    if (network) list.addSubnet(network.address, network.bits, network.family);
  }
  return {
    has: (address) => {
      const plain = plainAddress(address);
      const version = isIP(plain);
      return version !== 0 && list.check(plain, version === 4 ? "ipv4" : "ipv6");
    },
  };
}

/** An IPv4 address that a socket for both kinds reports as `::ffff:192.0.2.1` is that address. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, "");
}

export function isLoopback(address: string): boolean {
  return LOOPBACK.has(address);
}

const LOOPBACK = addressList("127.0.0.0/8,::1");

function partsOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

function networkOf(text: string): { address: string; bits: number; family: "ipv4" | "ipv6" } | undefined {
  const [, address = "", bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  if (version === 0 || Number(bits ?? most) > most) return undefined;
  return { address, bits: Number(bits ?? most), family: version === 4 ? "ipv4" : "ipv6" };
}
