/** Where the web services beside a Messenger server are (protocol reference 1.1 and 6). */
import type { Endpoint } from "./net/link.ts";

export interface ServiceUrls {
  /** Passport nexus, MSNP8 to MSNP11. */
  nexus: string;
  /** Security tokens, MSNP12 on. */
  rst: string;
  addressBook: string;
  sharing: string;
  /** Offline messages, MSNP11 on. */
  offlineMessages: string;
}

/** The usual paths below one address, as the public revival server and our sandbox have them. */
function usualPaths(base: string): ServiceUrls {
  return {
    nexus: `${base}/rdr/pprdr.asp`,
    rst: `${base}/RST.srf`,
    addressBook: `${base}/abservice/abservice.asmx`,
    sharing: `${base}/abservice/SharingService.asmx`,
    offlineMessages: `${base}/rsi/rsi.asmx`,
  };
}

/**
 * Known networks by the name of their dispatch server. Hosts change without notice (protocol reference 6, not probed):
 * each URL can be given for an account.
 */
const PRESETS: Readonly<Record<string, ServiceUrls>> = {
  "msnmsgr.escargot.chat": usualPaths("https://msnmsgr.escargot.chat"),
  "ms.msgrsvcs.ctsrv.gay": {
    nexus: "https://pp.login.ugnet.gay/rdr/pprdr.asp",
    rst: "https://ctas.login.ugnet.gay/RST.srf",
    addressBook: "https://ctsvcs.addressbook.ugnet.gay/abservice/abservice.asmx",
    sharing: "https://ctsvcs.addressbook.ugnet.gay/abservice/SharingService.asmx",
    offlineMessages: "https://cts.storage.ugnet.gay/rsi/rsi.asmx",
  },
};

/**
 * The services of the network behind `server`: those of a known network, or the usual paths on the same host. On
 * loopback that is plain HTTP on the same port, where our sandbox has them; elsewhere HTTPS. `given` wins.
 */
export function servicesOf(server: Endpoint, given: Partial<ServiceUrls> = {}): ServiceUrls {
  const host = server.host.toLowerCase();
  const preset = PRESETS[host];
  return {
    ...(preset ?? usualPaths(isLoopback(host) ? `http://${bracket(host)}:${server.port}` : `https://${bracket(host)}`)),
    ...given,
  };
}

/** Whether a host name or address can only be this machine. */
export function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|localhost\.?|::1|\[::1\])$/i.test(host);
}

function bracket(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
